//! `preflight`: may the migration start?

use super::global::Global;
use super::grid::grid;
use super::scope::Scope;
use super::tools;
use crate::model::{Events, ExitCode, Result, plural};
use crate::preflight::{PreflightReport, Readiness, preflight};

/// Ask of both sides whether the migration may start; exit 1 where something stops it
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  pg-rehearse preflight --format json")]
pub(super) struct Args {
    #[command(flatten)]
    scope: Scope,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config(&args.scope)?;
    let destinations = global.delivery.plain_destinations()?;
    let tools = tools::installed(global).await?;
    // Every row stands in the answer, so none is told beforehand.
    let report = preflight(&config, tools.as_ref(), &Events::silent()).await?;
    destinations.deliver(|width| text(&report, width), &report)?;
    Ok(match report.verdict() {
        Readiness::Stop => ExitCode::Different,
        Readiness::Go | Readiness::Warn => ExitCode::Same,
    })
}

fn text(report: &PreflightReport, width: usize) -> String {
    let row = |row: &crate::preflight::PreflightRow| {
        let fix = row.fix.as_ref().map(|fix| format!("\nto fix: {fix}")).unwrap_or_default();
        let found = format!("{}{fix}", row.found);
        vec![row.check.clone(), word(row.ok).to_owned(), found, row.wanted.clone()]
    };
    let rows: Vec<Vec<String>> = report.rows.iter().map(row).collect();
    let of = |ok: Readiness| report.rows.iter().filter(|row| row.ok == ok).count() as u64;
    format!(
        "{}\n{}: {}, {}, {}\n",
        grid(&["check", "", "found", "wanted"], &rows, &[], width),
        if report.verdict() == Readiness::Stop { "no-go" } else { "go" },
        plural(report.rows.len() as u64, "check"),
        plural(of(Readiness::Warn), "warning"),
        plural(of(Readiness::Stop), "obstacle"),
    )
}

fn word(ok: Readiness) -> &'static str {
    match ok {
        Readiness::Go => "go",
        Readiness::Warn => "warn",
        Readiness::Stop => "STOP",
    }
}
