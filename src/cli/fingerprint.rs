//! `fingerprint`: a portable manifest of one side, without row values.

use clap::ValueEnum;

use super::global::Global;
use super::output::answer;
use crate::check::SideView;
use crate::config::Config;
use crate::fingerprint::Fingerprint;
use crate::model::{ExitCode, Result};
use crate::postgres::{Endpoint, Role, Source, Target};

/// Write what one side comes to: counts, sums of hashes, sequences and schema, and no row value
///
/// The JSON goes to standard output, or with --out FILE into a file. `verify --against FILE` compares the target with it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  pg-rehearse fingerprint --side source --out source.json")]
pub(super) struct Args {
    /// Which side
    #[arg(long, value_enum, value_name = "SIDE", default_value_t = One::Source)]
    side: One,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum One {
    Source,
    Target,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config()?;
    let file = global.delivery.json_file()?;
    let taken = match args.side {
        One::Source => take(&Endpoint::<Source>::new(&config.source)?, &config).await?,
        One::Target => take(&Endpoint::<Target>::new(&config.target)?, &config).await?,
    };
    match file {
        Some(path) => taken.write(&path)?,
        None => answer(&taken.to_json()?),
    }
    Ok(ExitCode::Same)
}

async fn take<R: Role>(endpoint: &Endpoint<R>, config: &Config) -> Result<Fingerprint> {
    let view = SideView::open(endpoint, config.verify_jobs, &config.scope.schemas).await?;
    let taken = Fingerprint::take(&view.readers, &view.catalog, &config.scope, None).await;
    view.readers.close().await;
    taken
}
