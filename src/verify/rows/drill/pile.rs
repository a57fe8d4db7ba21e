//! The rows of one side's differing buckets, divided by key into parts that fit in memory; on disk where they are more
//! than one part.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use super::entry::Entry;
use crate::model::{Error, Result};

/// One part.
#[derive(Debug)]
enum Part {
    Memory(Vec<Entry>),
    Disk(BufWriter<File>),
}

/// One side's rows.
#[derive(Debug)]
pub(super) struct Pile(Vec<Part>);

impl Pile {
    /// An empty pile of so many parts, a power of two.
    pub(super) fn new(parts: usize) -> Result<Self> {
        if parts <= 1 {
            return Ok(Self(vec![Part::Memory(Vec::new())]));
        }
        let file = || tempfile::tempfile().map(|file| Part::Disk(BufWriter::new(file))).map_err(trouble);
        Ok(Self((0..parts).map(|_| file()).collect::<Result<_>>()?))
    }

    /// Adds a row. Its part follows from its key alone, so that both sides put a row into the same part. Buckets are
    /// chosen by the lowest bits of a hash, parts by the highest.
    pub(super) fn add(&mut self, entry: Entry) -> Result<()> {
        let folded = (entry.key ^ (entry.key >> 64)) as u64;
        let bits = self.0.len().trailing_zeros();
        let part = folded.checked_shr(64 - bits).unwrap_or(0) as usize;
        match &mut self.0[part] {
            Part::Memory(entries) => entries.push(entry),
            Part::Disk(file) => file.write_all(&entry.to_bytes()).map_err(trouble)?,
        }
        Ok(())
    }

    /// Each row of one part.
    pub(super) fn each(&mut self, part: usize, mut take: impl FnMut(Entry)) -> Result<()> {
        match &mut self.0[part] {
            Part::Memory(entries) => entries.iter().for_each(|entry| take(*entry)),
            Part::Disk(file) => {
                file.flush().and_then(|()| file.seek(SeekFrom::Start(0)).map(drop)).map_err(trouble)?;
                let (mut reader, mut bytes) = (BufReader::with_capacity(64 << 10, file.get_mut()), [0; Entry::SIZE]);
                loop {
                    match reader.read_exact(&mut bytes) {
                        Ok(()) => take(Entry::from_bytes(&bytes)),
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

fn trouble(error: std::io::Error) -> Error {
    Error::failed("cannot keep the hashes of differing rows in a temporary file")
        .hint("see to free space in the folder of temporary files, or name another in TMPDIR")
        .caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::super::entry::Spot;
    use super::*;

    fn entry(number: u64) -> Entry {
        let key = u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Entry { key, row: 1, spot: Spot { partition: 0, block: number as u32, offset: 1 } }
    }

    #[test]
    fn every_row_is_in_one_part_and_the_same_on_both_sides() {
        for parts in [1, 2, 16] {
            let (mut one, mut two) = (Pile::new(parts).unwrap(), Pile::new(parts).unwrap());
            (0..500).for_each(|number| one.add(entry(number)).unwrap());
            (0..500).rev().for_each(|number| two.add(entry(number)).unwrap());
            let mut total = 0;
            for part in 0..parts {
                let (mut there, mut here) = (Vec::new(), Vec::new());
                one.each(part, |entry| there.push(entry.key)).unwrap();
                two.each(part, |entry| here.push(entry.key)).unwrap();
                there.sort_unstable();
                here.sort_unstable();
                assert_eq!(there, here);
                assert!(parts == 1 || there.len() < 400, "one part has it all");
                total += there.len();
            }
            assert_eq!(total, 500);
        }
    }
}
