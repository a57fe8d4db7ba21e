//! The report for a terminal: readable at two in the morning. What differs, where, how many, what next.
//!
//! Never true in here: a line wider than asked for, or an ANSI sequence where no colour is wanted.

mod advice;
mod findings;
mod grid;
mod page;
mod rest;

use comfy_table::Color;

use super::{Style, digest, value};
use crate::model::{PhaseStatus, RunReport, SideFacts, Verdict, count, plural, seconds};
use grid::Grid;
use page::{Page, Tone};

/// Draws the whole report.
pub(super) fn render(report: &RunReport, style: Style) -> String {
    let mut page = Page::new(style);
    head(&mut page, report);
    phases(&mut page, report);
    copied(&mut page, report);
    checks(&mut page, report);
    findings::write(&mut page, report);
    advice::write(&mut page, report);
    rest::incomplete(&mut page, report);
    rest::waived(&mut page, report);
    rest::ledger(&mut page, report);
    rest::own_schema(&mut page, report);
    rest::defects(&mut page, report);
    rest::faults(&mut page, report);
    next(&mut page, report);
    page.finish()
}

fn head(page: &mut Page, report: &RunReport) {
    let tone = match digest::mood(report) {
        Verdict::Same => Tone::Good,
        Verdict::Different => Tone::Bad,
        Verdict::Incomplete => Tone::Unsure,
    };
    let counts = format!(": {}", digest::headline(report));
    page.line(0, &[(digest::word(report), tone), (&counts, Tone::Strong)]);
    let run = format!(
        "{} by pg-rehearse {}, {:.0}, took {}",
        report.verb,
        report.tool_version,
        report.started,
        seconds(report.seconds)
    );
    page.line(0, &[(&value::visible(&run), Tone::Faint)]);
    page.blank();
    side(page, "source", &report.source);
    side(page, "target", &report.target);
}

fn side(page: &mut Page, label: &str, facts: &SideFacts) {
    let name = value::visible(&facts.name);
    page.line(0, &[(label, Tone::Faint), ("  ", Tone::Plain), (&name, Tone::Strong)]);
    page.line(8, &[(&value::visible(&facts.url), Tone::Plain)]);
    let mut parts = vec![value::visible(&facts.version)];
    parts.extend(facts.lsn.as_ref().map(|lsn| format!("lsn {}", value::visible(lsn))));
    parts.extend(facts.snapshot_taken.as_ref().map(|taken| format!("snapshot {}", value::visible(taken))));
    page.line(8, &[(&parts.join(" · "), Tone::Plain)]);
}

fn phases(page: &mut Page, report: &RunReport) {
    if report.phases.is_empty() {
        return;
    }
    page.title("Phases");
    let planned = digest::is_planned(report);
    let mut grid = match planned {
        true => Grid::new(&["phase", "", "seconds", "planned", "summary"]),
        false => Grid::new(&["phase", "", "seconds", "summary"]),
    };
    (2..=2 + usize::from(planned)).for_each(|column| grid.right(column));
    for phase in &report.phases {
        let (word, color) = match phase.status {
            PhaseStatus::Go => ("go", Color::Green),
            PhaseStatus::NoGo => ("no-go", Color::Red),
            PhaseStatus::Failed => ("failed", Color::Red),
        };
        let begin = [
            grid::plain(phase.phase.name()),
            grid::colored(word, color),
            grid::plain(&format!("{:.1}", phase.seconds)),
        ];
        let length = planned.then(|| grid::plain(&digest::planned(phase)));
        grid.row(begin.into_iter().chain(length).chain([grid::plain(&phase.summary)]));
    }
    page.grid(grid);
    for decision in digest::decisions(report) {
        page.hanging(1, 2, &[("→ ", Tone::Strong), (&value::visible(&decision), Tone::Plain)]);
    }
}

fn copied(page: &mut Page, report: &RunReport) {
    if report.copied.is_empty() {
        return;
    }
    page.title("Copied");
    let mut grid = Grid::new(&["table", "level", "rows", "seconds", "rows/s"]);
    (1..=4).for_each(|column| grid.right(column));
    let (tables, more) = digest::largest(report);
    for table in tables {
        grid.row([
            grid::plain(&table.table.to_string()),
            grid::plain(&table.level.to_string()),
            grid::plain(&count(table.rows)),
            grid::plain(&format!("{:.2}", table.seconds)),
            grid::plain(digest::rate(table.rows, table.seconds).trim_end_matches("/s")),
        ]);
    }
    page.grid(grid);
    let total = digest::summary(report);
    let all = format!("{}, {}", plural(total.rows_copied, "row"), plural(total.tables_copied, "table"));
    let bytes = digest::added(report.copied.iter().map(|table| table.bytes));
    let others =
        if more > 0 { format!("; {} not listed", plural(more as u64, "smaller table")) } else { String::new() };
    page.line(1, &[("total ", Tone::Strong), (&format!("{all}, {} bytes{others}", count(bytes)), Tone::Plain)]);
}

fn checks(page: &mut Page, report: &RunReport) {
    let rows = digest::checks(report);
    if rows.is_empty() {
        return;
    }
    page.title("Checks");
    let mut grid = Grid::new(&["check", "units", "same", "diff", "incompl", "waived", "measured"]);
    (1..=5).for_each(|column| grid.right(column));
    for row in rows {
        grid.row([
            grid::plain(&row.check),
            grid::plain(&count(row.units)),
            grid::number(row.same, None),
            grid::number(row.different, Some(Color::Red)),
            grid::number(row.incomplete, Some(Color::Yellow)),
            grid::number(row.waived, None),
            grid::plain(&row.measured),
        ]);
    }
    page.grid(grid);
}

fn next(page: &mut Page, report: &RunReport) {
    let steps = digest::next_steps(report);
    if steps.is_empty() {
        return;
    }
    page.title("Next");
    for step in steps {
        page.hanging(1, 2, &[("→ ", Tone::Faint), (&value::visible(&step), Tone::Plain)]);
    }
}
