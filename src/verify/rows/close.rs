//! Rows whose numbers are close enough. Hashing stays exact: only rows that differ are looked at again, and one all of
//! whose differences are within their tolerance is no finding.

use super::drill::{Counted, Drill, Gathered};
use super::values;
use crate::config::FloatTolerance;
use crate::model::{RelationName, Result};

/// The tolerances of a table.
pub(super) fn tolerances<'a>(all: &'a [FloatTolerance], table: &RelationName) -> Vec<&'a FloatTolerance> {
    all.iter().filter(|tolerance| tolerance.is_for(table)).collect()
}

/// Counts again what differs among the rows gathered, without the changed rows that are within tolerance; and the number
/// of those.
pub(super) async fn count(
    drill: &Drill<'_>,
    gathered: &mut Gathered<'_>,
    tolerances: &[&FloatTolerance],
    examples: usize,
) -> Result<(Counted, u64)> {
    let (mut all, mut within) = (Counted::default(), 0);
    let at_once = values::batch(drill.source, drill.there.rows());
    for part in 0..gathered.parts {
        let mut found = Counted::default();
        gathered.compare(part, usize::MAX, &mut found)?;
        let mut apart = Vec::new();
        for batch in found.changed_at.chunks(at_once) {
            for (places, (one, two)) in batch.iter().zip(values::both(drill, batch).await?) {
                let columns = drill.shape.columns.iter().zip(one.iter().zip(&two));
                let mut differing = columns.filter(|(_, (one, two))| one != two);
                let close = differing.all(|(column, (one, two))| {
                    let tolerance = tolerances.iter().rev().find(|tolerance| tolerance.column == column.name);
                    match (tolerance, &one.0, &two.0) {
                        (Some(tolerance), Some(one), Some(two)) => tolerance.allows(one, two),
                        _ => false,
                    }
                });
                if close {
                    within += 1;
                } else {
                    apart.push(places.clone());
                }
            }
        }
        found.changed = apart.len() as u64;
        found.changed_at = apart;
        all.take(found, examples);
    }
    Ok((all, within))
}
