//! The execution log as the plan's template has it: each step with its planned and its actual time, its status and notes,
//! filled in as the day goes; at the end the summary for the progress document.

use jiff::{SignedDuration, Timestamp};

use super::state::{Ending, State};
use crate::config::Config;
use crate::model::{Phase, PhaseReport, PhaseStatus, TableCopied, count, plural, seconds};

/// The file's name in the day's folder.
pub(super) const FILE: &str = "execution-log.md";

/// The phases of a day that goes well, with what each is called in the log.
const PHASES: [(Phase, &str); 6] = [
    (Phase::Preflight, "Preflight: may the day start?"),
    (Phase::Backup, "Backup and fingerprint of both sides"),
    (Phase::Clean, "Empty the planned tables"),
    (Phase::Copy, "Copy"),
    (Phase::Verify, "Verify"),
    (Phase::Advise, "Advisors on both sides"),
];

/// The whole log in Markdown.
pub(super) fn render(state: &State, config: &Config) -> String {
    let (source, target) = &state.sides;
    let mut out = format!(
        "# {}: execution log\n\n- Source: {} ({})\n- Target: {} ({})\n- Started: {:.0}\n- Ended: {}\n\n",
        line(&config.notify.title),
        line(&source.name),
        line(&source.url),
        line(&target.name),
        line(&target.url),
        state.started,
        state.ended.map_or_else(|| "not yet".to_owned(), |at| format!("{at:.0}")),
    );
    let mut planned = Some(state.started);
    for (phase, title) in PHASES {
        let length = config.planned.of(phase);
        let times = state.phases.iter().filter(|ended| ended.phase == phase);
        out.push_str(&section(title, planned, length, times, state.under_way == Some(phase)));
        if phase == Phase::Copy {
            out.push_str(&levels(state));
        }
        planned =
            planned.zip(length).and_then(|(at, length)| at.checked_add(SignedDuration::try_from(length).ok()?).ok());
    }
    let back = state.phases.iter().filter(|ended| ended.phase == Phase::Rollback);
    if state.last(Phase::Rollback).is_some() || state.under_way == Some(Phase::Rollback) {
        out.push_str(&section("Way back", None, None, back, state.under_way == Some(Phase::Rollback)));
    }
    if !state.decisions.is_empty() {
        out.push_str("## Decisions\n\n");
        for decision in &state.decisions {
            out.push_str(&format!("- {}: {}\n", clock(decision.at), line(&decision.line())));
        }
        out.push('\n');
    }
    out.push_str(&summary(state));
    out
}

/// One phase: planned beside actual.
fn section<'a>(
    title: &str,
    planned: Option<Timestamp>,
    length: Option<std::time::Duration>,
    times: impl Iterator<Item = &'a PhaseReport>,
    under_way: bool,
) -> String {
    let mut out = format!("## {title}\n\n");
    if let Some(length) = length {
        let at = planned.map_or_else(String::new, |at| format!(" from {}", clock(at)));
        out.push_str(&format!("- Planned: {}{at}\n", seconds(length.as_secs_f64())));
    }
    let mut none = true;
    for ended in times {
        none = false;
        let mark = match ended.status {
            PhaseStatus::Go => "[x] PASS",
            PhaseStatus::NoGo => "[ ] FAIL (no-go)",
            PhaseStatus::Failed => "[ ] FAIL",
        };
        let at = ended.started.map_or_else(String::new, |at| format!(" from {}", clock(at)));
        out.push_str(&format!("- {mark}: took {}{at}\n  - Notes: {}\n", seconds(ended.seconds), line(&ended.summary)));
    }
    match (under_way, none) {
        (true, _) => out.push_str("- [ ] begun, not ended\n"),
        (false, true) => out.push_str("- [ ] not done\n"),
        (false, false) => {}
    }
    out.push('\n');
    out
}

/// The checkpoints of the copy: tables and rows of each dependency level.
fn levels(state: &State) -> String {
    let last = state.copied.iter().map(|table| table.level).max();
    let Some(last) = last else { return String::new() };
    let mut out = String::from("| checkpoint | tables | rows | other than documented |\n|---|---:|---:|---|\n");
    for level in 0..=last {
        let tables: Vec<_> = state.copied.iter().filter(|table| table.level == level).collect();
        let rows = tables.iter().map(|table| table.rows).sum();
        let off: Vec<String> = tables.iter().filter_map(|table| off(state, table)).collect();
        let counted = tables.iter().filter(|table| documented(state, table).is_some()).count();
        let off = match (counted, off.is_empty()) {
            (0, _) => "nothing documented".to_owned(),
            (counted, true) => format!("none of {counted}"),
            (_, false) => line(&off.join("; ")),
        };
        out.push_str(&format!("| level {level} | {} | {} | {off} |\n", tables.len(), count(rows)));
    }
    out.push('\n');
    out
}

/// How many rows a table is documented to hold.
fn documented(state: &State, table: &TableCopied) -> Option<u64> {
    let name = &table.table;
    let qualified = format!("{}.{}", name.schema, name.name);
    state.documented.get(&qualified).or_else(|| state.documented.get(&name.name)).copied()
}

/// A table that holds another number of rows than is documented.
fn off(state: &State, table: &TableCopied) -> Option<String> {
    let stated = documented(state, table).filter(|stated| *stated != table.rows)?;
    Some(format!("{}: {} copied, {} documented", table.table, count(table.rows), count(stated)))
}

/// What goes into a progress document.
fn summary(state: &State) -> String {
    let status = match state.ending {
        Some(Ending::Complete) => "SUCCESS".to_owned(),
        Some(Ending::RolledBack) => "ROLLED BACK: the target is as it was, proven by fingerprint".to_owned(),
        Some(Ending::Emptied) => "EMPTIED: the target's planned tables hold nothing".to_owned(),
        Some(Ending::Stopped) => "STOPPED before anything was written".to_owned(),
        None => "NOT ENDED: `pg-rehearse migrate --resume` goes on, `pg-rehearse rollback` goes back".to_owned(),
    };
    let rows = state.copied.iter().map(|table| table.rows).sum();
    let took: f64 = state.phases.iter().map(|ended| ended.seconds).sum();
    let planned: f64 = PHASES.iter().filter_map(|(phase, _)| state.last(*phase)?.planned).sum();
    let mut out = format!("## Final status\n\n- Status: {status}\n- Time at work: {}", seconds(took));
    if planned > 0.0 {
        out.push_str(&format!(", where {} were planned", seconds(planned)));
    }
    out.push_str(&format!("\n- Copied: {} of {}\n", plural(rows, "row"), plural(state.copied.len() as u64, "table")));
    for phase in [Phase::Verify, Phase::Advise] {
        if let Some(ended) = state.last(phase) {
            out.push_str(&format!("- {}: {}\n", phase.name(), line(&ended.summary)));
        }
    }
    out
}

fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M:%S UTC").to_string()
}

/// A text on one line, with nothing in it that Markdown would take for its own.
fn line(text: &str) -> String {
    let tame = |c: char| match c {
        c if c.is_control() => " ".to_owned(),
        '*' | '_' | '`' | '[' | ']' | '<' | '>' | '|' | '\\' | '#' => format!("\\{c}"),
        c => c.to_string(),
    };
    text.chars().map(tame).collect()
}
