//! `rehearse`: the whole day on throwaway servers, then the defect matrix.

use std::path::PathBuf;

use super::global::Global;
use crate::config::{Config, Flags};
use crate::model::{Error, Events, ExitCode, Result, RunReport};
use crate::rehearse::server::{Choice, DEFAULT_IMAGE, Options};
use crate::rehearse::{Given, Own, Rows, Settings, rehearse};

/// Rehearse the whole day on throwaway servers, then plant defects and show that each is caught
///
/// With --source and --target the rehearsal makes its own databases on those servers and drops them afterwards.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  pg-rehearse rehearse --postgres embedded --out html=rehearsal.html\n  pg-rehearse rehearse --schema prod.sql\n  pg-rehearse rehearse --schema prod.sql --target-schema staging.sql --rows rows.toml\n  pg-rehearse rehearse --chaos"
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
    /// Rehearse your own schema in the fixture's place: a dump in plain SQL, as `pg_dump --schema-only` writes it
    #[arg(long, value_name = "FILE", conflicts_with = "chaos")]
    schema: Option<PathBuf>,
    /// The target's schema, where it is another than the source's
    #[arg(long, value_name = "FILE", requires = "schema")]
    target_schema: Option<PathBuf>,
    /// How many rows tables get, a line each: "public.orders" = 500 [default: 200 a table]
    #[arg(long, value_name = "FILE", requires = "schema", conflicts_with = "like")]
    rows: Option<PathBuf>,
    /// Give tables as many rows as those of this database have by its estimates, up to 1,000; it is only read from
    #[arg(long, value_name = "URL", requires = "schema")]
    like: Option<String>,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let flags = global.flags();
    let options =
        |choice: Option<Choice>| Options { choice: choice.unwrap_or(args.postgres), image: args.image.clone() };
    let own = own(args).await?;
    let settings = Settings {
        own,
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

/// The user's schema, read before anything is started.
async fn own(args: &Args) -> Result<Option<Own>> {
    let Some(schema) = &args.schema else { return Ok(None) };
    // Whether the files are any good is known before a database is asked.
    Own::read(schema, args.target_schema.as_ref(), Rows::default())?;
    let rows = match (&args.rows, &args.like) {
        (Some(path), _) => Rows::read(path)?,
        (None, Some(url)) => Rows::like(url).await?,
        (None, None) => Rows::default(),
    };
    Ok(Some(Own::read(schema, args.target_schema.as_ref(), rows)?))
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
