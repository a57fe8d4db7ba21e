//! The copy engine: every planned table from one exported snapshot of the source into the emptied target.
//!
//! Never true in here: a row lost or doubled without an error, a part of a table committed without its mark in the journal, rows of
//! two snapshots in a copy that has ended, an index or constraint removed whose definition is not journaled, a trigger that
//! fired, a trigger left other than it was found, memory that grows with a table.

mod afterwards;
mod aside;
mod begin;
mod build;
mod empty;
mod end;
mod join;
mod large_objects;
mod quiet;
mod rate;
mod readiness;
mod repair;
mod restore;
mod resume;
mod rows;
mod run;
mod schedule;
mod sequences;
mod tables;
mod unlogged;
mod watch;
mod work;
mod worker;

pub use afterwards::refresh;
pub use join::{join, snapshot_is_gone};
pub use readiness::{Obstacle, Readiness, readiness};
pub use restore::{halt, restore};
pub use watch::Limits;

use std::time::Instant;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::journal;
use crate::model::{Error, Event, Events, RelationName, Result, TableCopied, plural};
use crate::plan::Plan;
use crate::postgres::{Endpoint, Files, Readers, Session, Source, Target};

/// What a copy did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CopyReport {
    /// The tables, in the plan's order.
    pub tables: Vec<TableCopied>,
    /// Rows over all tables, as both servers counted them.
    pub rows: u64,
    /// Bytes of COPY data over all tables.
    pub bytes: u64,
    /// Large objects made.
    pub large_objects: u64,
    /// Sequences set to where the source's stand.
    pub sequences: usize,
    /// Materialized views refreshed.
    pub refreshed: usize,
    /// Wall time in seconds.
    pub seconds: f64,
    /// What is worth knowing.
    pub notes: Vec<String>,
}

/// How a copy is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manner {
    /// Tasks done at once.
    pub jobs: usize,
    /// Bytes of a table, as it stands on the source, that one task copies.
    pub chunk: u64,
    /// Bytes from which a table's indexes and keys stand aside while its rows come in.
    pub set_aside_from: u64,
    /// Bytes a second, over all tasks of this process.
    pub rate: Option<u64>,
    /// What the source may be made to bear.
    pub limits: Limits,
    /// Whether to go on with a copy that was cut off.
    pub resume: bool,
    /// Whether large objects are copied too.
    pub large_objects: bool,
    /// Whether the source's snapshot is let go once the last row has been read.
    pub let_go: bool,
}

impl Manner {
    /// The bytes of a task unless told otherwise: two seconds or three. Tasks of half the size cost a twentieth more.
    pub const CHUNK: u64 = 128 << 20;
    /// The bytes from which it pays to set aside.
    pub const SET_ASIDE_FROM: u64 = 4 << 20;

    /// The usual manner.
    pub fn new(jobs: usize) -> Self {
        Self {
            jobs,
            chunk: Self::CHUNK,
            set_aside_from: Self::SET_ASIDE_FROM,
            rate: None,
            limits: Limits::default(),
            resume: false,
            large_objects: true,
            let_go: false,
        }
    }
}

/// What is copied into what.
#[derive(Debug, Clone)]
pub struct Copying<'a> {
    /// Sessions in the source's snapshot.
    pub source: &'a Readers<Source>,
    /// What the source contains.
    pub source_catalog: &'a Catalog,
    /// Where the target is.
    pub target: &'a Endpoint<Target>,
    /// What the target contains.
    pub target_catalog: &'a Catalog,
    /// The tables.
    pub plan: &'a Plan,
    /// How.
    pub manner: Manner,
}

/// Copies the planned tables, then sets sequences, refreshes materialized views and gathers statistics. The target's tables must
/// be empty, unless a copy that was cut off is resumed.
///
/// # Errors
/// Usage, before anything is copied, when the columns do not match, triggers cannot be kept quiet, or another copy has not ended;
/// failed when a table cannot be copied: the hint says which tables are whole, and the copy can be resumed.
pub async fn copy(copying: &Copying<'_>, events: &Events) -> Result<CopyReport> {
    let started = Instant::now();
    let mut notes = Vec::new();
    let files = hold(copying, &mut notes).await?;
    let readiness = ready(copying).await?;
    notes.extend(readiness.notes.iter().cloned());
    let mut report = CopyReport { notes, ..CopyReport::default() };
    let mut session = Session::connect(copying.target).await?;
    session.execute(journal::SESSION).await?;
    let shapes = shapes(copying);
    let begun = begin::begin(copying, &mut session, &readiness.mappings, &shapes, &mut report.notes).await?;
    let rows = copying.plan.tables.iter().map(|table| table.estimated_rows).sum();
    events.send(&Event::CopyPlanned { tables: copying.plan.tables.len(), rows });

    let workers = worker::Workers::new(copying, &readiness.mappings, &begun.run, events);
    let rows_in = async {
        watch::rows_are_in(copying.source, copying.target, &begun.run, copying.manner.limits, &workers.told).await?;
        copying.source.untouched(&files).await?;
        let state =
            sequences::read(copying.source, copying.source_catalog, copying.target_catalog, copying.plan).await?;
        if copying.manner.let_go {
            copying.source.let_go().await;
        }
        Ok(state)
    };
    let state = tokio::try_join!(run::run(&workers, copying.manner.jobs), rows_in).map(|((), state)| state);
    let state = state.map_err(|error| run::with_done(error, &workers.tables.ended(), copying.plan.tables.len()))?;

    // One that has been idle for as long as the rows took may be gone.
    session.close().await;
    let mut session = Session::connect(copying.target).await?;
    let (here, there) = (copying.target_catalog, Some(copying.source_catalog));
    report.refreshed = afterwards::refresh(&mut session, here, there, &mut report.notes).await?;
    let done = journal::totals(&mut session, &begun.run, work::ROWS).await?;
    report.large_objects = done.iter().find(|done| done.relation == large_objects::NAME).map_or(0, |done| done.rows);
    report.tables = copied(copying.plan, &done, &begun);
    let still_there = async |session: &mut _| unlogged::still_there(session, &readiness.mappings, &report.tables).await;
    let session = end::end(copying.target, session, &begun.run, &state, still_there).await?;
    session.close().await;
    report.sequences = state.len();
    report.rows = report.tables.iter().map(|table| table.rows).sum();
    report.bytes = report.tables.iter().map(|table| table.bytes).sum();
    for note in &report.notes {
        events.note(note);
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

fn shapes<'a>(copying: &Copying<'a>) -> repair::Shapes<'a> {
    repair::Shapes { source: copying.source_catalog, target: copying.target_catalog, plan: copying.plan }
}

/// Keeps the source's tables as they are under its snapshot; gives their files, which must be the same when all rows have been read.
async fn hold(copying: &Copying<'_>, notes: &mut Vec<String>) -> Result<Files> {
    let tables: Vec<RelationName> = copying.plan.tables.iter().map(|planned| planned.table.clone()).collect();
    // A role that may read some columns only cannot lock a table; the rows it may read can be copied all the same.
    let not_held: Vec<String> = copying.source.hold(&tables).await?.iter().map(ToString::to_string).collect();
    if !not_held.is_empty() {
        notes.push(format!(
            "the source's role may not lock {} against TRUNCATE, CLUSTER and VACUUM FULL",
            not_held.join(", ")
        ));
    }
    copying.source.files(&tables).await
}

/// How every table travels, or why one cannot.
async fn ready(copying: &Copying<'_>) -> Result<Readiness> {
    let readiness = readiness(copying.source, copying.source_catalog, copying.target_catalog, copying.plan).await?;
    let Some(first) = readiness.obstacles.first() else { return Ok(readiness) };
    let more = match readiness.obstacles.len() - 1 {
        0 => String::new(),
        more => format!(" (and {} more)", plural(more as u64, "obstacle")),
    };
    Err(Error::usage(format!("cannot copy: {first}{more}")).hint(first.fix.clone()))
}

/// What became of each table, whichever process copied it.
fn copied(plan: &Plan, done: &[journal::Done], begun: &begin::Begun) -> Vec<TableCopied> {
    plan.tables
        .iter()
        .map(|planned| {
            let (table, level) = (planned.table.clone(), planned.level);
            let kept = begun.kept.iter().find(|(kept, _)| *kept == table).map(|(_, rows)| *rows);
            let done = done.iter().find(|done| done.relation == table.to_string());
            let (rows, bytes, seconds) = done.map_or((0, 0, 0.0), |done| (done.rows, done.bytes, done.seconds));
            TableCopied { table, level, rows: kept.unwrap_or(rows), bytes, seconds }
        })
        .collect()
}
