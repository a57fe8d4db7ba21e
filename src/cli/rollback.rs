//! `rollback`: the target back as it was before the migration.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::confirm::Confirm;
use super::global::Global;
use super::scope::Scope;
use super::{folder, tools};
use crate::journal::Exclusive;
use crate::migrate::{Here, Saved, folder_of_day, go_back, go_back_to_empty, note_way_back};
use crate::model::{ExitCode, Result, count, plural};

/// Put the target back as its backup has it, or empty it, and prove that it is so
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  pg-rehearse rollback --folder .pg-rehearse/20261122T080000000Z --confirm staging
  pg-rehearse rollback --to empty --confirm staging"
)]
pub(super) struct Args {
    /// The folder of a `backup` or `migrate` run [default: the day's that has not ended]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// What to go back to
    #[arg(long, value_enum, value_name = "STATE", default_value_t = To::Backup)]
    to: To,
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    scope: Scope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    /// The rows of the backup, equal by fingerprint
    Backup,
    /// Empty tables, their sequences at the beginning
    Empty,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config(&args.scope)?;
    let confirmation = args.confirm.check(&config.target)?;
    let destinations = global.delivery.plain_destinations()?;
    let (events, progress) = global.delivery.progress();
    let here = Here::look(&config, &events).await?;
    let url = here.target.url.to_string();
    let tables = plural(here.plan.tables.len() as u64, "table");
    let back = match args.to {
        To::Backup => {
            let folder = match &args.folder {
                Some(folder) => folder.clone(),
                None => folder_of_day(&here, Path::new(folder::HOME)).await?,
            };
            let saved = Saved::find(&folder, &config.target.name, &here.catalog.server)?;
            let tools = tools::provide(global, here.catalog.server.major().max(saved.manifest.tool_major)).await?;
            let deed = format!("replace the rows of {tables} by those of {}", saved.dump_path().display());
            confirmation.ask(&progress, &deed, &url).await?;
            let work = async || go_back(&config, &here.target, &here.plan, &saved, &tools, &events).await;
            let back = Exclusive::during(&here.target, "rollback", work).await;
            back.and_then(|back| note_way_back(&folder).map(|()| back))
        }
        To::Empty => {
            confirmation.ask(&progress, &format!("empty {tables}"), &url).await?;
            Exclusive::during(&here.target, "rollback", async || go_back_to_empty(&here, &events).await).await
        }
    };
    progress.finish();
    let back = back?;
    let proven = match args.to {
        To::Backup => "back as they were, equal by fingerprint",
        To::Empty => "left, counted",
    };
    let value = serde_json::json!({ "to": if args.to == To::Backup { "backup" } else { "empty" },
                                    "tables": back.tables, "rows": back.rows });
    let text = format!("{} rows of {} {proven}\n", count(back.rows), plural(back.tables as u64, "table"));
    destinations.deliver(|_| text.clone(), &value)?;
    Ok(ExitCode::Same)
}
