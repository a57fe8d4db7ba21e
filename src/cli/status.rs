//! `status`: what the journal in the target says of the last day and the last copy.

use super::global::Global;
use super::progress::tame;
use super::scope::Scope;
use crate::config::Config;
use crate::journal::{self, Journal};
use crate::model::{ExitCode, Result, count, plural};
use crate::postgres::{Endpoint, Target};

/// Show what the target's journal says: the last migration day, the last copy, what stands aside
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  pg-rehearse status --format json")]
pub(super) struct Args {
    #[command(flatten)]
    scope: Scope,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config: Config = global.config(&args.scope)?;
    let destinations = global.delivery.plain_destinations()?;
    let target = Endpoint::<Target>::new(&config.target)?;
    let journal = journal::within(&target, async |session| journal::read(session).await).await?;
    destinations.deliver(|_| text(journal.as_ref()), &journal)?;
    Ok(ExitCode::Same)
}

fn text(journal: Option<&Journal>) -> String {
    let Some(journal) = journal else {
        return "nothing: this target has no journal, so nothing was copied here or it was cleaned up\n".to_owned();
    };
    let mut lines = Vec::new();
    match &journal.day {
        None => lines.push("day    none".to_owned()),
        Some(day) => {
            let state = match (&day.ended, &day.ending) {
                (Some(at), Some(ending)) => format!("{ending}, {at}"),
                _ => format!(
                    "has not ended: `migrate --resume --folder {0}` goes on, `rollback --folder {0}` goes back",
                    day.folder
                ),
            };
            lines.push(format!("day    {}: {state}", day.id));
            lines.push(format!("       from {}, first wrote here at {}", day.source, day.started));
            lines.push(format!("       run on {} in {}", day.host, day.folder));
        }
    }
    match &journal.copy {
        None => lines.push("copy   none".to_owned()),
        Some(copy) => {
            let state = match &copy.ended {
                Some(at) => format!("ended {at}"),
                None => "has not ended".to_owned(),
            };
            let tasks = format!("{} of {}", count(copy.done), plural(copy.tasks, "task"));
            lines.push(format!("copy   began {}, {state}: {tasks} done, {}", copy.started, plural(copy.rows, "row")));
        }
    }
    let aside = journal.aside.len() as u64;
    match aside {
        0 => lines.push("aside  nothing".to_owned()),
        _ => lines.push(format!("aside  {}: {}", plural(aside, "index or constraint"), journal.aside.join(", "))),
    }
    if journal.large_objects > 0 {
        lines.push(format!("       {} made by copies", plural(journal.large_objects, "large object")));
    }
    lines.iter().map(|line| tame(line) + "\n").collect()
}
