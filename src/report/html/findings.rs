//! The open findings: one fold each, rows and columns inside.

use crate::model::{ColumnDifference, Finding, RowChange, RowDifference, RunReport, count, plural};
use crate::report::difference::{Piece, pieces};
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
    out.push_str(&format!(
        "<details class=\"finding\"{}><summary><strong>{}</strong>{facts} <span class=\"faint\">{}</span></summary>\n<p>{}</p>\n",
        if open { " open" } else { "" },
        esc(&finding.object.to_string()),
        esc(&finding.check),
        esc(&finding.message)
    ));
    let long = |text: &str| text.chars().count() > value::LONG;
    match (&finding.source, &finding.target) {
        (None, None) => {}
        (Some(source), Some(target)) if source != target && (long(source) || long(target)) => {
            out.push_str(&format!("<p class=\"value\">{}</p>\n", inline(source, target)));
        }
        (source, target) => {
            let shown = |text: &Option<String>| match text {
                Some(text) => format!("<code>{}</code>", value::edges(&esc(text))),
                None => "(none)".to_owned(),
            };
            out.push_str(&format!("<dl><dt>source</dt><dd>{}</dd>", shown(source)));
            out.push_str(&format!("<dt>target</dt><dd>{}</dd></dl>\n", shown(target)));
        }
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
        difference(out, row);
    }
    let more = finding.total.saturating_sub(finding.rows.len() as u64);
    if more > 0 {
        out.push_str(&format!("<li class=\"faint\">and {} more</li>\n", count(more)));
    }
    out.push_str("</ul>\n");
}

fn difference(out: &mut String, row: &RowDifference) {
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
    let (source, target) = (column.source.as_deref(), column.target.as_deref());
    let del = |text| format!("<del>{}</del>", esc(&value::shown_short(text)));
    let ins = |text| format!("<ins>{}</ins>", esc(&value::shown_short(text)));
    let long = |text: &str| text.chars().count() > value::LONG;
    match (change, source, target) {
        (RowChange::Missing, source, _) => del(source),
        (RowChange::Extra, _, target) => ins(target),
        (RowChange::Changed, None, None) => "(not shown)".to_owned(),
        (RowChange::Changed, Some(source), Some(target)) if source != target && (long(source) || long(target)) => {
            inline(source, target)
        }
        (RowChange::Changed, source, target) => format!("{} → {}", del(source), ins(target)),
    }
}

fn inline(source: &str, target: &str) -> String {
    let pieces = pieces(source, target).into_iter().map(|piece| match piece {
        Piece::Same(text) => esc(&text),
        Piece::Removed(text) => format!("<del>{}</del>", esc(&text)),
        Piece::Added(text) => format!("<ins>{}</ins>", esc(&text)),
    });
    format!("<code>{}</code>", pieces.collect::<String>())
}
