//! A row of a differing bucket as it comes from the server: key hash, row hash, place, in a binary COPY.

use std::fmt;

use crate::model::{Error, Result};

/// Where a row stands: its partition (0 where there is none) and its `ctid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) partition: u32,
    pub(super) block: u32,
    pub(super) offset: u16,
}

/// As the server prints it: `(0,1)`, or `16384@(0,1)` in a partition.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.partition != 0 {
            write!(f, "{}@", self.partition)?;
        }
        write!(f, "({},{})", self.block, self.offset)
    }
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: u128,
    pub(super) row: u128,
    pub(super) spot: Spot,
}

impl Entry {
    /// Bytes of an entry on disk.
    pub(super) const SIZE: usize = 42;

    /// The entry as it is kept on disk.
    pub(super) fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[..16].copy_from_slice(&self.key.to_be_bytes());
        bytes[16..32].copy_from_slice(&self.row.to_be_bytes());
        bytes[32..36].copy_from_slice(&self.spot.partition.to_be_bytes());
        bytes[36..40].copy_from_slice(&self.spot.block.to_be_bytes());
        bytes[40..].copy_from_slice(&self.spot.offset.to_be_bytes());
        bytes
    }

    /// The entry from its bytes on disk.
    pub(super) fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let number =
            |range: std::ops::Range<usize>| bytes[range].iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte));
        Self {
            key: number(0..16),
            row: number(16..32),
            spot: Spot {
                partition: number(32..36) as u32,
                block: number(36..40) as u32,
                offset: number(40..42) as u16,
            },
        }
    }
}

/// Takes a binary COPY apart, frame by frame.
#[derive(Debug, Default)]
pub(super) struct Parser {
    begun: bool,
    rest: Vec<u8>,
}

/// The signature, flags and extension length in front of the first row.
const HEADER: usize = 19;

impl Parser {
    /// The entries of the next frame.
    pub(super) fn take(&mut self, frame: &[u8], mut each: impl FnMut(Entry) -> Result<()>) -> Result<()> {
        self.rest.extend_from_slice(frame);
        let mut at = 0;
        if !self.begun {
            if self.rest.len() < HEADER {
                return Ok(());
            }
            (self.begun, at) = (true, HEADER);
        }
        while let Some((entry, next)) = tuple(&self.rest, at)? {
            at = next;
            each(entry)?;
        }
        self.rest.drain(..at);
        Ok(())
    }
}

/// The tuple that begins at `at`, with where the next one begins; nothing where it is not all there, or at the end.
fn tuple(bytes: &[u8], at: usize) -> Result<Option<(Entry, usize)>> {
    let Some(fields) = bytes.get(at..at + 2) else { return Ok(None) };
    match i16::from_be_bytes([fields[0], fields[1]]) {
        4 => {}
        -1 => return Ok(None),
        _ => return Err(Error::failed("a row of hashes has an unexpected shape")),
    }
    let (mut at, mut parts) = (at + 2, [0u128; 4]);
    for part in &mut parts {
        let Some(length) = bytes.get(at..at + 4) else { return Ok(None) };
        let length = i32::from_be_bytes([length[0], length[1], length[2], length[3]]);
        let Ok(length) = usize::try_from(length) else { return Err(Error::failed("a row has no hash")) };
        if length > 16 {
            return Err(Error::failed("a row of hashes has an unexpected shape"));
        }
        let Some(value) = bytes.get(at + 4..at + 4 + length) else { return Ok(None) };
        *part = value.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte));
        at += 4 + length;
    }
    let [key, row, partition, tid] = parts;
    // A tid is sent as the block's four bytes and the offset's two.
    let spot = Spot { partition: partition as u32, block: (tid >> 16) as u32, offset: (tid & 0xffff) as u16 };
    Ok(Some((Entry { key, row, spot }, at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(entries: &[(i64, i64, u32, u32, u16)]) -> Vec<u8> {
        let mut bytes = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
        for (key, row, partition, block, offset) in entries {
            bytes.extend(4i16.to_be_bytes());
            for part in [key.to_be_bytes().to_vec(), row.to_be_bytes().to_vec(), partition.to_be_bytes().to_vec()] {
                bytes.extend((part.len() as i32).to_be_bytes());
                bytes.extend(part);
            }
            bytes.extend(6i32.to_be_bytes());
            bytes.extend(block.to_be_bytes());
            bytes.extend(offset.to_be_bytes());
        }
        bytes.extend((-1i16).to_be_bytes());
        bytes
    }

    #[test]
    fn frames_may_end_anywhere() {
        let bytes = copy(&[(-1, 7, 0, 70_000, 3), (i64::MIN, -2, 16_384, 0, 1)]);
        for cut in 0..bytes.len() {
            let (mut parser, mut found) = (Parser::default(), Vec::new());
            for frame in [&bytes[..cut], &bytes[cut..]] {
                let keep = |entry| {
                    found.push(entry);
                    Ok(())
                };
                parser.take(frame, keep).unwrap();
            }
            assert_eq!(found.len(), 2, "cut at {cut}");
            assert_eq!(found[0].key, u128::from(u64::MAX));
            assert_eq!(found[0].spot.to_string(), "(70000,3)");
            assert_eq!(found[1].spot.to_string(), "16384@(0,1)");
            assert_eq!(Entry::from_bytes(&found[1].to_bytes()), found[1]);
        }
    }

    #[test]
    fn a_row_without_a_hash_is_an_error() {
        let mut bytes = copy(&[]);
        bytes.truncate(HEADER);
        bytes.extend(4i16.to_be_bytes());
        bytes.extend((-1i32).to_be_bytes());
        assert!(Parser::default().take(&bytes, |_| Ok(())).is_err());
    }
}
