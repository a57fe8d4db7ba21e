//! The vector columns both sides have, and how SQL speaks of them.

use crate::catalog::{Column, Key, Relation};
use crate::check::Context;
use crate::model::{ObjectRef, RelationName, literal, quoted, readable};

/// The types pgvector brings.
const TYPES: [&str; 3] = ["vector", "halfvec", "sparsevec"];

/// A vector column of one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct SideColumn<'a> {
    pub(super) relation: &'a Relation,
    pub(super) column: &'a Column,
}

/// A vector column that both sides have.
#[derive(Debug)]
pub(super) struct VectorColumn<'a> {
    pub(super) table: &'a RelationName,
    pub(super) source: SideColumn<'a>,
    pub(super) target: SideColumn<'a>,
    /// Its place among the vector columns of its table.
    pub(super) place: usize,
}

impl VectorColumn<'_> {
    /// What findings call it.
    pub(super) fn object(&self) -> ObjectRef {
        ObjectRef::new("column", format!("{}.{}", self.table, readable(&self.source.column.name)))
    }

    /// A key that names a row on either side.
    pub(super) fn key(&self) -> Option<&Key> {
        let usable =
            |key: &&Key| key.not_null && key.columns.iter().all(|column| self.target.relation.column(column).is_some());
        self.source.relation.keys.iter().find(usable)
    }
}

impl SideColumn<'_> {
    /// The column as SQL.
    pub(super) fn sql(&self) -> String {
        quoted(&self.column.name)
    }

    /// A function or operator that comes with the type; the search path is empty.
    pub(super) fn schema(&self) -> String {
        quoted(&self.column.type_schema)
    }

    /// A vector given as text.
    pub(super) fn value(&self, text: &str) -> String {
        format!("{}::{}.{}", literal(text), self.schema(), quoted(&self.column.type_name))
    }
}

/// Whether a column holds vectors.
pub(super) fn is_vector(column: &Column) -> bool {
    !column.built_in && column.type_class == "b" && TYPES.contains(&column.type_name.as_str())
}

/// All vector columns in scope that both sides have with one type. Others are the schema check's findings.
pub(super) fn find(context: &Context) -> Vec<VectorColumn<'_>> {
    let mut found = Vec::new();
    for source in context.source.catalog.tables() {
        let excluded = context.config.scope.exclusion(&source.name).is_some();
        let Some(target) = context.target.catalog.relation(&source.name).filter(|_| !excluded) else { continue };
        let shared = source.columns.iter().filter(|column| is_vector(column)).filter_map(|column| {
            let other = target.column(&column.name)?;
            (is_vector(other) && other.type_name == column.type_name).then_some((column, other))
        });
        found.extend(shared.enumerate().map(|(place, (one, two))| VectorColumn {
            table: &source.name,
            source: SideColumn { relation: source, column: one },
            target: SideColumn { relation: target, column: two },
            place,
        }));
    }
    found
}
