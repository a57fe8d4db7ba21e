//! How a copy begins: anew, or going on with one that was cut off.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::aside::{Aside, Taken, take, take_cycles};
use super::empty::all_empty;
use super::quiet::Quiet;
use super::repair::Shapes;
use super::resume::{self, Found};
use super::schedule;
use super::work::{Todo, tasks};
use super::{Copying, large_objects};
use crate::catalog::{self, Catalog, ForeignKey, Relation, RelationKind};
use crate::fingerprint::Piece;
use crate::journal::{self, Run};
use crate::model::{Error, RelationName, Result};
use crate::plan::{Plan, TableMapping};
use crate::postgres::{Readers, Session, Source, Target};

/// A copy that has begun.
pub(super) struct Begun {
    pub(super) run: Run,
    /// Tables that are kept from an earlier attempt, or most of them, with their rows.
    pub(super) kept: Vec<(RelationName, u64)>,
}

/// Begins or goes on; everything is journaled in one transaction with what is removed.
pub(super) async fn begin(
    copying: &Copying<'_>,
    session: &mut Session<Target>,
    mappings: &[TableMapping],
    shapes: &Shapes<'_>,
    notes: &mut Vec<String>,
) -> Result<Begun> {
    let (plan, digest) = (copying.plan, digest(copying, mappings));
    journal::create(session).await?;
    let current = journal::current(session).await?;
    match (current, copying.manner.resume) {
        (None, true) => {
            Err(Error::usage("there is no copy to resume: none that began has not ended").hint("copy without --resume"))
        }
        (Some(run), false) => Err(Error::usage(format!("a copy that began at {} has not ended", run.started)).hint(
            "`copy --resume` goes on with it; `clean` empties the tables, puts back what stands aside and forgets it",
        )),
        (Some(run), true) => {
            resume::same_plan(&run, &digest)?;
            go_on(copying, session, mappings, shapes, run, notes).await
        }
        (None, false) => {
            let quiet = Quiet::probe(session, mappings, notes).await?;
            session.execute("begin").await?;
            all_empty(session, mappings).await?;
            // The server's event triggers have nothing to do with what is put back as it was.
            session.become_replica().await?;
            let Taken { asides, notes: taken } =
                take(session, plan, copying.manner.set_aside_from, quiet.replica).await?;
            notes.extend(taken);
            let run = journal::begin(session, &digest, copying.source.snapshot(), quiet.replica).await?;
            let keys = keys(session, copying.target_catalog).await?;
            let units = schedule::units(plan, &keys, quiet.replica)?;
            let todo = all(copying, &quiet, &keys, &partitions(copying.source).await?);
            let mut list = tasks(plan, &units, &todo, &asides, !quiet.replica)?;
            large_objects::add(&mut list, copying, notes)?;
            journal::add(session, &run, &list).await?;
            session.execute("commit").await?;
            Ok(Begun { run, kept: Vec::new() })
        }
    }
}

/// Goes on with a run under this process' new snapshot.
async fn go_on(
    copying: &Copying<'_>,
    session: &mut Session<Target>,
    mappings: &[TableMapping],
    shapes: &Shapes<'_>,
    run: Run,
    notes: &mut Vec<String>,
) -> Result<Begun> {
    let plan = copying.plan;
    let quiet = Quiet::probe(session, mappings, notes).await?;
    // Workers that may still be at work under the old snapshot come to their end before anything is compared.
    let run = journal::move_on(session, &run, copying.source.snapshot(), quiet.replica).await?;
    // The journal does not tell: of a key that is only still to be proven it says that it waits, and it is checked already.
    let checked = keys(session, copying.target_catalog).await?;
    let found = resume::find(copying.source, copying.target, &run, shapes, &checked).await?;
    notes.extend(resume::notes(plan, &found));
    let fresh = all(copying, &quiet, &checked, &partitions(copying.source).await?);
    let todo: Vec<Todo> = found
        .iter()
        .zip(fresh)
        .map(|(found, fresh)| match found {
            Found::Kept(_) => Todo::Nothing,
            Found::Buckets(buckets, _) => Todo::Buckets(buckets.clone()),
            Found::Again | Found::New => fresh,
        })
        .collect();
    let comes = |table: &RelationName| {
        plan.tables.iter().zip(&todo).any(|(planned, todo)| planned.table == *table && *todo != Todo::Nothing)
    };
    session.execute("begin").await?;
    // Somebody who resumes it too waits from here on, and then finds what is done here.
    journal::hold(session, &run).await?;
    if !quiet.replica {
        notes.extend(take_cycles(session, plan, comes).await?.notes);
    }
    // Rows that are kept are there for whatever refers to them.
    let checked = keys(session, copying.target_catalog).await?;
    let checked: Vec<ForeignKey> = checked.into_iter().filter(|key| comes(&key.child) && comes(&key.parent)).collect();
    let units = schedule::units(plan, &checked, quiet.replica)?;
    let asides = waiting(session, plan).await?;
    resume::empty(session, plan, mappings, &found, quiet.replica).await?;
    session.execute(&format!("delete from pgrehearse.task where run = {}", run.id)).await?;
    let mut list = tasks(plan, &units, &todo, &asides, !quiet.replica)?;
    large_objects::add(&mut list, copying, notes)?;
    journal::add(session, &run, &list).await?;
    session.execute("commit").await?;
    let kept = plan.tables.iter().zip(&found).filter_map(|(planned, found)| match found {
        Found::Kept(rows) | Found::Buckets(_, rows) => Some((planned.table.clone(), *rows)),
        _ => None,
    });
    Ok(Begun { run, kept: kept.collect() })
}

/// The target's foreign keys as they are now; those of partitions as their roots', which are what is planned.
async fn keys(session: &mut Session<Target>, catalog: &Catalog) -> Result<Vec<ForeignKey>> {
    let keys = catalog::foreign_keys(session, catalog).await?.into_iter();
    let rooted = |key: ForeignKey| ForeignKey {
        child: catalog.root_of(&key.child),
        parent: catalog.root_of(&key.parent),
        ..key
    };
    Ok(keys.map(rooted).collect())
}

/// What an earlier attempt has left aside. Which table a foreign key refers to is not in the journal, so it waits for all of them.
async fn waiting(session: &mut Session<Target>, plan: &Plan) -> Result<Vec<Aside>> {
    let found = journal::waiting(session).await?;
    let table = |name: &str| plan.tables.iter().find(|planned| planned.table.to_string() == name);
    Ok(found
        .into_iter()
        .filter_map(|aside| {
            let table = table(&aside.relation)?.table.clone();
            let in_two = aside.completion.is_some();
            // The journal does not say what an index is on.
            let expressions = aside.kind == journal::Kind::Index;
            Some(Aside { number: aside.number, kind: aside.kind, table, parent: None, in_two, expressions })
        })
        .collect())
}

/// How each table is copied when all of it is.
fn all(
    copying: &Copying<'_>,
    quiet: &Quiet,
    keys: &[ForeignKey],
    partitions: &BTreeMap<RelationName, usize>,
) -> Vec<Todo> {
    let manner = &copying.manner;
    copying
        .plan
        .tables
        .iter()
        .map(|planned| {
            let table = &planned.table;
            let (there, here) = (copying.source_catalog.relation(table), copying.target_catalog.relation(table));
            let whole = Todo::All(vec![(None, Piece::WHOLE)]);
            let (Some(there), Some(here)) = (there, here) else { return whole };
            // To switch a trigger off locks the table for all others.
            if quiet.firing.contains(table) {
                return whole;
            }
            // Rows that refer to rows of another piece are refused until these have come in.
            if !quiet.replica && keys.iter().any(|key| key.parent == *table && key.child == *table) {
                return whole;
            }
            let mut parts = pieces(copying.source_catalog, there, partitions, manner.chunk);
            if parts.len() > 1 {
                return Todo::All(std::mem::take(&mut parts));
            }
            let referred = keys.iter().any(|key| key.parent == *table);
            let own = here.owner == copying.target_catalog.server.role;
            let pays = there.kind == RelationKind::Table && there.bytes >= manner.set_aside_from;
            if here.kind == RelationKind::Table && own && pays && !referred { Todo::Frozen } else { whole }
        })
        .collect()
}

/// How many leaves the source's partitioned tables have in all, whatever schema these are in.
async fn partitions(source: &Readers<Source>) -> Result<BTreeMap<RelationName, usize>> {
    #[derive(serde::Deserialize)]
    struct Row {
        #[serde(flatten)]
        name: RelationName,
        leaves: usize,
    }
    let rows: Vec<Row> = source.acquire().await?.read(include_str!("sql/leaves.sql")).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.leaves)).collect())
}

/// The pieces a table of the source is copied in; of a partitioned one those of its partitions, where all of them are heaps.
fn pieces(
    catalog: &Catalog,
    table: &Relation,
    partitions: &BTreeMap<RelationName, usize>,
    chunk: u64,
) -> Vec<(Option<RelationName>, Piece)> {
    let of = |relation: &Relation| {
        let number = (relation.bytes / chunk.max(1)).clamp(1, MOST_PIECES);
        Piece::equal(relation.heap_pages, number)
    };
    match table.kind {
        RelationKind::Table => of(table).into_iter().map(|piece| (None, piece)).collect(),
        RelationKind::Partitioned => {
            let below = catalog.relations.values().filter(|leaf| {
                leaf.is_partition && leaf.kind != RelationKind::Partitioned && catalog.root_of(&leaf.name) == table.name
            });
            let leaves: Vec<&Relation> = below.collect();
            // One that stands in a schema out of scope is not in the catalog, and one may be closed to who may read the root.
            let open = |leaf: &&Relation| leaf.kind == RelationKind::Table && leaf.can_select && !leaf.row_security;
            if !leaves.iter().all(open) || partitions.get(&table.name) != Some(&leaves.len()) {
                return vec![(None, Piece::WHOLE)];
            }
            leaves
                .into_iter()
                .flat_map(|leaf| of(leaf).into_iter().map(|piece| (Some(leaf.name.clone()), piece)))
                .collect()
        }
        _ => vec![(None, Piece::WHOLE)],
    }
}

/// Most pieces of a table.
const MOST_PIECES: u64 = 1000;

/// What is copied into what, as a digest: tables, columns with their types, masks and their salt.
pub(super) fn digest(copying: &Copying<'_>, mappings: &[TableMapping]) -> String {
    let mut digest = Sha256::new();
    let mut add = |text: &str| {
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text);
    };
    for mapping in mappings {
        add(&mapping.copy_out());
        add(&mapping.copy_in());
        for catalog in [copying.source_catalog, copying.target_catalog] {
            let columns = catalog.relation(&mapping.table).map(|relation| relation.columns.as_slice());
            for column in columns.unwrap_or_default() {
                add(&column.name);
                add(&column.declared_type);
            }
        }
    }
    add(copying.source.endpoint().salt().map_or("", |salt| salt.expose()));
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
