//! What verification reads in place of masked columns on the source, and what it never shows.

use crate::catalog::{Column, Relation};
use crate::check::Context;
use crate::fingerprint::Instead;
use crate::model::{Error, ObjectRef, RelationName, readable};
use crate::plan::Readings;

/// Stands for a value of a masked column on the target: it may be one that should never have come there.
pub(super) const NOT_SHOWN: &str = "(not shown: the column is masked)";

/// What is read in place of the columns of a relation of the source.
pub(super) fn instead(context: &Context, source: &Relation) -> Instead {
    Readings::of(&context.config.scope.masks, &context.source.catalog, source).instead
}

/// Why the masks of a relation cannot be made again: a column is generated, a lock keeps back from what, and that may be
/// a masked column.
pub(super) fn unknown(context: &Context, source: &Relation, instead: &Instead) -> Option<String> {
    let unread = |column: &Column| {
        let object = ObjectRef::new("column", format!("{}.{}", source.name, readable(&column.name)));
        let reason = context.source.catalog.unread.get(&object)?;
        Some(format!("how {object} is made of masked columns is not known: on the source, {reason}"))
    };
    if instead.is_empty() { None } else { source.columns.iter().find_map(unread) }
}

/// Whether one of the columns of a table is masked, or may be made of one that is.
pub(super) fn touches(context: &Context, table: &RelationName, columns: &[String]) -> bool {
    let Some(relation) = context.source.catalog.relation(table) else { return false };
    let instead = instead(context, relation);
    unknown(context, relation, &instead).is_some() || columns.iter().any(|column| instead.contains_key(column))
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
