//! The defect matrix, and the faults that struck the day.

use super::page::Section;
use super::table::{Cell, Column, Row, Table, Tags};
use crate::model::{DefectResult, FaultResult, RunReport, count};
use crate::report::digest;
use crate::report::markup::escaped as esc;

pub(super) fn defects(report: &RunReport) -> Option<Section> {
    if report.defects.is_empty() {
        return None;
    }
    let mut columns = ["defect", "result", "planted", "caught by", "missed or unexpected"].map(Column::text).to_vec();
    columns.push(Column::number("time"));
    let rows = report.defects.iter().map(defect).collect();
    let table = Table { caption: "Planted defects", columns, rows, sortable: true, ..Table::default() };
    let summary = digest::summary(report);
    let note = format!("{} of {} caught", count(summary.defects_caught), count(summary.defects_planted));
    Some(Section::new("defects", "Planted defects", note, table.html()))
}

fn defect(defect: &DefectResult) -> Row {
    let (class, text, outcome) = if defect.caught() {
        ("good", "✓&nbsp;caught", "caught")
    } else {
        ("bad", "✗&nbsp;not as planted", "not-caught")
    };
    let lines = defect.missed.iter().map(|line| format!("missed {line}"));
    let lines = lines.chain(defect.unexpected.iter().map(|line| format!("unexpected {line}")));
    let wrong: Vec<String> = lines.map(|line| esc(&line)).collect();
    let cells = vec![
        Cell::text(&defect.defect),
        mark(class, text),
        Cell::text(&defect.planted),
        Cell::text(&defect.caught_by.join(", ")),
        Cell::html(wrong.join("<br>")),
        Cell::seconds(defect.seconds),
    ];
    Row::new(cells).tagged(Tags { checks: defect.caught_by.clone(), outcome, ..Tags::default() })
}

pub(super) fn faults(report: &RunReport) -> Option<Section> {
    if report.faults.is_empty() {
        return None;
    }
    let mut columns = ["fault", "result", "when", "runs and their exit codes", "ending"].map(Column::text).to_vec();
    columns.push(Column::number("time"));
    let rows = report.faults.iter().map(fault).collect();
    let table = Table { caption: "Faults that struck the day", columns, rows, sortable: true, ..Table::default() };
    let borne = report.faults.iter().filter(|fault| fault.problem.is_none()).count();
    let note = format!("{} of {} borne", count(borne as u64), count(report.faults.len() as u64));
    Some(Section::new("faults", "Faults that struck the day", note, table.html()))
}

fn fault(fault: &FaultResult) -> Row {
    let (class, text, outcome) = if fault.problem.is_none() {
        ("good", "✓&nbsp;borne", "borne")
    } else {
        ("bad", "✗&nbsp;not borne", "not-borne")
    };
    let cells = vec![
        Cell::text(&fault.fault),
        mark(class, text),
        Cell::html(digest::struck(fault)),
        Cell::text(&fault.exits.join(", ")),
        Cell::text(fault.problem.as_deref().unwrap_or(&fault.ending)),
        Cell::seconds(fault.seconds),
    ];
    Row::new(cells).tagged(Tags { outcome, ..Tags::default() })
}

/// A mark and its word, which stay on one line.
fn mark(class: &str, html: &str) -> Cell {
    Cell::html(format!("<span class=\"{class}\">{html}</span>"))
}
