//! One unit of tables in one transaction of the target: triggers quieted, rows streamed, counts compared, triggers
//! put back, commit.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::schedule::Unit;
use super::set_aside::{build_again, set_aside};
use crate::model::{Error, Event, Events, RelationName, Result, TableCopied, count};
use crate::plan::{Plan, TableMapping};
use crate::postgres::{Readers, Session, Source, Target, TriggerEvent, is_row_security};

/// How triggers are kept quiet on this target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quiet {
    /// Whether the transactions may be a replica's, so that origin triggers and foreign keys stay quiet.
    pub(super) replica: bool,
}

impl Quiet {
    /// Finds out by trying, and refuses where a trigger would fire that cannot be switched off.
    pub(super) async fn probe(
        session: &mut Session<Target>,
        mappings: &[TableMapping],
        notes: &mut Vec<String>,
    ) -> Result<Self> {
        session.execute("begin").await?;
        let replica = session.become_replica().await?;
        let tables: Vec<RelationName> = mappings.iter().map(|mapping| mapping.table.clone()).collect();
        let firing = session.firing_triggers(&tables, TriggerEvent::Insert, replica).await?;
        session.execute("rollback").await?;
        if let Some(stuck) = firing.iter().find(|trigger| !trigger.can_alter) {
            return Err(Error::usage(format!(
                "trigger {} on {} would fire for every copied row and cannot be switched off",
                stuck.name,
                stuck.relation()
            ))
            .hint("connect to the target as the table's owner or as a role that may set session_replication_role"));
        }
        if !replica {
            notes.push(
                "the target does not let its role be a replica: foreign keys are checked while rows come in".into(),
            );
        }
        for trigger in &firing {
            let (name, relation) = (&trigger.name, trigger.relation());
            notes.push(format!("{relation}: trigger {name} is switched off while its rows come in"));
        }
        Ok(Self { replica })
    }
}

/// What every unit needs.
pub(super) struct Transfer<'a> {
    pub(super) source: &'a Readers<Source>,
    pub(super) mappings: &'a [TableMapping],
    pub(super) plan: &'a Plan,
    pub(super) quiet: Quiet,
    /// Set when another unit has failed.
    pub(super) stop: &'a AtomicBool,
    pub(super) events: &'a Events,
}

/// Copies a unit; its tables come back with their positions in the plan.
pub(super) async fn copy_unit(
    transfer: &Transfer<'_>,
    session: &mut Session<Target>,
    unit: &Unit,
) -> Result<Vec<(usize, TableCopied)>> {
    let tables: Vec<RelationName> = unit.tables.iter().map(|&at| transfer.mappings[at].table.clone()).collect();
    let restore = begin(session, &tables, transfer.quiet).await.map_err(|error| error.at(&tables[0]))?;
    let mut copied = Vec::new();
    for &at in &unit.tables {
        let mapping = &transfer.mappings[at];
        let table = copy_table(transfer, session, mapping, at).await.map_err(|error| explain(error, &mapping.table))?;
        copied.push((at, table));
    }
    // A table with key checks still to come cannot be altered, so they are brought forward.
    let mut end = vec!["set constraints all immediate".to_owned()];
    end.extend(restore);
    end.push("commit".to_owned());
    session.execute(&end.join("; ")).await.map_err(|error| explain(error, &tables[0]))?;
    for (_, table) in &copied {
        let (table, rows, seconds) = (table.table.clone(), table.rows, table.seconds);
        transfer.events.send(&Event::TableEnded { table, rows, seconds });
    }
    Ok(copied)
}

/// Opens the transaction with its triggers quiet; gives the statements that put them back.
///
/// The search path is the database's own: constraints and generated columns call functions that were written for it.
async fn begin(session: &mut Session<Target>, tables: &[RelationName], quiet: Quiet) -> Result<Vec<String>> {
    session.execute("begin; set local search_path to default").await?;
    if quiet.replica {
        session.execute("set local session_replication_role = replica").await?;
    }
    let firing = session.firing_triggers(tables, TriggerEvent::Insert, quiet.replica).await?;
    let mut start: Vec<String> = firing.iter().map(|trigger| trigger.disable()).collect();
    start.push("set constraints all deferred".to_owned());
    session.execute(&start.join("; ")).await?;
    Ok(firing.iter().map(|trigger| trigger.restore()).collect())
}

async fn copy_table(
    transfer: &Transfer<'_>,
    session: &mut Session<Target>,
    mapping: &TableMapping,
    at: usize,
) -> Result<TableCopied> {
    let (started, planned) = (Instant::now(), &transfer.plan.tables[at]);
    let (table, level) = (mapping.table.clone(), planned.level);
    transfer.events.send(&Event::TableStarted { table: table.clone(), level, rows: planned.estimated_rows });
    if session.value(&format!("select exists (select from {})", mapping.target_item())).await?.as_deref() == Some("t") {
        return Err(Error::failed("the target's table is not empty").hint("clean the target first"));
    }
    let indexes = set_aside(session, &table).await?;
    let (sent, bytes) = stream(transfer, session, mapping).await?;
    build_again(session, &indexes).await?;
    for index in &indexes {
        transfer.events.note(format!("{table}: index {} was built after the rows came in", index.name));
    }
    Ok(TableCopied { table, level, rows: sent, bytes, seconds: started.elapsed().as_secs_f64() })
}

/// Relays the rows; gives their number, on which both servers must agree, and their bytes.
async fn stream(transfer: &Transfer<'_>, session: &mut Session<Target>, mapping: &TableMapping) -> Result<(u64, u64)> {
    let (out_sql, in_sql) = (mapping.copy_out(), mapping.copy_in());
    let mut reader = transfer.source.acquire().await?;
    // What the source says of a mask that fails may quote the value it failed on.
    let refused = |error: Error| match error.sqlstate().is_some() && !mapping.readings.instead.is_empty() {
        true => error.withheld("the source could not read the rows with their masks"),
        false => error,
    };
    let mut rows_out = reader.copy_out(&out_sql).await.map_err(refused)?;
    let mut rows_in = session.copy_in(&in_sql).await?;
    let (mut messages, mut bytes) = (0, 0);
    let outcome = loop {
        if transfer.stop.load(Ordering::Relaxed) {
            break Err(Error::interrupted());
        }
        let (frame, number) = match rows_out.frame().await {
            Ok(Some(frame)) => frame,
            Ok(None) => break Ok(()),
            Err(error) => break Err(refused(error)),
        };
        let size = frame.len() as u64;
        if let Err(error) = rows_in.send(frame).await {
            break Err(error);
        }
        messages += number;
        bytes += size;
        transfer.events.send(&Event::TableProgress { table: mapping.table.clone(), rows: number, bytes: size });
    };
    if let Err(error) = outcome {
        rows_in.abort("the copy was stopped").await;
        return Err(error);
    }
    let received = rows_in.finish().await?;
    // In binary the header comes with the first row, and the trailer is a message of its own.
    let sent = if mapping.is_binary() { messages.saturating_sub(1) } else { messages };
    if sent != received {
        return Err(Error::failed(format!(
            "the source sent {} rows and the target took {}",
            count(sent),
            count(received)
        )));
    }
    Ok((received, bytes))
}

/// Names the table and, for what row-level security refuses, the way out.
fn explain(error: Error, table: &RelationName) -> Error {
    let hidden = is_row_security(&error);
    let error = error.at(table);
    if hidden {
        error.hint("use a role that bypasses row-level security (BYPASSRLS, or the table's owner)")
    } else {
        error
    }
}
