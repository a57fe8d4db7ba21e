//! Every planned table must be readable on the source, which is found out by reading.

use super::{PreflightRow, Sides, some};
use crate::plan::mappings;

const CHECK: &str = "source privileges";
const WANTED: &str = "every planned table and sequence can be read";

pub(super) async fn check(sides: &Sides<'_>) -> PreflightRow {
    let mut refused = Vec::new();
    for mapping in mappings(&sides.source.catalog, &sides.target.catalog, sides.plan) {
        let Some(relation) = sides.source.catalog.relation(&mapping.table) else { continue };
        // Another session is lent for the next table once one has failed.
        let mut reader = match sides.source.readers.acquire().await {
            Ok(reader) => reader,
            Err(error) => return PreflightRow::stop(CHECK, error.chain(), WANTED),
        };
        let columns = mapping.column_list();
        if let Err(error) = reader.rows(&format!("select {columns} from {} limit 0", relation.from_item())).await {
            refused.push(error.chain());
        }
    }
    let sequences = sides.source.catalog.sequences.values();
    let hidden =
        sequences.filter(|sequence| sides.plan.covers(&sides.source.catalog, sequence) && sequence.state.is_none());
    refused.extend(hidden.map(|sequence| format!("sequence {} may not be read", sequence.name)));
    if refused.is_empty() {
        return PreflightRow::go(CHECK, "all read", WANTED);
    }
    PreflightRow::stop(CHECK, some(&refused), WANTED).fix("grant select on them to the role of the source URL")
}
