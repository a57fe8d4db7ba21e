//! `fingerprint`: a portable manifest of one side, without row values.

use clap::ValueEnum;

use super::global::Global;
use super::output::answer;
use super::scope::Scope;
use crate::check::SideView;
use crate::config::{Config, SideConfig};
use crate::fingerprint::{Access, Fingerprint};
use crate::model::{ExitCode, Result};
use crate::postgres::{Endpoint, Role, Source, Target};
use crate::verify::fingerprint_of_source;

/// Write what one side comes to: counts, sums of hashes, sequences and schema, and no row value
///
/// The JSON goes to standard output, or with --out FILE into a file. `verify --against FILE` compares the target with it.
/// Where columns are masked, the source's rows are summed as the masks make them. With --access only the rules of access are
/// written, as text: row security, policies, privileges, roles.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  pg-rehearse fingerprint --side source --out source.json
  pg-rehearse fingerprint --side target --access --out snapshots/access.txt")]
pub(super) struct Args {
    /// Which side
    #[arg(long, value_enum, value_name = "SIDE", default_value_t = One::Source)]
    side: One,
    /// Only who may see and do what, as a text to review and keep; no row is read
    #[arg(long)]
    access: bool,
    #[command(flatten)]
    scope: Scope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum One {
    Source,
    Target,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config(&args.scope)?;
    let file = global.delivery.json_file()?;
    if args.access {
        let taken = match args.side {
            One::Source => access::<Source>(&config, &config.source).await?,
            One::Target => access::<Target>(&config, &config.target).await?,
        };
        match file {
            Some(path) => taken.write(&path)?,
            None => answer(&taken.to_text()),
        }
        return Ok(ExitCode::Same);
    }
    let taken = match args.side {
        One::Source => fingerprint_of_source(&config).await?,
        One::Target => target(&config).await?,
    };
    match file {
        Some(path) => taken.write(&path)?,
        None => answer(&taken.to_json()?),
    }
    Ok(ExitCode::Same)
}

async fn target(config: &Config) -> Result<Fingerprint> {
    let endpoint = Endpoint::<Target>::new(&config.target)?;
    let view = SideView::open(&endpoint, config.verify_jobs, &config.scope.schemas).await?;
    let taken = Fingerprint::take(&view.readers, &view.catalog, &config.scope, None).await;
    view.readers.close().await;
    taken
}

async fn access<R: Role>(config: &Config, side: &SideConfig) -> Result<Access> {
    let view = SideView::<R>::open(&Endpoint::new(side)?, 1, &config.scope.schemas).await?;
    let taken = Access::of(&view.catalog, config.scope.schemas.is_empty());
    view.readers.close().await;
    Ok(taken)
}
