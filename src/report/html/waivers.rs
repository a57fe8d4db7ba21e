//! Accepted differences: each waiver with its last day and what it covered, and the units that are waived.

use super::page::Section;
use super::table::{Cell, Column, Row, Table, Tags};
use crate::model::{RunReport, WaiverUse, plural};
use crate::report::digest;

pub(super) fn section(report: &RunReport) -> Option<Section> {
    let (waivers, waived) = (&report.waivers, digest::waived(report));
    let mut body = String::new();
    if !waivers.is_empty() {
        let table = Table {
            caption: "The waivers of the configuration",
            columns: ["waiver of", "check", "attribute", "until", "used", "reason"].map(Column::text).to_vec(),
            rows: waivers.iter().map(|used| row(report, used)).collect(),
            sortable: true,
            ..Table::default()
        };
        body.push_str(&table.html());
    }
    if !waived.is_empty() {
        let rows = waived.iter().map(|(unit, reason, until)| {
            let until = until.as_deref().unwrap_or("no last day");
            let object = unit.object.to_string();
            let cells = [object.as_str(), unit.check.as_str(), reason].map(Cell::text).into_iter();
            let cells = cells.chain([Cell::whole(until)]);
            Row::new(cells.collect()).tagged(Tags::of(&unit.check, "waived"))
        });
        let table = Table {
            caption: "What is waived",
            columns: ["object", "check", "why", "until"].map(Column::text).to_vec(),
            rows: rows.collect(),
            sortable: true,
            ..Table::default()
        };
        body.push_str(&format!("<h3>What is waived</h3>\n{}", table.html()));
    }
    let note = format!("{}, {} waived", plural(waivers.len() as u64, "waiver"), plural(waived.len() as u64, "unit"));
    (!body.is_empty()).then(|| Section::new("waivers", "Waivers", note, body))
}

fn row(report: &RunReport, used: &WaiverUse) -> Row {
    let waiver = &used.waiver;
    let (class, outcome, says) = match (complaint(report, used), used.covered) {
        (Some("expired"), _) => ("bad", "expired", "expired".to_owned()),
        (Some(_), _) => ("bad", "unused", "unused: nothing differs that it would cover".to_owned()),
        // Its check did not run, or did not look at everything.
        (None, 0) => ("unsure", "unused", "not used in this run".to_owned()),
        (None, covered) => ("", "waived", format!("covers {}", plural(covered, "finding"))),
    };
    let until = waiver.until.map_or_else(|| "no last day".to_owned(), |day| day.to_string());
    let cells = vec![
        Cell::text(&waiver.object),
        Cell::text(&waiver.check),
        Cell::text(waiver.attribute.as_deref().unwrap_or("all")),
        Cell::whole(&until),
        Cell::toned(class, &says),
        Cell::text(&waiver.reason),
    ];
    Row::new(cells).tagged(Tags::of(&waiver.check, outcome))
}

/// What the run found wrong with a waiver: `expired` or `unused`.
fn complaint<'a>(report: &'a RunReport, used: &WaiverUse) -> Option<&'a str> {
    let identity = format!("of {} for {}", used.waiver.object, used.waiver.check);
    let mut units = report.units_of("waivers").filter(|unit| unit.object.identity == identity);
    units.find_map(|unit| unit.open_findings().first()).map(|finding| finding.attribute.as_str())
}
