//! What a day would do, as people read it.

use super::progress::tame;
use crate::config::Planned;
use crate::migrate::{Sides, Statements};
use crate::model::{Phase, plural, seconds};
use crate::preflight::PreflightRow;

/// Every step and every statement, in order.
pub(super) fn text(sides: &Sides, estimate: &[PreflightRow], lengths: &Planned, planned: &Statements) -> String {
    let mut lines = vec![format!(
        "{} in {}, from {} to {}; nothing is written",
        plural(sides.plan.tables.len() as u64, "table"),
        plural(sides.plan.levels().len() as u64, "level"),
        sides.facts.0.url,
        sides.facts.1.url
    )];
    lines.extend(estimate.iter().map(|row| format!("{}: {} (wanted: {})", row.check, row.found, row.wanted)));
    let phases = [Phase::Preflight, Phase::Backup, Phase::Clean, Phase::Copy, Phase::Verify, Phase::Advise];
    let lengths = phases.iter().filter_map(|phase| Some((phase.name(), lengths.of(*phase)?.as_secs_f64())));
    let lengths: Vec<String> = lengths.map(|(name, length)| format!("{name} {}", seconds(length))).collect();
    if !lengths.is_empty() {
        lines.push(format!("planned: {}", lengths.join(", ")));
    }
    lines.push(format!("backup: pg_dump of {} and {}", sides.facts.0.name, sides.facts.1.name));
    lines.push(match &planned.truncate {
        Some(statement) => format!("clean: {statement}"),
        None => "clean: the target has none of the planned tables".to_owned(),
    });
    for copy in &planned.copies {
        lines.push(format!("copy {}:", copy.table));
        lines.push(format!("  source: {}", copy.from));
        lines.push(format!("  target: {}", copy.into));
        lines.extend(copy.problems.iter().map(|problem| format!("  in the way: {problem}")));
    }
    lines.extend(planned.sequences.iter().map(|name| format!("set sequence {name}")));
    lines.push("verify: every check, source against target".to_owned());
    lines.push("advise: every rule on both sides; a new finding of level ERROR is a no-go".to_owned());
    lines.iter().map(|line| tame(line) + "\n").collect()
}
