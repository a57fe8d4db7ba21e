//! Of a subset: the conditions must be ones the source understands, and they are asked before anything is copied by them.

use super::{PreflightRow, Sides, some};
use crate::model::plural;
use crate::plan::mappings;

const CHECK: &str = "subset";
const WANTED: &str = "every condition of [scope.rows] is one the source can answer";

/// No row where all rows take part.
pub(super) async fn check(sides: &Sides<'_>) -> Option<PreflightRow> {
    let (mut chosen, mut refused) = (0, Vec::new());
    for mapping in mappings(&sides.source.catalog, &sides.target.catalog, sides.plan) {
        let Some(probe) = mapping.chosen_probe() else { continue };
        chosen += 1;
        if let Err(error) = sides.source.readers.answer(&probe).await {
            refused.push(format!("{}: {}", mapping.table, error.chain()));
        }
    }
    if chosen == 0 {
        return None;
    }
    Some(match refused.is_empty() {
        true => PreflightRow::go(CHECK, format!("rows of {} are chosen", plural(chosen, "table")), WANTED),
        false => PreflightRow::stop(CHECK, some(&refused), WANTED).fix("correct the condition in [scope.rows]"),
    })
}
