//! Loads a catalog through one session, so through one snapshot.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::template::Template;
use super::{
    Catalog, CheckRule, Column, ForeignKey, Key, Relation, RelationKind, Sequence, SequenceState, ServerFacts,
    UniqueRule, inventory,
};
use crate::model::{Error, RelationName, Result, literal};
use crate::postgres::{Role, Session, is_timeout};

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct RelationRow {
    #[serde(flatten)]
    name: RelationName,
    kind: String,
    persistence: String,
    estimated_rows: u64,
    bytes: u64,
    heap_pages: u64,
    is_partition: bool,
    can_select: bool,
    row_security: bool,
    owner: String,
    of_extension: bool,
    parents: Option<Vec<RelationName>>,
}

#[derive(Deserialize)]
struct Of<T> {
    schema: String,
    relation: String,
    #[serde(flatten)]
    item: T,
}

impl<T> Of<T> {
    fn relation(&self) -> RelationName {
        RelationName::new(&self.schema, &self.relation)
    }
}

#[derive(Deserialize)]
struct ForeignKeyRow {
    name: String,
    parent_schema: String,
    parent_relation: String,
    columns: Vec<String>,
    parent_columns: Vec<String>,
    operators: Vec<String>,
    match_full: bool,
    deferrable: bool,
    validated: bool,
}

#[derive(Deserialize)]
struct SequenceRow {
    #[serde(flatten)]
    name: RelationName,
    increment: i64,
    start: i64,
    can_read: bool,
    table_schema: Option<String>,
    table_name: Option<String>,
    column_name: Option<String>,
}

/// Loads what the database contains in `schemas`; none named means every schema that is not the system's.
///
/// # Errors
/// Usage when a named schema does not exist; incomplete when a lock kept the server from printing an object's definition
/// in time; the server's error otherwise.
pub async fn load<R: Role>(session: &mut Session<R>, schemas: &[String]) -> Result<Catalog> {
    let locked = session.value(include_str!("sql/locked.sql")).await?;
    load_all(session, schemas).await.map_err(|error| {
        if !is_timeout(&error) {
            return error;
        }
        let place = session.place();
        let made = Error::incomplete(format!("{place}: the catalog could not be read within the time limit"));
        match locked {
            Some(tables) => made.hint(format!("locked by other sessions: {tables}; wait for them, or end them")),
            None => made.hint("look for locks on its tables, or raise statement_timeout for this side"),
        }
        .caused_by(error)
    })
}

async fn load_all<R: Role>(session: &mut Session<R>, schemas: &[String]) -> Result<Catalog> {
    let server = server(session).await?;
    let present: Vec<String> =
        session.read::<Named>(include_str!("sql/schemas.sql")).await?.into_iter().map(|row| row.name).collect();
    if let Some(absent) = schemas.iter().find(|schema| !present.contains(schema)) {
        return Err(Error::usage(format!("{}: there is no schema \"{absent}\"", session.place()))
            .hint(format!("schemas there: {}", present.join(", "))));
    }
    let schemas = if schemas.is_empty() { present } else { schemas.to_vec() };
    let template = Template::new(&schemas, server.major());
    let fill = |sql: &str| template.fill(sql);

    let mut relations = relations(session.read(&fill(include_str!("sql/tables.sql"))).await?);
    for row in session.read::<Of<Column>>(&fill(include_str!("sql/columns.sql"))).await? {
        if let Some(relation) = relations.get_mut(&row.relation()) {
            relation.columns.push(row.item);
        }
    }
    for row in session.read::<Of<Key>>(&fill(include_str!("sql/keys.sql"))).await? {
        if let Some(relation) = relations.get_mut(&row.relation()) {
            relation.keys.push(row.item);
        }
    }
    for row in session.read::<Of<CheckRule>>(&fill(include_str!("sql/checks.sql"))).await? {
        if let Some(relation) = relations.get_mut(&row.relation()) {
            relation.checks.push(row.item);
        }
    }
    for row in session.read::<Of<UniqueRule>>(&fill(include_str!("sql/uniques.sql"))).await? {
        if let Some(relation) = relations.get_mut(&row.relation()) {
            relation.uniques.push(row.item);
        }
    }
    let foreign_keys = session.read::<Of<ForeignKeyRow>>(&fill(include_str!("sql/foreign_keys.sql"))).await?;
    let sequences = session.read::<SequenceRow>(&fill(include_str!("sql/sequences.sql"))).await?;
    let states = sequence_states(session, &sequences).await?;
    Ok(Catalog {
        server,
        relations,
        foreign_keys: foreign_keys.into_iter().map(foreign_key).collect(),
        sequences: sequences.into_iter().map(|row| sequence(row, &states)).collect(),
        inventory: inventory::load(session, &template).await?,
        unmodelled: session.read(&fill(include_str!("sql/unmodelled.sql"))).await?,
        schemas,
    })
}

async fn server<R: Role>(session: &mut Session<R>) -> Result<ServerFacts> {
    let facts = session.read::<ServerFacts>(include_str!("sql/server.sql")).await?;
    facts.into_iter().next().ok_or_else(|| Error::failed("the server does not say what it is"))
}

fn relations(rows: Vec<RelationRow>) -> BTreeMap<RelationName, Relation> {
    let mut relations: BTreeMap<_, _> = rows.into_iter().map(|row| (row.name.clone(), relation(row))).collect();
    // A partition stands for its own rows where its root lies outside the schemas looked at: nothing else does here.
    let present: BTreeSet<RelationName> = relations.keys().cloned().collect();
    for relation in relations.values_mut() {
        relation.is_partition &= relation.parents.iter().any(|parent| present.contains(parent));
    }
    // A partitioned root holds no rows itself; its estimate and size are those of its leaves.
    let leaves: Vec<(RelationName, u64, u64)> = relations
        .values()
        .filter(|relation| relation.is_partition && relation.kind == RelationKind::Table)
        .map(|leaf| (leaf.name.clone(), leaf.estimated_rows, leaf.bytes))
        .collect();
    for (leaf, rows, bytes) in leaves {
        let mut parents = relations.get(&leaf).map(|relation| relation.parents.clone()).unwrap_or_default();
        while let Some(parent) = parents.pop() {
            if let Some(relation) = relations.get_mut(&parent) {
                relation.estimated_rows += rows;
                relation.bytes += bytes;
                parents.extend(relation.parents.clone());
            }
        }
    }
    relations
}

fn relation(row: RelationRow) -> Relation {
    let kind = match row.kind.as_str() {
        "p" => RelationKind::Partitioned,
        "f" => RelationKind::Foreign,
        "m" => RelationKind::MaterializedView,
        _ => RelationKind::Table,
    };
    Relation {
        name: row.name,
        kind,
        persistence: row.persistence,
        estimated_rows: if kind == RelationKind::Partitioned { 0 } else { row.estimated_rows },
        bytes: row.bytes,
        heap_pages: row.heap_pages,
        is_partition: row.is_partition,
        parents: row.parents.unwrap_or_default(),
        can_select: row.can_select,
        row_security: row.row_security,
        owner: row.owner,
        of_extension: row.of_extension,
        columns: Vec::new(),
        keys: Vec::new(),
        checks: Vec::new(),
        uniques: Vec::new(),
    }
}

fn foreign_key(row: Of<ForeignKeyRow>) -> ForeignKey {
    let child = row.relation();
    let item = row.item;
    ForeignKey {
        name: item.name,
        child,
        parent: RelationName::new(item.parent_schema, item.parent_relation),
        columns: item.columns,
        parent_columns: item.parent_columns,
        operators: item.operators,
        match_full: item.match_full,
        deferrable: item.deferrable,
        validated: item.validated,
    }
}

#[derive(Deserialize)]
struct SequenceStateRow {
    #[serde(flatten)]
    name: RelationName,
    #[serde(flatten)]
    state: SequenceState,
}

/// Reads every readable sequence in one statement.
async fn sequence_states<R: Role>(
    session: &mut Session<R>,
    sequences: &[SequenceRow],
) -> Result<BTreeMap<RelationName, SequenceState>> {
    let selects: Vec<String> = sequences
        .iter()
        .filter(|row| row.can_read)
        .map(|row| {
            let (schema, name) = (literal(&row.name.schema), literal(&row.name.name));
            format!("select {schema} as schema, {name} as name, last_value, is_called from {}", row.name.sql())
        })
        .collect();
    if selects.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = session.read::<SequenceStateRow>(&selects.join("\nunion all\n")).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.state)).collect())
}

fn sequence(row: SequenceRow, states: &BTreeMap<RelationName, SequenceState>) -> (RelationName, Sequence) {
    let owner = match (row.table_schema, row.table_name, row.column_name) {
        (Some(schema), Some(table), Some(column)) => Some((RelationName::new(schema, table), column)),
        _ => None,
    };
    let sequence = Sequence {
        name: row.name.clone(),
        increment: row.increment,
        start: row.start,
        state: states.get(&row.name).copied(),
        owner,
    };
    (row.name, sequence)
}
