//! Which columns are searched, how often and for how many neighbours.

use super::column::{VectorColumn, is_vector};
use crate::check::Context;
use crate::config::VectorProbe;
use crate::model::{Error, ObjectRef, RelationName, Result, readable};

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

/// What is searched.
#[derive(Debug)]
pub(super) struct Probes {
    /// The probe of each column, if any.
    pub(super) of_columns: Vec<Option<Probe>>,
    /// Configured probes of columns that the target lacks, with the reason.
    pub(super) impossible: Vec<(ObjectRef, String)>,
}

/// Finds the column of each configured probe.
///
/// # Errors
/// Usage for a probe of what the source does not have; what the target lacks is drift, not a mistake.
pub(super) fn resolve(context: &Context, columns: &[VectorColumn<'_>]) -> Result<Probes> {
    let configured = &context.config.vector_probes;
    let by_default = configured.is_empty().then_some(BY_DEFAULT);
    let mut probes = Probes { of_columns: vec![by_default; columns.len()], impossible: Vec::new() };
    for asked in configured {
        let probe =
            Probe { rows: asked.probes, neighbours: asked.k, minimum_recall: asked.minimum_recall, configured: true };
        let column = |it: &VectorColumn<'_>| is_named(it.table, asked) && it.source.column.name == asked.column;
        match columns.iter().position(column) {
            Some(place) => probes.of_columns[place] = Some(probe),
            None => probes.impossible.extend(lacking(context, asked)?),
        }
    }
    Ok(probes)
}

fn is_named(table: &RelationName, asked: &VectorProbe) -> bool {
    asked.table == format!("{}.{}", table.schema, table.name) || asked.table == table.to_string()
}

/// Why a probed column is not among those both sides have; `None` where it is out of scope.
fn lacking(context: &Context, asked: &VectorProbe) -> Result<Option<(ObjectRef, String)>> {
    let (table, column) = (&asked.table, &asked.column);
    let Some(relation) = context.source.catalog.tables().find(|relation| is_named(&relation.name, asked)) else {
        return Err(Error::usage(format!("vector_probe: the source has no table {table}"))
            .hint("write it as schema.table, in a schema that takes part"));
    };
    if context.config.scope.exclusion(&relation.name).is_some() {
        return Ok(None);
    }
    match relation.column(column) {
        None => return Err(Error::usage(format!("vector_probe: {table} has no column {column} on the source"))),
        Some(found) if !is_vector(found) => {
            return Err(Error::usage(format!("vector_probe: {table}.{column} does not hold vectors")));
        }
        Some(_) => {}
    }
    let object = ObjectRef::new("column", format!("{}.{}", relation.name, readable(column)));
    Ok(Some((object, "the target has no such column of the same vector type".to_owned())))
}
