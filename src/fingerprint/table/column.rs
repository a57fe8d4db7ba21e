//! One column of a table as hashes that mean nothing outside of one run: to find a value on both sides without
//! moving it.

use super::{Link, TableSql};
use crate::fingerprint::strong::digest;
use crate::fingerprint::{Image, Piece};
use crate::model::quoted;

/// How the values of a column are hashed in one run. Both sides must hash alike.
#[derive(Debug, Clone)]
pub struct Blind {
    /// Hexadecimal digits that nobody knows beforehand, so that no table of hashes made earlier serves.
    pub seed: String,
    /// Whether case does not count, save that of letters outside of ASCII, about which servers disagree.
    pub folded: bool,
}

impl Blind {
    /// An expression of 16 bytes, NULL where the value is. The padding of `char(n)` does not count.
    fn hash(&self, link: &Link<'_>, value: &str) -> String {
        let bytes = match link.image {
            Image::Text | Image::Utf8 if self.folded => format!("textsend(lower({value}::text collate \"C\"))"),
            Image::Text | Image::Utf8 => format!("textsend({value}::text)"),
            image => image.bytes(link.column, value),
        };
        format!("substr(sha256('\\x{}'::bytea || {bytes}), 1, 16)", self.seed)
    }
}

impl TableSql<'_> {
    /// A binary COPY of one row a table row: the hash of its key (NULL without a key), the column's value as it is
    /// stored (NULL where nothing else is read in its place), what is read of it, the partition's OID (or 0) and the
    /// row's `ctid`. `None` where the relation has no such column.
    pub fn column_of(&self, column: &str, blind: &Blind, piece: Piece) -> Option<String> {
        let link = self.links.iter().find(|link| link.column.name == column)?;
        let name = quoted(column);
        let stored = if link.value == name { "null::bytea".to_owned() } else { blind.hash(link, &name) };
        let key = match self.shape.key.is_empty() {
            true => "null::bytea".to_owned(),
            false => format!("substr({}, 1, 16)", digest(&self.key_links())),
        };
        let partition = if self.is_tree() { "tableoid" } else { "0::oid" };
        let (read, from) = (blind.hash(link, &link.value), self.from(piece, &[]));
        Some(format!("copy (select {key}, {stored}, {read}, {partition}, ctid from {from}) to stdout (format binary)"))
    }
}
