//! Rows that refer to nothing, found by asking the rows and not the constraints.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::gather::gather;
use super::orphan_query::{self, Orphans as Answer, Traits};
use super::{masked, scope, trouble};
use crate::catalog::{Catalog, Column, ForeignKey};
use crate::check::{Check, CheckOutcome, Context, SideView};
use crate::model::{
    Error, Event, Finding, ObjectRef, Outcome, RelationName, Result, RowChange, RowDifference, Side, Unit, count,
    literal, plural, readable,
};
use crate::postgres::{Role, Session};

const NAME: &str = "orphans";

/// The orphan check.
pub(super) struct Orphans;

impl Check for Orphans {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "on both sides every row of every foreign key has its parent, counted over all rows whatever the catalog says of \
         the constraint; it says nothing of references that no foreign key declares"
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        async move {
            let mut pairs: BTreeMap<(&RelationName, &str), Pair<'_>> = BTreeMap::new();
            for key in &context.source.catalog.foreign_keys {
                pairs.entry((&key.child, &key.name)).or_default().source = Some(key);
            }
            for key in &context.target.catalog.foreign_keys {
                pairs.entry((&key.child, &key.name)).or_default().target = Some(key);
            }
            let mut tasks = Vec::new();
            for ((child, name), pair) in pairs {
                if scope::exclusion(context, child).is_none() {
                    tasks.push(judge(context, child, name, pair).boxed_local());
                }
            }
            let units = gather(tasks, context.config.verify_jobs).await;
            let known = |object: &&ObjectRef| {
                let sides = [&context.source.catalog, &context.target.catalog];
                sides.iter().any(|catalog| catalog.inventory.contains_key(object))
            };
            let looked_at = units.iter().filter(|unit| !matches!(unit.outcome, Outcome::Incomplete { .. }));
            let covered = looked_at.map(|unit| &unit.object).filter(known).cloned().collect();
            Ok(CheckOutcome { units, covered, ..CheckOutcome::default() })
        }
        .boxed_local()
    }
}

/// A foreign key as each side has it.
#[derive(Debug, Clone, Copy, Default)]
struct Pair<'a> {
    source: Option<&'a ForeignKey>,
    target: Option<&'a ForeignKey>,
}

async fn judge(context: &Context, child: &RelationName, name: &str, pair: Pair<'_>) -> Unit {
    let object = ObjectRef::new("constraint", format!("{child}.{}", readable(name)));
    // A side without the foreign key is asked with the other side's: its rows have to obey it all the same.
    let (source, target) = match (pair.source.or(pair.target), pair.target.or(pair.source)) {
        (Some(source), Some(target)) => {
            tokio::join!(side(&context.source, source, &object), side(&context.target, target, &object))
        }
        _ => return Unit::incomplete(NAME, object, "neither side has it"),
    };
    let (mut findings, mut reasons, mut totals) = (Vec::new(), Vec::new(), Vec::new());
    for (side, key, answer) in [(Side::Source, pair.source, source), (Side::Target, pair.target, target)] {
        let key = key.or(pair.source).or(pair.target);
        match (answer, key) {
            (Ok(mut answer), Some(key)) => {
                // A key that is masked is not to be seen as it is on the source, nor as it may still be on the target.
                if masked::touches(context, child, &key.columns) {
                    answer.examples = None;
                }
                totals.push(count(answer.total));
                findings.extend((answer.total > 0).then(|| finding(&object, key, side, answer)));
            }
            (Err(error), _) => reasons.push(trouble::reason(&error)),
            (Ok(_), None) => {}
        }
    }
    context.events.send(&Event::UnitChecked { check: NAME.to_owned() });
    if !reasons.is_empty() {
        let outcome = Outcome::Incomplete { reason: reasons.join("; "), findings };
        return Unit { outcome, ..Unit::judged(NAME, object, Vec::new()) };
    }
    Unit::judged(NAME, object, findings).detail(format!("{} orphans", totals.join(" / ")))
}

fn finding(object: &ObjectRef, key: &ForeignKey, side: Side, answer: Answer) -> Finding {
    let (child, parent) = (&key.child, &key.parent);
    let rows = plural(answer.total, "row");
    let message = format!("on the {side}, {rows} of {child} refer to no row of {parent}");
    let example = |values: Vec<Option<String>>| {
        let shown = |(column, value): (&String, Option<String>)| {
            format!("{column}={}", value.unwrap_or_else(|| "NULL".to_owned()))
        };
        let pairs: Vec<String> = key.columns.iter().zip(values).map(shown).collect();
        RowDifference { change: RowChange::Missing, key: pairs.join(", "), columns: Vec::new() }
    };
    let examples = answer.examples.unwrap_or_default().into_iter().map(example).collect();
    Finding::new(NAME, object.clone(), "orphans", message).on(side).with_rows(answer.total, examples)
}

async fn side<R: Role>(view: &SideView<R>, key: &ForeignKey, object: &ObjectRef) -> Result<Answer> {
    let mut session = view.readers.acquire().await?;
    let child = from_item(&view.catalog, &mut session, (&key.child, "c"), &key.columns).await?;
    let parent = from_item(&view.catalog, &mut session, (&key.parent, "p"), &key.parent_columns).await?;
    if let Some(reason) = view.catalog.unread.get(object) {
        return Err(Error::incomplete(format!("on the {}, {reason}", R::SIDE)));
    }
    let facts = view.catalog.inventory.get(object);
    let definition = facts.and_then(|facts| facts.attributes.get("definition").cloned().flatten()).unwrap_or_default();
    let of_key = |column: &&Column| key.columns.contains(&column.name);
    let columns = view.catalog.relation(&key.child).map_or(&[][..], |relation| &relation.columns);
    let composite = columns.iter().filter(of_key).any(|column| column.type_class == "c");
    let traits = Traits { period: definition.contains(", PERIOD "), composite };
    let sql = orphan_query::sql(key, &child, &parent, traits);
    let answers = session.read::<Answer>(&sql).await?;
    answers.into_iter().next().ok_or_else(|| Error::failed("the orphan query answered nothing"))
}

/// The `from` item under that name of a relation that has the columns, looked up on the server where it lies outside the scope.
async fn from_item<R: Role>(
    catalog: &Catalog,
    session: &mut Session<R>,
    (name, alias): (&RelationName, &str),
    columns: &[String],
) -> Result<String> {
    let side = R::SIDE;
    let absent = || Error::incomplete(format!("the {side} has no table {name}"));
    if let Some(relation) = catalog.relation(name) {
        return match columns.iter().find(|column| relation.column(column).is_none()) {
            Some(column) => Err(Error::incomplete(format!("the {side} has no column {name}.{}", readable(column)))),
            None => Ok(relation.from_as(alias)),
        };
    }
    let sql = format!(
        "select c.relkind::text from pg_class c join pg_namespace n on n.oid = c.relnamespace \
         where n.nspname = {} and c.relname = {}",
        literal(&name.schema),
        literal(&name.name)
    );
    let kind = session.rows(&sql).await?.into_iter().flatten().flatten().next().ok_or_else(absent)?;
    let only = if kind == "r" { "only " } else { "" };
    Ok(format!("{only}{} {alias}", name.sql()))
}
