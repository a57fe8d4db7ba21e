//! Indexes, keys and foreign keys of long tables stand aside while rows come in: to build one at once takes a fraction of
//! growing it row by row, an HNSW graph most of all. What is removed is journaled in the transaction that removes it.

mod choose;

use std::collections::BTreeSet;

use choose::{Choice, Chosen, Foreign, Index, choose};

use super::build::PATH;
use crate::journal::{self, Kind, SetAside};
use crate::model::{Error, RelationName, Result, literal};
use crate::plan::Plan;
use crate::postgres::{Session, Target, is_transient};

/// Something that stands aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Aside {
    /// Its number in the journal.
    pub(super) number: i32,
    pub(super) kind: Kind,
    pub(super) table: RelationName,
    /// The other table of a foreign key, where it is known.
    pub(super) parent: Option<RelationName>,
    /// Whether it comes back in two steps.
    pub(super) in_two: bool,
    /// Whether it is an index on expressions, which have statistics of their own.
    pub(super) expressions: bool,
}

/// What stands aside, and what stays.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) asides: Vec<Aside>,
    pub(super) notes: Vec<String>,
}

/// Sets aside what pays, in the open transaction: of the planned tables of at least `from` bytes, and vector indexes of all.
pub(super) async fn take(session: &mut Session<Target>, plan: &Plan, from: u64, replica: bool) -> Result<Taken> {
    let Looked { indexes, foreign } = look(session, plan).await?;
    let long =
        plan.tables.iter().filter(|planned| planned.bytes >= from).map(|planned| planned.table.clone()).collect();
    let choice =
        choose(&indexes, &foreign, &long, &names(plan), !replica, |child, parent| in_cycle(plan, child, parent));
    remove(session, choice).await
}

/// Sets aside, in the open transaction, the foreign keys between those tables of a cycle that come in `again`, where foreign keys
/// fire: an earlier attempt may have brought them back, proven or not.
pub(super) async fn take_cycles(
    session: &mut Session<Target>,
    plan: &Plan,
    again: impl Fn(&RelationName) -> bool,
) -> Result<Taken> {
    let mut foreign = look(session, plan).await?.foreign;
    let cycles =
        |child: &RelationName, parent: &RelationName| again(child) && again(parent) && in_cycle(plan, child, parent);
    let waiting = journal::waiting(session).await?;
    for key in &mut foreign {
        let (child, parent) = (key.child(), key.parent());
        // What the journal says of one that is there is that it is still to be proven; it is written down as a whole again.
        let proof = waiting.iter().find(|aside| {
            aside.kind == Kind::ForeignKey && aside.relation == child.to_string() && aside.name == key.name
        });
        if let Some(proof) = proof.filter(|_| key.movable && cycles(&child, &parent)) {
            journal::strike_out(session, proof).await?;
            key.is_to_be_proven();
        }
    }
    remove(session, choose(&[], &foreign, &BTreeSet::new(), &names(plan), true, cycles)).await
}

fn in_cycle(plan: &Plan, child: &RelationName, parent: &RelationName) -> bool {
    plan.cycles.iter().any(|cycle| cycle.contains(child) && cycle.contains(parent))
}

fn names(plan: &Plan) -> BTreeSet<RelationName> {
    plan.tables.iter().map(|planned| planned.table.clone()).collect()
}

async fn remove(session: &mut Session<Target>, Choice { chosen, live }: Choice) -> Result<Taken> {
    let mut taken = Taken::default();
    for Chosen { aside, table, parent, expressions, remove } in chosen {
        let what = match aside.kind {
            Kind::Index => "index",
            Kind::Key => "key",
            Kind::ForeignKey => "foreign key",
        };
        session.execute("savepoint setting_aside").await?;
        let number = match tried(session, &table, &aside, &remove).await {
            Ok(number) => number,
            Err(error) if would_not_come_back(&error) => {
                session.execute("rollback to savepoint setting_aside").await?;
                let name = &aside.name;
                taken
                    .notes
                    .push(format!("{table}: {what} {name} stays live: it would not come back: {}", error.chain()));
                continue;
            }
            Err(error) => return Err(error),
        };
        session.execute("release savepoint setting_aside").await?;
        taken.notes.push(format!("{table}: {what} {} stands aside and is built after the rows came in", aside.name));
        let in_two = aside.completion.is_some();
        taken.asides.push(Aside { number, kind: aside.kind, table, parent, in_two, expressions });
    }
    taken.notes.extend(
        live.into_iter()
            .map(|(table, name)| format!("{table}: index {name} stays live: it might not come back as it is")),
    );
    Ok(taken)
}

/// Whether the server refuses a statement for good, and not because somebody holds a lock or has cancelled it.
fn would_not_come_back(error: &Error) -> bool {
    !is_transient(error) && error.sqlstate().is_some_and(|state| !matches!(state, "55P03" | "57014"))
}

/// Sets something aside, and tries whether it would come back as it was: the tables are empty, so that takes no time.
async fn tried(session: &mut Session<Target>, table: &RelationName, aside: &SetAside, remove: &str) -> Result<i32> {
    let number = journal::set_aside(session, aside, remove).await?;
    let mut trial = vec!["savepoint back", PATH];
    trial.extend(aside.rebuild.iter().chain(&aside.completion).map(String::as_str));
    let alike = match (&aside.kind, aside.rebuild.first()) {
        (Kind::Index | Kind::Key, Some(definition)) => format!(
            "do {}",
            literal(&format!(
                "begin if pg_get_indexdef({}::regclass) <> {} then raise exception 'it would be another'; end if; end",
                literal(&RelationName::new(&table.schema, &aside.name).sql()),
                literal(definition)
            ))
        ),
        _ => String::new(),
    };
    trial.extend(["set local search_path to ''", &alike, "rollback to savepoint back; release savepoint back"]);
    trial.retain(|statement| !statement.is_empty());
    session.execute(&trial.join(";\n")).await?;
    Ok(number)
}

/// What could stand aside.
struct Looked {
    indexes: Vec<Index>,
    foreign: Vec<Foreign>,
}

async fn look(session: &mut Session<Target>, plan: &Plan) -> Result<Looked> {
    let tables: Vec<String> =
        plan.tables.iter().map(|planned| format!("to_regclass({})::oid", literal(&planned.table.sql()))).collect();
    let tables = format!("array[{}]::oid[]", tables.join(", "));
    let indexes = session.read(&include_str!("indexes.sql").replace(":tables", &tables)).await?;
    let foreign = session.read(&include_str!("foreign_keys.sql").replace(":tables", &tables)).await?;
    Ok(Looked { indexes, foreign })
}
