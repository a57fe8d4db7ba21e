//! `verify --watch`: the same verification again and again, for the days after a migration.

use std::time::{Duration, Instant};

use crate::model::{Events, ExitCode, Result, RunReport, plural};

/// Verifies every so often until the time is over; gives the last report and the worst exit code of all. A side that could not be
/// reached once is told and tried again at the next turn: a watch over days must outlive a restart.
///
/// # Errors
/// The last turn's error, where it left no report.
pub(super) async fn watch(
    once: impl AsyncFn() -> Result<RunReport>,
    long: Duration,
    every: Duration,
    events: &Events,
) -> Result<(RunReport, ExitCode)> {
    let begun = Instant::now();
    let mut worst = ExitCode::Same;
    let mut turn = 0;
    loop {
        turn += 1;
        let verified = once().await;
        let code = verified.as_ref().map_or_else(|error| error.exit_code(), RunReport::exit_code);
        worst = if rank(code) > rank(worst) { code } else { worst };
        let said = match &verified {
            Ok(report) => summary(report),
            Err(error) => error.chain(),
        };
        events.note(format!("turn {turn}, {:.0}: {said}", jiff::Timestamp::now()));
        if begun.elapsed() + every > long {
            return Ok((verified?, worst));
        }
        tokio::time::sleep(every).await;
    }
}

/// A turn on one line: the verdict, and what was found first.
fn summary(report: &RunReport) -> String {
    let findings: Vec<_> = report.units.iter().flat_map(|unit| unit.open_findings()).collect();
    match (report.exit_code(), findings.first()) {
        (ExitCode::Same, _) => format!("same, {}", plural(report.units.len() as u64, "unit")),
        (_, None) => "not everything could be looked at".to_owned(),
        (_, Some(first)) => {
            let cause = first.causes.first().map_or_else(String::new, |cause| format!(" ({})", cause.text));
            let number = plural(findings.len() as u64, "finding");
            format!("{number}, the first {}: {}{cause}", first.object, first.message)
        }
    }
}

/// Different outweighs failed, which outweighs incomplete.
fn rank(code: ExitCode) -> u8 {
    match code {
        ExitCode::Same => 0,
        ExitCode::Incomplete => 1,
        ExitCode::Failed | ExitCode::Usage | ExitCode::Interrupted => 2,
        ExitCode::Different => 3,
    }
}
