//! `report`: a saved JSON report in any format.

use std::path::PathBuf;

use super::global::Global;
use crate::model::{Error, ExitCode, Result};
use crate::report::parse;

/// Show a saved JSON report again, in any format
///
/// Exit code 0 says that it was shown, whatever the report says.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  pg-rehearse report report.json --format markdown")]
pub(super) struct Args {
    /// The report, as --format json or a run's folder has it
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let destinations = global.delivery.destinations()?;
    let text = std::fs::read_to_string(&args.file).map_err(|error| {
        Error::usage(format!("cannot read {}", args.file.display()))
            .hint("give the JSON written by --format json or --out json=PATH")
            .caused_by(error)
    })?;
    let report = parse(&text).map_err(|error| error.at(args.file.display()))?;
    destinations.deliver(&report)?;
    Ok(ExitCode::Same)
}
