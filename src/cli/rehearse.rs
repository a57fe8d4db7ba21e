//! `rehearse`: the whole day on throwaway servers, then the defect matrix.

use super::global::Global;
use crate::config::{Config, Flags};
use crate::model::{Error, Events, ExitCode, Result, RunReport};
use crate::rehearse::server::{Choice, DEFAULT_IMAGE, Options};
use crate::rehearse::{Given, Settings, rehearse};

/// Rehearse the whole day on throwaway servers, then plant defects and show that each is caught
///
/// With --source and --target the rehearsal makes its own databases on those servers and drops them afterwards.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Example:\n  pg-rehearse rehearse --postgres embedded --out html=rehearsal.html\n  pg-rehearse rehearse --chaos"
)]
pub(super) struct Args {
    /// Where throwaway servers come from: auto, container or embedded
    #[arg(long, value_name = "KIND", default_value = "auto")]
    postgres: Choice,
    /// The same for the source's server alone
    #[arg(long, value_name = "KIND")]
    source_postgres: Option<Choice>,
    /// The same for the target's server alone
    #[arg(long, value_name = "KIND")]
    target_postgres: Option<Choice>,
    /// The image containers are made from
    #[arg(long, value_name = "NAME:TAG", env = "PG_REHEARSE_IMAGE", default_value = DEFAULT_IMAGE)]
    image: String,
    /// Instead of the matrix, strike the day on a small database with every fault there is, or with so many of them
    #[arg(long, value_name = "FAULTS", num_args = 0..=1)]
    chaos: Option<Option<usize>>,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let flags = global.flags();
    let options =
        |choice: Option<Choice>| Options { choice: choice.unwrap_or(args.postgres), image: args.image.clone() };
    let settings = Settings {
        given: given(&flags)?,
        source: options(args.source_postgres),
        target: options(args.target_postgres),
        jobs: flags.jobs,
    };
    let destinations = global.delivery.destinations()?;
    let (events, progress) = global.delivery.progress();
    let report = match args.chaos {
        Some(number) => struck(number, &events).await,
        None => rehearse(&settings, &events).await,
    };
    progress.finish();
    let report = report?;
    destinations.deliver(&report)?;
    Ok(report.exit_code())
}

#[cfg(unix)]
async fn struck(number: Option<usize>, events: &Events) -> Result<RunReport> {
    crate::rehearse::chaos(number, events).await
}

#[cfg(not(unix))]
async fn struck(_: Option<usize>, _: &Events) -> Result<RunReport> {
    Err(Error::usage("--chaos ends processes and servers as Unix systems do, and runs on those only"))
}

/// Servers named on the command line; the environment's URLs lead to real databases and are left alone.
fn given(flags: &Flags) -> Result<Option<Given>> {
    match (&flags.source, &flags.target) {
        (None, None) => Ok(None),
        (Some(source), Some(target)) => {
            // Checks the form of both before anything is started.
            Config::from_text("", flags)?;
            Ok(Some(Given { source: source.clone(), target: target.clone() }))
        }
        _ => Err(Error::usage("a rehearsal on given servers needs both --source and --target")
            .hint("give both, or neither for throwaway servers")),
    }
}
