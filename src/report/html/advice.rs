//! The advisors: a row a rule, then every finding, source against target.

use super::page::Section;
use super::table::{Cell, Column, Row, Table, Tags};
use super::{LISTED, left_out};
use crate::model::{Advice, AdviceLevel, FoundOn, RunReport, plural};
use crate::report::advice::{RuleRow, rules};
use crate::report::digest;
use crate::report::markup::escaped as esc;

/// Objects named for a rule; the list below has all of them.
const NAMED: usize = 10;

pub(super) fn section(report: &RunReport) -> Option<Section> {
    if report.advice.is_empty() {
        return None;
    }
    let mut columns = ["rule", "level"].map(Column::text).to_vec();
    columns.extend(["source", "target", "both", "new"].map(Column::number));
    columns.push(Column::text("objects"));
    let rows = rules(report).iter().map(rule).collect();
    let mut body = Table { caption: "Findings of each rule", columns, rows, sortable: true, ..Table::default() }.html();
    let all = Table {
        caption: "Every finding of the advisors",
        columns: ["object", "level", "rule", "found on", "what", "what to do"].map(Column::text).to_vec(),
        rows: report.advice.iter().take(LISTED).map(one).collect(),
        sortable: true,
        ..Table::default()
    };
    let note = plural(report.advice.len() as u64, "finding");
    let more = left_out(report.advice.len().saturating_sub(LISTED));
    body.push_str(&format!(
        "<details><summary>{note}, each with what to do</summary>\n{}{more}</details>\n",
        all.html()
    ));
    Some(Section::new("advice", "Advice", note, body))
}

fn level(level: AdviceLevel) -> Cell {
    let class = match level {
        AdviceLevel::Error => "bad",
        AdviceLevel::Warn => "unsure",
        AdviceLevel::Info => "",
    };
    // The heaviest first.
    let weight = AdviceLevel::ALL.iter().position(|known| *known == level).unwrap_or_default();
    Cell::toned(class, level.name()).sorted(weight as f64)
}

fn tags(level: AdviceLevel, new: bool) -> Tags {
    Tags::of("advise", if new { "new-on-target" } else { "" }).severity(level.name())
}

fn rule(row: &RuleRow<'_>) -> Row {
    let counts = row.counts;
    let cells = vec![
        Cell::text(&format!("{} {}", row.rule, row.name)),
        level(row.level),
        Cell::count("", counts.source),
        Cell::count("", counts.target),
        Cell::count("", counts.both),
        Cell::count("bad", counts.new),
        Cell::html(digest::named(&row.objects, NAMED, esc)),
    ];
    Row::new(cells).tagged(tags(row.level, counts.new > 0))
}

fn one(advice: &Advice) -> Row {
    let found = match (advice.new, advice.found_on) {
        (true, _) => Cell::toned("bad", "new on the target"),
        (false, FoundOn::Both) => Cell::text("both"),
        (false, FoundOn::Source) => Cell::text("source"),
        (false, FoundOn::Target) => Cell::text("target"),
    };
    let cells = vec![
        Cell::text(&advice.object.to_string()),
        level(advice.level),
        Cell::text(&format!("{} {}", advice.rule, advice.name)),
        found,
        Cell::text(&advice.detail),
        Cell::text(&advice.remediation),
    ];
    Row::new(cells).tagged(tags(advice.level, advice.new))
}
