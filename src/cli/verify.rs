//! `verify`: every check, source against target.

use std::time::Instant;

use super::global::Global;
use super::output::answer;
use crate::check::{Context, Selection, run as run_checks};
use crate::model::{Error, Events, ExitCode, REPORT_VERSION, Result, RunReport};
use crate::verify::checks;

/// Compare target with source, and say same only where that was proven
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only these checks
    #[arg(long, value_delimiter = ',', value_name = "CHECK")]
    only: Vec<String>,
    /// All checks but these
    #[arg(long, value_delimiter = ',', value_name = "CHECK")]
    skip: Vec<String>,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config()?;
    let selection = Selection { only: args.only.clone(), skip: args.skip.clone() };
    let checks = checks();
    selection.validate(&checks)?;
    let (started, clock) = (jiff::Timestamp::now(), Instant::now());
    let context = Context::open(&config, &Events::silent()).await?;
    let checked = run_checks(&checks, &selection, &context).await?;
    let report = RunReport {
        report_version: REPORT_VERSION,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        verb: "verify".to_owned(),
        started,
        seconds: clock.elapsed().as_secs_f64(),
        source: context.source.facts(),
        target: context.target.facts(),
        phases: Vec::new(),
        copied: Vec::new(),
        units: checked.units,
        ledger: checked.ledger,
        waivers: checked.waivers,
        defects: Vec::new(),
    };
    context.close().await;
    let text = serde_json::to_string_pretty(&report).map_err(|error| Error::failed("x").caused_by(error))?;
    answer(&text);
    Ok(report.verdict().exit_code())
}
