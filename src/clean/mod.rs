//! Empties the planned tables of the target, and proves it before it commits.
//!
//! Never true in here: CASCADE, a row removed from a table outside the plan, a change to the schema, a commit
//! without proof.

use std::time::Instant;

use serde::Serialize;

use crate::catalog::{self, Catalog, Relation, RelationKind};
use crate::model::{Error, Events, RelationName, Result, count, plural};
use crate::plan::Plan;
use crate::postgres::{Endpoint, Session, Target, TriggerEvent};

/// What was emptied.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CleanReport {
    /// The tables that were emptied.
    pub tables: Vec<RelationName>,
    /// The rows they held.
    pub rows_removed: u64,
    /// Planned tables that the target does not have.
    pub absent: Vec<RelationName>,
    /// What is worth knowing.
    pub notes: Vec<String>,
    /// Wall time in seconds.
    pub seconds: f64,
}

/// Empties the planned tables with one TRUNCATE, counts them empty and compares the schema, then commits.
/// `catalog` is the target's. Sequences stay where they are: the copy sets them.
///
/// # Errors
/// Usage when a table outside the plan refers to a planned one; failed when the proof does not hold, in which case
/// nothing was changed.
pub async fn clean(
    endpoint: &Endpoint<Target>,
    plan: &Plan,
    catalog: &Catalog,
    events: &Events,
) -> Result<CleanReport> {
    let started = Instant::now();
    let entering = plan.entering_of(catalog);
    if !entering.is_empty() {
        return Err(Error::usage(format!(
            "{} of tables outside the plan refer to planned tables: {}",
            plural(entering.len() as u64, "foreign key"),
            entering.join(", ")
        ))
        .hint("take those tables into the plan, or drop their keys: emptying by CASCADE would wipe them too"));
    }
    let (present, absent): (Vec<_>, Vec<_>) =
        plan.tables.iter().map(|planned| planned.table.clone()).partition(|table| is_there(catalog, table));
    let items = items(plan, catalog);
    let mut report = CleanReport { tables: present, absent, ..CleanReport::default() };
    if !items.is_empty() {
        let mut session = Session::connect(endpoint).await?;
        let done = empty(&mut session, catalog, &items, &mut report).await;
        session.close().await;
        done?;
    }
    for note in &report.notes {
        events.note(note);
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// The statement that empties the planned tables; `None` where the target has none of them.
pub fn statement(plan: &Plan, catalog: &Catalog) -> Option<String> {
    let items = items(plan, catalog);
    (!items.is_empty()).then(|| truncate(&items))
}

fn truncate(items: &[String]) -> String {
    format!("truncate {}", items.join(", "))
}

fn is_there(catalog: &Catalog, table: &RelationName) -> bool {
    catalog.relation(table).is_some_and(Relation::is_table)
}

/// The planned tables that the target has, as the statement names them.
fn items(plan: &Plan, catalog: &Catalog) -> Vec<String> {
    let relations = plan.tables.iter().filter_map(|planned| catalog.relation(&planned.table));
    let item = |relation: &Relation| {
        // A table with inheritance children is emptied without them: they are tables of their own.
        let only = if relation.kind == RelationKind::Partitioned { "" } else { "only " };
        format!("{only}{}", relation.name.sql())
    };
    relations.filter(|relation| relation.is_table()).map(item).collect()
}

/// The transaction. An error leaves it open, and closing the session rolls it back.
async fn empty(
    session: &mut Session<Target>,
    catalog: &Catalog,
    items: &[String],
    report: &mut CleanReport,
) -> Result<()> {
    session.execute("begin").await?;
    let replica = session.become_replica().await?;
    for trigger in session.firing_triggers(&report.tables, TriggerEvent::Truncate, replica).await? {
        let (name, relation) = (&trigger.name, trigger.relation());
        report.notes.push(format!("trigger {name} on {relation} fires when its table is emptied"));
    }
    session.execute(&format!("lock table {} in access exclusive mode", items.join(", "))).await?;
    let before = catalog::load(session, &catalog.schemas).await?.inventory;
    report.rows_removed = counts(session, items).await?.iter().sum();

    session.execute(&truncate(items)).await.map_err(explain)?;

    let left = counts(session, items).await?;
    if let Some((item, rows)) = items.iter().zip(left).find(|(_, rows)| *rows > 0) {
        return Err(Error::failed(format!("{item} still holds {} rows after it was emptied", count(rows)))
            .hint("a trigger may have filled it; nothing was changed"));
    }
    let after = catalog::load(session, &catalog.schemas).await?.inventory;
    if before != after {
        let changed = before.iter().find(|(object, found)| after.get(object) != Some(found));
        let object = changed.map(|(object, _)| object).or_else(|| after.keys().find(|key| !before.contains_key(key)));
        let name = object.map(ToString::to_string).unwrap_or_default();
        return Err(Error::failed(format!("the schema changed while the tables were emptied: {name}"))
            .hint("nothing was changed by this run; find out who else works on the target"));
    }
    session.execute("commit").await
}

/// Exact counts, in one statement.
async fn counts(session: &mut Session<Target>, items: &[String]) -> Result<Vec<u64>> {
    let selects: Vec<String> = items.iter().map(|item| format!("(select count(*) from {item})")).collect();
    let rows = session.rows(&format!("select {}", selects.join(", "))).await?;
    let numbers: Vec<u64> =
        rows.into_iter().flatten().filter_map(|value| value.and_then(|text| text.parse().ok())).collect();
    if numbers.len() == items.len() { Ok(numbers) } else { Err(Error::failed("the target did not count every table")) }
}

fn explain(error: Error) -> Error {
    match error.sqlstate() {
        Some("0A000") => {
            error.hint("a table outside the configured schemas refers to a planned one: drop that key first")
        }
        Some("42501") => error.hint("the target's role needs the TRUNCATE privilege on every planned table"),
        Some("55P03") => error.hint("someone else uses these tables; nothing was changed"),
        _ => error,
    }
}
