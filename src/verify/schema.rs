//! Whether both sides are built alike: every kind of object that shapes or guards the data.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::{identity, inventory_diff};
use crate::catalog::Relation;
use crate::check::{Check, CheckOutcome, Context};
use crate::model::{Finding, ObjectRef, Result, readable};

const NAME: &str = "schema";

/// The schema check.
pub(super) struct Schema;

impl Check for Schema {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "extensions, schemas, types, tables, columns and their order, constraints, sequences' settings, views, functions, \
         triggers, rules, operators, collations, casts, text search, statistics, foreign servers, event triggers, \
         publications and the database's locale and settings are alike, down to each attribute; it says nothing of rows, \
         row security, grants or indexes"
    }

    fn turn(&self) -> u8 {
        0
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        async move {
            let mut comparison = inventory_diff::compare(NAME, context);
            for one in comparison.compared.iter_mut().filter(|one| one.key.kind == "table") {
                one.findings.extend(column_order(context, &one.object));
            }
            Ok(comparison.into_outcome(NAME))
        }
        .boxed_local()
    }
}

/// The finding of a table whose columns stand in another order: `select *` and an insert that names no columns mean
/// something else there. Columns that only one side has are findings of their own, and a partition goes by its root.
fn column_order(context: &Context, object: &ObjectRef) -> Option<Finding> {
    let name = identity::relation(&object.identity)?;
    let (source, target) = (context.source.catalog.relation(&name)?, context.target.catalog.relation(&name)?);
    let order = |one: &Relation, other: &Relation| -> Vec<String> {
        let shared = one.columns.iter().filter(|column| other.column(&column.name).is_some());
        shared.map(|column| readable(&column.name)).collect()
    };
    let differs = |one: &Relation, other: &Relation| order(one, other) != order(other, one);
    let follows_its_root = || {
        source.parents == target.parents
            && source.parents.iter().any(|parent| {
                let sides = (context.source.catalog.relation(parent), context.target.catalog.relation(parent));
                matches!(sides, (Some(one), Some(two)) if differs(one, two))
            })
    };
    if !differs(source, target) || follows_its_root() {
        return None;
    }
    let finding = Finding::new(NAME, object.clone(), "column order", "the columns stand in another order");
    Some(finding.values(Some(order(source, target).join(", ")), Some(order(target, source).join(", "))))
}
