//! The coverage ledger: why some objects were not compared, and every object with who compared it.

use super::page::Section;
use super::table::{Cell, Column, Row, Table, Tags};
use super::{LISTED, left_out};
use crate::model::{LedgerEntry, RunReport, count, plural};
use crate::report::digest;
use crate::report::markup::escaped as esc;

/// Objects named for each reason.
const NAMED: usize = 50;

pub(super) fn section(report: &RunReport) -> Option<Section> {
    if report.ledger.is_empty() {
        return None;
    }
    let summary = digest::summary(report);
    let compared = plural(summary.objects_compared, "object");
    let mut body = format!("<p>{compared} compared, {} not compared</p>\n", count(summary.objects_not_compared));
    for (reason, objects) in digest::not_compared(report) {
        let names = digest::named(&objects, NAMED, esc);
        let number = count(objects.len() as u64);
        let tags = Tags { outcome: "not-compared", ..Tags::default() }.html();
        body.push_str(&format!(
            "<details{tags}><summary>{number} × {}</summary><p class=\"names\">{names}</p></details>\n",
            esc(reason)
        ));
    }
    let mut entries: Vec<&LedgerEntry> = report.ledger.iter().collect();
    if entries.len() > LISTED {
        entries.sort_by_key(|entry| entry.not_compared.is_none());
        entries.truncate(LISTED);
    }
    let table = Table {
        caption: "Every object of both databases",
        columns: ["object", "compared by", "not compared, or not wholly, because"].map(Column::text).to_vec(),
        rows: entries.into_iter().map(row).collect(),
        sortable: true,
        ..Table::default()
    };
    let note = plural(report.ledger.len() as u64, "object");
    let more = left_out(report.ledger.len().saturating_sub(LISTED));
    body.push_str(&format!(
        "<details><summary>{note}, each with who compared it</summary>\n{}{more}</details>\n",
        table.html()
    ));
    Some(Section::new("coverage", "Coverage", note, body))
}

fn row(entry: &LedgerEntry) -> Row {
    let reason = entry.not_compared.as_deref();
    let outcome = if reason.is_some() { "not-compared" } else { "compared" };
    let by = if entry.compared_by.is_empty() { "nobody".to_owned() } else { entry.compared_by.join(", ") };
    let cells =
        vec![Cell::text(&entry.object.to_string()), Cell::text(&by), Cell::toned("unsure", reason.unwrap_or_default())];
    Row::new(cells).tagged(Tags { checks: entry.compared_by.clone(), outcome, ..Tags::default() })
}
