//! `backup`: a dump of one side or both, with manifest and fingerprint.

use std::path::PathBuf;

use clap::ValueEnum;

use super::global::Global;
use super::progress::tame;
use super::scope::Scope;
use super::{folder, tools};
use crate::catalog::ServerFacts;
use crate::check::SideView;
use crate::config::Config;
use crate::migrate::{Saved, save};
use crate::model::{ExitCode, Result, plural};
use crate::postgres::{Endpoint, Role, Source, Target};
use crate::rehearse::server::{Choice, Options};
use crate::rehearse::{Proven, prove};

/// Dump one side or both, with a manifest and a fingerprint, and prove that each dump can be read
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  pg-rehearse backup --side target --folder backups/before\n  pg-rehearse backup --prove"
)]
pub(super) struct Args {
    /// Which side to save
    #[arg(long, value_enum, value_name = "SIDE", default_value_t = Sides::Both)]
    side: Sides,
    /// Where the files go [default: .pg-rehearse/backup-<timestamp>]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Restore each dump into a throwaway server and compare what comes back with the fingerprint
    #[arg(long)]
    prove: bool,
    /// Where that server comes from: auto, container or embedded
    #[arg(long, value_name = "KIND", default_value = "embedded", requires = "prove")]
    prove_postgres: Choice,
    #[command(flatten)]
    scope: Scope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sides {
    Source,
    Target,
    Both,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config(&args.scope)?;
    let destinations = global.delivery.plain_destinations()?;
    let source = match args.side {
        Sides::Target => None,
        Sides::Source | Sides::Both => Some(Endpoint::<Source>::new(&config.source)?),
    };
    let target = match args.side {
        Sides::Source => None,
        Sides::Target | Sides::Both => Some(Endpoint::<Target>::new(&config.target)?),
    };
    let mut newest = 0;
    if let Some(endpoint) = &source {
        newest = newest.max(server(endpoint, &config).await?.major());
    }
    if let Some(endpoint) = &target {
        newest = newest.max(server(endpoint, &config).await?.major());
    }
    let tools = tools::provide(global, newest).await?;
    let folder = folder::provide(args.folder.as_deref(), "backup-")?;
    let mut saved = Vec::new();
    if let Some(endpoint) = &source {
        saved.push(save(&config, &tools, endpoint, &folder).await?);
    }
    if let Some(endpoint) = &target {
        saved.push(save(&config, &tools, endpoint, &folder).await?);
    }
    let (events, progress) = global.delivery.progress();
    let options = Options { choice: args.prove_postgres, ..Options::default() };
    let mut proven = Vec::new();
    for one in saved.iter().filter(|_| args.prove) {
        proven
            .push(prove(one, &config, &tools, &options, &events).await.map_err(|error| error.at(&one.manifest.name))?);
    }
    progress.finish();
    let manifests: Vec<_> = saved.iter().map(|one| &one.manifest).collect();
    let value = serde_json::json!({ "folder": folder, "backups": manifests, "proven": args.prove });
    let said = |at: usize, one: &Saved| match proven.get(at) {
        Some(proven) => format!("{}{}", text(one), proof(proven)),
        None => text(one),
    };
    destinations.deliver(|_| saved.iter().enumerate().map(|(at, one)| said(at, one)).collect(), &value)?;
    Ok(ExitCode::Same)
}

/// What is known of a side's server.
async fn server<R: Role>(endpoint: &Endpoint<R>, config: &Config) -> Result<ServerFacts> {
    let view = SideView::open(endpoint, 1, &config.scope.schemas).await?;
    let server = view.catalog.server;
    view.readers.close().await;
    Ok(server)
}

fn proof(proven: &Proven) -> String {
    let (rows, tables) = (plural(proven.rows, "row"), plural(proven.tables as u64, "table"));
    format!("  proven       {rows} of {tables} came back equal by fingerprint from a throwaway server\n")
}

fn text(saved: &Saved) -> String {
    let manifest = &saved.manifest;
    let rows = manifest.tables.iter().map(|table| table.rows).sum();
    let (tables, rows) = (plural(manifest.tables.len() as u64, "table"), plural(rows, "row"));
    let size = bytesize::ByteSize(manifest.bytes).display().si();
    format!(
        "{} (database {})\n  dump         {}\n  size         {size}: {rows} of {tables}\n  sha256       {}\n  fingerprint  {}\n",
        tame(&manifest.name),
        tame(&manifest.database),
        saved.dump_path().display(),
        manifest.sha256,
        saved.fingerprint_path().display(),
    )
}
