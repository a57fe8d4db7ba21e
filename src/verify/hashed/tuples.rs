//! Takes a binary COPY of short fields apart, frame by frame.

use crate::model::{Error, Result};

/// The signature, flags and extension length in front of the first row.
const HEADER: usize = 19;
/// Bytes of the longest field: a number of 128 bits.
const LONGEST: usize = 16;

/// The rows of a binary COPY, each of so many fields.
#[derive(Debug, Default)]
pub(super) struct Tuples {
    begun: bool,
    rest: Vec<u8>,
}

impl Tuples {
    /// The rows that end in the next frame.
    pub(super) fn take<const FIELDS: usize>(
        &mut self,
        frame: &[u8],
        mut each: impl FnMut([Option<u128>; FIELDS]) -> Result<()>,
    ) -> Result<()> {
        self.rest.extend_from_slice(frame);
        let mut at = 0;
        if !self.begun {
            if self.rest.len() < HEADER {
                return Ok(());
            }
            (self.begun, at) = (true, HEADER);
        }
        while let Some((fields, next)) = tuple(&self.rest, at)? {
            at = next;
            each(fields)?;
        }
        self.rest.drain(..at);
        Ok(())
    }
}

/// The row that begins at `at`, with where the next one begins; nothing where it is not all there, or at the end.
fn tuple<const FIELDS: usize>(bytes: &[u8], at: usize) -> Result<Option<([Option<u128>; FIELDS], usize)>> {
    let unexpected = || Error::failed("a row of hashes has an unexpected shape");
    let Some(number) = bytes.get(at..at + 2) else { return Ok(None) };
    match i16::from_be_bytes([number[0], number[1]]) {
        -1 => return Ok(None),
        number if usize::try_from(number) == Ok(FIELDS) => {}
        _ => return Err(unexpected()),
    }
    let (mut at, mut fields) = (at + 2, [None; FIELDS]);
    for field in &mut fields {
        let Some(length) = bytes.get(at..at + 4) else { return Ok(None) };
        at += 4;
        let length = i32::from_be_bytes([length[0], length[1], length[2], length[3]]);
        if length == -1 {
            continue;
        }
        let length = usize::try_from(length).ok().filter(|length| *length <= LONGEST).ok_or_else(unexpected)?;
        let Some(value) = bytes.get(at..at + length) else { return Ok(None) };
        *field = Some(value.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte)));
        at += length;
    }
    Ok(Some((fields, at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(rows: &[[Option<&[u8]>; 2]]) -> Vec<u8> {
        let mut bytes = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
        for row in rows {
            bytes.extend(2i16.to_be_bytes());
            for field in row {
                bytes.extend(field.map_or(-1, |field| field.len() as i32).to_be_bytes());
                bytes.extend(field.unwrap_or_default());
            }
        }
        bytes.extend((-1i16).to_be_bytes());
        bytes
    }

    fn read<const FIELDS: usize>(frames: &[&[u8]]) -> Result<Vec<[Option<u128>; FIELDS]>> {
        let (mut tuples, mut found) = (Tuples::default(), Vec::new());
        for frame in frames {
            tuples.take(frame, |fields| {
                found.push(fields);
                Ok(())
            })?;
        }
        Ok(found)
    }

    #[test]
    fn frames_may_end_anywhere() {
        let bytes = copy(&[[Some(&[0xff; 8]), None], [Some(&[]), Some(&[1; 16])], [None, Some(&[0, 0, 1, 2])]]);
        for cut in 0..bytes.len() {
            let found = read(&[&bytes[..cut], &bytes[cut..]]).unwrap();
            let ones = u128::from_be_bytes([1; 16]);
            let expected = [[Some(u128::from(u64::MAX)), None], [Some(0), Some(ones)], [None, Some(258)]];
            assert_eq!(found, expected, "cut at {cut}");
        }
    }

    #[test]
    fn other_fields_than_expected_are_an_error() {
        let bytes = copy(&[[Some(&[1; 8]), None]]);
        assert!(read::<3>(&[&bytes]).is_err());
        let long = copy(&[[Some(&[1; 17]), None]]);
        assert!(read::<2>(&[&long]).is_err());
    }
}
