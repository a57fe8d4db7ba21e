//! Measures verification as ratios within one run: against reladiff, against the bare scan, and against itself where rows differ.
//!
//! Never true in here: a time compared with a time of another run, a bound called held that was not measured, a statement the
//! tool does not run itself measured as the bare scan.

mod bounds;
mod measure;
mod peer;
mod plan;
mod process;
mod scan;
mod servers;
mod tool;
mod workload;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// Measures `verify --only rows` as ratios within one run
#[derive(Debug, Parser)]
#[command(name = "bench verify")]
struct Args {
    /// Rows of the table of events; the table of embeddings has a hundredth of it
    #[arg(long, default_value_t = 2_000_000, value_parser = clap::value_parser!(u64).range(20_000..))]
    rows: u64,
    /// How often each measurement is made; the best counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Where the servers come from: auto, container or embedded
    #[arg(long, default_value = "auto")]
    postgres: String,
    /// Measure memory on a narrower table of this many rows as well
    #[arg(long, value_name = "ROWS")]
    memory_rows: Option<u64>,
    /// Leave reladiff out: its bounds are then not measured, so the run does not end well
    #[arg(long)]
    no_reladiff: bool,
    /// Show the statements of the tool that are measured as the bare scan
    #[arg(long)]
    show_statements: bool,
    /// What cargo gives every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let measured = runtime.block_on(measure::measure(&args))?;
    let lines = bounds::judge(&measured);
    say(format!("\n{}", bounds::render(&measured, &lines)))?;
    Ok(if lines.iter().any(bounds::Line::is_broken) { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Prints a line; a closed output ends the run.
fn say(line: impl AsRef<str>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", line.as_ref())?;
    Ok(out.flush()?)
}
