//! What is said of a table whose checksums differ.

use super::drill::{Counted, Drill};
use super::values::{self, Looked};
use super::{NAME, Pair, blame, cause, close, recheck};
use crate::catalog::Relation;
use crate::config::FloatTolerance;
use crate::model::{Cause, Finding, Result, RowChange, Side, count, plural};
use crate::verify::masked::withheld;

/// Most rows of each kind looked at for what they have in common, and bytes of values read for it.
const LOOKED_AT: u64 = 1000;
const LOOKED_AT_BYTES: u64 = 4 << 20;

/// What was found of a table.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) findings: Vec<Finding>,
    /// Why something is not known.
    pub(super) unknown: Vec<String>,
    /// Figures for the report.
    pub(super) details: Vec<String>,
}

/// How many rows of each kind are looked at: fewer where they are long.
fn looked_at(relation: &Relation, rows: u64) -> usize {
    let width = relation.bytes / rows.max(1);
    usize::try_from((LOOKED_AT_BYTES / width.max(1)).clamp(20, LOOKED_AT)).unwrap_or(20)
}

/// Finds the rows behind differing checksums, looks at them again where that is asked for, and tells of them. An error
/// is the reason why nothing can be told.
pub(super) async fn differences(drill: &Drill<'_>, pair: &Pair<'_>) -> Result<Found, String> {
    let config = &drill.context.config;
    let (looks, examples) = (config.manner.recheck, config.examples.max(looked_at(drill.source, drill.there.rows())));
    let counted = drill.gather().await.and_then(|mut gathered| Ok((gathered.count(examples, looks > 0)?, gathered)));
    let (counted, mut gathered) = match counted {
        Ok(counted) => counted,
        // That the rows differ is known all the same.
        Err(error) => {
            let error = withheld(error, drill.instead);
            let message = "the checksums of the rows differ; which rows is not known";
            let findings = vec![Finding::new(NAME, pair.object.clone(), "rows differ", message)];
            return Ok(Found { findings, unknown: vec![unread(&error.chain())], details: Vec::new() });
        }
    };
    if counted.total() == 0 {
        // Sums differed and no row did: never to be passed over in silence.
        return Err("checksums differ, but no differing row was found".to_owned());
    }
    let tolerances = close::tolerances(&config.float_tolerances, &pair.name);
    if !tolerances.is_empty() && drill.instead.is_empty() && counted.changed > 0 {
        let counted = close::count(drill, &mut gathered, &tolerances, examples).await;
        let (apart, within) = counted.map_err(|error| unread(&error.chain()))?;
        let mut found = tell(drill, pair, &apart).await;
        found.details.push(format!("{} within the tolerance of {}", plural(within, "row"), columns(&tolerances)));
        return Ok(found);
    }
    drop(gathered);
    match recheck::settle(drill, &counted, looks, examples).await {
        Ok(None) => Ok(tell(drill, pair, &counted).await),
        Ok(Some(settled)) => {
            let mut found = tell(&Drill { context: &settled.context, ..*drill }, pair, &settled.counted).await;
            settled.context.close().await;
            found.details.push(settled.detail);
            if settled.moving > 0 {
                let rows = plural(settled.moving, "row");
                found.unknown.push(format!("{rows} went on changing in all of {looks} looks"));
            }
            Ok(found)
        }
        Err(error) => {
            let mut found = tell(drill, pair, &counted).await;
            found.unknown.push(format!("rows that differ could not be looked at again: {}", error.chain()));
            Ok(found)
        }
    }
}

fn columns(tolerances: &[&FloatTolerance]) -> String {
    let names: Vec<&str> = tolerances.iter().map(|tolerance| tolerance.column.as_str()).collect();
    names.join(", ")
}

fn unread(reason: &str) -> String {
    format!("rows that differ could not be read again: {reason}")
}

/// One finding for each kind of change, with the exact total and examples; and why there are no examples where they
/// could not be read.
async fn tell(drill: &Drill<'_>, pair: &Pair<'_>, counted: &Counted) -> Found {
    let context = drill.context;
    let mut found = Found::default();
    let looked = match values::look(drill, counted).await {
        Ok(looked) => Some(looked),
        Err(error) => {
            found.unknown.push(unread(&withheld(error, drill.instead).chain()));
            None
        }
    };
    let examples = looked.as_ref().map_or(&[][..], |looked| &looked.rows);
    let changed = match looked.as_ref().is_some_and(|looked| looked.changes.moves()) {
        true => "in both with different values or in another partition",
        false => "in both with different values",
    };
    for (change, attribute, total, text) in [
        (RowChange::Missing, "rows missing", counted.missing, "in the source and not in the target"),
        (RowChange::Extra, "rows extra", counted.extra, "in the target and not in the source"),
        (RowChange::Changed, "rows changed", counted.changed, changed),
    ] {
        if total == 0 {
            continue;
        }
        let rows = examples.iter().filter(|row| row.change == change).take(context.config.examples).cloned().collect();
        let by_number = cut_off(change, drill.there.rows(), drill.here.rows(), total);
        let (causes, looked_at) = match &looked {
            Some(looked) if by_number.is_none() => in_common(drill, change, looked).await,
            _ => (Vec::new(), 0),
        };
        let cause = by_number.unwrap_or_else(|| cause::sentence(&causes, looked_at, total));
        let message = format!("{} {text}{cause}", plural(total, "row"));
        let finding = Finding::new(NAME, pair.object.clone(), attribute, message);
        found.findings.push(finding.with_rows(total, rows).explained(causes));
    }
    found.details.extend(blame::describe(&counted.blamed, drill.blames));
    found
}

/// What the rows looked at have in common, and how many they are.
async fn in_common(drill: &Drill<'_>, change: RowChange, looked: &Looked) -> (Vec<Cause>, u64) {
    match change {
        RowChange::Missing => (looked.missing.causes(drill, Side::Source).await, looked.missing.looked_at()),
        RowChange::Extra => (looked.extra.causes(drill, Side::Target).await, looked.extra.looked_at()),
        RowChange::Changed => (looked.changes.causes(), looked.changes.looked_at() as u64),
    }
}

/// The most rows an API answers at once where nobody has told it otherwise.
const PAGE: u64 = 1000;

/// What the numbers of rows alone say of rows that only one side has.
fn cut_off(change: RowChange, there: u64, here: u64, rows: u64) -> Option<String> {
    match change {
        RowChange::Missing if here == 0 => Some("; the target has none".to_owned()),
        RowChange::Extra if there == 0 => Some("; the source has none".to_owned()),
        RowChange::Missing if here == PAGE && rows == there.saturating_sub(here) => Some(format!(
            "; the target has exactly {} of {}, as a copy by pages of an API leaves",
            count(here),
            count(there)
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_an_api_is_recognised() {
        let missing = |there, here, rows| cut_off(RowChange::Missing, there, here, rows).unwrap_or_default();
        assert_eq!(
            missing(4333, 1000, 3333),
            "; the target has exactly 1,000 of 4,333, as a copy by pages of an API leaves"
        );
        assert_eq!(missing(4333, 0, 4333), "; the target has none");
        // As many rows as a page, but not the source's.
        assert_eq!(missing(4333, 1000, 4000), "");
        assert_eq!(missing(4333, 4000, 333), "");
        assert_eq!(cut_off(RowChange::Extra, 0, 7, 7).as_deref(), Some("; the source has none"));
        assert_eq!(cut_off(RowChange::Extra, 4333, 1000, 1), None);
    }
}
