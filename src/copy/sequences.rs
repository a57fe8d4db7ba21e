//! Sequences, set last to exactly where the source's stand.

use serde::Deserialize;

use crate::catalog::{Catalog, SequenceState};
use crate::model::{RelationName, Result, literal};
use crate::plan::Plan;
use crate::postgres::{Readers, Session, Source, Target};

#[derive(Deserialize)]
pub(super) struct State {
    #[serde(flatten)]
    name: RelationName,
    #[serde(flatten)]
    state: SequenceState,
}

/// Where every sequence of the plan that both sides have stands on the source.
///
/// Sequences stand outside snapshots, so this is read after the rows: it can only be ahead of them.
pub(super) async fn read(
    source: &Readers<Source>,
    source_catalog: &Catalog,
    target_catalog: &Catalog,
    plan: &Plan,
) -> Result<Vec<State>> {
    let selects: Vec<String> = source_catalog
        .sequences
        .values()
        .filter(|sequence| {
            plan.covers(source_catalog, sequence) && target_catalog.sequences.contains_key(&sequence.name)
        })
        .map(|sequence| {
            let (schema, name) = (literal(&sequence.name.schema), literal(&sequence.name.name));
            format!("select {schema} as schema, {name} as name, last_value, is_called from {}", sequence.name.sql())
        })
        .collect();
    if selects.is_empty() {
        return Ok(Vec::new());
    }
    let sql = selects.join("\nunion all\n");
    source.now(async |session| session.read(&sql).await).await
}

/// Sets the target's sequences so.
pub(super) async fn set(session: &mut Session<Target>, states: &[State]) -> Result<()> {
    for State { name, state: SequenceState { last_value, is_called } } in states {
        let sql = format!("select setval({}::regclass, {last_value}, {is_called})", literal(&name.sql()));
        session.execute(&sql).await.map_err(|error| error.at(format!("sequence {name}")))?;
    }
    Ok(())
}
