//! Runs the units at once over a few sessions and stops them all when one fails.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::schedule::{Queue, Unit};
use super::table::{Quiet, Transfer, copy_unit};
use crate::model::{Error, ErrorKind, Event, Events, Result, TableCopied, plural};
use crate::plan::{Plan, TableMapping};
use crate::postgres::{Endpoint, Readers, Session, Source, Target};

/// Copies every unit; the tables come back in the plan's order.
#[allow(clippy::too_many_arguments, reason = "one call site, which has them all apart")]
pub(super) async fn run(
    source: &Readers<Source>,
    target: &Endpoint<Target>,
    mappings: &[TableMapping],
    plan: &Plan,
    units: Vec<Unit>,
    quiet: Quiet,
    jobs: usize,
    events: &Events,
) -> Result<Vec<TableCopied>> {
    let stop = AtomicBool::new(false);
    let transfer = Transfer { source, mappings, plan, quiet, stop: &stop, events };
    let (mut queue, mut levels) = (Queue::new(units), Levels::new(plan));
    let mut idle: Vec<Session<Target>> = Vec::new();
    let mut running = FuturesUnordered::new();
    let (mut copied, mut failure) = (Vec::new(), None::<Error>);
    let jobs = jobs.clamp(1, source.jobs());
    loop {
        while failure.is_none() && running.len() < jobs {
            let Some(unit) = queue.next() else { break };
            let session = idle.pop();
            running.push(one(&transfer, target, session, unit));
        }
        let Some(ended) = running.next().await else { break };
        match ended {
            Ok((session, tables)) => {
                idle.push(session);
                for (at, table) in tables {
                    queue.done(at);
                    levels.count(&table, events);
                    copied.push(table);
                }
            }
            Err(error) => {
                stop.store(true, Ordering::Relaxed);
                // The first error is the cause; those that follow it are units that were told to stop.
                if failure.as_ref().is_none_or(|first| first.kind() == ErrorKind::Interrupted) {
                    failure = Some(error);
                }
            }
        }
    }
    drop(running);
    for session in idle {
        session.close().await;
    }
    copied.sort_by(|one, two| (one.level, &one.table).cmp(&(two.level, &two.table)));
    match failure {
        None if queue.is_empty() => Ok(copied),
        None => Err(Error::failed("tables were left that wait for each other")),
        Some(error) => Err(with_done(error, &copied, plan.tables.len())),
    }
}

/// One unit on a session of its own or on an idle one; a session is given back only when all went well.
async fn one(
    transfer: &Transfer<'_>,
    target: &Endpoint<Target>,
    session: Option<Session<Target>>,
    unit: Unit,
) -> Result<(Session<Target>, Vec<(usize, TableCopied)>)> {
    let mut session = match session {
        Some(session) => session,
        None => Session::connect(target).await?,
    };
    match copy_unit(transfer, &mut session, &unit).await {
        Ok(tables) => Ok((session, tables)),
        Err(error) => {
            // Ends the transaction too: what had been copied of these tables is gone.
            session.close().await;
            Err(error)
        }
    }
}

/// Says in the hint how far the copy came.
fn with_done(error: Error, copied: &[TableCopied], planned: usize) -> Error {
    let names: Vec<String> = copied.iter().map(|table| table.table.to_string()).collect();
    let done = match names.len() {
        0 => "no table was copied".to_owned(),
        number => format!("{} of {planned} copied whole: {}", plural(number as u64, "table"), names.join(", ")),
    };
    let hint = match error.hint_text() {
        Some(hint) => format!("{hint}; {done}"),
        None => format!("{done}; clean the target before copying again"),
    };
    error.hint(hint)
}

/// Tells when a level is complete.
struct Levels {
    /// Tables to come, tables done, rows.
    levels: Vec<(usize, usize, u64)>,
}

impl Levels {
    fn new(plan: &Plan) -> Self {
        Self { levels: plan.levels().iter().map(|tables| (tables.len(), 0, 0)).collect() }
    }

    fn count(&mut self, table: &TableCopied, events: &Events) {
        let Some((waiting, done, rows)) = self.levels.get_mut(table.level) else { return };
        *waiting -= 1;
        *done += 1;
        *rows += table.rows;
        if *waiting == 0 {
            events.send(&Event::LevelCopied { level: table.level, tables: *done, rows: *rows });
        }
    }
}
