//! What a report's units and phases come to.

use super::{GateRow, kind};
use crate::config::ReportKind;
use crate::model::{Outcome, Phase, PhaseReport, PhaseStatus, RunReport, Unit, Verdict, plural};

const VERDICT: &str = "verdict";
const PHASES: &str = "phases";

/// The verdict over all units. A report of faults alone has none: what became of each stands in its own row.
pub(super) fn row(report: &RunReport, kind: ReportKind) -> Option<GateRow> {
    if kind == ReportKind::Chaos {
        return None;
    }
    Some(match report.verdict() {
        Verdict::Same => GateRow::go(VERDICT, format!("same: {}", plural(report.units.len() as u64, "unit")), "same"),
        Verdict::Different => {
            GateRow::stop(VERDICT, different(report), "same").fix("see the report; mend what differs, or waive it")
        }
        Verdict::Incomplete => GateRow::unknown(VERDICT, incomplete(report), "same")
            .fix("see the report for what could not be looked at, and let it be seen"),
    })
}

fn different(report: &RunReport) -> String {
    let findings: Vec<_> = report.units.iter().flat_map(Unit::open_findings).collect();
    let first = findings.first().map(|it| format!("; the first: {} {}: {}", it.check, it.object, it.message));
    format!("different: {}{}", plural(findings.len() as u64, "finding"), first.unwrap_or_default())
}

fn incomplete(report: &RunReport) -> String {
    let reasons: Vec<String> = report
        .units
        .iter()
        .filter_map(|unit| match &unit.outcome {
            Outcome::Incomplete { reason, .. } => Some(format!("{} {}: {reason}", unit.check, unit.object)),
            _ => None,
        })
        .collect();
    match reasons.first() {
        Some(first) => format!("incomplete: {}; the first: {first}", plural(reasons.len() as u64, "unit")),
        None => "incomplete: nothing was compared".to_owned(),
    }
}

/// How the phases ended, each as it ended the last time it was done.
pub(super) fn phases(report: &RunReport, kind: ReportKind) -> Option<GateRow> {
    if report.phases.is_empty() && !matches!(kind, ReportKind::Migrate | ReportKind::Rehearse) {
        return None;
    }
    let wanted = "every phase go";
    let last = |at: usize| report.phases[at + 1..].iter().all(|later| later.phase != report.phases[at].phase);
    let bad: Vec<&PhaseReport> = report
        .phases
        .iter()
        .enumerate()
        .filter(|(at, phase)| phase.status != PhaseStatus::Go && last(*at))
        .map(|(_, phase)| phase)
        .collect();
    Some(match (bad.first(), report.phases.last()) {
        (Some(first), _) => {
            let word = if first.status == PhaseStatus::Failed { "failed" } else { "says no-go" };
            GateRow::stop(PHASES, format!("{} {word}: {}", first.phase.name(), first.summary), wanted)
                .fix(format!("mend it and run {} again", kind::command(kind)))
        }
        (None, None) => {
            GateRow::unknown(PHASES, "none was done", wanted).fix(format!("run {} to its end", kind::command(kind)))
        }
        // A day ends with it; in a rehearsal it is a drill, and the day is done again.
        (None, Some(last)) if last.phase == Phase::Rollback => {
            GateRow::stop(PHASES, "the target was put back as it was", wanted)
                .fix("see the report for why, mend it and run the day again")
        }
        (None, Some(_)) => GateRow::go(PHASES, format!("{} go", plural(report.phases.len() as u64, "phase")), wanted),
    })
}
