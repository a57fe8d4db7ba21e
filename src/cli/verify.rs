//! `verify`: every check, source against target.

use std::path::PathBuf;

use super::global::Global;
use crate::check::Selection;
use crate::model::{ExitCode, Result};
use crate::verify;

/// Compare target with source, and say same only where that was proven
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only these checks
    #[arg(long, value_delimiter = ',', value_name = "CHECK")]
    only: Vec<String>,
    /// All checks but these
    #[arg(long, value_delimiter = ',', value_name = "CHECK")]
    skip: Vec<String>,
    /// Write SQL that makes the target's rows and sequences equal; it is never run by itself
    #[arg(long, value_name = "FILE")]
    repair: Option<PathBuf>,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config()?;
    let selection = Selection { only: args.only.clone(), skip: args.skip.clone() };
    selection.validate(&verify::checks())?;
    let destinations = global.delivery.destinations()?;
    let (events, progress) = global.delivery.progress();
    let report = verify::verify(&config, &selection, args.repair.as_deref(), &events).await;
    progress.finish();
    let report = report?;
    destinations.deliver(&report)?;
    Ok(report.exit_code())
}
