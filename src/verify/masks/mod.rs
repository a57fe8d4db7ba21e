//! The masks check: whether what should have been replaced has come through, and whether NULLs and distinct values
//! are as the masks make them.
//!
//! Never true in here: a value of a masked column that is shown or kept, a column called same whose values were not all
//! looked up.

mod column;
mod counts;
mod record;
mod tell;

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::rows::is_unpopulated;
use super::trouble;
use crate::catalog::{Relation, RelationKind};
use crate::check::{Check, CheckOutcome, Context};
use crate::model::{Event, ObjectRef, Outcome, RelationName, Result, Unit, readable};
use crate::plan::{MaskedColumn, Readings};
use column::MaskedPair;

/// The check's name.
const NAME: &str = "masks";

/// The masks check.
pub(super) struct Masks;

impl Check for Masks {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "no masked column of the target holds a value that the source has and its mask replaces, whether in its own row or \
         in another; NULLs are where the mask makes them; different values stay different and equal ones equal under \
         masks that promise it. It says nothing of columns without a mask, of what an original and a mask have in \
         common, nor of a value that the mask leaves as it is: those are counted. That each value is the mask's is what \
         the check rows proves, that foreign keys find their rows is what orphans proves"
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        async move {
            let mut outcome = CheckOutcome::default();
            if context.config.scope.masks.list.is_empty() {
                return Ok(outcome);
            }
            let seed = seed(context).await?;
            // One column at a time: each may keep two files a part open.
            for relation in context.source.catalog.relations.values().filter(|relation| takes_part(context, relation)) {
                let readings = Readings::of(&context.config.scope.masks, &context.source.catalog, relation);
                for problem in &readings.problems {
                    outcome.units.push(Unit::incomplete(NAME, ObjectRef::table(&relation.name), problem));
                }
                for masked in &readings.masked {
                    one(context, relation, masked, &seed, &mut outcome).await;
                    context.events.send(&Event::UnitChecked { check: NAME.to_owned() });
                }
            }
            Ok(outcome)
        }
        .boxed_local()
    }
}

/// What values are hashed with in this run, and in no other.
async fn seed(context: &Context) -> Result<String> {
    let mut session = context.target.readers.acquire().await?;
    let seed = session.value("select replace(gen_random_uuid()::text, '-', '')").await?;
    Ok(seed.unwrap_or_default())
}

fn takes_part(context: &Context, relation: &Relation) -> bool {
    let holds_rows = relation.is_table() || relation.kind == RelationKind::MaterializedView;
    holds_rows && context.config.scope.exclusion(&relation.name).is_none()
}

/// Looks at one masked column.
async fn one(context: &Context, source: &Relation, masked: &MaskedColumn, seed: &str, outcome: &mut CheckOutcome) {
    let object = column_object(&source.name, &masked.column);
    let target = context.target.catalog.relation(&source.name);
    let reason = match target.map(|target| target.column(&masked.column)) {
        // Nothing can have come through. That one side alone has it is told elsewhere.
        None => {
            outcome.left_to.insert("rows");
            Some("the target has no such table")
        }
        Some(None) => {
            outcome.left_to.insert("schema");
            Some("the target has no such column")
        }
        Some(Some(_)) => None,
    };
    let (Some(target), None) = (target, reason) else {
        outcome.uncovered.push((object, reason.unwrap_or_default().to_owned()));
        return;
    };
    let unit = settled(context, (source, target), masked, seed, &object).await;
    match &unit.outcome {
        Outcome::Incomplete { reason, .. } => outcome.uncovered.push((object, reason.clone())),
        _ => outcome.covered.push(object),
    }
    outcome.units.push(unit);
}

fn column_object(table: &RelationName, column: &str) -> ObjectRef {
    ObjectRef::new("column", format!("{table}.{}", readable(column)))
}

/// The unit of a column in the context's snapshots.
async fn look(
    context: &Context,
    (source, target): (&Relation, &Relation),
    masked: &MaskedColumn,
    seed: &str,
    object: &ObjectRef,
) -> Unit {
    let readable = |relation: &Relation| relation.column(&masked.column).is_some_and(|column| column.can_select);
    if !readable(source) || !readable(target) {
        return Unit::incomplete(NAME, object.clone(), "a connected role may not read the column");
    }
    let view = ObjectRef::new("view", source.name.to_string());
    if [&context.source.catalog, &context.target.catalog].into_iter().all(|catalog| is_unpopulated(catalog, &view)) {
        return Unit::judged(NAME, object.clone(), Vec::new()).detail("not populated on either side");
    }
    let pair = MaskedPair::new(context, (source, target), masked, seed);
    match pair.counts().await {
        Ok(counts) => tell::unit(&pair, &counts, object).await,
        Err(error) => Unit::incomplete(NAME, object.clone(), trouble::reason(&error)),
    }
}

/// The pause before the first look again; each next one is twice as long, up to the longest.
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// Looks again where the databases are in use: what is found in every look stands.
async fn settled(
    context: &Context,
    pair: (&Relation, &Relation),
    masked: &MaskedColumn,
    seed: &str,
    object: &ObjectRef,
) -> Unit {
    let mut unit = look(context, pair, masked, seed, object).await;
    let (mut config, mut pause) = (context.config.clone(), PAUSE);
    for _ in 0..context.config.manner.recheck {
        let Outcome::Different { findings: before } = &unit.outcome else { break };
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
        // The look has what is left of the time budget, and no new one.
        config.manner.budget = context.source.readers.time_left();
        let again = match Context::open(&config, &context.events).await {
            Ok(again) => again,
            Err(error) => {
                let reason = format!("could not be looked at again: {}", error.chain());
                unit.outcome = Outcome::Incomplete { reason, findings: before.clone() };
                break;
            }
        };
        let (name, catalogs) = (&pair.0.name, (&again.source.catalog, &again.target.catalog));
        let next = match (catalogs.0.relation(name), catalogs.1.relation(name)) {
            (Some(source), Some(target)) => look(&again, (source, target), masked, seed, object).await,
            _ => Unit::incomplete(NAME, object.clone(), "the table was dropped while it was looked at"),
        };
        let known: Vec<String> = before.iter().map(|finding| finding.attribute.clone()).collect();
        again.close().await;
        unit = match next.outcome {
            Outcome::Different { findings } => {
                let stands = findings.into_iter().filter(|finding| known.contains(&finding.attribute)).collect();
                Unit { detail: next.detail, ..Unit::judged(NAME, object.clone(), stands) }
            }
            outcome => Unit { outcome, ..next },
        };
    }
    unit
}
