//! Tolerances held against the catalogs, before anything is compared: one that is for nothing would be a promise.

use crate::catalog::Relation;
use crate::check::Context;
use crate::config::FloatTolerance;
use crate::model::{Error, Result};

/// The types whose values can be close.
const CLOSE_TYPES: [&str; 5] = ["float4", "float8", "numeric", "vector", "halfvec"];

/// Refuses a tolerance that is for no table of either side, or for a column that is not there or holds no numbers.
pub(super) fn check(context: &Context) -> Result<()> {
    let sides = [&context.source.catalog, &context.target.catalog];
    for tolerance in &context.config.float_tolerances {
        check_column(tolerance, sides[0].relations.values())?;
    }
    let names = || sides.iter().flat_map(|catalog| catalog.relations.keys());
    match context.config.tolerances.iter().find(|tolerance| !names().any(|name| tolerance.is_for(name))) {
        None => Ok(()),
        Some(unknown) => Err(Error::usage(format!("tolerance of `{}`: there is no such table", unknown.table))
            .hint("tables are named as schema.table; * stands for any text")),
    }
}

fn check_column<'a>(tolerance: &FloatTolerance, relations: impl Iterator<Item = &'a Relation>) -> Result<()> {
    let (table, name) = (&tolerance.table, &tolerance.column);
    let relations = relations.filter(|relation| tolerance.is_for(&relation.name));
    let types: Vec<&str> = relations.filter_map(|relation| Some(relation.column(name)?.type_name.as_str())).collect();
    if let Some(other) = types.iter().find(|type_name| !CLOSE_TYPES.contains(type_name)) {
        return Err(Error::usage(format!("tolerance of column `{name}` of `{table}`: the column is of type {other}"))
            .hint(format!("only numbers can be close: {}", CLOSE_TYPES.join(", "))));
    }
    if types.is_empty() {
        return Err(Error::usage(format!("tolerance of column `{name}` of `{table}`: there is no such column"))
            .hint("tables are named as schema.table; * stands for any text"));
    }
    Ok(())
}
