//! `copy`: every planned table from one snapshot of the source.

use std::path::PathBuf;

use super::confirm::Confirm;
use super::global::Global;
use super::grid::grid;
use super::scope::Scope;
use crate::config::{Config, CopySection, Flags};
use crate::copy::CopyReport;
use crate::journal::Exclusive;
use crate::migrate::{Sides, Start};
use crate::model::{ExitCode, Result, count, plural, seconds};

/// Copy every planned table from one snapshot of the source into the emptied target
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  pg-rehearse copy --confirm staging --jobs 8")]
pub(super) struct Args {
    #[command(flatten)]
    confirm: Confirm,
    /// Write what both sides then come to, for `verify --since`; costs one scan of each
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Go on with a copy that was cut off, under a new snapshot of the source
    #[arg(long)]
    resume: bool,
    /// Work beside a copy that another process has begun, until nothing is left to do
    #[arg(long, conflicts_with_all = ["resume", "record"])]
    join: bool,
    /// Read no more than so much a second from the source, such as 20MB
    #[arg(long, value_name = "SIZE")]
    rate: Option<String>,
    #[command(flatten)]
    scope: Scope,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let copy = CopySection { rate: args.rate.clone(), ..CopySection::default() };
    let config = Config::resolve(&Flags { copy, ..args.scope.of(global.flags()) })?;
    let confirmation = args.confirm.check(&config.target)?;
    let destinations = global.delivery.plain_destinations()?;
    let (events, progress) = global.delivery.progress();
    let sides = Sides::look(&config).await?;
    let tables = plural(sides.plan.tables.len() as u64, "table");
    confirmation.ask(&progress, &format!("copy {tables} from {}", sides.facts.0.name), &sides.facts.1.url).await?;
    let start = match (args.resume, args.join) {
        (true, _) => Start::Resume,
        (_, true) => Start::Join,
        _ => Start::Anew,
    };
    let work = async || sides.copy(&config, start, args.record.as_deref(), &events).await;
    let copied = match start {
        // Who joins works beside the one that holds the lock.
        Start::Join => work().await,
        Start::Anew | Start::Resume => Exclusive::during(&sides.target, "copy", work).await,
    };
    progress.finish();
    let copied = copied?;
    destinations.deliver(|width| text(&copied, width), &copied)?;
    Ok(ExitCode::Same)
}

fn text(copied: &CopyReport, width: usize) -> String {
    let row = |table: &crate::model::TableCopied| {
        vec![
            table.table.to_string(),
            table.level.to_string(),
            count(table.rows),
            size(table.bytes),
            seconds(table.seconds),
        ]
    };
    let rows: Vec<Vec<String>> = copied.tables.iter().map(row).collect();
    let large_objects = match copied.large_objects {
        0 => String::new(),
        number => format!(", {} made", plural(number, "large object")),
    };
    format!(
        "{}\n{} of {} copied ({}) in {}, {} set, {} refreshed{large_objects}\n",
        grid(&["table", "level", "rows", "size", "time"], &rows, &[1, 2, 3, 4], width),
        plural(copied.rows, "row"),
        plural(copied.tables.len() as u64, "table"),
        size(copied.bytes),
        seconds(copied.seconds),
        plural(copied.sequences as u64, "sequence"),
        plural(copied.refreshed as u64, "materialized view"),
    )
}

fn size(bytes: u64) -> String {
    bytesize::ByteSize(bytes).display().si().to_string()
}
