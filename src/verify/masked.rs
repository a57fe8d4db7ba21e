//! What verification reads in place of masked columns on the source, and what it never shows.

use crate::catalog::Relation;
use crate::check::Context;
use crate::config::Config;
use crate::fingerprint::Instead;
use crate::model::{Error, RelationName, Result};
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

/// Refuses what would compare masked rows with rows as they are.
pub(super) fn refuse_against(config: &Config) -> Result<()> {
    if config.scope.masks.list.is_empty() {
        return Ok(());
    }
    Err(Error::usage("a fingerprint holds the rows as they are, and the configuration masks some of their columns")
        .hint("compare with the live source, which makes the masked values again; or leave out --against"))
}
