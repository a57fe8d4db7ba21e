//! The checksum of a table: one scan, in buckets, with the count of NULLs beside the sums.

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};

use super::TableSql;
use crate::model::{Error, Result};
use crate::postgres::{Readers, Role, TextRow};

/// One bucket: how many rows, and the sums of their hashes, which do not wrap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Rows in the bucket.
    pub rows: u64,
    /// Sum of the rows' hashes, as signed 64-bit integers: of the first words where rows are hashed strongly.
    pub hashes: i128,
    /// Sums of the other three words of each strong hash; zeros otherwise.
    #[serde(default, skip_serializing_if = "is_zeros")]
    pub strong: [i128; 3],
}

fn is_zeros(words: &[i128; 3]) -> bool {
    *words == [0; 3]
}

impl Bucket {
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.hashes += other.hashes;
        self.strong.iter_mut().zip(other.strong).for_each(|(sum, more)| *sum += more);
    }
}

/// The buckets of a table; an empty bucket is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableChecksum {
    /// Buckets by number.
    pub buckets: BTreeMap<u32, Bucket>,
    /// NULLs by column, for columns that may hold any.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub nulls: BTreeMap<String, u64>,
}

impl TableChecksum {
    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.buckets.values().map(|bucket| bucket.rows).sum()
    }

    fn add(&mut self, part: Self) {
        for (number, bucket) in part.buckets {
            self.buckets.entry(number).or_default().add(&bucket);
        }
        for (column, nulls) in part.nulls {
            *self.nulls.entry(column).or_default() += nulls;
        }
    }

    /// The columns in which two checksums count another number of NULLs, with both numbers.
    pub fn differing_nulls<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (&'a str, u64, u64)> + 'a {
        self.nulls.iter().filter_map(|(column, one)| {
            let two = other.nulls.get(column)?;
            (one != two).then_some((column.as_str(), *one, *two))
        })
    }

    /// The buckets in which two checksums of the same shape differ.
    pub fn differing(&self, other: &Self) -> Vec<u32> {
        let numbers =
            self.buckets.keys().chain(other.buckets.keys().filter(|number| !self.buckets.contains_key(number)));
        let mut differing: Vec<u32> =
            numbers.filter(|number| self.buckets.get(number) != other.buckets.get(number)).copied().collect();
        differing.sort_unstable();
        differing
    }
}

/// Reads a table's checksum: in one statement with the server's own workers, or its pieces on as many sessions as there are.
///
/// # Errors
/// The server's error, or failed when a row's hash was null: a row that is not in the sum has not been compared.
pub async fn checksum<R: Role>(readers: &Readers<R>, sql: &TableSql<'_>) -> Result<TableChecksum> {
    let pieces = sql.pieces(readers.pauses());
    // Sessions of a table in pieces share it among themselves.
    let workers = pieces.len() == 1 && sql.is_long();
    let pieces = stream::iter(pieces).map(|piece| async move {
        let sql = sql.checksum(piece);
        if workers { readers.answer_with_workers(&sql).await } else { readers.answer(&sql).await }
    });
    let mut parts = pieces.buffer_unordered(readers.jobs());
    let mut sums = TableChecksum::default();
    while let Some(rows) = parts.try_next().await? {
        sums.add(part(sql, &rows)?);
    }
    Ok(sums)
}

/// The checksum of one piece, from its answer.
fn part(sql: &TableSql<'_>, rows: &[TextRow]) -> Result<TableChecksum> {
    let mut part =
        TableChecksum { nulls: sql.counted().map(|name| (name.to_owned(), 0)).collect(), ..Default::default() };
    let columns: Vec<&str> = sql.counted().collect();
    for row in rows {
        let numbers: Option<Vec<i128>> =
            row.iter().map(|cell| cell.as_deref().and_then(|text| text.parse().ok())).collect();
        let numbers = numbers.ok_or_else(|| Error::failed("a row has no hash: the checksum would leave it out"))?;
        let sums = numbers.len().saturating_sub(columns.len());
        let (sums, values) = numbers.split_at(sums);
        let (bucket, number) = match *sums {
            [number, rows, hashes] => (Bucket { rows: rows as u64, hashes, strong: [0; 3] }, number),
            [number, rows, hashes, a, b, c] => (Bucket { rows: rows as u64, hashes, strong: [a, b, c] }, number),
            _ => return Err(Error::failed("a checksum has an unexpected shape")),
        };
        part.buckets.insert(number as u32, bucket);
        for (column, values) in columns.iter().zip(values) {
            let nulls = part.nulls.entry((*column).to_owned()).or_default();
            *nulls += bucket.rows - (*values as u64);
        }
    }
    Ok(part)
}
