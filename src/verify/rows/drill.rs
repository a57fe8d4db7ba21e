//! Reads the differing buckets again, as key hash, row hash and place, and counts what differs exactly.
//!
//! Memory is bounded: buckets are taken in groups of at most [`GROUP_ROWS`] rows, of which only hashes and places of
//! one side are held.

use std::collections::HashMap;

use futures_util::TryStreamExt;

use crate::catalog::Relation;
use crate::check::{Context, SideView};
use crate::fingerprint::{TableChecksum, TableShape, TableSql};
use crate::model::{Error, Result};
use crate::postgres::Role;

/// Rows of one side held at once: some 15 MB.
const GROUP_ROWS: u64 = 150_000;

/// Rows of each kind looked at for what they have in common.
const LOOKED_AT: usize = 100;

/// What differs in a table: exact totals, and the places of some rows.
#[derive(Debug, Default)]
pub(in crate::verify) struct Counted {
    pub(in crate::verify) missing: u64,
    pub(in crate::verify) extra: u64,
    pub(in crate::verify) changed: u64,
    /// Places on the source of some missing rows.
    pub(in crate::verify) missing_at: Vec<Place>,
    /// Places on the target of some extra rows.
    pub(in crate::verify) extra_at: Vec<Place>,
    /// Places on source and target of some changed rows.
    pub(in crate::verify) changed_at: Vec<(Place, Place)>,
    /// For a multiset, how often the source has the row at each of the places kept.
    pub(in crate::verify) wanted: Vec<(Place, u64)>,
}

/// Where a row stands on one side, as the server prints it.
pub(in crate::verify) type Place = String;

/// A table under comparison, with both sides' checksums.
#[derive(Debug)]
pub(in crate::verify) struct Drill<'a> {
    pub(in crate::verify) context: &'a Context,
    pub(in crate::verify) shape: &'a TableShape,
    pub(in crate::verify) source: &'a Relation,
    pub(in crate::verify) target: &'a Relation,
    pub(in crate::verify) there: &'a TableChecksum,
    pub(in crate::verify) here: &'a TableChecksum,
}

impl Drill<'_> {
    /// Counts the differences; keeps the places of as many rows of each kind as the configuration asks for.
    pub(in crate::verify) async fn count(&self) -> Result<Counted> {
        let (mut counted, examples) = (Counted::default(), self.context.config.examples.max(LOOKED_AT));
        for group in self.groups() {
            counted.add(self.group(&group, examples).await?, examples);
        }
        Ok(counted)
    }

    /// The differing buckets in groups whose rows fit in memory.
    pub(in crate::verify) fn groups(&self) -> Vec<Vec<u32>> {
        groups(&self.there.differing(self.here), self.there, self.here)
    }

    /// The differences within one group, with the places of at most `examples` rows of each kind.
    pub(in crate::verify) async fn group(&self, group: &[u32], examples: usize) -> Result<Counted> {
        let one = TableSql::new(self.shape, self.source).rows_of(group);
        let two = TableSql::new(self.shape, self.target).rows_of(group);
        if !self.shape.key.is_empty()
            && let Some(found) = keyed(self.context, &one, &two, examples).await?
        {
            return Ok(found);
        }
        multiset(self.context, &one, &two, examples).await
    }
}

/// Splits buckets into groups whose rows fit in memory; a bucket larger than that is a group of its own.
fn groups(differing: &[u32], there: &TableChecksum, here: &TableChecksum) -> Vec<Vec<u32>> {
    let rows = |checksum: &TableChecksum, number: u32| checksum.buckets.get(&number).map_or(0, |bucket| bucket.rows);
    let (mut groups, mut group, mut held) = (Vec::new(), Vec::new(), 0);
    for &number in differing {
        let more = rows(there, number).max(rows(here, number));
        if held + more > GROUP_ROWS && !group.is_empty() {
            groups.push(std::mem::take(&mut group));
            held = 0;
        }
        group.push(number);
        held += more;
    }
    if !group.is_empty() {
        groups.push(group);
    }
    groups
}

/// Matches rows by key. Answers nothing when a key is not unique after all (a damaged index): the rows must then be
/// compared as a multiset.
async fn keyed(context: &Context, one: &str, two: &str, examples: usize) -> Result<Option<Counted>> {
    let mut unique = true;
    let mut left: HashMap<i64, (i64, Place)> = HashMap::new();
    each(&context.source, one, |key, row, place| unique &= left.insert(key, (row, place)).is_none()).await?;
    let mut seen = std::collections::HashSet::new();
    let mut found = Counted::default();
    each(&context.target, two, |key, row, place| {
        unique &= seen.insert(key);
        match left.remove(&key) {
            Some((same, _)) if same == row => {}
            Some((_, there)) => {
                found.changed += 1;
                keep(&mut found.changed_at, examples, || (there, place));
            }
            None => {
                found.extra += 1;
                keep(&mut found.extra_at, examples, || place);
            }
        }
    })
    .await?;
    if !unique {
        return Ok(None);
    }
    found.missing = left.len() as u64;
    // The map's order is random; the smallest places are the same rows each time.
    let mut places: Vec<Place> = left.into_values().map(|(_, place)| place).collect();
    places.sort_unstable();
    found.missing_at = places.into_iter().take(examples).collect();
    Ok(Some(found))
}

/// How often each side has a row, and where one of them stands.
#[derive(Default)]
struct Balance {
    there: u64,
    here: u64,
    source: Option<Place>,
    target: Option<Place>,
}

/// Compares rows as a multiset: how often each row hash is on each side.
async fn multiset(context: &Context, one: &str, two: &str, examples: usize) -> Result<Counted> {
    let mut balances: HashMap<i64, Balance> = HashMap::new();
    each(&context.source, one, |_, row, place| {
        let balance = balances.entry(row).or_default();
        balance.there += 1;
        balance.source.get_or_insert(place);
    })
    .await?;
    each(&context.target, two, |_, row, place| {
        let balance = balances.entry(row).or_default();
        balance.here += 1;
        balance.target.get_or_insert(place);
    })
    .await?;
    let mut found = Counted::default();
    let mut uneven: Vec<Balance> = balances.into_values().filter(|balance| balance.there != balance.here).collect();
    uneven.sort_unstable_by(|one, two| (&one.source, &one.target).cmp(&(&two.source, &two.target)));
    for balance in uneven {
        found.missing += balance.there.saturating_sub(balance.here);
        found.extra += balance.here.saturating_sub(balance.there);
        let (held, place) = match (balance.there > balance.here, balance.source, balance.target) {
            (true, Some(place), _) => (&mut found.missing_at, place),
            (false, _, Some(place)) => (&mut found.extra_at, place),
            _ => continue,
        };
        keep(&mut found.wanted, examples, || (place.clone(), balance.there));
        keep(held, examples, || place);
    }
    Ok(found)
}

impl Counted {
    fn add(&mut self, found: Self, examples: usize) {
        self.missing += found.missing;
        self.extra += found.extra;
        self.changed += found.changed;
        found.missing_at.into_iter().for_each(|place| keep(&mut self.missing_at, examples, || place));
        found.extra_at.into_iter().for_each(|place| keep(&mut self.extra_at, examples, || place));
        found.changed_at.into_iter().for_each(|places| keep(&mut self.changed_at, examples, || places));
    }
}

fn keep<T>(kept: &mut Vec<T>, most: usize, item: impl FnOnce() -> T) {
    if kept.len() < most {
        kept.push(item());
    }
}

/// Streams (key hash, row hash, place) of one side.
async fn each<R: Role>(side: &SideView<R>, sql: &str, mut take: impl FnMut(i64, i64, Place)) -> Result<()> {
    let mut session = side.readers.acquire().await?;
    let mut rows = session.stream(sql);
    while let Some(row) = rows.try_next().await? {
        let mut cells = row.into_iter();
        match (cells.next().flatten(), cells.next().flatten(), cells.next().flatten()) {
            (Some(key), Some(row), Some(place)) => match (key.parse(), row.parse()) {
                (Ok(key), Ok(row)) => take(key, row, place),
                _ => return Err(Error::failed("a row hash is not a number")),
            },
            _ => return Err(Error::failed("a row has no hash")),
        }
    }
    Ok(())
}
