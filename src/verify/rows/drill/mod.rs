//! Reads the differing buckets again, as key hash, row hash and place, in one pass a side, and counts what differs
//! exactly.
//!
//! Never true in here: memory that grows with the number of rows that differ. Rows are divided by key into parts, which
//! wait on disk where they are many.

mod entry;
mod matching;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use super::blame::{Blame, Blames};
use crate::catalog::Relation;
use crate::check::{Context, SideView};
use crate::fingerprint::{Instead, TableChecksum, TableShape, TableSql};
use crate::model::Result;
use crate::postgres::{Role, is_lost};
use crate::verify::hashed::{Pile, arrive, parts};
use entry::Entry;
use matching::Difference;

/// Most differing rows of a table that are kept to be looked at again: more are no writes under way.
pub(in crate::verify) const MOST_OPEN: usize = 100_000;
/// Times both sides are read in all, when a connection is lost on the way.
const TRIES: u32 = 3;

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
    pub(in crate::verify) wanted: HashMap<Place, u64>,
    /// Who is to blame, where a record of the copy tells.
    pub(in crate::verify) blamed: BTreeMap<Blame, u64>,
    /// Every row that differs, with what each side has of it, where rows are to be looked at again.
    pub(in crate::verify) open: Option<Open>,
}

/// Rows that differ, by the hash of their key, with what each side has.
pub(in crate::verify) type Open = HashMap<u128, (Option<u128>, Option<u128>)>;

/// Where a row stands on one side, as the server prints it.
pub(in crate::verify) type Place = String;

/// A table under comparison, with both sides' checksums.
#[derive(Debug)]
pub(in crate::verify) struct Drill<'a> {
    pub(in crate::verify) context: &'a Context,
    pub(in crate::verify) shape: &'a TableShape,
    pub(in crate::verify) source: &'a Relation,
    pub(in crate::verify) target: &'a Relation,
    /// What is read in place of columns on the source.
    pub(in crate::verify) instead: &'a Instead,
    pub(in crate::verify) there: &'a TableChecksum,
    pub(in crate::verify) here: &'a TableChecksum,
    /// The blame of each bucket, where a record of the copy tells.
    pub(in crate::verify) blames: Option<&'a Blames>,
}

impl Drill<'_> {
    /// Reads the rows of the differing buckets of both sides, once.
    pub(in crate::verify) async fn gather(&self) -> Result<Gathered<'_>> {
        let mut tries = 1;
        loop {
            match self.read().await {
                Err(error) if is_lost(&error) && tries < TRIES => self.context.target.readers.pause(tries).await,
                read => return read,
            }
            tries += 1;
        }
    }

    async fn read(&self) -> Result<Gathered<'_>> {
        let buckets = self.there.differing(self.here);
        let rows = |checksum: &TableChecksum| -> u64 {
            buckets.iter().filter_map(|number| checksum.buckets.get(number)).map(|bucket| bucket.rows).sum()
        };
        let parts = parts(rows(self.there).max(rows(self.here)));
        let source = TableSql::reading(self.shape, self.source, self.instead);
        let target = TableSql::new(self.shape, self.target);
        let (there, here) = match buckets.is_empty() {
            true => (Pile::new(parts)?, Pile::new(parts)?),
            false => tokio::try_join!(
                pile(&self.context.source, &source, &buckets, parts),
                pile(&self.context.target, &target, &buckets, parts)
            )?,
        };
        Ok(Gathered { there, here, parts, keyed: !self.shape.key.is_empty(), blames: self.blames, only: None })
    }
}

/// The rows of the differing buckets of both sides.
#[derive(Debug)]
pub(in crate::verify) struct Gathered<'a> {
    there: Pile<Entry>,
    here: Pile<Entry>,
    /// How many parts there are; each is compared on its own.
    pub(in crate::verify) parts: usize,
    keyed: bool,
    blames: Option<&'a Blames>,
    /// Only rows of these keys count, where some are given.
    pub(in crate::verify) only: Option<&'a Open>,
}

impl Gathered<'_> {
    /// Counts the differences; keeps the places of at most `examples` rows of each kind, and with `open` the first
    /// rows themselves, up to [`MOST_OPEN`].
    pub(in crate::verify) fn count(&mut self, examples: usize, open: bool) -> Result<Counted> {
        let mut counted = Counted { open: open.then(Open::new), ..Counted::default() };
        for part in 0..self.parts {
            self.compare(part, examples, &mut counted)?;
        }
        Ok(counted)
    }

    /// Adds the differences within one part, with the places of at most `examples` rows of each kind in all.
    pub(in crate::verify) fn compare(&mut self, part: usize, examples: usize, counted: &mut Counted) -> Result<()> {
        let (blames, only) = (self.blames, self.only);
        let mut tell = |difference: Difference| {
            if only.is_none_or(|only| only.contains_key(&difference.key())) {
                counted.add(&difference, examples, blames);
            }
        };
        if self.keyed && matching::keyed(&mut self.there, &mut self.here, part, &mut tell)? {
            return Ok(());
        }
        matching::multiset(&mut self.there, &mut self.here, part, tell)
    }
}

impl Counted {
    /// Rows that differ.
    pub(in crate::verify) fn total(&self) -> u64 {
        self.missing + self.extra + self.changed
    }

    /// Adds another part's differences, with the places of at most `examples` rows of each kind in all.
    pub(in crate::verify) fn take(&mut self, part: Self, examples: usize) {
        self.missing += part.missing;
        self.extra += part.extra;
        self.changed += part.changed;
        part.missing_at.into_iter().for_each(|place| keep(&mut self.missing_at, examples, || place));
        part.extra_at.into_iter().for_each(|place| keep(&mut self.extra_at, examples, || place));
        part.changed_at.into_iter().for_each(|places| keep(&mut self.changed_at, examples, || places));
    }

    fn add(&mut self, difference: &Difference, examples: usize, blames: Option<&Blames>) {
        if let Some(open) = self.open.as_mut().filter(|open| open.len() < MOST_OPEN) {
            open.insert(difference.key(), difference.sides());
        }
        if !matches!(difference, Difference::Uneven { .. })
            && let Some(blame) = blames.and_then(|blames| blames.of_key(difference.key()))
        {
            *self.blamed.entry(blame).or_default() += 1;
        }
        match difference {
            Difference::Missing(there) => {
                self.missing += 1;
                keep(&mut self.missing_at, examples, || there.spot.to_string());
            }
            Difference::Extra(here) => {
                self.extra += 1;
                keep(&mut self.extra_at, examples, || here.spot.to_string());
            }
            Difference::Changed(there, here) => {
                self.changed += 1;
                keep(&mut self.changed_at, examples, || (there.spot.to_string(), here.spot.to_string()));
            }
            Difference::Uneven { there, here, spot, .. } => {
                self.missing += there.saturating_sub(*here);
                self.extra += here.saturating_sub(*there);
                let held = if there > here { &mut self.missing_at } else { &mut self.extra_at };
                let before = held.len();
                keep(held, examples, || spot.to_string());
                if held.len() > before {
                    self.wanted.insert(spot.to_string(), *there);
                }
            }
        }
    }
}

fn keep<T>(kept: &mut Vec<T>, most: usize, item: impl FnOnce() -> T) {
    if kept.len() < most {
        kept.push(item());
    }
}

/// Reads one side's rows of the given buckets, its pieces on as many sessions as there are.
async fn pile<R: Role>(side: &SideView<R>, sql: &TableSql<'_>, buckets: &[u32], parts: usize) -> Result<Pile<Entry>> {
    let pile = RefCell::new(Pile::new(parts)?);
    let pieces = sql.pieces(side.readers.pauses());
    let statements = pieces.into_iter().map(|piece| sql.rows_of(buckets, piece)).collect();
    arrive(side, statements, &|fields| pile.borrow_mut().add(Entry::new(fields)?)).await?;
    Ok(pile.into_inner())
}
