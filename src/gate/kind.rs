//! What a report is of.

use super::GateRow;
use crate::config::ReportKind;
use crate::model::RunReport;

/// The kind of a report; `None` for a verb whose reports no rule is for.
pub(super) fn kind(report: &RunReport) -> Option<ReportKind> {
    match report.verb.as_str() {
        "rehearse" if report.units.is_empty() && !report.faults.is_empty() => Some(ReportKind::Chaos),
        "rehearse" => Some(ReportKind::Rehearse),
        "verify" => Some(ReportKind::Verify),
        "migrate" => Some(ReportKind::Migrate),
        "advise" => Some(ReportKind::Advise),
        _ => None,
    }
}

/// Whether its databases exist for the rehearsal alone.
pub(super) fn is_rehearsed(kind: ReportKind) -> bool {
    matches!(kind, ReportKind::Rehearse | ReportKind::Chaos)
}

/// How a report of a kind is made.
pub(super) fn command(kind: ReportKind) -> String {
    match kind {
        ReportKind::Chaos => "`rehearse --chaos`".to_owned(),
        other => format!("`{other}`"),
    }
}

pub(super) fn unknown(report: &RunReport) -> GateRow {
    GateRow::unknown("kind", format!("a report of `{}`", report.verb), "rehearse, verify, migrate or advise")
        .fix("give a report of one of these verbs")
}
