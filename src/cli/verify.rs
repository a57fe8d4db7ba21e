//! `verify`: every check, source or fingerprint against target.

use std::path::PathBuf;

use super::global::Global;
use super::output::answer;
use crate::check::Selection;
use crate::fingerprint::Fingerprint;
use crate::model::{Error, ExitCode, Result};
use crate::verify;

/// Compare target with source, and say same only where that was proven
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  pg-rehearse verify --out json=report.json --skip samples
  pg-rehearse verify --against source.json\n  pg-rehearse verify --explain rows")]
pub(super) struct Args {
    /// Only these checks
    #[arg(long, value_delimiter = ',', value_name = "CHECK")]
    only: Vec<String>,
    /// All checks but these
    #[arg(long, value_delimiter = ',', value_name = "CHECK")]
    skip: Vec<String>,
    /// Write SQL that makes the target's rows and sequences equal; it is never run by itself
    #[arg(long, value_name = "FILE", conflicts_with = "against")]
    repair: Option<PathBuf>,
    /// Compare with a fingerprint instead of a live source; checks that need the source are listed as not made
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Say what a check proves, and what not; nothing is compared
    #[arg(long, value_name = "CHECK", conflicts_with_all = ["only", "skip", "against", "repair"])]
    explain: Option<String>,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    if let Some(check) = &args.explain {
        return explain(check);
    }
    let config = global.config()?;
    let selection = Selection { only: args.only.clone(), skip: args.skip.clone() };
    selection.validate(&verify::checks())?;
    let before = args.against.as_ref().map(|path| Ok::<_, Error>((path, Fingerprint::read(path)?))).transpose()?;
    let destinations = global.delivery.destinations()?;
    let (events, progress) = global.delivery.progress();
    let report = match &before {
        Some((path, before)) => {
            let place = path.display().to_string();
            verify::verify_against(&config, before, &place, &selection, &events).await
        }
        None => verify::verify(&config, &selection, args.repair.as_deref(), &events).await,
    };
    progress.finish();
    let report = report?;
    destinations.deliver(&report)?;
    Ok(report.exit_code())
}

fn explain(check: &str) -> Result<ExitCode> {
    let checks = verify::checks();
    let Some(found) = checks.iter().find(|one| one.name() == check) else {
        let names: Vec<&str> = checks.iter().map(|one| one.name()).collect();
        return Err(Error::usage(format!("there is no check `{check}`")).hint(format!("checks: {}", names.join(", "))));
    };
    answer(&format!("{}: {}\n", found.name(), found.proves()));
    Ok(ExitCode::Same)
}
