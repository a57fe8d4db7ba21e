//! A copy that was cut off goes on. Its snapshot is lost, and two snapshots in one copy would be a lie: so it takes one new
//! snapshot and brings every table up to it. What was copied whole is compared with the source under the new snapshot: a table that
//! is equal is kept, one with a few differing buckets has those replaced, any other is copied again.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, TryStreamExt, stream};

use super::quiet::identify;
use super::repair::Shapes;
use super::work::{ROWS, Work};
use crate::catalog::ForeignKey;
use crate::fingerprint::checksum;
use crate::journal::Run;
use crate::model::{Error, RelationName, Result, count, plural};
use crate::plan::{Plan, TableMapping};
use crate::postgres::{Endpoint, Readers, Session, Source, Target, TriggerEvent};

/// What a resumed copy finds of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// As under the new snapshot, with so many rows.
    Kept(u64),
    /// These buckets differ, of so many rows in all.
    Buckets(Vec<u32>, u64),
    /// To be emptied and copied again.
    Again,
    /// Nothing of it was copied.
    New,
}

/// Looks at what an earlier attempt has left, table by table in the plan's order.
pub(super) async fn find(
    source: &Readers<Source>,
    target: &Endpoint<Target>,
    run: &Run,
    shapes: &Shapes<'_>,
    keys: &[ForeignKey],
) -> Result<Vec<Found>> {
    let mut session = Session::connect(target).await?;
    let before = before(&mut session, run).await?;
    session.close().await;
    let here = Readers::open(target, source.jobs()).await?;
    let found = stream::iter(&shapes.plan.tables)
        .map(|planned| {
            let before = before.get(&planned.table).copied().unwrap_or(Before::Whole);
            look(source, &here, shapes, &planned.table, before, run.replica)
        })
        .buffered(source.jobs())
        .try_collect::<Vec<Found>>()
        .await;
    // Whoever empties a table waits for those who have read it.
    here.close().await;
    let mut found = found?;
    if !run.replica {
        with_children(shapes.plan, keys, &mut found);
    }
    Ok(found)
}

/// What the journal says of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Partly,
    Whole,
}

async fn before(session: &mut Session<Target>, run: &Run) -> Result<BTreeMap<RelationName, Before>> {
    #[derive(serde::Deserialize)]
    struct Row {
        done: bool,
        work: serde_json::Value,
    }
    let sql =
        format!("select done is not null as done, work from pgrehearse.task where run = {} and rank = {ROWS}", run.id);
    let mut before: BTreeMap<RelationName, Before> = BTreeMap::new();
    for Row { done, work } in session.read::<Row>(&sql).await? {
        let work = Work::parse(work)?;
        // A table some of whose buckets were to be replaced was whole.
        let state = if done || matches!(work, Work::Repair { .. }) { Before::Whole } else { Before::Nothing };
        for table in work.tables() {
            before
                .entry(table.clone())
                .and_modify(|other| *other = if *other == state { state } else { Before::Partly })
                .or_insert(state);
        }
    }
    Ok(before)
}

async fn look(
    source: &Readers<Source>,
    here: &Readers<Target>,
    shapes: &Shapes<'_>,
    table: &RelationName,
    before: Before,
    replica: bool,
) -> Result<Found> {
    match before {
        Before::Nothing => return Ok(Found::New),
        Before::Partly => return Ok(Found::Again),
        Before::Whole => {}
    }
    let Some(shaped) = shapes.of(table) else { return Ok(Found::Again) };
    let (there, here) = (shaped.there(), (here, shaped.here()));
    let masked = !shaped.instead.is_empty();
    let there = async {
        // What the source says of a mask that fails may quote the value it failed on.
        checksum(source, &there).await.map_err(|error| match masked && error.sqlstate().is_some() {
            true => error.withheld("the source could not read the rows with their masks"),
            false => error,
        })
    };
    let (there, here) = tokio::try_join!(there, checksum(here.0, &here.1))?;
    let differing = there.differing(&here);
    if differing.is_empty() {
        return Ok(Found::Kept(here.rows()));
    }
    // Without a key a row that has changed is in another bucket, and what belongs together is not known.
    let few = differing.len() * 2 <= there.buckets.len().max(here.buckets.len());
    Ok(if few && replica && !shaped.shape.key.is_empty() {
        Found::Buckets(differing, there.rows())
    } else {
        Found::Again
    })
}

/// Where foreign keys fire, a table cannot be emptied without those that refer to it.
fn with_children(plan: &Plan, keys: &[ForeignKey], found: &mut [Found]) {
    let at = |name: &RelationName| plan.tables.iter().position(|planned| planned.table == *name);
    loop {
        let again: BTreeSet<usize> = keys
            .iter()
            .filter(|key| at(&key.parent).is_some_and(|parent| found[parent] == Found::Again))
            .filter_map(|key| at(&key.child))
            .collect();
        let mut changed = false;
        for child in again {
            if matches!(found[child], Found::Kept(_) | Found::Buckets(..)) {
                found[child] = Found::Again;
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

const CANNOT: &str = "what was copied in part cannot be emptied";
const BEGIN_ANEW: &str = "clean the target and copy again";

/// Empties the tables that are copied again, in the open transaction. Their rows are this copy's own: it began with empty tables.
pub(super) async fn empty(
    session: &mut Session<Target>,
    plan: &Plan,
    mappings: &[TableMapping],
    found: &[Found],
    replica: bool,
) -> Result<()> {
    if !found.contains(&Found::Again) {
        return Ok(());
    }
    // With those that are empty: a table is not truncated without the tables that refer to it, be there rows in them or not.
    let these = plan.tables.iter().zip(found).filter(|(_, found)| matches!(found, Found::Again | Found::New));
    let tables: Vec<RelationName> = these.map(|(planned, _)| planned.table.clone()).collect();
    session.execute("set local search_path to default").await?;
    if replica {
        session.execute("set local session_replication_role = replica").await?;
    }
    let mut restore = Vec::new();
    for event in [TriggerEvent::Truncate, TriggerEvent::Delete] {
        for trigger in session.firing_triggers(&tables, event, replica).await? {
            if !restore.contains(&trigger.restore()) {
                session.execute(&trigger.disable()).await?;
                restore.push(trigger.restore());
            }
        }
    }
    let of_these = mappings.iter().filter(|mapping| tables.contains(&mapping.table));
    let names: Vec<String> = of_these.map(TableMapping::target_item).collect();
    session.execute("savepoint emptying").await?;
    match session.execute(&format!("truncate table {}", names.join(", "))).await {
        Ok(()) => {}
        // Tables that are kept or not copied refer to them, or the role may delete and not truncate.
        Err(error) if matches!(error.sqlstate(), Some("0A000" | "42501")) => {
            session.execute("rollback to savepoint emptying; set constraints all deferred").await?;
            restore.extend(identify(session, &tables).await?);
            // Children before their parents.
            for name in names.iter().rev() {
                let gone = session.execute(&format!("delete from {name}")).await;
                gone.map_err(|error| error.at(CANNOT).hint(BEGIN_ANEW))?;
            }
            // A table with key checks still to come cannot be altered.
            session.execute("set constraints all immediate").await?;
        }
        Err(error) => {
            return Err(error.at(CANNOT).hint(BEGIN_ANEW));
        }
    }
    restore.push("set local session_replication_role to default".to_owned());
    if !replica {
        restore.pop();
    }
    restore.push("set local search_path to ''".to_owned());
    session.execute(&restore.join("; ")).await
}

/// What is said of each table.
pub(super) fn notes(plan: &Plan, found: &[Found]) -> Vec<String> {
    let mut notes = Vec::new();
    for (planned, found) in plan.tables.iter().zip(found) {
        let table = &planned.table;
        match found {
            Found::Kept(rows) => notes.push(format!("{table}: kept, its {} equal the source's", plural(*rows, "row"))),
            Found::Buckets(buckets, rows) => notes.push(format!(
                "{table}: kept but for {} of its {}",
                plural(buckets.len() as u64, "bucket"),
                plural(*rows, "row")
            )),
            Found::Again => {
                notes.push(format!("{table}: copied again: it was copied in part, or much of it has changed"))
            }
            Found::New => {}
        }
    }
    let kept: u64 = found
        .iter()
        .map(|found| match found {
            Found::Kept(rows) | Found::Buckets(_, rows) => *rows,
            _ => 0,
        })
        .sum();
    notes.push(format!("resumed under a new snapshot: {} kept", count(kept)));
    notes
}

/// Refuses to go on with what another plan has begun.
pub(super) fn same_plan(run: &Run, plan: &str) -> Result<()> {
    if run.plan == plan {
        return Ok(());
    }
    Err(Error::usage(format!("the copy that began at {} had other tables, columns or masks", run.started))
        .hint("copy with the configuration it began with, or clean the target and copy again"))
}
