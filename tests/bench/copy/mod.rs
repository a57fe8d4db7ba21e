//! Copying: against pgcopydb, pg_dump and pg_restore, pipes made by hand, a live HNSW index, and itself with more rows.
//!
//! Never true in here: a time of a copy after which the target was not shown to be what the source is, rows, keys and indexes.

mod bounds;
mod clients;
mod length;
mod measure;
mod pgcopydb;
mod proof;
mod vectors;
mod whole;

use std::process::ExitCode;

use anyhow::Result;

use crate::{Common, table};

/// `copy` against pgcopydb, pg_dump and pg_restore, pipes made by hand, a live HNSW index, and itself with more rows
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    common: Common,
    /// Rows of the table that is copied beside a live HNSW index
    #[arg(long, value_name = "ROWS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(100..))]
    vectors: u64,
    /// Dimensions of its vectors
    #[arg(long, default_value_t = 384, value_parser = clap::value_parser!(u16).range(1..=2000))]
    dimensions: u16,
    /// Rows of the longest narrow table; the shorter ones have a tenth each, down to 100,000
    #[arg(long, value_name = "ROWS", default_value_t = 10_000_000, value_parser = clap::value_parser!(u64).range(1_000_000..))]
    longest: u64,
    /// Leave pgcopydb out: its bound is then not measured, so the run does not end well
    #[arg(long)]
    no_pgcopydb: bool,
    /// Make some of the measurements: the bounds of the others are then not measured
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Part::Whole, Part::Vectors, Part::Length])]
    only: Vec<Part>,
}

/// What can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Events and embeddings, against other ways to copy them
    Whole,
    /// Vectors with an HNSW index
    Vectors,
    /// Narrow tables of more and more rows
    Length,
}

/// Measures, and prints the table.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    let measured = measure::measure(args).await?;
    table::conclude(&measured.about, &bounds::judge(&measured, args), &measured.remarks)
}
