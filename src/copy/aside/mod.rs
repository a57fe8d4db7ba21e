//! Indexes, keys and foreign keys of long tables stand aside while rows come in: to build one at once takes a fraction of
//! growing it row by row, an HNSW graph most of all. What is removed is journaled in the transaction that removes it.

mod choose;

use std::collections::BTreeSet;

use choose::{Choice, Chosen, Foreign, Index, choose};

use crate::journal::{self, Kind};
use crate::model::{RelationName, Result, literal};
use crate::plan::Plan;
use crate::postgres::{Session, Target};

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
    let Choice { chosen, live } = look(session, plan, from, replica).await?;
    let mut taken = Taken::default();
    for Chosen { aside, table, parent, expressions, remove } in chosen {
        let number = journal::set_aside(session, &aside, &remove).await?;
        let what = match aside.kind {
            Kind::Index => "index",
            Kind::Key => "key",
            Kind::ForeignKey => "foreign key",
        };
        taken.notes.push(format!("{table}: {what} {} stands aside and is built after the rows came in", aside.name));
        let in_two = aside.completion.is_some();
        taken.asides.push(Aside { number, kind: aside.kind, table, parent, in_two, expressions });
    }
    taken.notes.extend(
        live.into_iter().map(|(table, name)| {
            format!("{table}: index {name} stays live: the role could not bring it back as it is")
        }),
    );
    Ok(taken)
}

async fn look(session: &mut Session<Target>, plan: &Plan, from: u64, replica: bool) -> Result<Choice> {
    let tables: Vec<String> =
        plan.tables.iter().map(|planned| format!("to_regclass({})::oid", literal(&planned.table.sql()))).collect();
    let tables = format!("array[{}]::oid[]", tables.join(", "));
    let indexes: Vec<Index> = session.read(&include_str!("indexes.sql").replace(":tables", &tables)).await?;
    let foreign: Vec<Foreign> = session.read(&include_str!("foreign_keys.sql").replace(":tables", &tables)).await?;
    let planned: BTreeSet<RelationName> = plan.tables.iter().map(|planned| planned.table.clone()).collect();
    let long =
        plan.tables.iter().filter(|planned| planned.bytes >= from).map(|planned| planned.table.clone()).collect();
    let in_cycle = |child: &RelationName, parent: &RelationName| {
        plan.cycles.iter().any(|cycle| cycle.contains(child) && cycle.contains(parent))
    };
    Ok(choose(&indexes, &foreign, &long, &planned, !replica, in_cycle))
}
