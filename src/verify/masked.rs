//! What verification reads in place of masked columns on the source, and what it never shows.

use crate::catalog::Relation;
use crate::check::Context;
use crate::fingerprint::Instead;
use crate::model::{Error, RelationName};
use crate::plan::Readings;

/// Stands for a value of a masked column on the target: it may be one that should never have come there.
pub(super) const NOT_SHOWN: &str = "(not shown: the column is masked)";

/// What is read in place of the columns of a relation of the source.
pub(super) fn instead(context: &Context, source: &Relation) -> Instead {
    Readings::of(&context.config.scope.masks, &context.source.catalog, source).instead
}

/// Whether one of the columns of a table is masked.
pub(super) fn touches(context: &Context, table: &RelationName, columns: &[String]) -> bool {
    let instead = context.source.catalog.relation(table).map(|relation| instead(context, relation));
    instead.is_some_and(|instead| columns.iter().any(|column| instead.contains_key(column)))
}

/// What the source says of a mask that fails may quote the value it failed on.
pub(super) fn withheld(error: Error, instead: &Instead) -> Error {
    match error.sqlstate() {
        // Those whose texts are told apart below.
        Some(state) if !instead.is_empty() && !matches!(state, "42501" | "57014" | "55P03") => {
            error.withheld("the rows could not be read with their masks")
        }
        _ => error,
    }
}
