//! What rows have to be made of: the catalog, every type, the columns that take values, the conditions of partitions.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalog::{Catalog, ForeignKey};
use crate::model::{RelationName, Result};
use crate::postgres::{Session, Target};

/// A type and what its values are made of.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Type {
    oid: u64,
    pub(super) name: String,
    pub(super) class: String,
    pub(super) base: Option<u64>,
    pub(super) modifier: i32,
    pub(super) element: Option<u64>,
    pub(super) labels: Option<Vec<String>>,
    pub(super) attributes: Option<Vec<Part>>,
    pub(super) subtype: Option<u64>,
    pub(super) multi: bool,
    pub(super) checks: Option<Vec<String>>,
}

/// An attribute of a composite type.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Part {
    pub(super) oid: u64,
    pub(super) modifier: i32,
}

/// Every type by its OID.
#[derive(Debug, Default)]
pub(super) struct Types(BTreeMap<u64, Type>);

impl Types {
    pub(super) fn get(&self, oid: u64) -> Option<&Type> {
        self.0.get(&oid)
    }

    /// The type and what it is made over, innermost last: a domain, its base, the element of an array.
    pub(super) fn chain(&self, oid: u64) -> Vec<&Type> {
        let mut all = Vec::new();
        let mut at = self.get(oid);
        while let Some(of) = at.filter(|_| all.len() < 16) {
            all.push(of);
            at = of.base.or(of.element).and_then(|next| self.get(next));
        }
        all
    }
}

/// A column that takes a value.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Column {
    schema: String,
    relation: String,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) of: u64,
    pub(super) modifier: i32,
    pub(super) declared: String,
    pub(super) not_null: bool,
    pub(super) sequence: Option<u64>,
}

#[derive(Deserialize)]
struct Places {
    schema: String,
    relation: String,
    leaves: Option<Vec<String>>,
}

/// Everything about a database that making rows needs.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) catalog: Catalog,
    pub(super) types: Types,
    columns: BTreeMap<RelationName, Vec<Column>>,
    places: BTreeMap<RelationName, Vec<String>>,
}

impl Facts {
    pub(super) async fn read(session: &mut Session<Target>) -> Result<Self> {
        let types: Vec<Type> = session.read(include_str!("sql/types.sql")).await?;
        let all: Vec<Column> = session.read(include_str!("sql/columns.sql")).await?;
        let places: Vec<Places> = session.read(include_str!("sql/places.sql")).await?;
        session.execute("begin isolation level repeatable read").await?;
        let catalog = crate::catalog::load(session, &[]).await?;
        session.execute("rollback").await?;
        let mut columns: BTreeMap<RelationName, Vec<Column>> = BTreeMap::new();
        for column in all {
            columns.entry(RelationName::new(&column.schema, &column.relation)).or_default().push(column);
        }
        let places = places.into_iter();
        Ok(Self {
            catalog,
            types: Types(types.into_iter().map(|of| (of.oid, of)).collect()),
            columns,
            places: places
                .map(|it| (RelationName::new(it.schema, it.relation), it.leaves.unwrap_or_default()))
                .collect(),
        })
    }

    pub(super) fn columns(&self, table: &RelationName) -> &[Column] {
        self.columns.get(table).map_or(&[], Vec::as_slice)
    }

    /// The condition that a row of a partitioned table has to meet; `None` where it is divided into nothing, or not divided.
    pub(super) fn place(&self, table: &RelationName) -> Option<Result<String, String>> {
        let leaves = self.places.get(table)?;
        if leaves.is_empty() {
            return Some(Err("it has no partition that would hold a row".to_owned()));
        }
        Some(Ok(leaves.iter().map(|leaf| format!("({leaf})")).collect::<Vec<_>>().join(" or ")))
    }

    /// The foreign keys of a table, those of its partitions included; the same one once.
    pub(super) fn foreign_keys(&self, table: &RelationName) -> Vec<&ForeignKey> {
        let mut all: Vec<&ForeignKey> = Vec::new();
        for key in &self.catalog.foreign_keys {
            let same = |other: &&ForeignKey| {
                (&other.parent, &other.columns, &other.parent_columns)
                    == (&key.parent, &key.columns, &key.parent_columns)
            };
            if self.root(&key.child) == *table && !all.iter().any(same) {
                all.push(key);
            }
        }
        all
    }

    /// The rows of a table in a `from`: its own, where others inherit from it.
    pub(super) fn rows_of(&self, table: &RelationName) -> String {
        self.catalog.relation(table).map_or_else(|| table.sql(), crate::catalog::Relation::from_item)
    }

    /// The partitioned table that a partition belongs to in the end; else the table itself.
    pub(super) fn root(&self, table: &RelationName) -> RelationName {
        let mut at = table;
        while let Some(relation) = self.catalog.relation(at).filter(|relation| relation.is_partition) {
            let Some(above) = relation.parents.first() else { break };
            at = above;
        }
        at.clone()
    }
}
