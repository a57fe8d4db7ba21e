//! The shape of a comparison of one table, and the SQL that reads it on one side.

use serde::{Deserialize, Serialize};

use super::Image;
use super::image::text;
use super::row_hash::{Link, row_hash};
use crate::catalog::{Column, Relation, RelationKind};

/// Rows for each bucket aimed at: small enough to read again cheaply, large enough to keep answers short.
const ROWS_IN_BUCKET: u64 = 1000;
/// Columns whose values one statement reads: the server answers at most 1,664 values a row.
const COLUMNS_AT_ONCE: usize = 800;
/// Most buckets of a table.
const MOST_BUCKETS: u32 = 4096;

/// What both sides must agree on before their checksums can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableShape {
    /// The columns compared, in the order they are hashed, each with its form and whether it may be null.
    pub columns: Vec<ShapeColumn>,
    /// The key's columns; empty for a table compared as a multiset of rows.
    pub key: Vec<String>,
    /// How many buckets; a power of two.
    pub buckets: u32,
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
        Self { columns, key, buckets: buckets(rows_guess(source).max(rows_guess(target))) }
    }

    /// The shape of one relation on its own, for a manifest.
    pub fn alone(relation: &Relation) -> Self {
        Self::shared(relation, relation)
    }

    /// Has texts hashed by their UTF-8 bytes: between databases of different encodings the stored bytes of equal texts
    /// differ.
    pub fn transcode(&mut self) {
        for column in &mut self.columns {
            if column.image == Image::Text {
                column.image = Image::Utf8;
            }
        }
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

fn buckets(rows: u64) -> u32 {
    let wanted = u32::try_from(rows / ROWS_IN_BUCKET).unwrap_or(MOST_BUCKETS);
    wanted.next_power_of_two().clamp(1, MOST_BUCKETS)
}

/// The SQL that reads one table on one side.
#[derive(Debug)]
pub struct TableSql<'a> {
    shape: &'a TableShape,
    relation: &'a Relation,
    links: Vec<Link<'a>>,
}

impl<'a> TableSql<'a> {
    /// Binds a shape to a side's relation; a column of the shape the relation lacks is left out.
    pub fn new(shape: &'a TableShape, relation: &'a Relation) -> Self {
        let links = shape
            .columns
            .iter()
            .filter_map(|column| {
                let found = relation.column(&column.name)?;
                Some(Link { column: found, image: column.image, nullable: column.nullable, cheap: column.cheap })
            })
            .collect();
        Self { shape, relation, links }
    }

    /// One row a bucket: its number, its rows, and the sum of their hashes as exact decimal text.
    pub fn checksum(&self) -> String {
        format!(
            "select {} as bucket, count(*) as rows, sum({})::text as hashes from {} group by 1",
            self.bucket(),
            row_hash(&self.links),
            self.relation.from_item()
        )
    }

    /// One row a table row of the given buckets: key hash, row hash, place. Without a key the row hash stands for
    /// the key, so the first two are equal.
    pub fn rows_of(&self, buckets: &[u32]) -> String {
        let filter = match buckets.len() == self.shape.buckets as usize {
            true => String::new(),
            false => {
                let list: Vec<String> = buckets.iter().map(u32::to_string).collect();
                format!(" where {} in ({})", self.bucket(), list.join(", "))
            }
        };
        let row = row_hash(&self.links);
        let key = if self.shape.key.is_empty() { row.clone() } else { self.key_hash() };
        format!("select {key}, {row}, {} from {}{filter}", self.place(), self.relation.from_item())
    }

    /// For the rows at the given places: the place, then for each compared column its text and its own hash. Several
    /// statements where the columns are too many for one; each goes on where the one before ended.
    pub fn values_at(&self, places: &[String]) -> Vec<String> {
        if self.links.is_empty() {
            return vec![self.values_of(&[], places)];
        }
        self.links.chunks(COLUMNS_AT_ONCE).map(|links| self.values_of(links, places)).collect()
    }

    fn values_of(&self, links: &[Link<'_>], places: &[String]) -> String {
        let mut columns = vec![self.place()];
        for link in links {
            columns.push(text(link.column));
            columns.push(link.image.hash(link.column, "0::int8"));
        }
        let mut tids: Vec<String> = places.iter().map(|place| tid(place).to_owned()).collect();
        tids.dedup();
        let list: Vec<String> = tids.iter().map(|tid| format!("'{tid}'")).collect();
        format!(
            "select {} from {} where ctid = any(array[{}]::tid[])",
            columns.join(", "),
            self.relation.from_item(),
            list.join(", ")
        )
    }

    /// The compared columns, in the order of [`TableSql::values_at`].
    pub fn columns(&self) -> impl Iterator<Item = &'a Column> + '_ {
        self.links.iter().map(|link| link.column)
    }

    /// Where a row stands in this snapshot: `tid`, and before it the partition it is in.
    fn place(&self) -> String {
        match self.relation.kind {
            RelationKind::Partitioned => "tableoid::text || '@' || ctid::text".to_owned(),
            _ => "ctid::text".to_owned(),
        }
    }

    fn bucket(&self) -> String {
        if self.shape.buckets == 1 {
            return "0".to_owned();
        }
        let hash = if self.shape.key.is_empty() { self.spread() } else { self.key_hash() };
        format!("({hash} & {})::int4", self.shape.buckets - 1)
    }

    fn key_hash(&self) -> String {
        let links: Vec<Link<'_>> =
            self.links.iter().filter(|link| self.shape.key.contains(&link.column.name)).copied().collect();
        row_hash(&links)
    }

    /// A hash of the cheap columns only: any function of the row's image spreads rows over buckets, and hashing the
    /// whole row twice would double the cost.
    fn spread(&self) -> String {
        let cheap: Vec<Link<'_>> = self.links.iter().filter(|link| link.cheap).take(4).copied().collect();
        row_hash(&cheap)
    }
}

/// The `tid` part of a place.
fn tid(place: &str) -> &str {
    place.rsplit('@').next().unwrap_or(place)
}
