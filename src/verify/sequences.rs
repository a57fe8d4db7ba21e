//! Where sequences stand: as on the source, and never behind the column they feed.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::gather::gather;
use super::{scope, trouble};
use crate::catalog::{Catalog, Sequence, SequenceState};
use crate::check::{Check, CheckOutcome, Context};
use crate::model::{Error, Event, Finding, ObjectRef, Outcome, RelationName, Result, Side, Unit, quoted};

const NAME: &str = "sequences";

/// The sequence check.
pub(super) struct Sequences;

impl Check for Sequences {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "each sequence stands where it stands on the source, and on the target the next value of each is beyond every \
         value of the column that owns it; its settings are the schema check's"
    }

    fn turn(&self) -> u8 {
        0
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        async move {
            let takes_part = |sequence: &&Sequence| {
                let mut tables = sequence.tables().peekable();
                tables.peek().is_none() || tables.any(|table| scope::exclusion(context, table).is_none())
            };
            let (source, target) = (&context.source.catalog.sequences, &context.target.catalog.sequences);
            // One that only the source has is the schema check's finding.
            let mut tasks = Vec::new();
            for sequence in target.values().filter(takes_part) {
                tasks.push(judge(context, source.get(&sequence.name), sequence).boxed_local());
            }
            let units = gather(tasks, context.config.verify_jobs).await;
            let missing = source.values().filter(takes_part).any(|sequence| !target.contains_key(&sequence.name));
            let left_to = missing.then_some("schema").into_iter().collect();
            Ok(CheckOutcome { units, left_to, ..CheckOutcome::default() })
        }
        .boxed_local()
    }
}

async fn judge(context: &Context, source: Option<&Sequence>, target: &Sequence) -> Unit {
    let object = ObjectRef::new("sequence", target.name.to_string());
    let unit = match standing(context, source, target, &object).await {
        Ok(unit) => unit,
        Err(error) => Unit::incomplete(NAME, object, trouble::reason(&error)),
    };
    context.events.send(&Event::UnitChecked { check: NAME.to_owned() });
    unit
}

async fn standing(context: &Context, source: Option<&Sequence>, target: &Sequence, object: &ObjectRef) -> Result<Unit> {
    let state = state_of(&context.target.catalog, target, Side::Target)?;
    let expected = source.map(|sequence| state_of(&context.source.catalog, sequence, Side::Source)).transpose()?;
    let texts = (expected.map(shown), Some(shown(state)));
    let differs = expected.is_some_and(|expected| expected != state).then(|| {
        let message = "the sequence does not stand where it stands on the source";
        Finding::new(NAME, object.clone(), "state", message).values(texts.0.clone(), texts.1.clone())
    });
    let furthest = match furthest(context, target).await {
        Ok(furthest) => furthest,
        // What is known already is not lost with what cannot be known.
        Err(error) if differs.is_some() => {
            let outcome =
                Outcome::Incomplete { reason: trouble::reason(&error), findings: differs.into_iter().collect() };
            return Ok(Unit { outcome, ..Unit::judged(NAME, object.clone(), Vec::new()) });
        }
        Err(error) => return Err(error),
    };
    let next = i128::from(state.last_value) + if state.is_called { i128::from(target.increment) } else { 0 };
    let (Some(furthest), Some((table, column))) = (furthest, &target.owner) else {
        return Ok(Unit::judged(NAME, object.clone(), differs.into_iter().collect()).detail(format!("next {next}")));
    };
    let behind = if target.increment < 0 { next >= furthest } else { next <= furthest };
    let finding = if behind {
        // Being behind explains the differing state, where it differs: one cause, one finding.
        let owner = format!("{table}.{column}");
        let message = format!("the next value is {next}, but {owner} already holds {furthest}: inserts will collide");
        Some(Finding::new(NAME, object.clone(), "behind", message).values(texts.0, texts.1).on(Side::Target))
    } else {
        differs
    };
    let detail = format!("next {next}, furthest value {furthest}");
    Ok(Unit::judged(NAME, object.clone(), finding.into_iter().collect()).detail(detail))
}

fn state_of(catalog: &Catalog, sequence: &Sequence, side: Side) -> Result<SequenceState> {
    let unknown = || match catalog.unread.get(&ObjectRef::new("sequence", sequence.name.to_string())) {
        Some(reason) => Error::incomplete(format!("on the {side}, {reason}")),
        None => Error::incomplete(format!("the connected role may not read where it stands on the {side}")),
    };
    sequence.state.ok_or_else(unknown)
}

fn shown(state: SequenceState) -> String {
    let called = if state.is_called { "given out" } else { "not given out yet" };
    format!("{}, {called}", state.last_value)
}

/// The furthest value of the owning column on the target; `None` without an owner, without rows, or where the column
/// holds no whole numbers.
async fn furthest(context: &Context, sequence: &Sequence) -> Result<Option<i128>> {
    let Some((table, column)) = &sequence.owner else { return Ok(None) };
    let whole = |table: &RelationName| {
        let column = context.target.catalog.relation(table)?.column(column)?;
        Some(matches!(column.type_name.as_str(), "int2" | "int4" | "int8"))
    };
    if whole(table) != Some(true) {
        return Ok(None);
    }
    let (end, column) = (if sequence.increment < 0 { "min" } else { "max" }, quoted(column));
    // Inheritance children draw from the same sequence, so they are read too.
    let sql = format!("select {end}({column})::text from {}", table.sql());
    let value = context.target.readers.acquire().await?.value(&sql).await?;
    Ok(value.and_then(|text| text.parse().ok()))
}
