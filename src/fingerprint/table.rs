//! The SQL that reads one table on one side, in the shape of a comparison.

mod column;

pub use column::Blind;

use std::collections::BTreeMap;

use super::image::text;
use super::row_hash::{Link, row_hash};
use super::strong::digest;
use super::{Piece, Strength, TableShape};
use crate::catalog::{Column, Relation, RelationKind};
use crate::model::quoted;

/// Columns whose values one statement reads: the server answers at most 1,664 values a row.
const COLUMNS_AT_ONCE: usize = 800;
/// Most columns whose NULLs are counted along with the checksum.
const COLUMNS_COUNTED: usize = 100;

/// SQL expressions read in place of columns, by the column's name: a mask, say.
pub type Instead = BTreeMap<String, String>;

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
        Self::reading(shape, relation, &Instead::new())
    }

    /// The same, with some columns read as other expressions of the same type. Where one may be NULL, the shape must say
    /// so of its column: both sides chain alike.
    pub fn reading(shape: &'a TableShape, relation: &'a Relation, instead: &Instead) -> Self {
        let links = shape
            .columns
            .iter()
            .filter_map(|column| {
                let found = relation.column(&column.name)?;
                let value =
                    instead.get(&column.name).map_or_else(|| quoted(&column.name), |other| format!("({other})"));
                Some(Link { column: found, value, image: column.image, nullable: column.nullable, cheap: column.cheap })
            })
            .collect();
        Self { shape, relation, links }
    }

    /// The pieces this table is read in.
    pub fn pieces(&self) -> Vec<Piece> {
        Piece::of(self.relation)
    }

    /// One row a bucket: its number, its rows, the sum of their hashes as exact decimal text (four of them where rows
    /// are hashed strongly), then for each of [`TableSql::counted`] how many values are not null.
    pub fn checksum(&self, piece: Piece) -> String {
        let counts: String = self.counted_links().map(|link| format!(", count({})", link.value)).collect();
        let (bucket, from) = (self.bucket(), self.from(piece, &[]));
        match self.shape.strength {
            Strength::Fast => {
                let row = row_hash(&self.links);
                format!(
                    "select {bucket} as bucket, count(*) as rows, sum({row})::text as hashes{counts} from {from} group by 1"
                )
            }
            Strength::Strong => {
                let words: Vec<String> = (0..4)
                    .map(|word| {
                        let part = format!("substr(digest, {}, 8)", word * 8 + 1);
                        format!("sum(('x' || encode({part}, 'hex'))::bit(64)::int8)::text")
                    })
                    .collect();
                // The planner would else put the digest in four times.
                let digest = digest(&self.links);
                format!(
                    "select bucket, count(*), {}{} from (select {bucket} as bucket, {digest} as digest{} from {from} offset 0) hashed \
                     group by 1",
                    words.join(", "),
                    self.counted_links()
                        .enumerate()
                        .map(|(at, _)| format!(", count(counted_{at})"))
                        .collect::<String>(),
                    self.counted_links()
                        .enumerate()
                        .map(|(at, link)| format!(", {} as counted_{at}", link.value))
                        .collect::<String>(),
                )
            }
        }
    }

    /// The columns whose NULLs the checksum counts: those that may hold any.
    pub fn counted(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.counted_links().map(|link| link.column.name.as_str())
    }

    fn counted_links(&self) -> impl Iterator<Item = &Link<'a>> + '_ {
        self.links.iter().filter(|link| link.nullable).take(COLUMNS_COUNTED)
    }

    /// A binary COPY of one row a table row of the given buckets: key hash, row hash, the
    /// partition's OID (or 0) and the row's `ctid`. Without a key the row hash stands for the key, so the first two are
    /// equal. A hash is 8 bytes, or 16 where rows are hashed strongly.
    pub fn rows_of(&self, buckets: &[u32], piece: Piece) -> String {
        let all = buckets.len() == self.shape.buckets as usize;
        let filter = (!all).then(|| {
            let list: Vec<String> = buckets.iter().map(u32::to_string).collect();
            format!("{} in ({})", self.bucket(), list.join(", "))
        });
        let hash = |links: &[Link<'_>]| match self.shape.strength {
            Strength::Fast => row_hash(links),
            Strength::Strong => format!("substr({}, 1, 16)", digest(links)),
        };
        let row = hash(&self.links);
        let key = if self.shape.key.is_empty() { row.clone() } else { hash(&self.key_links()) };
        let partition = if self.is_tree() { "tableoid" } else { "0::oid" };
        let from = self.from(piece, filter.as_slice());
        format!("copy (select {key}, {row}, {partition}, ctid from {from}) to stdout (format binary)")
    }

    /// The `from` item of a piece, with further conditions.
    fn from(&self, piece: Piece, conditions: &[String]) -> String {
        let conditions: Vec<String> = piece.conditions().into_iter().chain(conditions.iter().cloned()).collect();
        match conditions.is_empty() {
            true => self.relation.from_item(),
            false => format!("{} where {}", self.relation.from_item(), conditions.join(" and ")),
        }
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
            columns.push(text(link.column, &link.value));
            columns.push(link.image.hash(link.column, &link.value, "0::int8"));
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
        if self.is_tree() { "tableoid::text || '@' || ctid::text".to_owned() } else { "ctid::text".to_owned() }
    }

    /// Whether rows are spread over partitions, so that `ctid` alone does not name one.
    fn is_tree(&self) -> bool {
        self.relation.kind == RelationKind::Partitioned
    }

    fn bucket(&self) -> String {
        if self.shape.buckets == 1 {
            return "0".to_owned();
        }
        let hash = if self.shape.key.is_empty() { self.spread() } else { row_hash(&self.key_links()) };
        format!("({hash} & {})::int4", self.shape.buckets - 1)
    }

    fn key_links(&self) -> Vec<Link<'a>> {
        self.links.iter().filter(|link| self.shape.key.contains(&link.column.name)).cloned().collect()
    }

    /// A hash of the cheap columns only: any function of the row's image spreads rows over buckets, and hashing the
    /// whole row twice would double the cost.
    fn spread(&self) -> String {
        let cheap: Vec<Link<'_>> = self.links.iter().filter(|link| link.cheap).take(4).cloned().collect();
        row_hash(&cheap)
    }
}

/// The `tid` part of a place.
fn tid(place: &str) -> &str {
    place.rsplit('@').next().unwrap_or(place)
}
