//! Measures the release build as ratios within one run, on two throwaway servers.
//!
//! Never true in here: a time compared with a time of another run, a bound called held that was not measured.

mod catalog;
mod copy;
mod database;
mod direct;
mod process;
mod servers;
mod table;
mod tool;
mod verify;
mod workload;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Measures the release build as ratios within one run
#[derive(Debug, Parser)]
#[command(name = "bench", bin_name = "cargo xtask bench")]
struct Args {
    #[command(subcommand)]
    what: What,
    /// What cargo gives every benchmark
    #[arg(long, global = true, hide = true)]
    bench: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    Catalog(catalog::Args),
    Copy(copy::Args),
    Verify(verify::Args),
}

/// What both measurements are told.
#[derive(Debug, clap::Args)]
struct Common {
    /// Rows of the table of events; the table of embeddings has a hundredth of it
    #[arg(long, default_value_t = 2_000_000, value_parser = clap::value_parser!(u64).range(20_000..))]
    rows: u64,
    /// How often each measurement is made; the best counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Where the servers come from: auto, container or embedded
    #[arg(long, default_value = "auto")]
    postgres: String,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    match args.what {
        What::Catalog(args) => runtime.block_on(catalog::run(&args)),
        What::Copy(args) => runtime.block_on(copy::run(&args)),
        What::Verify(args) => runtime.block_on(verify::run(&args)),
    }
}

/// Prints a line; a closed output ends the run.
fn say(line: impl AsRef<str>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", line.as_ref())?;
    Ok(out.flush()?)
}
