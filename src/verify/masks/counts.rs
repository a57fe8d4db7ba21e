//! Counts what became of one masked column: row by row where rows have a key, and value by value in any case.
//!
//! Never true in here: memory that grows with a table, save with the places of a few examples.

use std::collections::HashMap;

use super::record::{Row, Value};
use crate::model::Result;
use crate::verify::hashed::{Pile, Spot};

/// What was counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Rows of the source and of the target.
    pub(super) rows: [u64; 2],
    /// NULLs: what the mask makes, and what the target has.
    pub(super) nulls: [u64; 2],
    /// Values that the mask leaves as they are.
    pub(super) unchanged: u64,
    /// Rows matched by key, where there is one.
    pub(super) matched: u64,
    /// Rows in which the target has what the mask was to replace.
    pub(super) own: u64,
    /// Values of the target that the mask was to replace in some other row of the source.
    pub(super) elsewhere: u64,
    /// Places on the target of some of these rows.
    pub(super) raw_at: Vec<Spot>,
    /// Matched rows that are NULL once masked, and not on the target; and the other way round.
    pub(super) filled: u64,
    pub(super) emptied: u64,
    /// Rows whose key stands in several.
    pub(super) doubled: u64,
    /// Distinct values: the source's, what the mask makes of them, the target's.
    pub(super) distinct: [u64; 3],
    /// Distinct values within the matched rows that have one on both sides: what the mask makes, the target's.
    pub(super) distinct_matched: [u64; 2],
}

impl Counts {
    /// Takes note of a row as it arrives.
    pub(super) fn arrived(&mut self, row: &Row) {
        let side = usize::from(row.on_target);
        self.rows[side] += 1;
        self.nulls[side] += u64::from(row.shown.is_none());
        self.unchanged += u64::from(row.is_unchanged());
    }

    /// Values of the target that should not have come there.
    pub(super) fn raw(&self) -> u64 {
        self.own + self.elsewhere
    }

    /// Matches rows by key and hands their values on with what was learnt of them.
    pub(super) fn match_rows(&mut self, rows: &mut Pile<Row>, values: &mut Pile<Value>, most: usize) -> Result<()> {
        for part in 0..rows.parts() {
            let (mut there, mut here) = (Vec::new(), Vec::new());
            rows.each(part, |row| if row.on_target { here.push(row) } else { there.push(row) })?;
            there.sort_unstable_by_key(|row| row.key);
            here.sort_unstable_by_key(|row| row.key);
            let (mut there, mut here) = (Groups(&there), Groups(&here));
            loop {
                let (one, two) = match (there.key(), here.key()) {
                    (None, None) => break,
                    (Some(key), Some(other)) if key == other => (there.take(), here.take()),
                    (Some(key), other) if other.is_none_or(|other| key < other) => (there.take(), &[][..]),
                    _ => (&[][..], here.take()),
                };
                self.matched_rows(one, two, values, most)?;
            }
        }
        Ok(())
    }

    /// The rows of one key on both sides.
    fn matched_rows(&mut self, one: &[Row], two: &[Row], values: &mut Pile<Value>, most: usize) -> Result<()> {
        if let ([there], [here]) = (one, two) {
            self.matched += 1;
            self.filled += u64::from(there.shown.is_none() && here.shown.is_some());
            self.emptied += u64::from(there.shown.is_some() && here.shown.is_none());
            let right = here.shown == there.shown;
            let own = here.shown.is_some() && here.shown == there.raw && !right;
            if own {
                self.own += 1;
                self.keep(here.spot, most);
            }
            let both = there.shown.is_some() && here.shown.is_some() && !own;
            let shared = if both { Value::SHARED } else { 0 };
            let judged = match (own, right) {
                (true, _) => Value::OWN,
                (false, true) => 0,
                (false, false) => Value::WRONG,
            };
            Value::of_source(there, shared).try_for_each(|value| values.add(value))?;
            return Value::of_target(here, shared | judged).into_iter().try_for_each(|value| values.add(value));
        }
        for side in [one, two] {
            self.doubled += if side.len() > 1 { side.len() as u64 } else { 0 };
        }
        one.iter().flat_map(|row| Value::of_source(row, 0)).try_for_each(|value| values.add(value))?;
        two.iter().filter_map(|row| Value::of_target(row, Value::WRONG)).try_for_each(|value| values.add(value))
    }

    /// Counts values: which are there at all, and which are on the target and should not be. A value that the mask
    /// makes of one row and is to replace in another counts only as far as the target has it more often than the mask
    /// makes it.
    pub(super) fn count_values(&mut self, values: &mut Pile<Value>, keyed: bool, most: usize) -> Result<()> {
        for part in 0..values.parts() {
            let mut tallies: HashMap<u128, Tally> = HashMap::new();
            values.each(part, |value| tallies.entry(value.value).or_default().add(&value))?;
            for tally in tallies.values() {
                for (counted, marks) in self.distinct.iter_mut().zip([Value::RAW, Value::MADE, Value::HELD]) {
                    *counted += u64::from(tally.marks & marks != 0);
                }
                self.distinct_matched[0] += u64::from(tally.made_matched);
                self.distinct_matched[1] += u64::from(tally.held_matched);
                let elsewhere = tally.elsewhere(keyed);
                self.elsewhere += elsewhere;
                if let Some(spot) = tally.wrong_at.filter(|_| elsewhere > 0) {
                    self.keep(spot, most);
                }
            }
        }
        Ok(())
    }

    fn keep(&mut self, spot: Spot, most: usize) {
        if self.raw_at.len() < most {
            self.raw_at.push(spot);
        }
    }
}

/// Rows sorted by key, taken key by key.
struct Groups<'a>(&'a [Row]);

impl<'a> Groups<'a> {
    fn key(&self) -> Option<u128> {
        self.0.first().map(|row| row.key)
    }

    fn take(&mut self) -> &'a [Row] {
        let key = self.key();
        let end = self.0.iter().take_while(|row| Some(row.key) == key).count();
        let (group, rest) = self.0.split_at(end);
        self.0 = rest;
        group
    }
}

/// How often a value stands where.
#[derive(Debug, Default)]
struct Tally {
    /// All marks of its appearances.
    marks: u8,
    made: u64,
    held: u64,
    own: u64,
    wrong: u64,
    made_matched: bool,
    held_matched: bool,
    wrong_at: Option<Spot>,
}

impl Tally {
    fn add(&mut self, value: &Value) {
        self.marks |= value.marks;
        self.made += u64::from(value.is(Value::MADE));
        self.held += u64::from(value.is(Value::HELD));
        self.own += u64::from(value.is(Value::OWN));
        self.made_matched |= value.is(Value::MADE) && value.is(Value::SHARED);
        self.held_matched |= value.is(Value::HELD) && value.is(Value::SHARED);
        if value.is(Value::WRONG) {
            self.wrong += 1;
            self.wrong_at.get_or_insert(value.spot);
        }
    }

    /// How often the target has it as what the mask was to replace in another row.
    fn elsewhere(&self, keyed: bool) -> u64 {
        if self.marks & Value::REPLACED == 0 {
            return 0;
        }
        let surplus = self.held.saturating_sub(self.made);
        if keyed { surplus.saturating_sub(self.own).min(self.wrong) } else { surplus }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as `(key, original, masked)` on the source and `(key, value)` on the target.
    fn counted(source: &[(u128, Option<u128>, Option<u128>)], target: &[(u128, Option<u128>)], keyed: bool) -> Counts {
        let spot = Spot { partition: 0, block: 0, offset: 1 };
        let there = source.iter().map(|&(key, raw, shown)| Row { key, raw, shown, spot, on_target: false });
        let here = target.iter().map(|&(key, shown)| Row { key, raw: None, shown, spot, on_target: true });
        let mut counts = Counts::default();
        let (mut rows, mut values) = (Pile::new(4).unwrap(), Pile::new(4).unwrap());
        for row in there.chain(here) {
            counts.arrived(&row);
            if keyed {
                rows.add(row).unwrap();
            } else {
                let of_target = Value::of_target(&row, 0).filter(|_| row.on_target);
                let of_source = Value::of_source(&row, 0).filter(|_| !row.on_target);
                of_source.chain(of_target).for_each(|value| values.add(value).unwrap());
            }
        }
        counts.match_rows(&mut rows, &mut values, 5).unwrap();
        counts.count_values(&mut values, keyed, 5).unwrap();
        counts
    }

    /// Values far apart, so that they fall into all parts.
    fn far(number: u128) -> u128 {
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834)
    }

    fn rows(number: u128) -> Vec<(u128, Option<u128>, Option<u128>)> {
        (1..=number).map(|n| (far(n), Some(far(1000 + n)), Some(far(2000 + n)))).collect()
    }

    fn masked(source: &[(u128, Option<u128>, Option<u128>)]) -> Vec<(u128, Option<u128>)> {
        source.iter().map(|(key, _, made)| (*key, *made)).collect()
    }

    #[test]
    fn masked_rows_are_as_they_should_be() {
        let mut source = rows(50);
        source[3] = (far(4), None, None);
        for keyed in [true, false] {
            let counts = counted(&source, &masked(&source), keyed);
            assert_eq!((counts.raw(), counts.filled, counts.emptied, counts.doubled), (0, 0, 0, 0));
            assert_eq!((counts.rows, counts.nulls, counts.distinct), ([50, 50], [1, 1], [49, 49, 49]));
            assert_eq!((counts.matched, counts.distinct_matched), if keyed { (50, [49, 49]) } else { (0, [0, 0]) });
        }
    }

    #[test]
    fn an_original_is_told_in_its_own_row_and_in_another() {
        let source = rows(50);
        let mut target = masked(&source);
        target[7].1 = source[7].1;
        target[8].1 = source[20].1;
        target.push((far(99), source[30].1));
        let counts = counted(&source, &target, true);
        assert_eq!((counts.own, counts.elsewhere, counts.raw_at.len()), (1, 2, 3));
        // The one whose own original it is does not count, the one with another's does.
        assert_eq!(counts.distinct_matched, [49, 49]);
        assert_eq!(counted(&source, &target, false).raw(), 3);
    }

    #[test]
    fn what_the_mask_leaves_or_makes_is_no_original_come_through() {
        // The mask leaves 5 as it is and makes 5 of 7: no 5 on the target is one that was to be replaced.
        let source = [(1, Some(5), Some(5)), (2, Some(7), Some(5)), (3, Some(8), Some(7))];
        for keyed in [true, false] {
            let counts = counted(&source, &masked(&source), keyed);
            assert_eq!((counts.raw(), counts.unchanged, counts.distinct), (0, 1, [3, 2, 2]));
        }
        // The mask makes one 7; a second one is the original of row 2.
        let counts = counted(&source, &[(1, Some(5)), (2, Some(7)), (3, Some(7))], true);
        assert_eq!((counts.own, counts.elsewhere), (1, 0));
        assert_eq!(counted(&source, &[(1, Some(5)), (2, Some(7)), (3, Some(7))], false).raw(), 1);
    }

    #[test]
    fn nulls_and_merged_values_are_counted_by_row() {
        let mut source = rows(20);
        source[0] = (far(1), None, None);
        let mut target = masked(&source);
        target[0].1 = Some(1);
        target[1].1 = None;
        target[2].1 = target[3].1;
        // A row that is missing is no value that is.
        target.pop();
        let counts = counted(&source, &target, true);
        assert_eq!((counts.filled, counts.emptied, counts.raw()), (1, 1, 0));
        assert_eq!(counts.distinct_matched, [17, 16]);
    }

    #[test]
    fn a_key_that_is_not_unique_is_told() {
        let source = [(1, Some(5), Some(6)), (1, Some(7), Some(8)), (2, Some(9), Some(10))];
        let counts = counted(&source, &[(1, Some(5)), (2, Some(10))], true);
        assert_eq!((counts.doubled, counts.matched, counts.elsewhere), (2, 1, 1));
    }
}
