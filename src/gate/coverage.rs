//! How much of both databases was compared.

use super::{GateRow, Standard};
use crate::config::ReportKind;
use crate::model::{LedgerEntry, RunReport, count};

const RULE: &str = "coverage";
/// The ledger's reason of roles that belong to the server alone: objects of neither database.
const OF_NEITHER: &str = "nothing in either database names it";
/// The check without which no table counts: that its definition is the same says nothing of its rows.
const ROWS: &str = "rows";

/// The share of the ledger's lines whose object was compared wholly. A line with a reason, whatever it is, is none of those;
/// roles that neither database names do not count at all.
pub(super) fn row(report: &RunReport, kind: ReportKind, standard: &Standard<'_>) -> Option<GateRow> {
    if !matches!(kind, ReportKind::Verify | ReportKind::Migrate | ReportKind::Rehearse) {
        return None;
    }
    let minimum = standard.config.gate.minimum_coverage;
    let wanted = format!("at least {minimum}%");
    let lines: Vec<&LedgerEntry> = report.ledger.iter().filter(|line| !is_of_neither(line)).collect();
    if lines.is_empty() {
        return Some(
            GateRow::unknown(RULE, "the report lists no object", wanted).fix("give a report of a whole comparison"),
        );
    }
    let rows_read = lines.iter().any(|line| line.compared_by.iter().any(|check| check == ROWS));
    let compared = lines.iter().filter(|line| is_compared(line, rows_read)).count();
    #[allow(clippy::cast_precision_loss)]
    let share = compared as f64 * 100.0 / lines.len() as f64;
    let without_rows = !rows_read && lines.iter().any(|line| line.object.kind == "table");
    let found = format!(
        "{}% ({} of {} objects){}",
        // Rounded down: 89.99 must not read as the 90 it is not.
        (share * 10.0).floor() / 10.0,
        count(compared as u64),
        count(lines.len() as u64),
        if without_rows { "; no rows were compared, so no table counts" } else { "" }
    );
    Some(if share < minimum {
        GateRow::stop(RULE, found, wanted).fix("the report's coverage says what was not compared, and why")
    } else {
        GateRow::go(RULE, found, wanted)
    })
}

fn is_of_neither(line: &LedgerEntry) -> bool {
    line.compared_by.is_empty() && line.not_compared.as_deref() == Some(OF_NEITHER)
}

fn is_compared(line: &LedgerEntry, rows_read: bool) -> bool {
    !line.compared_by.is_empty() && line.not_compared.is_none() && (rows_read || line.object.kind != "table")
}
