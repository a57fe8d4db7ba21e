//! Where a row stands in a snapshot.

use std::fmt;

/// Where a row stands: its partition (0 where there is none) and its `ctid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::verify) struct Spot {
    pub(in crate::verify) partition: u32,
    pub(in crate::verify) block: u32,
    pub(in crate::verify) offset: u16,
}

impl Spot {
    /// Bytes of a spot on disk.
    pub(in crate::verify) const SIZE: usize = 10;

    /// From the partition's OID and the tid as the server sends it: the block's four bytes and the offset's two.
    pub(in crate::verify) fn new(partition: u128, tid: u128) -> Self {
        Self { partition: partition as u32, block: (tid >> 16) as u32, offset: (tid & 0xffff) as u16 }
    }

    /// As it is kept on disk.
    pub(in crate::verify) fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[..4].copy_from_slice(&self.partition.to_be_bytes());
        bytes[4..8].copy_from_slice(&self.block.to_be_bytes());
        bytes[8..].copy_from_slice(&self.offset.to_be_bytes());
        bytes
    }

    /// From its bytes on disk.
    pub(in crate::verify) fn from_bytes(bytes: &[u8]) -> Self {
        let number =
            |range: std::ops::Range<usize>| bytes[range].iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        Self { partition: number(0..4), block: number(4..8), offset: number(8..10) as u16 }
    }
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
