//! The report as one page: nothing to load, light and dark, fit to print, whole without its script.
//!
//! Never true in here: text from a database reaching the page unescaped, a script other than `page.js` (the page's policy
//! names its hash and refuses every other), anything that only the script can show, or an address the page would load.

mod advice;
mod checks;
mod coverage;
mod findings;
mod graph;
mod layout;
mod own_schema;
mod page;
mod planted;
mod recall;
mod rows;
mod sight;
mod table;
mod tables;
mod timeline;
mod units;
mod waivers;

use super::digest;
use super::markup::escaped as esc;
use crate::model::{RunReport, SideFacts};
use page::Section;
use table::{Cell, Column, Row, Table};

/// Rows of one list; what is more is said.
const LISTED: usize = 10_000;

/// Writes the report as a page.
pub(super) fn render(report: &RunReport) -> String {
    let sections = [
        next(report),
        sides(report),
        timeline::section(report),
        checks::section(report),
        findings::section(report),
        units::not_looked_at(report),
        waivers::section(report),
        tables::section(report),
        graph::section(report),
        sight::section(report),
        recall::section(report),
        advice::section(report),
        own_schema::section(report),
        planted::defects(report),
        planted::faults(report),
        coverage::section(report),
        units::section(report),
    ];
    page::write(report, &sections.into_iter().flatten().collect::<Vec<_>>())
}

fn next(report: &RunReport) -> Option<Section> {
    let steps = digest::next_steps(report);
    let items: String = steps.iter().map(|step| format!("<li>{}</li>\n", esc(step))).collect();
    (!steps.is_empty()).then(|| Section::new("next", "Next", "", format!("<ul>\n{items}</ul>\n")))
}

fn sides(report: &RunReport) -> Option<Section> {
    let code = |text: &str| Cell::html(format!("<code>{}</code>", esc(text)));
    let side = |label: &str, facts: &SideFacts| {
        let name = Cell::html(format!("<strong>{}</strong>", esc(&facts.name)));
        let lsn = facts.lsn.as_deref().map_or_else(|| Cell::text(""), code);
        let snapshot = Cell::text(facts.snapshot_taken.as_deref().unwrap_or_default());
        Row::new(vec![Cell::text(label), name, code(&facts.url), Cell::text(&facts.version), lsn, snapshot])
    };
    let columns = ["side", "name", "address", "server", "lsn", "snapshot"].map(Column::text);
    let table = Table {
        caption: "The two databases",
        columns: columns.to_vec(),
        rows: vec![side("source", &report.source), side("target", &report.target)],
        ..Table::default()
    };
    Some(Section::new("databases", "Databases", "", table.html()))
}

/// A line that says how much of a list is left out.
fn left_out(number: usize) -> String {
    match number {
        0 => String::new(),
        number => {
            let number = crate::model::count(number as u64);
            format!("<p class=\"faint\">and {number} more; the JSON report has them all</p>\n")
        }
    }
}
