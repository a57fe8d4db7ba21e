//! Every unit of every check, the same ones too; and first those that could not be looked at.

use super::page::Section;
use super::table::{Cell, Column, Row, Table, Tags};
use super::{LISTED, left_out};
use crate::model::{Outcome, RunReport, Unit, plural};
use crate::report::digest;

/// What could not be looked at, with the reason.
pub(super) fn not_looked_at(report: &RunReport) -> Option<Section> {
    let units = digest::incomplete(report);
    if units.is_empty() {
        return None;
    }
    let row = |(unit, reason): &(&Unit, &str)| {
        let cells = vec![Cell::text(&unit.object.to_string()), Cell::text(&unit.check), Cell::text(reason)];
        Row::new(cells).tagged(Tags::of(&unit.check, "incomplete"))
    };
    let table = Table {
        caption: "What was not looked at, or not wholly",
        columns: ["object", "check", "why"].map(Column::text).to_vec(),
        rows: units.iter().map(row).collect(),
        sortable: true,
        ..Table::default()
    };
    let note = plural(units.len() as u64, "unit");
    Some(Section::new("not-looked-at", "Not looked at, or not wholly", note, table.html()))
}

/// All units, in a fold.
pub(super) fn section(report: &RunReport) -> Option<Section> {
    if report.units.is_empty() {
        return None;
    }
    let mut finding = 0;
    let numbered = report.units.iter().map(|unit| {
        let first = finding + 1;
        finding += unit.open_findings().len();
        (unit, first)
    });
    let mut units: Vec<(&Unit, usize)> = numbered.collect();
    if units.len() > LISTED {
        // What is not the same is never what is left out first.
        units.sort_by_key(|(unit, _)| unit.outcome == Outcome::Same);
        units.truncate(LISTED);
    }
    let table = Table {
        caption: "Every unit of every check",
        columns: ["object", "check", "outcome", "measured, or why"].map(Column::text).to_vec(),
        rows: units.into_iter().map(|(unit, finding)| row(unit, finding)).collect(),
        sortable: true,
        ..Table::default()
    };
    let note = plural(report.units.len() as u64, "unit");
    let more = left_out(report.units.len().saturating_sub(LISTED));
    let body = format!("<details><summary>{note}, each with its outcome</summary>\n{}{more}</details>\n", table.html());
    Some(Section::new("units", "Every unit", note, body))
}

fn row(unit: &Unit, finding: usize) -> Row {
    let detail = unit.detail.as_deref().unwrap_or_default();
    let (outcome, shown, text) = match &unit.outcome {
        Outcome::Same => ("same", Cell::text("same"), detail),
        Outcome::Waived { reason, .. } => ("waived", Cell::text("waived"), reason.as_str()),
        Outcome::Incomplete { reason, .. } => ("incomplete", Cell::toned("unsure", "incomplete"), reason.as_str()),
        Outcome::Different { .. } => {
            ("different", Cell::html(format!("<a class=\"bad\" href=\"#f-{finding}\">different</a>")), detail)
        }
    };
    let cells = vec![Cell::text(&unit.object.to_string()), Cell::text(&unit.check), shown, Cell::text(text)];
    Row::new(cells).tagged(Tags::of(&unit.check, outcome))
}
