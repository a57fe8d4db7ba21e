//! The checksum of a table: one scan, in buckets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::TableSql;
use crate::model::{Error, Result};
use crate::postgres::{Readers, Role};

/// One bucket: how many rows, and the sum of their 64-bit hashes, which does not wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Rows in the bucket.
    pub rows: u64,
    /// Sum of the rows' hashes.
    pub hashes: i128,
}

/// The buckets of a table; an empty bucket is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableChecksum {
    /// Buckets by number.
    pub buckets: BTreeMap<u32, Bucket>,
}

impl TableChecksum {
    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.buckets.values().map(|bucket| bucket.rows).sum()
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

/// Reads a table's checksum.
///
/// # Errors
/// The server's error, or failed when a row's hash was null: a row that is not in the sum has not been compared.
pub async fn checksum<R: Role>(readers: &Readers<R>, sql: &TableSql<'_>) -> Result<TableChecksum> {
    let mut checksum = TableChecksum::default();
    for row in readers.acquire().await?.rows(&sql.checksum()).await? {
        let [Some(number), Some(count), Some(hashes)] = row.as_slice() else {
            return Err(Error::failed("a row has no hash: the checksum would leave it out"));
        };
        let (Ok(number), Ok(rows), Ok(hashes)) = (number.parse(), count.parse(), hashes.parse()) else {
            return Err(Error::failed("a checksum is not a number"));
        };
        checksum.buckets.insert(number, Bucket { rows, hashes });
    }
    Ok(checksum)
}
