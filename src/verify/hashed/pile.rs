//! Records divided by a hash into parts that fit in memory; on disk where they are more than one part.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use crate::model::{Error, Result};

/// Records in a part aimed at: 5 MB.
const PART_ROWS: u64 = 100_000;
/// Most parts: each is an open file.
const MOST_PARTS: usize = 256;

/// Parts for so many records: a power of two.
pub(in crate::verify) fn parts(records: u64) -> usize {
    let parts = usize::try_from(records.div_ceil(PART_ROWS)).unwrap_or(MOST_PARTS);
    parts.next_power_of_two().min(MOST_PARTS)
}

/// What can wait in a pile.
pub(in crate::verify) trait Kept: Copy {
    /// Bytes of a record on disk.
    const SIZE: usize;

    /// The hash that chooses the part.
    fn hash(&self) -> u128;

    /// Writes the record into as many bytes.
    fn write(&self, bytes: &mut [u8]);

    /// Reads the record from its bytes.
    fn read(bytes: &[u8]) -> Self;
}

/// One part.
#[derive(Debug)]
enum Part<T> {
    Memory(Vec<T>),
    Disk(BufWriter<File>),
}

/// Records by parts.
#[derive(Debug)]
pub(in crate::verify) struct Pile<T>(Vec<Part<T>>);

impl<T: Kept> Pile<T> {
    /// An empty pile of so many parts, a power of two.
    pub(in crate::verify) fn new(parts: usize) -> Result<Self> {
        if parts <= 1 {
            return Ok(Self(vec![Part::Memory(Vec::new())]));
        }
        let file = || tempfile::tempfile().map(|file| Part::Disk(BufWriter::new(file))).map_err(trouble);
        Ok(Self((0..parts).map(|_| file()).collect::<Result<_>>()?))
    }

    /// How many parts it has.
    pub(in crate::verify) fn parts(&self) -> usize {
        self.0.len()
    }

    /// Adds a record. Its part follows from its hash alone, so that both sides put a row into the same part. Buckets are
    /// chosen by the lowest bits of a hash, parts by the highest.
    pub(in crate::verify) fn add(&mut self, record: T) -> Result<()> {
        let hash = record.hash();
        let folded = (hash ^ (hash >> 64)) as u64;
        let bits = self.0.len().trailing_zeros();
        let part = folded.checked_shr(64 - bits).unwrap_or(0) as usize;
        match &mut self.0[part] {
            Part::Memory(records) => records.push(record),
            Part::Disk(file) => {
                let mut bytes = [0; LONGEST];
                record.write(&mut bytes[..T::SIZE]);
                file.write_all(&bytes[..T::SIZE]).map_err(trouble)?;
            }
        }
        Ok(())
    }

    /// Each record of one part.
    pub(in crate::verify) fn each(&mut self, part: usize, mut take: impl FnMut(T)) -> Result<()> {
        match &mut self.0[part] {
            Part::Memory(records) => records.iter().for_each(|record| take(*record)),
            Part::Disk(file) => {
                file.flush().and_then(|()| file.seek(SeekFrom::Start(0)).map(drop)).map_err(trouble)?;
                let (mut reader, mut bytes) = (BufReader::with_capacity(64 << 10, file.get_mut()), [0; LONGEST]);
                let bytes = &mut bytes[..T::SIZE];
                loop {
                    match reader.read_exact(bytes) {
                        Ok(()) => take(T::read(bytes)),
                        Err(end) if end.kind() == std::io::ErrorKind::UnexpectedEof => break,
                        Err(error) => return Err(trouble(error)),
                    }
                }
                file.seek(SeekFrom::End(0)).map_err(trouble)?;
            }
        }
        Ok(())
    }
}

/// Bytes of the longest record.
const LONGEST: usize = 64;

fn trouble(error: std::io::Error) -> Error {
    Error::failed("cannot keep the hashes of rows in a temporary file")
        .hint("see to free space in the folder of temporary files, or name another in TMPDIR")
        .caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Kept for u128 {
        const SIZE: usize = 16;

        fn hash(&self) -> u128 {
            *self
        }

        fn write(&self, bytes: &mut [u8]) {
            bytes.copy_from_slice(&self.to_be_bytes());
        }

        fn read(bytes: &[u8]) -> Self {
            bytes.iter().fold(0, |sum, byte| sum << 8 | u128::from(*byte))
        }
    }

    fn record(number: u64) -> u128 {
        u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    #[test]
    fn every_record_is_in_one_part_and_the_same_on_both_sides() {
        for parts in [1, 2, 16] {
            let (mut one, mut two) = (Pile::new(parts).unwrap(), Pile::new(parts).unwrap());
            (0..500).for_each(|number| one.add(record(number)).unwrap());
            (0..500).rev().for_each(|number| two.add(record(number)).unwrap());
            let mut total = 0;
            for part in 0..one.parts() {
                let (mut there, mut here) = (Vec::new(), Vec::new());
                one.each(part, |record| there.push(record)).unwrap();
                two.each(part, |record| here.push(record)).unwrap();
                there.sort_unstable();
                here.sort_unstable();
                assert_eq!(there, here);
                assert!(parts == 1 || there.len() < 400, "one part has it all");
                total += there.len();
            }
            assert_eq!(total, 500);
        }
    }

    #[test]
    fn parts_are_a_power_of_two_and_bounded() {
        assert_eq!([0, 1, PART_ROWS, PART_ROWS + 1, 5 * PART_ROWS, u64::MAX].map(parts), [1, 1, 1, 2, 8, MOST_PARTS]);
    }
}
