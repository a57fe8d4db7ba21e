//! `schema`: the JSON Schemas of what scripts and editors read.

use clap::ValueEnum;

use super::output::answer;
use crate::config::File;
use crate::model::{Error, ExitCode, Result};
use crate::report;

/// Print the JSON Schema of the JSON report or of migration.toml
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  pg-rehearse schema report > report.schema.json\n  pg-rehearse schema config")]
pub(super) struct Args {
    /// Of what
    #[arg(value_enum, value_name = "WHAT")]
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// The report that --format json writes
    Report,
    /// The configuration, migration.toml
    Config,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let schema = match args.what {
        What::Report => report::schema(),
        What::Config => File::schema(),
    };
    let text = serde_json::to_string_pretty(&schema)
        .map_err(|problem| Error::failed("the schema cannot be written as JSON").caused_by(problem))?;
    answer(&(text + "\n"));
    Ok(ExitCode::Same)
}
