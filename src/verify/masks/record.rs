//! What waits to be matched: rows by their key, values by what they are.

use crate::model::{Error, Result};
use crate::verify::hashed::{Kept, Spot};

/// One row of one side: its key and one column, all as hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    /// The key; zero in a table without one.
    pub(super) key: u128,
    /// The value as the source has it. Nothing on the target.
    pub(super) raw: Option<u128>,
    /// What the mask makes of it; on the target, the value it has.
    pub(super) shown: Option<u128>,
    pub(super) spot: Spot,
    pub(super) on_target: bool,
}

impl Row {
    /// The row from the fields the server sends.
    pub(super) fn new(fields: [Option<u128>; 5], keyed: bool, on_target: bool) -> Result<Self> {
        let [key, raw, shown, Some(partition), Some(tid)] = fields else {
            return Err(Error::failed("a row has no place"));
        };
        if keyed && key.is_none() {
            return Err(Error::failed("a row has no hash of its key"));
        }
        let spot = Spot::new(partition, tid);
        Ok(Self { key: key.unwrap_or_default(), raw, shown, spot, on_target })
    }

    /// Whether the mask leaves the value as it is.
    pub(super) fn is_unchanged(&self) -> bool {
        self.raw.is_some() && self.raw == self.shown
    }
}

fn number(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte))
}

impl Kept for Row {
    const SIZE: usize = 49 + Spot::SIZE;

    fn hash(&self) -> u128 {
        self.key
    }

    fn write(&self, bytes: &mut [u8]) {
        bytes[..16].copy_from_slice(&self.key.to_be_bytes());
        bytes[16..32].copy_from_slice(&self.raw.unwrap_or_default().to_be_bytes());
        bytes[32..48].copy_from_slice(&self.shown.unwrap_or_default().to_be_bytes());
        bytes[48] = u8::from(self.on_target) | u8::from(self.raw.is_some()) << 1 | u8::from(self.shown.is_some()) << 2;
        bytes[49..].copy_from_slice(&self.spot.to_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        let flag = |bit: u8| bytes[48] & bit != 0;
        Self {
            key: number(&bytes[..16]),
            raw: flag(2).then(|| number(&bytes[16..32])),
            shown: flag(4).then(|| number(&bytes[32..48])),
            spot: Spot::from_bytes(&bytes[49..]),
            on_target: flag(1),
        }
    }
}

/// One value of one row, and what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) value: u128,
    /// Of [`Value::RAW`] and the others.
    pub(super) marks: u8,
    pub(super) spot: Spot,
}

impl Value {
    /// The source has it.
    pub(super) const RAW: u8 = 1;
    /// The source has it, and the mask makes something else of it.
    pub(super) const REPLACED: u8 = 2;
    /// The mask makes it.
    pub(super) const MADE: u8 = 4;
    /// The target has it.
    pub(super) const HELD: u8 = 8;
    /// Its row has a masked value on both sides.
    pub(super) const SHARED: u8 = 16;
    /// It is the very value that the mask was to replace in this row.
    pub(super) const OWN: u8 = 32;
    /// It is not what the mask makes in this row, or the source has no such row.
    pub(super) const WRONG: u8 = 64;

    /// The values of a row of the source.
    pub(super) fn of_source(row: &Row, more: u8) -> impl Iterator<Item = Self> {
        let replaced = if row.raw != row.shown { Self::REPLACED } else { 0 };
        let spot = row.spot;
        let raw = row.raw.map(|value| Self { value, marks: Self::RAW | replaced, spot });
        let made = row.shown.map(|value| Self { value, marks: Self::MADE | more, spot });
        raw.into_iter().chain(made)
    }

    /// The value of a row of the target.
    pub(super) fn of_target(row: &Row, more: u8) -> Option<Self> {
        row.shown.map(|value| Self { value, marks: Self::HELD | more, spot: row.spot })
    }

    /// Whether it has a mark.
    pub(super) fn is(&self, mark: u8) -> bool {
        self.marks & mark != 0
    }
}

impl Kept for Value {
    const SIZE: usize = 17 + Spot::SIZE;

    fn hash(&self) -> u128 {
        self.value
    }

    fn write(&self, bytes: &mut [u8]) {
        bytes[..16].copy_from_slice(&self.value.to_be_bytes());
        bytes[16] = self.marks;
        bytes[17..].copy_from_slice(&self.spot.to_bytes());
    }

    fn read(bytes: &[u8]) -> Self {
        Self { value: number(&bytes[..16]), marks: bytes[16], spot: Spot::from_bytes(&bytes[17..]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_from_disk_as_they_were() {
        for fields in
            [[Some(1), None, Some(u128::MAX), Some(7), Some(9)], [Some(u128::MAX), Some(0), None, Some(0), Some(1)]]
        {
            for on_target in [false, true] {
                let row = Row::new(fields, true, on_target).unwrap();
                let mut bytes = [0; Row::SIZE];
                row.write(&mut bytes);
                assert_eq!(Row::read(&bytes), row);
                for value in Value::of_source(&row, Value::SHARED).chain(Value::of_target(&row, Value::WRONG)) {
                    let mut bytes = [0; Value::SIZE];
                    value.write(&mut bytes);
                    assert_eq!(Value::read(&bytes), value);
                }
            }
        }
    }

    #[test]
    fn a_row_without_its_key_is_an_error() {
        let fields = [None, Some(1), Some(2), Some(0), Some(1)];
        assert!(Row::new(fields, true, false).is_err());
        assert!(Row::new(fields, false, false).is_ok());
    }
}
