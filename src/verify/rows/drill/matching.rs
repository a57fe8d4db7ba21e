//! Matches one part's rows of both sides: by key, or as a multiset of rows.

use std::collections::HashMap;

use super::entry::Entry;
use crate::model::Result;
use crate::verify::hashed::{Pile, Spot};

/// A difference between the sides.
#[derive(Debug, Clone, Copy)]
pub(super) enum Difference {
    /// On the source alone.
    Missing(Entry),
    /// On the target alone.
    Extra(Entry),
    /// On both, with different values.
    Changed(Entry, Entry),
    /// The same row, more often on one side than on the other: both counts, and where one of them stands on the side
    /// that has more.
    Uneven { row: u128, there: u64, here: u64, spot: Spot },
}

impl Difference {
    /// The hash of the row's key, or of the whole row where there is no key.
    pub(super) fn key(&self) -> u128 {
        match self {
            Self::Missing(entry) | Self::Extra(entry) | Self::Changed(entry, _) => entry.key,
            Self::Uneven { row, .. } => *row,
        }
    }

    /// What each side has: the row's hash, or how often it has it.
    pub(super) fn sides(&self) -> (Option<u128>, Option<u128>) {
        match self {
            Self::Missing(there) => (Some(there.row), None),
            Self::Extra(here) => (None, Some(here.row)),
            Self::Changed(there, here) => (Some(there.row), Some(here.row)),
            Self::Uneven { there, here, .. } => (Some(u128::from(*there)), Some(u128::from(*here))),
        }
    }
}

/// Matches by key, in the order of keys. Answers false, having told nothing, when a key is not unique after all (a
/// damaged index): the rows must then be compared as a multiset.
pub(super) fn keyed(
    there: &mut Pile<Entry>,
    here: &mut Pile<Entry>,
    part: usize,
    mut tell: impl FnMut(Difference),
) -> Result<bool> {
    let (one, two) = (sorted(there, part)?, sorted(here, part)?);
    let unique = |entries: &[Entry]| entries.windows(2).all(|pair| pair[0].key != pair[1].key);
    if !unique(&one) || !unique(&two) {
        return Ok(false);
    }
    let (mut one, mut two) = (one.into_iter().peekable(), two.into_iter().peekable());
    loop {
        let order = match (one.peek(), two.peek()) {
            (None, None) => return Ok(true),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(there), Some(here)) => there.key.cmp(&here.key),
        };
        let there = if order.is_le() { one.next() } else { None };
        let here = if order.is_ge() { two.next() } else { None };
        match (there, here) {
            (Some(there), Some(here)) if there.row == here.row => {}
            (Some(there), Some(here)) => tell(Difference::Changed(there, here)),
            (Some(there), None) => tell(Difference::Missing(there)),
            (None, Some(here)) => tell(Difference::Extra(here)),
            (None, None) => {}
        }
    }
}

fn sorted(pile: &mut Pile<Entry>, part: usize) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    pile.each(part, |entry| entries.push(entry))?;
    entries.sort_unstable_by_key(|entry| entry.key);
    Ok(entries)
}

/// How often each side has a row, and the first place it was met at.
#[derive(Default)]
struct Balance {
    there: u64,
    here: u64,
    source: Option<Spot>,
    target: Option<Spot>,
}

/// Compares rows as a multiset, in the order of places: how often each row hash is on each side. A row that stands a
/// million times is held once.
pub(super) fn multiset(
    there: &mut Pile<Entry>,
    here: &mut Pile<Entry>,
    part: usize,
    mut tell: impl FnMut(Difference),
) -> Result<()> {
    let mut balances: HashMap<u128, Balance> = HashMap::new();
    there.each(part, |entry| {
        let balance = balances.entry(entry.row).or_default();
        balance.there += 1;
        balance.source.get_or_insert(entry.spot);
    })?;
    here.each(part, |entry| {
        let balance = balances.entry(entry.row).or_default();
        balance.here += 1;
        balance.target.get_or_insert(entry.spot);
    })?;
    let mut uneven: Vec<(u128, Balance)> =
        balances.into_iter().filter(|(_, balance)| balance.there != balance.here).collect();
    // The map's order is random; by places the report is the same each time.
    uneven.sort_unstable_by_key(|(_, balance)| (balance.source, balance.target));
    for (row, Balance { there, here, source, target }) in uneven {
        let spot = if there > here { source } else { target };
        if let Some(spot) = spot {
            tell(Difference::Uneven { row, there, here, spot });
        }
    }
    Ok(())
}
