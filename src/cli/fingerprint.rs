//! `fingerprint`: a portable manifest of one side, without row values.

use clap::ValueEnum;

use super::global::Global;
use super::output::answer;
use crate::check::SideView;
use crate::config::Config;
use crate::fingerprint::Fingerprint;
use crate::model::{ExitCode, Result};
use crate::postgres::{Endpoint, Target};
use crate::verify::fingerprint_of_source;

/// Write what one side comes to: counts, sums of hashes, sequences and schema, and no row value
///
/// The JSON goes to standard output, or with --out FILE into a file. `verify --against FILE` compares the target with it.
/// Where columns are masked, the source's rows are summed as the masks make them.
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
