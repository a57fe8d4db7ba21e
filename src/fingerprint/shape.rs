//! The shape of a comparison of one table: what both sides must agree on before their checksums can be compared.

use serde::{Deserialize, Serialize};

use super::{Image, Instead};
use crate::catalog::{Catalog, Column, Relation, ServerFacts};
use crate::model::RelationName;

/// Rows for each bucket aimed at: small enough to read again cheaply, large enough to keep answers short.
const ROWS_IN_BUCKET: u64 = 1000;
/// Most buckets of a table.
const MOST_BUCKETS: u32 = 4096;

/// How many bits a row's hash has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// 64 bits: a chain of the server's own hashes. Sees every accident.
    #[default]
    Fast,
    /// 256 bits: SHA-256 over the columns' images. Sees what somebody has made up to go unseen, too.
    Strong,
}

/// What both sides must agree on before their checksums can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableShape {
    /// The columns compared, in the order they are hashed, each with its form and whether it may be null.
    pub columns: Vec<ShapeColumn>,
    /// The key's columns; empty for a table compared as a multiset of rows.
    pub key: Vec<String>,
    /// How many buckets; a power of two.
    pub buckets: u32,
    /// How rows are hashed.
    #[serde(default)]
    pub strength: Strength,
    /// Whether the partition a row stands in is part of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_partition: bool,
}

/// One compared column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShapeColumn {
    /// Its name.
    pub name: String,
    /// The form it is hashed in.
    pub image: Image,
    /// Whether it may be null on either side.
    pub nullable: bool,
    /// Whether hashing it costs little on both sides, so that it may choose a row's bucket: both sides have to choose
    /// by the same columns, whatever each calls their types.
    #[serde(default)]
    pub cheap: bool,
}

impl TableShape {
    /// Whether it is one that this tool makes: what is read from a file could be anything.
    pub(super) fn is_sound(&self) -> bool {
        let known = |key: &String| self.columns.iter().any(|column| column.name == *key);
        self.buckets.is_power_of_two() && self.buckets <= MOST_BUCKETS && self.key.iter().all(known)
    }

    /// The column that says which partition a row stands in. No column of a table can have its name.
    pub const PARTITION: &str = "tableoid";

    /// The shape in which two relations can be compared: the columns both have and the role may read, key first.
    pub fn shared(source: &Relation, target: &Relation) -> Self {
        let key = source
            .keys
            .iter()
            .find(|key| {
                let unique_there = target.keys.iter().any(|other| other.not_null && other.columns == key.columns);
                key.not_null && unique_there
            })
            .map(|key| key.columns.clone())
            .unwrap_or_default();
        let readable = |relation: &Relation, name: &str| relation.column(name).is_some_and(|column| column.can_select);
        let columns =
            source.columns.iter().filter(|column| column.can_select && readable(target, &column.name)).map(|column| {
                let there = target.column(&column.name);
                let image = Image::of(Some(column), there);
                let long = |column: &Column| matches!(column.type_name.as_str(), "jsonb" | "json");
                ShapeColumn {
                    name: column.name.clone(),
                    image,
                    nullable: !column.not_null || !there.is_some_and(|there| there.not_null),
                    cheap: image != Image::Send && !long(column) && !there.is_some_and(long),
                }
            });
        let (first, others): (Vec<_>, Vec<_>) = columns.partition(|column| key.contains(&column.name));
        let columns: Vec<ShapeColumn> = first.into_iter().chain(others).collect();
        let key = if key.iter().all(|name| columns.iter().any(|column| column.name == *name)) { key } else { vec![] };
        let rows = rows_guess(source).max(rows_guess(target));
        Self {
            columns,
            key,
            buckets: buckets(rows, ROWS_IN_BUCKET),
            strength: Strength::default(),
            by_partition: false,
        }
    }

    /// The shape of one relation on its own, for a manifest.
    pub fn alone(relation: &Relation) -> Self {
        Self::shared(relation, relation)
    }

    /// Has columns that are read as something else count as ones that may be NULL: what a mask makes may be NULL where the
    /// column may not.
    pub fn may_be_null(&mut self, instead: &Instead) {
        let masked = self.columns.iter_mut().filter(|column| instead.contains_key(&column.name));
        masked.for_each(|column| column.nullable = true);
    }

    /// Has texts hashed by their UTF-8 bytes where the databases' encodings differ: there the stored bytes of equal texts
    /// do too.
    pub fn transcode(&mut self, source: &ServerFacts, target: &ServerFacts) {
        if source.encoding == target.encoding {
            return;
        }
        for column in &mut self.columns {
            if column.image == Image::Text {
                column.image = Image::Utf8;
            }
        }
    }

    /// Makes the partition a row stands in part of it, where both sides divide the table alike.
    pub fn place(&mut self, root: &RelationName, source: &Catalog, target: &Catalog) {
        self.by_partition = source.divides_alike(target, root);
    }

    /// Has about one bucket for each row, as far as there may be so many: then a bucket tells rows apart.
    pub fn refine(&mut self) {
        self.buckets = u32::try_from(u64::from(self.buckets) * ROWS_IN_BUCKET)
            .unwrap_or(MOST_BUCKETS)
            .next_power_of_two()
            .min(MOST_BUCKETS);
    }

    /// Whether the relation still has every column of this shape.
    pub fn fits(&self, relation: &Relation) -> bool {
        self.columns.iter().all(|column| relation.column(&column.name).is_some())
    }
}

/// Rows a table probably has; the estimate is 0 or stale where a table was never analyzed, so its size speaks too.
fn rows_guess(relation: &Relation) -> u64 {
    relation.estimated_rows.max(relation.bytes / 400)
}

fn buckets(rows: u64, in_bucket: u64) -> u32 {
    let wanted = u32::try_from(rows / in_bucket).unwrap_or(MOST_BUCKETS);
    wanted.next_power_of_two().clamp(1, MOST_BUCKETS)
}
