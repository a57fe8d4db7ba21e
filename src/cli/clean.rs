//! `clean`: empties the planned tables of the target.

use super::confirm::Confirm;
use super::global::Global;
use super::progress::tame;
use super::scope::Scope;
use crate::clean::CleanReport;
use crate::journal::Exclusive;
use crate::migrate::Sides;
use crate::model::{ExitCode, Result, plural};

/// Empty exactly the planned tables of the target, never by CASCADE, and prove it
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  pg-rehearse clean --schema public --confirm staging")]
pub(super) struct Args {
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    scope: Scope,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config(&args.scope)?;
    let confirmation = args.confirm.check(&config.target)?;
    let destinations = global.delivery.plain_destinations()?;
    let (events, progress) = global.delivery.progress();
    let sides = Sides::look(&config).await?;
    let tables = plural(sides.plan.tables.len() as u64, "table");
    confirmation.ask(&progress, &format!("empty {tables}"), &sides.facts.1.url).await?;
    let cleaned = Exclusive::during(&sides.target, "clean", async || sides.clean(&config, &events).await).await;
    progress.finish();
    let cleaned = cleaned?;
    destinations.deliver(|_| text(&cleaned), &cleaned)?;
    Ok(ExitCode::Same)
}

fn text(cleaned: &CleanReport) -> String {
    let mut lines: Vec<String> = cleaned.tables.iter().map(|table| format!("emptied {table}")).collect();
    lines.extend(cleaned.absent.iter().map(|table| format!("not on the target: {table}")));
    lines.push(format!(
        "{} emptied of {}, schema unchanged",
        plural(cleaned.tables.len() as u64, "table"),
        plural(cleaned.rows_removed, "row")
    ));
    lines.iter().map(|line| tame(line) + "\n").collect()
}
