//! Rows made up for a schema: the same in every run, right by the server's own judgement.
//!
//! Never true in here: a row that breaks a constraint, a table with fewer rows than were asked for without a reason given.

mod chance;
mod facts;
mod hints;
mod later;
mod pattern;
mod pool;
mod proof;
mod table;
mod unit;
mod value;
mod wanted;

pub use wanted::{MOST_LIKE, Rows};

use std::collections::{BTreeMap, BTreeSet};

use self::facts::Facts;
use self::table::{Filling, Held};
use crate::config::TableScope;
use crate::model::{Aside, RelationName, Result};
use crate::plan::Plan;
use crate::postgres::{Endpoint, Session, Target};

/// Whose rows are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The source's, all of them.
    Source,
    /// Fewer and others, as a target has that was filled long ago.
    Stale,
}

/// What was made.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub(super) tables: u64,
    pub(super) rows: u64,
    pub(super) foreign_keys: u64,
    pub(super) fewer: Vec<Aside>,
}

/// Fills every table of a database.
///
/// # Errors
/// Usage for numbers of tables that are not there; the server's error; failed where the rows that were made are not right.
pub(super) async fn fill(endpoint: &Endpoint<Target>, rows: &Rows, whose: Whose) -> Result<Made> {
    let mut session = Session::connect(endpoint).await?;
    session.execute("set lc_messages = 'C'; set enable_sort = on; set client_min_messages = error").await?;
    let facts = Facts::read(&mut session).await?;
    rows.fit(&facts.catalog.tables().map(|table| &table.name).collect::<Vec<_>>())?;
    session.execute(pool::IS_VALUE).await?;
    proof::quiet(&mut session, "replica").await?;
    let plan = Plan::new(&facts.catalog, &TableScope::default());
    let order = order(&facts, &plan);
    let wanted = |table: &RelationName| match whose {
        Whose::Source => rows.of(table),
        Whose::Stale => rows.of(table).div_ceil(10).min(20),
    };
    let shift = if whose == Whose::Source { 0 } else { 7 };
    let mut foreseen = BTreeMap::new();
    for table in plan.cycles.iter().flatten() {
        foresee(&mut session, &facts, table, wanted(table), shift, &mut foreseen).await?;
    }
    let mut held: BTreeMap<RelationName, Held> = BTreeMap::new();
    let mut filled = BTreeSet::new();
    for name in &order {
        let Some(relation) = facts.catalog.relation(name) else { continue };
        let filling =
            Filling { facts: &facts, relation, filled: &filled, wanted: wanted(name), shift, foreseen: &foreseen };
        let made = filling.fill(&mut session).await.map_err(|error| error.at(format!("making rows for {name}")))?;
        held.insert(name.clone(), made);
        filled.insert(name.clone());
    }
    // As each table was filled, so that the same keys are found open.
    let mut before = BTreeSet::new();
    for name in &order {
        let Some(relation) = facts.catalog.relation(name) else { continue };
        let filling =
            Filling { facts: &facts, relation, filled: &before, wanted: wanted(name), shift, foreseen: &foreseen };
        later::refer(&mut session, &filling).await.map_err(|error| error.at(format!("references of {name}")))?;
        before.insert(name.clone());
    }
    for (table, gone) in proof::references(&mut session, &facts).await? {
        let one = held.entry(table).or_default();
        one.rows = one.rows.saturating_sub(usize::try_from(gone).unwrap_or(0));
        one.why = Some("rows that would have referred to nothing were taken away".to_owned());
    }
    proof::sequences(&mut session, &facts).await?;
    proof::quiet(&mut session, "origin").await?;
    let unread = proof::views(&mut session, &facts).await?;
    proof::statistics(&mut session).await?;
    session.close().await;
    let fewer = held.iter().filter_map(|(table, held)| {
        let why = held.why.clone()?;
        Some(Aside { object: format!("{table}, {} of {} rows", held.rows, wanted(table)), reason: why })
    });
    let unread = unread.into_iter().map(|(view, why)| Aside { object: format!("{view}, not filled"), reason: why });
    Ok(Made {
        tables: facts.catalog.tables().count() as u64,
        rows: held.values().map(|held| held.rows as u64).sum(),
        foreign_keys: facts.catalog.foreign_keys.len() as u64,
        fewer: fewer.chain(unread).collect(),
    })
}

/// Tables so that each comes after those it refers to, as far as there is such an order.
fn order(facts: &Facts, plan: &Plan) -> Vec<RelationName> {
    let mut left: Vec<RelationName> = plan.tables.iter().map(|table| table.table.clone()).collect();
    let mut done: BTreeSet<RelationName> = BTreeSet::new();
    let mut order = Vec::new();
    while !left.is_empty() {
        let waits = |table: &RelationName| {
            facts.foreign_keys(table).into_iter().any(|key| {
                let parent = facts.root(&key.parent);
                parent != *table && !done.contains(&parent) && left.contains(&parent)
            })
        };
        let ready: Vec<RelationName> = left.iter().filter(|table| !waits(table)).cloned().collect();
        // Of a cycle, the one that can do best without the others: whose keys may be left open.
        let ready = match ready.is_empty() {
            false => ready,
            true => {
                let demands = |table: &&RelationName| {
                    let columns = facts.columns(table);
                    let demanded = |name: &String| columns.iter().any(|one| one.name == *name && one.not_null);
                    let waits = |key: &&crate::catalog::ForeignKey| {
                        let parent = facts.root(&key.parent);
                        parent != **table && !done.contains(&parent) && key.columns.iter().all(demanded)
                    };
                    facts.foreign_keys(table).iter().filter(|key| waits(key)).count()
                };
                left.iter().min_by_key(demands).cloned().into_iter().collect()
            }
        };
        left.retain(|table| !ready.contains(table));
        done.extend(ready.iter().cloned());
        order.extend(ready);
    }
    order
}

/// The keys that a table of a cycle will have, by column.
async fn foresee(
    session: &mut Session<Target>,
    facts: &Facts,
    table: &RelationName,
    wanted: usize,
    shift: u64,
    foreseen: &mut BTreeMap<(RelationName, String), Vec<String>>,
) -> Result<()> {
    let Some(relation) = facts.catalog.relation(table) else { return Ok(()) };
    let referred: BTreeSet<&String> = facts
        .catalog
        .foreign_keys
        .iter()
        .filter(|key| key.parent == *table && key.parent_columns.len() == 1)
        .flat_map(|key| &key.parent_columns)
        .collect();
    for name in referred {
        let Some(column) = facts.columns(table).iter().find(|column| column.name == *name) else { continue };
        let alone = |check: &&crate::catalog::CheckRule| check.columns.as_deref() == Some(std::slice::from_ref(name));
        let conditions: Vec<&str> =
            relation.checks.iter().filter(alone).map(|check| check.expression.as_str()).collect();
        let mut values = pool::values(session, facts, column, &conditions, wanted + 64, shift).await?;
        values.truncate(wanted);
        foreseen.insert((table.clone(), name.clone()), values);
    }
    Ok(())
}
