//! What is done once all rows are there: references that lead nowhere are mended, then each is proven by a query; sequences are set
//! beyond the rows, materialized views filled.
//!
//! Never true in here: a database called right whose foreign keys were not asked.

use std::collections::BTreeMap;

use super::facts::Facts;
use crate::catalog::{ForeignKey, RelationKind};
use crate::model::{Error, RelationName, Result, literal, plural, quoted};
use crate::postgres::{Session, Target, is_lost};

/// Rounds in which rows that refer to nothing may lead to others that do.
const ROUNDS: usize = 20;

/// Mends and proves every foreign key; gives how many rows were taken away, by table.
pub(super) async fn references(session: &mut Session<Target>, facts: &Facts) -> Result<BTreeMap<RelationName, u64>> {
    let mut removed: BTreeMap<RelationName, u64> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let mut all_hold = true;
        for key in &facts.catalog.foreign_keys {
            if orphans(session, facts, key).await? == 0 {
                continue;
            }
            all_hold = false;
            let open: Vec<String> =
                key.columns.iter().filter(|name| may_be_null(facts, key, name)).map(|name| quoted(name)).collect();
            let opened = match open.is_empty() {
                true => false,
                false => {
                    let set: Vec<String> = open.iter().map(|name| format!("{name} = null")).collect();
                    let sql = format!(
                        "update {} c set {} where {}",
                        facts.rows_of(&key.child),
                        set.join(", "),
                        orphan(facts, key)
                    );
                    match session.execute(&sql).await {
                        Ok(()) => true,
                        Err(error) if is_lost(&error) => return Err(error),
                        Err(_) => false,
                    }
                }
            };
            if !opened {
                let sql = format!(
                    "with gone as (delete from {} c where {} returning 1) select count(*)::text from gone",
                    facts.rows_of(&key.child),
                    orphan(facts, key)
                );
                let gone = session.value(&sql).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
                *removed.entry(facts.root(&key.child)).or_default() += gone;
            }
        }
        if all_hold {
            return Ok(removed);
        }
    }
    for key in &facts.catalog.foreign_keys {
        let number = orphans(session, facts, key).await?;
        if number > 0 {
            return Err(Error::failed(format!(
                "the rows made for {} do not keep {}: {} to nothing",
                key.child,
                key.name,
                plural(number, "row refers")
            )));
        }
    }
    Ok(removed)
}

fn may_be_null(facts: &Facts, key: &ForeignKey, column: &str) -> bool {
    facts
        .catalog
        .relation(&key.child)
        .and_then(|table| table.column(column))
        .is_some_and(|column| !column.not_null && !column.is_generated())
}

async fn orphans(session: &mut Session<Target>, facts: &Facts, key: &ForeignKey) -> Result<u64> {
    let sql = format!("select count(*)::text from {} c where {}", facts.rows_of(&key.child), orphan(facts, key));
    Ok(session.value(&sql).await?.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// The condition that a row refers to nothing.
fn orphan(facts: &Facts, key: &ForeignKey) -> String {
    let given: Vec<String> = key.columns.iter().map(|name| format!("c.{} is not null", quoted(name))).collect();
    let parts = key.columns.iter().zip(&key.parent_columns).zip(&key.operators);
    let equal: Vec<String> = parts
        .map(|((column, parent), operator)| format!("p.{} {operator} c.{}", quoted(parent), quoted(column)))
        .collect();
    format!(
        "{} and not exists (select from {} p where {})",
        given.join(" and "),
        facts.rows_of(&key.parent),
        equal.join(" and ")
    )
}

/// Sets every sequence that numbers a column beyond the column's rows.
pub(super) async fn sequences(session: &mut Session<Target>, facts: &Facts) -> Result<()> {
    for table in facts.catalog.tables() {
        for column in facts.columns(&table.name) {
            let (Some(sequence), Some(known)) = (column.sequence, table.column(&column.name)) else { continue };
            if !matches!(known.type_name.as_str(), "int2" | "int4" | "int8") {
                continue;
            }
            let sql = format!(
                "select setval({sequence}::oid::regclass, greatest(m.most, s.last_value))::text \
                 from (select max({})::bigint as most from {}) m, \
                 lateral (select case when is_called then last_value else 1 end as last_value from {}) s where m.most >= 1",
                quoted(&column.name),
                table.name.sql(),
                session.value(&format!("select {sequence}::oid::regclass::text")).await?.unwrap_or_default()
            );
            session.rows(&sql).await?;
        }
    }
    Ok(())
}

/// Fills the materialized views, each after those it reads; gives those that cannot be, with the server's message.
pub(super) async fn views(session: &mut Session<Target>, facts: &Facts) -> Result<Vec<(RelationName, String)>> {
    let all = facts.catalog.relations.values().filter(|relation| relation.kind == RelationKind::MaterializedView);
    let mut left: Vec<&RelationName> = all.map(|relation| &relation.name).collect();
    loop {
        let before = left.len();
        let mut still = Vec::new();
        let mut messages = Vec::new();
        for name in left {
            match session.execute(&format!("refresh materialized view {}", name.sql())).await {
                Ok(()) => {}
                Err(error) if is_lost(&error) => return Err(error),
                Err(error) => {
                    messages.push((name.clone(), crate::rehearse::own::said(session, &error)));
                    still.push(name);
                }
            }
        }
        left = still;
        if left.is_empty() || left.len() == before {
            return Ok(messages);
        }
    }
}

/// Has the planner know the rows.
pub(super) async fn statistics(session: &mut Session<Target>) -> Result<()> {
    session.execute("analyze").await
}

/// Whether the session is told that triggers stay quiet.
pub(super) async fn quiet(session: &mut Session<Target>, role: &str) -> Result<()> {
    session.execute(&format!("set session_replication_role = {}", literal(role))).await
}
