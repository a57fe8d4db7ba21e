//! A row of a differing bucket: key hash, row hash, place.

use crate::model::{Error, Result};
use crate::verify::hashed::{Kept, Spot};

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: u128,
    pub(super) row: u128,
    pub(super) spot: Spot,
}

impl Entry {
    /// The entry from the fields of a row as the server sends them.
    pub(super) fn new(fields: [Option<u128>; 4]) -> Result<Self> {
        match fields {
            [Some(key), Some(row), Some(partition), Some(tid)] => {
                Ok(Self { key, row, spot: Spot::new(partition, tid) })
            }
            _ => Err(Error::failed("a row has no hash")),
        }
    }
}

impl Kept for Entry {
    const SIZE: usize = 32 + Spot::SIZE;

    fn hash(&self) -> u128 {
        self.key
    }

    fn write(&self, bytes: &mut [u8]) {
        bytes[..16].copy_from_slice(&self.key.to_be_bytes());
        bytes[16..32].copy_from_slice(&self.row.to_be_bytes());
        bytes[32..].copy_from_slice(&self.spot.to_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        let number = |bytes: &[u8]| bytes.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte));
        Self { key: number(&bytes[..16]), row: number(&bytes[16..32]), spot: Spot::from_bytes(&bytes[32..]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_comes_back_from_disk_as_it_was() {
        for (partition, tid, shown) in [(0, 70_000 << 16 | 3, "(70000,3)"), (16_384, 1, "16384@(0,1)")] {
            let entry = Entry::new([Some(u128::MAX - 1), Some(7), Some(partition), Some(tid)]).unwrap();
            assert_eq!(entry.spot.to_string(), shown);
            let mut bytes = [0; Entry::SIZE];
            entry.write(&mut bytes);
            assert_eq!(Entry::read(&bytes), entry);
        }
    }

    #[test]
    fn a_row_without_a_hash_is_an_error() {
        assert!(Entry::new([Some(1), None, Some(0), Some(1)]).is_err());
    }
}
