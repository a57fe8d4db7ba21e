//! Which columns are searched, how often and for how many neighbours.

use super::column::VectorColumn;
use crate::check::Context;
use crate::config::VectorProbe;
use crate::model::{Error, RelationName, Result};

/// Searches of one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Probe {
    /// Rows searched for.
    pub(super) rows: u32,
    /// Neighbours of each.
    pub(super) neighbours: u32,
    /// The share of exact neighbours an index has to find on the target.
    pub(super) minimum_recall: f64,
    /// Whether the configuration asks for it, so that it may not be left out silently.
    pub(super) configured: bool,
}

/// One light search of every column, where the configuration names no column at all.
const BY_DEFAULT: Probe = Probe { rows: 1, neighbours: 5, minimum_recall: 0.0, configured: false };

/// The probe of each column, if any.
pub(super) fn resolve(context: &Context, columns: &[VectorColumn<'_>]) -> Result<Vec<Option<Probe>>> {
    let configured = &context.config.vector_probes;
    if configured.is_empty() {
        return Ok(columns.iter().map(|_| Some(BY_DEFAULT)).collect());
    }
    let mut probes: Vec<Option<Probe>> = columns.iter().map(|_| None).collect();
    for asked in configured {
        if let Some(place) = place(context, columns, asked)? {
            probes[place] = Some(Probe {
                rows: asked.probes,
                neighbours: asked.k,
                minimum_recall: asked.minimum_recall,
                configured: true,
            });
        }
    }
    Ok(probes)
}

/// Where the probed column stands; `None` where it is out of scope.
fn place(context: &Context, columns: &[VectorColumn<'_>], asked: &VectorProbe) -> Result<Option<usize>> {
    let names = |name: &RelationName| {
        asked.table == format!("{}.{}", name.schema, name.name) || asked.table == name.to_string()
    };
    if let Some(place) = columns.iter().position(|it| names(it.table) && it.source.column.name == asked.column) {
        return Ok(Some(place));
    }
    let (table, column) = (&asked.table, &asked.column);
    for (side, catalog) in [("source", &context.source.catalog), ("target", &context.target.catalog)] {
        let Some(relation) = catalog.tables().find(|relation| names(&relation.name)) else {
            return Err(Error::usage(format!("vector_probe: the {side} has no table {table}"))
                .hint("write it as schema.table, in a schema that takes part"));
        };
        if context.config.scope.exclusion(&relation.name).is_some() {
            return Ok(None);
        }
        if relation.column(column).is_none() {
            return Err(Error::usage(format!("vector_probe: {table} has no column {column} on the {side}")));
        }
    }
    Err(Error::usage(format!("vector_probe: {table}.{column} does not hold vectors of one type on both sides")))
}
