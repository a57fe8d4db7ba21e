//! The open findings: one fold each, rows and columns inside.

use crate::model::{Cause, ColumnDifference, Finding, RowChange, RowDifference, RunReport, count, plural};
use crate::report::difference::{self, Drawn, Line, Piece};
use crate::report::markup::escaped as esc;
use crate::report::{digest, value};

/// Findings unfolded from the start.
const OPEN: usize = 5;

/// Writes every open finding.
pub(super) fn write(out: &mut String, report: &RunReport) {
    let findings = digest::open_findings(report);
    if findings.is_empty() {
        return;
    }
    out.push_str(&format!("<h2>What differs ({})</h2>\n", plural(findings.len() as u64, "finding")));
    for (index, finding) in findings.into_iter().enumerate() {
        one(out, finding, index < OPEN);
    }
}

fn one(out: &mut String, finding: &Finding, open: bool) {
    let mut facts = format!(" · {}", esc(&finding.attribute));
    if finding.total > 0 {
        facts.push_str(&format!(" · {}", plural(finding.total, "row")));
    }
    if let Some(side) = finding.side {
        facts.push_str(&format!(" · on the {side}"));
    }
    if let Some(severity) = finding.severity {
        facts.push_str(&format!(" · {severity}"));
    }
    out.push_str(&format!(
        "<details class=\"finding\"{}><summary><strong>{}</strong>{facts} <span class=\"faint\">{}</span></summary>\n<p>{}</p>\n",
        if open { " open" } else { "" },
        esc(&finding.object.to_string()),
        esc(&finding.check),
        esc(&finding.message)
    ));
    if finding.causes.len() > 1 {
        let item = |cause: &Cause| format!("<li>{} × {}</li>\n", count(cause.rows), esc(&cause.text));
        let items: String = finding.causes.iter().map(item).collect();
        out.push_str(&format!("<ul class=\"causes\">\n{items}</ul>\n"));
    }
    if let Some(drawn) = difference::values(finding.source.as_deref(), finding.target.as_deref()) {
        out.push_str(&format!("<div class=\"value\">{}</div>\n", inside(drawn)));
    } else if finding.source.is_some() || finding.target.is_some() {
        let shown = |text: &Option<String>| match text {
            Some(text) => format!("<code>{}</code>", value::edges(&esc(text))),
            None => "(none)".to_owned(),
        };
        out.push_str(&format!("<dl><dt>source</dt><dd>{}</dd>", shown(&finding.source)));
        out.push_str(&format!("<dt>target</dt><dd>{}</dd></dl>\n", shown(&finding.target)));
    }
    rows(out, finding);
    out.push_str("</details>\n");
}

fn rows(out: &mut String, finding: &Finding) {
    if finding.rows.is_empty() {
        return;
    }
    out.push_str("<ul class=\"rows\">\n");
    for row in &finding.rows {
        self::row(out, row);
    }
    let more = finding.total.saturating_sub(finding.rows.len() as u64);
    if more > 0 {
        out.push_str(&format!("<li class=\"faint\">and {} more</li>\n", count(more)));
    }
    out.push_str("</ul>\n");
}

fn row(out: &mut String, row: &RowDifference) {
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
fn inside(drawn: Drawn) -> String {
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
