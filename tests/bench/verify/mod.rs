//! Verification: against reladiff, against the bare scan, and against itself where rows differ.
//!
//! Never true in here: a statement the tool does not run itself measured as the bare scan.

mod bounds;
mod changes;
mod measure;
mod peer;
mod plan;
mod scan;
mod subject;

use std::process::ExitCode;

use anyhow::Result;

use crate::{Common, table};

/// `verify --only rows` against reladiff, against the bare scan, and against itself where rows differ
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    common: Common,
    /// Measure memory on a narrower table of this many rows as well
    #[arg(long, value_name = "ROWS")]
    memory_rows: Option<u64>,
    /// Leave reladiff out: its bounds are then not measured, so the run does not end well
    #[arg(long)]
    no_reladiff: bool,
    /// Show the statements of the tool that are measured as the bare scan
    #[arg(long)]
    show_statements: bool,
}

/// Measures, and prints the table.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    let measured = measure::measure(args).await?;
    table::conclude(&measured.about, &bounds::judge(&measured), &bounds::remarks(&measured))
}
