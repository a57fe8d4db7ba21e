//! The SQL that reads one table on one side, in the shape of a comparison.

mod column;

pub use column::Blind;

use std::collections::BTreeMap;

use super::image::{is_null, text};
use super::leaf;
use super::row_hash::{Link, row_hash, row_hash_from};
use super::strong::digest;
use super::{Piece, Strength, TableShape};
use crate::catalog::{Column, Relation, RelationKind};
use crate::model::{literal, quoted};

/// Columns whose values one statement reads: the server answers at most 1,664 values a row.
const COLUMNS_AT_ONCE: usize = 800;
/// Pages from which several workers are worth their start.
const LONG_PAGES: u64 = 1024;
/// Most columns whose NULLs are counted along with the checksum.
const COLUMNS_COUNTED: usize = 100;

/// The name of the partition a row stands in, without quotes: servers of different versions quote by different key words.
/// Only for rows that are shown.
const PARTITION: &str = "replace(tableoid::regclass::text, '\"', '')";

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

    /// The pieces this table is read in; small ones where there are to be `pauses`.
    pub fn pieces(&self, pauses: bool) -> Vec<Piece> {
        Piece::of(self.relation, pauses)
    }

    /// Whether the server would read this table by several workers: a heap above its `min_parallel_table_scan_size`.
    /// Of a partition tree the pages are not known here.
    pub fn is_long(&self) -> bool {
        self.relation.heap_pages >= LONG_PAGES || self.is_tree()
    }

    /// One row a bucket: its number, its rows, the sum of their hashes as exact decimal text (four of them where rows
    /// are hashed strongly), then for each of [`TableSql::counted`] how many values are not null.
    pub fn checksum(&self, piece: Piece) -> String {
        let counts: String = self.counted_links().map(|link| format!(", count({})", link.value)).collect();
        let (bucket, from) = (self.bucket(), self.from(piece, &[]));
        match self.shape.strength {
            Strength::Fast => {
                let row = self.placed_hash();
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
                let digest = self.placed_digest();
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

    /// The hash of the columns of this shape, an expression of type int8 that is never null. Whoever may read these columns
    /// may ask for it.
    pub fn hash(&self) -> String {
        row_hash(&self.links)
    }

    /// A binary COPY of one row a table row of the given buckets: key hash, row hash, the
    /// partition's OID (or 0) and the row's `ctid`. Without a key the row hash stands for the key, so the first two are
    /// equal. A hash is 8 bytes, or 16 where rows are hashed strongly.
    pub fn rows_of(&self, buckets: &[u32], piece: Piece) -> String {
        let all = buckets.len() == self.shape.buckets as usize;
        let filter = (!all).then(|| self.in_buckets(buckets));
        let (row, key) = match self.shape.strength {
            Strength::Fast => (self.placed_hash(), row_hash(&self.key_links())),
            Strength::Strong => {
                let short = |digest: String| format!("substr({digest}, 1, 16)");
                (short(self.placed_digest()), short(digest(&self.key_links())))
            }
        };
        let key = if self.shape.key.is_empty() { row.clone() } else { key };
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

    /// For the rows at the given places: the place, then for each compared column its text and its own hash, and where
    /// partitions count the row's partition in the same two forms. Several statements where the columns are too many for
    /// one; each goes on where the one before ended.
    pub fn values_at(&self, places: &[String]) -> Vec<String> {
        let partition = if self.is_placed() { vec![PARTITION.to_owned(), "null".to_owned()] } else { Vec::new() };
        let mut statements: Vec<String> = match self.links.len() {
            0 => Vec::new(),
            _ => self.links.chunks(COLUMNS_AT_ONCE).map(|links| self.values_of(links, &[], places)).collect(),
        };
        if statements.is_empty() || !partition.is_empty() {
            statements.push(self.values_of(&[], &partition, places));
        }
        statements
    }

    fn values_of(&self, links: &[Link<'_>], others: &[String], places: &[String]) -> String {
        let mut columns = vec![self.place()];
        for link in links {
            columns.push(text(link.column, &link.value));
            columns.push(link.image.hash(link.column, &link.value, "0::int8"));
        }
        columns.extend(others.iter().cloned());
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

    /// One row: how many rows there are, in how many of them each of the given columns has the given text (or is NULL),
    /// and the greatest value of each of the columns named last.
    pub fn holding(&self, values: &[(&str, Option<&str>)], greatest: &[&str]) -> String {
        let link = |name: &str| self.links.iter().find(|link| link.column.name == name);
        let held = values.iter().filter_map(|(name, value)| {
            let written = match link(name) {
                Some(link) => text(link.column, &link.value),
                None => Some(PARTITION.to_owned()).filter(|_| *name == TableShape::PARTITION)?,
            };
            Some(match value {
                // Character for character, whatever the column's collation holds for equal.
                Some(value) => format!("({written}) collate \"C\" = {} collate \"C\"", literal(value)),
                None => link(name).map(|link| is_null(link.column, &link.value))?,
            })
        });
        let held = held.map(|condition| format!("count(*) filter (where {condition})"));
        let greatest = greatest.iter().filter_map(|name| Some(format!("max({})::text", link(name)?.value)));
        let answers: Vec<String> = std::iter::once("count(*)".to_owned()).chain(held).chain(greatest).collect();
        format!("select {} from {}", answers.join(", "), self.relation.from_item())
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

    /// Whether the partition is part of a row.
    fn is_placed(&self) -> bool {
        self.shape.by_partition && self.is_tree()
    }

    /// The hash of a row, with its partition where that counts.
    fn placed_hash(&self) -> String {
        row_hash_from(&self.links, self.is_placed().then(|| leaf::number(self.relation)).as_deref())
    }

    /// The same as 32 bytes.
    fn placed_digest(&self) -> String {
        let row = digest(&self.links);
        if self.is_placed() { format!("sha256({row} || int8send({}))", leaf::number(self.relation)) } else { row }
    }

    fn bucket(&self) -> String {
        if self.shape.buckets == 1 {
            return "0".to_owned();
        }
        let hash = if self.shape.key.is_empty() { self.spread() } else { row_hash(&self.key_links()) };
        format!("({hash} & {})::int4", self.shape.buckets - 1)
    }

    /// The condition that holds for the rows of these buckets.
    pub fn in_buckets(&self, buckets: &[u32]) -> String {
        let list: Vec<String> = buckets.iter().map(u32::to_string).collect();
        format!("{} in ({})", self.bucket(), list.join(", "))
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
