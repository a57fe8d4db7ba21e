//! Loads a catalog through one session, so through one snapshot.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::patience::{Patience, explained, holders};
use super::template::{Template, array};
use super::{
    Catalog, CheckRule, Column, ForeignKey, Inventory, KINDS, Key, Kind, Relation, RelationKind, Sequence,
    SequenceState, ServerFacts, UniqueRule, Unread, inventory,
};
use crate::model::{Error, ObjectRef, RelationName, Result, literal};
use crate::postgres::{Role, Session};

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct RelationRow {
    #[serde(flatten)]
    name: RelationName,
    oid: u32,
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
    populated: bool,
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
    can_set: bool,
    table_schema: Option<String>,
    table_name: Option<String>,
    column_name: Option<String>,
    feeds: Option<Vec<RelationName>>,
}

/// Loads what the database contains in `schemas`; none named means every schema that is not the system's.
///
/// # Errors
/// Usage when a named schema does not exist; incomplete when a lock kept the server from printing an object's definition
/// in time; the server's error otherwise.
pub async fn load<R: Role>(session: &mut Session<R>, schemas: &[String]) -> Result<Catalog> {
    with(session, schemas, Patience::endless(), |_| true).await
}

/// The same for a comparison: an object whose definition a lock keeps back stands in [`Catalog::unread`], with no
/// attributes, and a sequence without its state. What masks are tried against before a copy is left out too then.
///
/// # Errors
/// As [`load`], save for locks.
pub async fn load_in_part<R: Role>(session: &mut Session<R>, schemas: &[String]) -> Result<Catalog> {
    with(session, schemas, Patience::brief(), |_| true).await
}

/// What a copy is made with: relations, foreign keys, sequences, and of the inventory what moving rows has to do with. It has
/// no digest, and nothing may be compared by it.
///
/// # Errors
/// As [`load`].
pub async fn load_for_copy<R: Role>(session: &mut Session<R>, schemas: &[String]) -> Result<Catalog> {
    with(session, schemas, Patience::endless(), |kind| OF_A_COPY.contains(&kind.name)).await
}

/// The kinds of the inventory that a copy looks at: expressions of generated columns, rules that COPY does not apply, and large
/// objects.
const OF_A_COPY: [&str; 3] = ["column", "rule", "large objects"];

/// What a plan is made of: relations and foreign keys, in a third of the time. Sequences and the inventory of objects are left
/// out, so nothing but a plan may be made of it.
///
/// # Errors
/// As [`load`].
pub async fn outline<R: Role>(session: &mut Session<R>, schemas: &[String]) -> Result<Catalog> {
    let mut patience = Patience::endless();
    let holders = holders(session).await?;
    let loaded = load_outline(session, schemas, &mut patience).await;
    loaded.map(|(catalog, _)| catalog).map_err(|error| explained(session, holders, error))
}

/// The foreign keys that a database has now, in the schemas of a catalog that was loaded before.
///
/// # Errors
/// The server's error.
pub async fn foreign_keys<R: Role>(session: &mut Session<R>, catalog: &Catalog) -> Result<Vec<ForeignKey>> {
    read_foreign_keys(session, &Template::new(&catalog.schemas, catalog.server.major())).await
}

async fn read_foreign_keys<R: Role>(session: &mut Session<R>, template: &Template) -> Result<Vec<ForeignKey>> {
    let rows = session.read::<Of<ForeignKeyRow>>(&template.fill(include_str!("sql/foreign_keys.sql"))).await?;
    Ok(rows.into_iter().map(foreign_key).collect())
}

async fn with<R: Role>(
    session: &mut Session<R>,
    schemas: &[String],
    patience: Patience,
    wanted: impl Fn(&Kind) -> bool,
) -> Result<Catalog> {
    let holders = holders(session).await?;
    load_kinds(session, schemas, patience, wanted).await.map_err(|error| explained(session, holders, error))
}

async fn load_kinds<R: Role>(
    session: &mut Session<R>,
    schemas: &[String],
    mut patience: Patience,
    wanted: impl Fn(&Kind) -> bool,
) -> Result<Catalog> {
    let mut unread = Unread::new();
    let (mut catalog, template) = load_outline(session, schemas, &mut patience).await?;
    let sequences = session.read::<SequenceRow>(&template.fill(include_str!("sql/sequences.sql"))).await?;
    let states = sequence_states(session, &sequences, &mut patience, &mut unread).await?;
    catalog.sequences = sequences.into_iter().map(|row| sequence(row, &states)).collect();
    let kinds: Vec<Kind> = KINDS.into_iter().filter(wanted).collect();
    catalog.inventory = inventory::load(session, &kinds, &template, &mut patience, &mut unread).await?;
    catalog.whole = kinds.len() == KINDS.len();
    if catalog.whole {
        catalog.unmodelled = session.read(&template.fill(include_str!("sql/unmodelled.sql"))).await?;
    }
    catalog.unread = unread;
    Ok(catalog)
}

async fn load_outline<R: Role>(
    session: &mut Session<R>,
    schemas: &[String],
    patience: &mut Patience,
) -> Result<(Catalog, Template)> {
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
    for row in rules::<R, CheckRule>(session, patience, &fill(include_str!("sql/checks.sql"))).await? {
        if let Some(relation) = relations.get_mut(&row.relation()) {
            relation.checks.push(row.item);
        }
    }
    for row in rules::<R, UniqueRule>(session, patience, &fill(include_str!("sql/uniques.sql"))).await? {
        if let Some(relation) = relations.get_mut(&row.relation()) {
            relation.uniques.push(row.item);
        }
    }
    let foreign_keys = read_foreign_keys(session, &template).await?;
    let catalog = Catalog {
        server,
        relations,
        foreign_keys,
        sequences: BTreeMap::new(),
        inventory: Inventory::new(),
        whole: false,
        unmodelled: Vec::new(),
        unread: Unread::new(),
        schemas,
    };
    Ok((catalog, template))
}

/// The rules of relations, of those that no lock keeps back.
async fn rules<R: Role, T: DeserializeOwned>(
    session: &mut Session<R>,
    patience: &mut Patience,
    sql: &str,
) -> Result<Vec<Of<T>>> {
    let list = format!("select distinct q.schema || '.' || q.relation from (\n{sql}\n) q");
    let some = |names: &[String]| {
        format!("select * from (\n{sql}\n) q where q.schema || '.' || q.relation = any({})", array(names))
    };
    Ok(patience.read(session, sql, &list, some).await?.rows)
}

/// What is known of a server and its database, without a look at what the database contains.
///
/// # Errors
/// The server's error.
pub async fn server<R: Role>(session: &mut Session<R>) -> Result<ServerFacts> {
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
    let leaves: Vec<Relation> = relations
        .values()
        .filter(|relation| relation.is_partition && relation.kind != RelationKind::Partitioned)
        .cloned()
        .collect();
    for leaf in leaves {
        let mut parents = leaf.parents.clone();
        while let Some(parent) = parents.pop() {
            if let Some(relation) = relations.get_mut(&parent) {
                relation.estimated_rows += leaf.estimated_rows;
                relation.bytes += leaf.bytes;
                relation.leaves.push((leaf.name.clone(), leaf.oid));
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
        oid: row.oid,
        leaves: Vec::new(),
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
        populated: row.populated,
        chosen: None,
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

/// Reads every readable sequence in one statement, and one by one where a lock keeps one back.
async fn sequence_states<R: Role>(
    session: &mut Session<R>,
    sequences: &[SequenceRow],
    patience: &mut Patience,
    unread: &mut Unread,
) -> Result<BTreeMap<RelationName, SequenceState>> {
    let selects: BTreeMap<String, String> = sequences
        .iter()
        .filter(|row| row.can_read)
        .map(|row| {
            let (schema, name) = (literal(&row.name.schema), literal(&row.name.name));
            let sql =
                format!("select {schema} as schema, {name} as name, last_value, is_called from {}", row.name.sql());
            (row.name.to_string(), sql)
        })
        .collect();
    if selects.is_empty() {
        return Ok(BTreeMap::new());
    }
    let names: Vec<String> = selects.keys().cloned().collect();
    let some = |names: &[String]| {
        let some: Vec<&str> = names.iter().filter_map(|name| selects.get(name).map(String::as_str)).collect();
        some.join("\nunion all\n")
    };
    let list = format!("select unnest({})", array(&names));
    let read = patience.read::<R, SequenceStateRow>(session, &some(&names), &list, some).await?;
    unread.extend(read.held.into_iter().map(|(name, reason)| (ObjectRef::new("sequence", name), reason)));
    Ok(read.rows.into_iter().map(|row| (row.name, row.state)).collect())
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
        can_set: row.can_set,
        owner,
        feeds: row.feeds.unwrap_or_default(),
    };
    (row.name, sequence)
}
