//! The rows check: every table and materialized view, value for value, by one scan a side.
//!
//! Never true in here: a table called same whose rows were not all in the sum, a count that stops at the examples.

mod blame;
mod cause;
mod close;
mod drill;
mod excerpt;
mod finished;
mod found;
mod inside;
mod json;
mod large_objects;
mod recheck;
mod shared;
mod table;
mod values;

pub(super) use drill::{Counted, Drill, Place};
pub(super) use finished::Finished;
pub(super) use table::shape;
pub(super) use values::{Value, batch, hidden, key, read};

use std::collections::BTreeSet;

use futures_util::future::LocalBoxFuture;
use futures_util::{StreamExt, stream};

use crate::catalog::{Catalog, Relation, RelationKind};
use crate::check::{Check, CheckOutcome, Context};
use crate::fingerprint::CopyRecord;
use crate::model::{Event, Finding, ObjectRef, RelationName, Result, Side, Unit, readable};

/// The check's name.
const NAME: &str = "rows";

/// Compares the rows of every table.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// What an earlier run has finished, and where this one keeps what it finishes.
    pub(super) finished: Option<Finished>,
    /// What both sides came to when the copy ended.
    pub(super) since: Option<CopyRecord>,
}

impl Check for Rows {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "Each table and materialized view holds the same rows, bit for bit, in the columns both sides have: exact \
         counts and 64-bit row hashes summed without wrap. Large objects hold the same bytes. It says nothing of the schema, nor of columns that only \
         one side has or that the role may not read: the coverage ledger lists those."
    }

    fn turn(&self) -> u8 {
        1
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        Box::pin(async move {
            let pairs = pairs(context);
            // The largest first, so that the last one to end is a small one; under a time budget the smallest, so that
            // most tables are compared.
            let mut order: Vec<&Pair<'_>> = pairs.iter().collect();
            order.sort_by_key(|pair| std::cmp::Reverse(pair.source.or(pair.target).map_or(0, |one| one.bytes)));
            if context.config.manner.budget.is_some() {
                order.reverse();
            }
            let mut parts: Vec<CheckOutcome> = stream::iter(order)
                .map(|pair| async move {
                    let part = one(self, context, pair).await;
                    context.events.send(&Event::UnitChecked { check: NAME.to_owned() });
                    part
                })
                .buffer_unordered(context.config.verify_jobs)
                .collect()
                .await;
            parts.push(large_objects::compare(context).await);
            let mut outcome = CheckOutcome::default();
            for part in parts {
                outcome.units.extend(part.units);
                outcome.covered.extend(part.covered);
                outcome.uncovered.extend(part.uncovered);
                outcome.left_to.extend(part.left_to);
            }
            for (object, reason) in foreign(context) {
                outcome.units.push(Unit::incomplete(NAME, object.clone(), &reason));
                outcome.uncovered.push((object, reason));
            }
            outcome.units.sort_by(|one, two| one.object.cmp(&two.object));
            Ok(outcome)
        })
    }
}

/// What the ledger says of a table of which not all rows take part.
const LEFT_OUT: &str = "the source's rows that [scope.rows] leaves out, and those that refer to them";

/// A relation that holds rows, as each side has it.
struct Pair<'a> {
    name: RelationName,
    object: ObjectRef,
    source: Option<&'a Relation>,
    target: Option<&'a Relation>,
}

/// The relations to compare: tables, partitioned roots and materialized views in scope on either side, and tables of
/// extensions.
fn pairs(context: &Context) -> Vec<Pair<'_>> {
    let holds_rows = |relation: &&Relation| {
        let compared = relation.is_table() || relation.of_extension || relation.kind == RelationKind::MaterializedView;
        compared && !relation.is_partition
    };
    let (source, target) = (&context.source.catalog, &context.target.catalog);
    let both = source.relations.values().chain(target.relations.values());
    let names: BTreeSet<&RelationName> = both.filter(holds_rows).map(|relation| &relation.name).collect();
    names
        .into_iter()
        .filter(|name| context.config.scope.exclusion(name).is_none())
        // A table that comes with an extension is absent with it, and that is the extension's finding.
        .filter(|name| {
            let one = source.relation(name).or(target.relation(name));
            let both = source.relation(name).is_some() && target.relation(name).is_some();
            both || !one.is_some_and(|relation| relation.of_extension)
        })
        .map(|name| {
            let source = source.relation(name).filter(holds_rows);
            let target = target.relation(name).filter(holds_rows);
            let view = source.or(target).is_some_and(|relation| relation.kind == RelationKind::MaterializedView);
            let object = ObjectRef::new(if view { "view" } else { "table" }, name.to_string());
            Pair { name: name.clone(), object, source, target }
        })
        .collect()
}

/// Foreign tables in scope: their rows are another server's, and whether both sides are given the same ones is not known.
fn foreign(context: &Context) -> BTreeSet<(ObjectRef, String)> {
    let both = context.source.catalog.relations.values().chain(context.target.catalog.relations.values());
    both.filter(|relation| relation.kind == RelationKind::Foreign && !relation.is_partition)
        .filter(|relation| context.config.scope.exclusion(&relation.name).is_none())
        .map(|relation| {
            (
                ObjectRef::table(&relation.name),
                "its rows are another server's, and not compared: exclude it, or compare that server".to_owned(),
            )
        })
        .collect()
}

/// Whether a side has the materialized view and has never filled it.
pub(super) fn is_unpopulated(catalog: &Catalog, object: &ObjectRef) -> bool {
    let populated = catalog.inventory.get(object).and_then(|facts| facts.attributes.get("populated"));
    populated.and_then(Option::as_deref) == Some("false")
}

/// Compares one relation, or says why it cannot be.
async fn one(rows: &Rows, context: &Context, pair: &Pair<'_>) -> CheckOutcome {
    let (source, target) = match (pair.source, pair.target) {
        (Some(source), Some(target)) => (source, target),
        (source, _) => {
            let side = if source.is_some() { Side::Target } else { Side::Source };
            let message = format!("the {side} has no such relation, so none of its rows");
            let finding = Finding::new(NAME, pair.object.clone(), "relation missing", message).on(side);
            let units = vec![Unit::judged(NAME, pair.object.clone(), vec![finding])];
            return CheckOutcome { units, covered: vec![pair.object.clone()], ..CheckOutcome::default() };
        }
    };
    if source.kind == RelationKind::MaterializedView && !context.config.scope.subset.is_everything() {
        let reason =
            "on the source it is made of all rows, on the target of those that [scope.rows] chooses".to_owned();
        let uncovered = vec![(pair.object.clone(), reason)];
        return CheckOutcome { uncovered, ..CheckOutcome::default() };
    }
    if is_unpopulated(&context.source.catalog, &pair.object) && is_unpopulated(&context.target.catalog, &pair.object) {
        let unit = Unit::judged(NAME, pair.object.clone(), Vec::new()).detail("not populated on either side");
        return CheckOutcome { units: vec![unit], covered: vec![pair.object.clone()], ..CheckOutcome::default() };
    }
    let mut outcome = CheckOutcome::default();
    let compared = table::compare(rows, context, pair, source, target).await;
    match compared {
        Ok(compared) => {
            outcome.covered.push(pair.object.clone());
            outcome.covered.extend(compared.columns.iter().map(|name| column_object(&pair.name, name)));
            // A column that only one side has is the schema check's finding; without that check nobody says it.
            let lone = compared
                .left_out
                .iter()
                .any(|(name, _)| source.column(name).is_none() || target.column(name).is_none());
            outcome.left_to.extend(lone.then_some("schema"));
            if source.chosen.is_some() {
                outcome.uncovered.push((pair.object.clone(), LEFT_OUT.to_owned()));
            }
            for (name, reason) in compared.left_out {
                outcome.uncovered.push((column_object(&pair.name, &name), reason));
            }
            outcome.units.push(compared.unit);
        }
        Err(reason) => {
            outcome.uncovered.push((pair.object.clone(), reason.clone()));
            outcome.units.push(Unit::incomplete(NAME, pair.object.clone(), reason));
        }
    }
    outcome
}

fn column_object(relation: &RelationName, column: &str) -> ObjectRef {
    ObjectRef::new("column", format!("{relation}.{}", readable(column)))
}
