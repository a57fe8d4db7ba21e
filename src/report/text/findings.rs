//! The open findings, one after the other: the object, the attribute, both values, the rows down to the column.

use super::page::{Page, Tone};
use crate::model::{ColumnDifference, Finding, RowChange, RowDifference, RunReport, count, plural};
use crate::report::difference::{self, Drawn, Line, Piece};
use crate::report::{digest, value};

/// Characters shown of a key, a name or a definition.
const SHOWN: usize = 400;

/// Writes every open finding.
pub(super) fn write(page: &mut Page, report: &RunReport) {
    let findings = digest::open_findings(report);
    if findings.is_empty() {
        return;
    }
    page.title(&format!("What differs ({})", plural(findings.len() as u64, "finding")));
    for (index, finding) in findings.into_iter().enumerate() {
        if index > 0 {
            page.blank();
        }
        one(page, finding);
    }
}

fn one(page: &mut Page, finding: &Finding) {
    let object = value::cut(&value::visible(&finding.object.to_string()), SHOWN);
    let mut facts = format!(" · {}", value::visible(&finding.attribute));
    if finding.total > 0 {
        facts.push_str(&format!(" · {}", plural(finding.total, "row")));
    }
    if let Some(side) = finding.side {
        facts.push_str(&format!(" · on the {side}"));
    }
    if let Some(severity) = finding.severity {
        facts.push_str(&format!(" · {severity}"));
    }
    let check = format!(" [{}]", value::visible(&finding.check));
    page.hanging(1, 2, &[("✗ ", Tone::Bad), (&object, Tone::Strong), (&facts, Tone::Plain), (&check, Tone::Faint)]);
    page.line(3, &[(&value::visible(&finding.message), Tone::Plain)]);
    causes(page, finding);
    values(page, finding);
    for row in &finding.rows {
        self::row(page, row);
    }
    let more = finding.total.saturating_sub(finding.rows.len() as u64);
    if more > 0 && !finding.rows.is_empty() {
        page.line(5, &[(&format!("and {} more", count(more)), Tone::Faint)]);
    }
}

/// What explains the rows, where it is more than the one the message names.
fn causes(page: &mut Page, finding: &Finding) {
    if finding.causes.len() < 2 {
        return;
    }
    let width = finding.causes.iter().map(|cause| count(cause.rows).len()).max().unwrap_or_default();
    for cause in &finding.causes {
        let rows = format!("{:>width$} × ", count(cause.rows));
        page.hanging(5, width + 3, &[(&rows, Tone::Faint), (&value::visible(&cause.text), Tone::Plain)]);
    }
}

/// The attribute's value on both sides: as a difference where both are long.
fn values(page: &mut Page, finding: &Finding) {
    if finding.source.is_none() && finding.target.is_none() {
        return;
    }
    if let Some(drawn) = difference::values(finding.source.as_deref(), finding.target.as_deref()) {
        inside(page, 5, "", drawn);
        return;
    }
    for (label, text) in [("source  ", &finding.source), ("target  ", &finding.target)] {
        let text = match text {
            Some(text) => value::cut(&value::edges(&value::visible(text)), SHOWN),
            None => "(none)".to_owned(),
        };
        page.hanging(5, 8, &[(label, Tone::Faint), (&text, Tone::Plain)]);
    }
}

fn row(page: &mut Page, row: &RowDifference) {
    let (mark, tone, note) = match row.change {
        RowChange::Missing => ("- ", Tone::Bad, "  missing on the target"),
        RowChange::Extra => ("+ ", Tone::Good, "  only on the target"),
        RowChange::Changed => ("~ ", Tone::Unsure, ""),
    };
    let key = value::cut(&value::visible(&row.key), SHOWN);
    page.hanging(5, 2, &[(mark, tone), (&key, Tone::Strong), (note, Tone::Faint)]);
    for column in &row.columns {
        column_difference(page, row.change, column);
    }
}

fn column_difference(page: &mut Page, change: RowChange, column: &ColumnDifference) {
    let name = format!("{}  ", value::visible(&column.column));
    let (source, target) = (column.source.as_deref(), column.target.as_deref());
    let only = match change {
        RowChange::Missing => Some((source, Tone::Bad)),
        RowChange::Extra => Some((target, Tone::Good)),
        RowChange::Changed => None,
    };
    if let Some((text, tone)) = only {
        page.hanging(9, 2, &[(&name, Tone::Faint), (&value::shown_short(text), tone)]);
        return;
    }
    if let Some(drawn) = difference::column(change, column) {
        inside(page, 9, &name, drawn);
        return;
    }
    if source.is_none() && target.is_none() {
        page.hanging(9, 2, &[(&name, Tone::Faint), ("(not shown)", Tone::Plain)]);
        return;
    }
    let (source, target) = (value::shown_short(source), value::shown_short(target));
    page.hanging(9, 2, &[(&name, Tone::Faint), (&source, Tone::Bad), (" → ", Tone::Plain), (&target, Tone::Good)]);
}

/// A difference within two values: inline, or line under line below the label.
fn inside(page: &mut Page, indent: usize, label: &str, drawn: Drawn) {
    let pieces = match drawn {
        Drawn::Inline(pieces) => pieces,
        Drawn::Lines(lines) => {
            if !label.is_empty() {
                page.line(indent, &[(label, Tone::Faint)]);
            }
            for line in lines {
                let tone = match line {
                    Line::Same(_) => Tone::Plain,
                    Line::Removed(_) => Tone::Bad,
                    Line::Added(_) => Tone::Good,
                    Line::Note(_) => Tone::Faint,
                };
                page.hanging(indent + 2, 2, &[(&line.plain(), tone)]);
            }
            return;
        }
    };
    let pieces: Vec<(String, Tone)> = pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Same(text) => (text, Tone::Plain),
            Piece::Removed(text) => (format!("[-{text}-]"), Tone::Bad),
            Piece::Added(text) => (format!("{{+{text}+}}"), Tone::Good),
        })
        .collect();
    let mut spans = vec![(label, Tone::Faint)];
    spans.extend(pieces.iter().map(|(text, tone)| (text.as_str(), *tone)));
    page.hanging(indent, 2, &spans);
}
