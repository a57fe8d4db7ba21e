//! The rows of a finding, down to the column and what changed inside a value.

use crate::model::{ColumnDifference, Finding, RowChange, RowDifference, count};
use crate::report::difference::{self, Drawn, Line, Piece};
use crate::report::markup::escaped as esc;
use crate::report::value;

/// Writes the rows of a finding, and how many more there are.
pub(super) fn write(out: &mut String, finding: &Finding) {
    if finding.rows.is_empty() {
        return;
    }
    out.push_str("<ul class=\"rows\">\n");
    for row in &finding.rows {
        one(out, row);
    }
    let more = finding.total.saturating_sub(finding.rows.len() as u64);
    if more > 0 {
        out.push_str(&format!("<li class=\"faint\">and {} more</li>\n", count(more)));
    }
    out.push_str("</ul>\n");
}

fn one(out: &mut String, row: &RowDifference) {
    let note = match row.change {
        RowChange::Missing => "missing on the target",
        RowChange::Extra => "only on the target",
        RowChange::Changed => "",
    };
    out.push_str(&format!("<li><code>{}</code> <span class=\"faint\">{note}</span>", esc(&row.key)));
    if !row.columns.is_empty() {
        out.push_str("<dl>");
        for column in &row.columns {
            out.push_str(&format!("<dt>{}</dt><dd>{}</dd>", esc(&column.column), values(row.change, column)));
        }
        out.push_str("</dl>");
    }
    out.push_str("</li>\n");
}

fn values(change: RowChange, column: &ColumnDifference) -> String {
    if let Some(drawn) = difference::column(change, column) {
        return inside(drawn);
    }
    let (source, target) = (column.source.as_deref(), column.target.as_deref());
    let del = |text| format!("<del>{}</del>", esc(&value::shown_short(text)));
    let ins = |text| format!("<ins>{}</ins>", esc(&value::shown_short(text)));
    match (change, source, target) {
        (RowChange::Missing, source, _) => del(source),
        (RowChange::Extra, _, target) => ins(target),
        (RowChange::Changed, None, None) => "(not shown)".to_owned(),
        (RowChange::Changed, source, target) => format!("{} → {}", del(source), ins(target)),
    }
}

/// A difference within two values: inline, or line under line.
pub(super) fn inside(drawn: Drawn) -> String {
    match drawn {
        Drawn::Inline(pieces) => {
            let pieces = pieces.into_iter().map(|piece| match piece {
                Piece::Same(text) => esc(&text),
                Piece::Removed(text) => format!("<del>{}</del>", esc(&text)),
                Piece::Added(text) => format!("<ins>{}</ins>", esc(&text)),
            });
            format!("<code>{}</code>", pieces.collect::<String>())
        }
        Drawn::Lines(lines) => {
            let lines = lines.into_iter().map(|line| match line {
                Line::Same(text) => format!("<span>{}</span>", esc(&text)),
                Line::Removed(text) => format!("<del>{}</del>", esc(&text)),
                Line::Added(text) => format!("<ins>{}</ins>", esc(&text)),
                Line::Note(text) => format!("<span class=\"faint\">@@ {}</span>", esc(&text)),
            });
            format!("<pre class=\"diff\">{}</pre>", lines.collect::<String>())
        }
    }
}
