//! The approximate indexes a side has.

use serde::Deserialize;

use super::column::SideColumn;
use crate::check::SideView;
use crate::model::{Result, literal};
use crate::postgres::Role;

/// An HNSW or IVFFlat index, once for each column it depends on.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct VectorIndex {
    pub(super) schema: String,
    pub(super) relation: String,
    pub(super) column: String,
    /// `hnsw` or `ivfflat`.
    pub(super) method: String,
    /// Its name.
    pub(super) name: String,
    /// Whether it serves searches for the bare column over the whole table.
    pub(super) plain: bool,
    /// The distance operator it orders by.
    pub(super) operator: Option<String>,
}

/// Loads the valid ones of one side.
pub(super) async fn load<R: Role>(view: &SideView<R>) -> Result<Vec<VectorIndex>> {
    let schemas: Vec<String> = view.catalog.schemas.iter().map(|schema| literal(schema)).collect();
    let schemas = format!("array[{}]::name[]", schemas.join(", "));
    let sql = include_str!("../sql/vector_indexes.sql").replace(":schemas", &schemas);
    view.readers.acquire().await?.read(&sql).await
}

/// The indexes of one column.
pub(super) fn of<'a>(indexes: &'a [VectorIndex], column: &SideColumn<'_>) -> impl Iterator<Item = &'a VectorIndex> {
    let (table, name) = (column.relation.name.clone(), column.column.name.clone());
    indexes
        .iter()
        .filter(move |index| index.schema == table.schema && index.relation == table.name && index.column == name)
}
