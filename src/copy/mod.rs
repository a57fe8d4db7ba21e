//! The copy engine: every planned table from one exported snapshot of the source into the emptied target.
//!
//! Never true in here: a row lost or doubled without an error, a table half copied once an error has been reported
//! (each is one transaction of the target), a trigger that fired, a trigger left other than it was found, memory
//! that grows with a table.

mod afterwards;
mod readiness;
mod run;
mod schedule;
mod sequences;
mod set_aside;
mod table;

pub use afterwards::refresh;
pub use readiness::{Obstacle, Readiness, readiness};

use std::time::Instant;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::model::{Error, Event, Events, Result, TableCopied, plural};
use crate::plan::Plan;
use crate::postgres::{Endpoint, Readers, Session, Source, Target};

/// What a copy did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CopyReport {
    /// The tables, in the plan's order.
    pub tables: Vec<TableCopied>,
    /// Rows over all tables, as both servers counted them.
    pub rows: u64,
    /// Bytes of COPY data over all tables.
    pub bytes: u64,
    /// Sequences set to where the source's stand.
    pub sequences: usize,
    /// Materialized views refreshed.
    pub refreshed: usize,
    /// Wall time in seconds.
    pub seconds: f64,
    /// What is worth knowing.
    pub notes: Vec<String>,
}

/// Copies the planned tables, at most `jobs` at once, then sets sequences, refreshes materialized views and gathers
/// statistics. The target's tables must be empty. The snapshot stays open: the caller may go on to verify against it.
///
/// # Errors
/// Usage, before anything is copied, when the columns do not match or triggers cannot be kept quiet; failed when a
/// table cannot be copied: its transaction is rolled back, and the hint says which tables are whole.
pub async fn copy(
    source: &Readers<Source>,
    source_catalog: &Catalog,
    target: &Endpoint<Target>,
    target_catalog: &Catalog,
    plan: &Plan,
    jobs: usize,
    events: &Events,
) -> Result<CopyReport> {
    let started = Instant::now();
    let readiness = readiness(source, source_catalog, target_catalog, plan).await?;
    if let Some(first) = readiness.obstacles.first() {
        let more = match readiness.obstacles.len() - 1 {
            0 => String::new(),
            more => format!(" (and {} more)", plural(more as u64, "obstacle")),
        };
        return Err(Error::usage(format!("cannot copy: {first}{more}")).hint(first.fix.clone()));
    }
    let mut report = CopyReport { notes: readiness.notes.clone(), ..CopyReport::default() };

    let mut session = Session::connect(target).await?;
    let keys = &target_catalog.foreign_keys;
    let quiet = table::Quiet::probe(&mut session, &readiness.mappings, &mut report.notes).await?;
    let units = schedule::units(plan, keys, quiet.replica)?;
    let rows = plan.tables.iter().map(|table| table.estimated_rows).sum();
    events.send(&Event::CopyPlanned { tables: plan.tables.len(), rows });
    report.tables = run::run(source, target, &readiness.mappings, plan, units, quiet, jobs, events).await?;
    report.rows = report.tables.iter().map(|table| table.rows).sum();
    report.bytes = report.tables.iter().map(|table| table.bytes).sum();

    report.sequences = sequences::set(source, source_catalog, &mut session, target_catalog, plan).await?;
    report.refreshed = afterwards::refresh(&mut session, target_catalog, &mut report.notes).await?;
    afterwards::analyze(&mut session, plan, &mut report.notes).await;
    session.close().await;
    for note in &report.notes {
        events.note(note);
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}
