//! One worker: claims a task, does it and marks it in one transaction of the target, again and again. What another try may mend is
//! tried again; a task whose transaction did not commit is as if it had never begun.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::quiet::hush;
use super::rate::Rate;
use super::tables::Tables;
use super::work::{ROWS, Work};
use super::{Copying, build, repair, shapes};
use crate::journal::{self, Claim, Moved, Run, SESSION};
use crate::model::{Error, Events, RelationName, Result};
use crate::plan::TableMapping;
use crate::postgres::{Endpoint, Readers, Session, Source, Target, is_transient};

/// Times a task is tried in all, and the first pause between two tries; each next one is twice as long, up to the longest.
pub(super) const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(15);
/// How often a worker that has nothing to do looks again; other processes may have done what it waits for.
const LOOK: Duration = Duration::from_millis(40);

/// How long to wait after so many tries.
pub(super) fn pause(tries: u32) -> Duration {
    (PAUSE * 2u32.pow(tries - 1)).min(LONGEST)
}

/// What all workers of a process share.
pub(super) struct Workers<'a> {
    pub(super) source: &'a Readers<Source>,
    pub(super) target: &'a Endpoint<Target>,
    pub(super) mappings: &'a [TableMapping],
    pub(super) shapes: repair::Shapes<'a>,
    pub(super) run: &'a Run,
    pub(super) jobs: usize,
    pub(super) tables: Tables<'a>,
    /// Set when another worker has failed.
    pub(super) stop: AtomicBool,
    /// Told whenever rows have been committed.
    pub(super) told: Notify,
    /// Told whenever a task has been committed, so that those who wait for one look again.
    pub(super) done: Notify,
    pub(super) rate: Rate,
    pub(super) events: &'a Events,
}

/// What one turn came to.
enum Turn {
    Did,
    Wait,
    Nothing,
}

impl<'a> Workers<'a> {
    /// Those of this process for a copy that has begun.
    pub(super) fn new(copying: &Copying<'a>, mappings: &'a [TableMapping], run: &'a Run, events: &'a Events) -> Self {
        Self {
            source: copying.source,
            target: copying.target,
            mappings,
            shapes: shapes(copying),
            run,
            jobs: copying.manner.jobs,
            tables: Tables::new(copying.plan, events),
            stop: AtomicBool::new(false),
            told: Notify::new(),
            done: Notify::new(),
            rate: Rate::new(copying.manner.rate),
            events,
        }
    }
}

impl Workers<'_> {
    /// Works until nothing is left to do.
    ///
    /// # Errors
    /// What no other try would mend.
    pub(super) async fn work(&self) -> Result<()> {
        let (mut session, mut tries) = (None, 1);
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Error::interrupted());
            }
            match self.turn(&mut session).await {
                Ok(Turn::Did) => tries = 1,
                Ok(Turn::Wait) => {
                    let _ = tokio::time::timeout(LOOK, self.done.notified()).await;
                }
                Ok(Turn::Nothing) => break,
                Err(error) => {
                    // Whatever the session was in the middle of ends with it.
                    if let Some(broken) = session.take() {
                        Session::close(broken).await;
                    }
                    if !is_transient(&error) || tries >= TRIES {
                        return Err(error);
                    }
                    self.events.note(format!("{}; trying again", error.chain()));
                    tokio::time::sleep(pause(tries)).await;
                    tries += 1;
                }
            }
        }
        if let Some(session) = session {
            session.close().await;
        }
        Ok(())
    }

    async fn turn(&self, session: &mut Option<Session<Target>>) -> Result<Turn> {
        if session.is_none() {
            let mut new = Session::connect(self.target).await?;
            new.execute(SESSION).await?;
            *session = Some(new);
        }
        let Some(session) = session else { return Ok(Turn::Wait) };
        session.execute("begin").await?;
        let task = match journal::claim(session, self.run).await? {
            Claim::Task(task) => task,
            other => {
                session.execute("rollback").await?;
                return match other {
                    Claim::Nothing => Ok(Turn::Nothing),
                    Claim::Over => Err(journal::over()),
                    _ => Ok(Turn::Wait),
                };
            }
        };
        let work = Work::parse(task.work)?;
        if let Work::Rows { parts, .. } = &work {
            parts.iter().for_each(|part| self.tables.begun(&part.table));
        }
        let moved = self.perform(session, &work).await?;
        journal::finish(session, self.run, task.number, &moved).await?;
        session.execute("commit").await?;
        self.done.notify_waiters();
        if let Work::Rows { .. } | Work::Repair { .. } | Work::LargeObjects = &work {
            let left = journal::left(session, self.run, task.relation.as_deref(), ROWS).await?;
            let tables: Vec<&RelationName> = work.tables().collect();
            self.tables.moved(&tables, &moved, left == 0);
            self.told.notify_one();
        }
        Ok(Turn::Did)
    }

    /// Does the work within the open transaction.
    async fn perform(&self, session: &mut Session<Target>, work: &Work) -> Result<Vec<Moved>> {
        match work {
            Work::Rows { parts, freeze } => {
                let tables: Vec<RelationName> = parts.iter().map(|part| part.table.clone()).collect();
                let restore = hush(session, &tables, self.run.replica).await?;
                let mut moved = Vec::new();
                for part in parts {
                    moved.push(self.bring(session, part, *freeze).await?);
                }
                // A table with key checks still to come cannot be altered, so they are brought forward.
                let mut end = vec!["set constraints all immediate".to_owned()];
                end.extend(restore);
                session.execute(&end.join("; ")).await.map_err(|error| {
                    let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
                    error.at(names.join(", "))
                })?;
                Ok(moved)
            }
            Work::Repair { table, buckets } => Ok(vec![self.repair(session, table, buckets).await?]),
            Work::LargeObjects => Ok(vec![self.large_objects(session).await?]),
            Work::PutBack(number) => {
                build::put_back(session, *number, self.jobs, self.events).await.map(|()| Vec::new())
            }
            Work::Analyze(tables) => build::analyze(session, tables, self.events).await.map(|()| Vec::new()),
        }
    }

    /// How a table travels.
    pub(super) fn mapping(&self, table: &RelationName) -> Result<&TableMapping> {
        let found = self.mappings.iter().find(|mapping| mapping.table == *table);
        found.ok_or_else(|| Error::failed(format!("{table} is not in the plan of this copy")))
    }
}
