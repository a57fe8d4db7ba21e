//! What is inside large objects: both sides' digests, one object after the other, in the order of their identifiers.
//!
//! Which large objects there are is the schema check's business.

use std::cmp::Ordering;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::NAME;
use crate::check::{CheckOutcome, Context};
use crate::model::{Error, Finding, ObjectRef, Result, Unit, plural};
use crate::postgres::TextRow;
use crate::verify::trouble;

/// The server reads one object at a time.
const DIGESTS: &str = "select o.oid::bigint::text, encode(sha256(pg_catalog.lo_get(o.oid)), 'hex') \
                       from pg_catalog.pg_largeobject_metadata o order by o.oid";

/// How many identifiers a finding names.
const NAMED: usize = 10;

/// Compares what both sides have; nothing where neither has any.
pub(super) async fn compare(context: &Context) -> CheckOutcome {
    let has = |inventory: &crate::catalog::Inventory| inventory.contains_key(&ObjectRef::large_objects());
    let mut outcome = CheckOutcome::default();
    match (has(&context.source.catalog.inventory), has(&context.target.catalog.inventory)) {
        (false, false) => return outcome,
        (true, true) => {}
        _ => {
            outcome.left_to.insert("schema");
            return outcome;
        }
    }
    match sides(context).await {
        Ok(compared) => {
            outcome.covered.push(ObjectRef::large_objects());
            outcome.left_to.extend((compared.lone > 0).then_some("schema"));
            outcome.units.push(compared.unit());
        }
        Err(error) => {
            let reason = trouble::reason(&error);
            outcome.uncovered.push((ObjectRef::large_objects(), reason.clone()));
            outcome.units.push(Unit::incomplete(NAME, ObjectRef::large_objects(), reason));
        }
    }
    outcome
}

/// What the comparison came to.
#[derive(Debug, Default)]
struct Compared {
    both: u64,
    /// Objects that only one side has.
    lone: u64,
    differing: u64,
    named: Vec<String>,
}

impl Compared {
    fn unit(self) -> Unit {
        let message = || {
            let more = if self.differing > self.named.len() as u64 { " and others" } else { "" };
            format!(
                "{} of {} that both sides have hold other bytes: {}{more}",
                self.differing,
                plural(self.both, "large object"),
                self.named.join(", ")
            )
        };
        let finding =
            (self.differing > 0).then(|| Finding::new(NAME, ObjectRef::large_objects(), "contents", message()));
        Unit::judged(NAME, ObjectRef::large_objects(), finding.into_iter().collect())
            .detail(plural(self.both, "large object"))
    }
}

async fn sides(context: &Context) -> Result<Compared> {
    let (mut source, mut target) =
        tokio::try_join!(context.source.readers.acquire(), context.target.readers.acquire())?;
    let (mut source, mut target) = (source.stream(DIGESTS), target.stream(DIGESTS));
    let mut compared = Compared::default();
    let (mut one, mut two) = (next(&mut source).await?, next(&mut target).await?);
    loop {
        let order = match (&one, &two) {
            (None, None) => return Ok(compared),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(two)) => one.0.cmp(&two.0),
        };
        if let (Ordering::Equal, Some((identifier, there)), Some((_, here))) = (order, &one, &two) {
            compared.both += 1;
            if there != here {
                compared.differing += 1;
                if compared.named.len() < NAMED {
                    compared.named.push(identifier.to_string());
                }
            }
        } else {
            compared.lone += 1;
        }
        if order.is_le() {
            one = next(&mut source).await?;
        }
        if order.is_ge() {
            two = next(&mut target).await?;
        }
    }
}

async fn next(rows: &mut BoxStream<'_, Result<TextRow>>) -> Result<Option<(u64, Option<String>)>> {
    let Some(row) = rows.next().await.transpose()? else { return Ok(None) };
    let mut values = row.into_iter();
    let identifier = values.next().flatten().and_then(|text| text.parse().ok());
    let identifier = identifier.ok_or_else(|| Error::failed("a large object without an identifier"))?;
    Ok(Some((identifier, values.next().flatten())))
}
