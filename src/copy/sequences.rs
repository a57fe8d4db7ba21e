//! Sequences, set last to exactly where the source's stand.

use serde::Deserialize;

use crate::catalog::{Catalog, SequenceState};
use crate::model::{RelationName, Result, literal};
use crate::plan::Plan;
use crate::postgres::{Readers, Session, Source, Target};

#[derive(Deserialize)]
struct Row {
    #[serde(flatten)]
    name: RelationName,
    #[serde(flatten)]
    state: SequenceState,
}

/// Sets every sequence of the plan that both sides have; gives how many.
///
/// Sequences stand outside snapshots, so their state is read now: it can only be ahead of the copied rows.
pub(super) async fn set(
    source: &Readers<Source>,
    source_catalog: &Catalog,
    session: &mut Session<Target>,
    target_catalog: &Catalog,
    plan: &Plan,
) -> Result<usize> {
    let selects: Vec<String> = source_catalog
        .sequences
        .values()
        .filter(|sequence| plan.covers(sequence) && target_catalog.sequences.contains_key(&sequence.name))
        .map(|sequence| {
            let (schema, name) = (literal(&sequence.name.schema), literal(&sequence.name.name));
            format!("select {schema} as schema, {name} as name, last_value, is_called from {}", sequence.name.sql())
        })
        .collect();
    if selects.is_empty() {
        return Ok(0);
    }
    let rows: Vec<Row> = source.acquire().await?.read(&selects.join("\nunion all\n")).await?;
    for Row { name, state: SequenceState { last_value, is_called } } in &rows {
        let sql = format!("select setval({}::regclass, {last_value}, {is_called})", literal(&name.sql()));
        session.execute(&sql).await.map_err(|error| error.at(format!("sequence {name}")))?;
    }
    Ok(rows.len())
}
