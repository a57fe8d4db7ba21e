//! The checks, one row each, and where their first finding is.

use super::page::Section;
use super::table::{Cell, Column, Row, Table, Tags};
use crate::model::RunReport;
use crate::report::digest::{self, CheckRow};
use crate::report::markup::escaped as esc;

pub(super) fn section(report: &RunReport) -> Option<Section> {
    let checks = digest::checks(report);
    if checks.is_empty() {
        return None;
    }
    let findings = digest::open_findings(report);
    let first = |check: &str| findings.iter().position(|finding| finding.check == check);
    let rows = checks.iter().map(|row| line(row, first(&row.check))).collect();
    let mut columns = vec![Column::text("check")];
    columns.extend(["units", "same", "different", "incomplete", "waived"].map(Column::number));
    columns.push(Column::text("measured"));
    let table = Table { caption: "Units of each check by outcome", columns, rows, sortable: true, ..Table::default() };
    Some(Section::new("checks", "Checks", "", table.html()))
}

fn line(row: &CheckRow, finding: Option<usize>) -> Row {
    let different = match finding {
        Some(at) => {
            Cell::html(format!("<a class=\"bad\" href=\"#f-{}\">{}</a>", at + 1, crate::model::count(row.different)))
                .sorted(row.different as f64)
        }
        None => Cell::count("bad", row.different),
    };
    let outcome = match (row.different, row.incomplete, row.waived) {
        (1.., ..) => "different",
        (0, 1.., _) => "incomplete",
        (0, 0, 1..) => "waived",
        (0, 0, 0) => "same",
    };
    let cells = vec![
        Cell::html(esc(&row.check)),
        Cell::count("", row.units),
        Cell::count("", row.same),
        different,
        Cell::count("unsure", row.incomplete),
        Cell::count("", row.waived),
        Cell::text(&row.measured),
    ];
    Row::new(cells).tagged(Tags::of(&row.check, outcome))
}
