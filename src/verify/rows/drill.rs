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

/// What differs in a table: exact totals, and the places of some rows.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) missing: u64,
    pub(super) extra: u64,
    pub(super) changed: u64,
    /// Places on the source of some missing rows.
    pub(super) missing_at: Vec<Place>,
    /// Places on the target of some extra rows.
    pub(super) extra_at: Vec<Place>,
    /// Places on source and target of some changed rows.
    pub(super) changed_at: Vec<(Place, Place)>,
}

/// Where a row stands on one side, as the server prints it.
pub(super) type Place = String;

/// Counts the differences within the differing buckets.
pub(super) async fn drill(
    context: &Context,
    shape: &TableShape,
    source: &Relation,
    target: &Relation,
    (there, here): (&TableChecksum, &TableChecksum),
    differing: &[u32],
) -> Result<Counted> {
    let (source_sql, target_sql) = (TableSql::new(shape, source), TableSql::new(shape, target));
    let mut counted = Counted::default();
    for group in groups(differing, there, here) {
        let (one, two) = (source_sql.rows_of(&group), target_sql.rows_of(&group));
        let examples = context.config.examples;
        if shape.key.is_empty() || !keyed(context, &one, &two, examples, &mut counted).await? {
            multiset(context, &one, &two, examples, &mut counted).await?;
        }
    }
    Ok(counted)
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

/// Matches rows by key. Answers false, having counted nothing, when a key is not unique after all (a damaged index):
/// the rows must then be compared as a multiset.
async fn keyed(context: &Context, one: &str, two: &str, examples: usize, counted: &mut Counted) -> Result<bool> {
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
        return Ok(false);
    }
    found.missing = left.len() as u64;
    // The map's order is random; the smallest places are the same rows each time.
    let mut places: Vec<Place> = left.into_values().map(|(_, place)| place).collect();
    places.sort_unstable();
    found.missing_at = places.into_iter().take(examples).collect();
    counted.add(found, examples);
    Ok(true)
}

/// Compares rows as a multiset: how often each row hash is on each side.
async fn multiset(context: &Context, one: &str, two: &str, examples: usize, counted: &mut Counted) -> Result<()> {
    let mut balance: HashMap<i64, (i64, Place)> = HashMap::new();
    each(&context.source, one, |_, row, place| {
        balance.entry(row).or_insert((0, place)).0 += 1;
    })
    .await?;
    each(&context.target, two, |_, row, place| {
        let held = balance.entry(row).or_insert_with(|| (0, place.clone()));
        held.0 -= 1;
        if held.0 < 0 {
            held.1 = place;
        }
    })
    .await?;
    let mut found = Counted::default();
    let mut left: Vec<(i64, Place)> = balance.into_values().filter(|(times, _)| *times != 0).collect();
    left.sort_unstable_by(|one, two| one.1.cmp(&two.1));
    for (times, place) in left {
        if times > 0 {
            found.missing += times.unsigned_abs();
            keep(&mut found.missing_at, examples, || place);
        } else {
            found.extra += times.unsigned_abs();
            keep(&mut found.extra_at, examples, || place);
        }
    }
    counted.add(found, examples);
    Ok(())
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
