//! Who is to blame for a difference after a copy: the copy itself, or somebody who has written since. The record of the
//! copy says what each bucket came to on both sides when the copy ended.

use std::collections::{BTreeMap, HashMap};

use crate::fingerprint::{RecordedTable, TableChecksum};
use crate::model::plural;

/// Why a bucket differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::verify) enum Blame {
    /// The sides differed when the copy ended.
    CopiedWrong,
    /// Equal then; the source has changed since.
    SourceChanged,
    /// Equal then; the target has changed since.
    TargetChanged,
    /// Equal then; both have changed since.
    BothChanged,
}

/// The blame of each bucket that differs now.
#[derive(Debug)]
pub(in crate::verify) struct Blames {
    buckets: u32,
    of: HashMap<u32, Blame>,
}

impl Blames {
    /// Compares the sides as they are now with what they were when the copy ended, bucket by bucket.
    pub(super) fn new(then: &RecordedTable, there: &TableChecksum, here: &TableChecksum) -> Self {
        let at = |checksum: &TableChecksum, bucket| checksum.buckets.get(&bucket).copied();
        let blame = |bucket: u32| {
            let (source, target) = (at(&then.source, bucket), at(&then.target, bucket));
            if source != target {
                return Blame::CopiedWrong;
            }
            match (source == at(there, bucket), target == at(here, bucket)) {
                (false, true) => Blame::SourceChanged,
                (true, _) => Blame::TargetChanged,
                (false, false) => Blame::BothChanged,
            }
        };
        let of = there.differing(here).into_iter().map(|bucket| (bucket, blame(bucket))).collect();
        Self { buckets: then.shape.buckets, of }
    }

    /// The blame for a row of a keyed table, whose bucket is chosen by the lowest bits of the key's hash.
    pub(super) fn of_key(&self, key: u128) -> Option<Blame> {
        self.of.get(&(key as u32 & (self.buckets - 1))).copied()
    }

    /// The blame that all buckets share.
    pub(super) fn of_all(&self) -> Option<Blame> {
        let mut all = self.of.values();
        let first = *all.next()?;
        all.all(|other| *other == first).then_some(first)
    }
}

/// What the rows of a table are blamed on: rows by rows where they have keys, else as a whole.
pub(super) fn describe(rows: &BTreeMap<Blame, u64>, blames: Option<&Blames>) -> Option<String> {
    if rows.is_empty() {
        return blames.map(|blames| match blames.of_all() {
            Some(blame) => format!("all {}", words(blame)),
            None => "some copied wrong or changed since; which ones is not known without a key".to_owned(),
        });
    }
    let parts: Vec<String> =
        rows.iter().map(|(blame, rows)| format!("{} {}", plural(*rows, "row"), words(*blame))).collect();
    Some(parts.join(", "))
}

fn words(blame: Blame) -> &'static str {
    match blame {
        Blame::CopiedWrong => "copied wrong",
        Blame::SourceChanged => "changed on the source since the copy",
        Blame::TargetChanged => "changed on the target since the copy",
        Blame::BothChanged => "changed on both sides since the copy",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::{Bucket, Strength, TableShape};

    fn sums(hashes: [i128; 4]) -> TableChecksum {
        let bucket = |hashes| Bucket { rows: 1, hashes, ..Bucket::default() };
        TableChecksum { buckets: (0..).zip(hashes.map(bucket)).collect(), ..TableChecksum::default() }
    }

    #[test]
    fn each_bucket_has_its_own_blame() {
        let (columns, key, strength) = (vec![], vec!["id".into()], Strength::Fast);
        let shape = TableShape { columns, key, buckets: 4, strength, by_partition: false };
        let then = RecordedTable { shape, source: sums([1, 2, 3, 4]), target: sums([1, 2, 3, 40]) };
        let blames = Blames::new(&then, &sums([10, 2, 30, 4]), &sums([1, 20, 31, 40]));
        assert_eq!(blames.of_key(4), Some(Blame::SourceChanged));
        assert_eq!(blames.of_key(1), Some(Blame::TargetChanged));
        assert_eq!(blames.of_key(2), Some(Blame::BothChanged));
        assert_eq!(blames.of_key(7), Some(Blame::CopiedWrong));
        assert_eq!(blames.of_all(), None);
        assert_eq!(Blames::new(&then, &sums([9, 2, 3, 40]), &sums([1, 2, 3, 40])).of_all(), Some(Blame::SourceChanged));
    }
}
