//! One masked column: reads both sides once as hashes and counts.

use std::cell::RefCell;

use super::counts::Counts;
use super::record::{Row, Value};
use crate::catalog::Relation;
use crate::check::{Context, SideView};
use crate::fingerprint::{Blind, Instead, TableShape, TableSql};
use crate::model::{Error, Result};
use crate::plan::MaskedColumn;
use crate::postgres::{Role, is_lost};
use crate::verify::hashed::{Pile, arrive, parts};
use crate::verify::{masked, rows};

/// Times both sides are read in all, when a connection is lost on the way.
const TRIES: u32 = 3;

/// A masked column that both sides have.
pub(super) struct MaskedPair<'a> {
    pub(super) context: &'a Context,
    pub(super) source: &'a Relation,
    pub(super) target: &'a Relation,
    pub(super) masked: &'a MaskedColumn,
    pub(super) shape: TableShape,
    pub(super) instead: Instead,
    blind: Blind,
}

impl<'a> MaskedPair<'a> {
    /// The column under a run's seed.
    pub(super) fn new(
        context: &'a Context,
        (source, target): (&'a Relation, &'a Relation),
        masked: &'a MaskedColumn,
        seed: &str,
    ) -> Self {
        let citext = |relation: &Relation| {
            relation
                .column(&masked.column)
                .is_some_and(|column| column.type_name == "citext" && column.element.is_none())
        };
        Self {
            context,
            source,
            target,
            masked,
            shape: rows::shape(context, source, target),
            instead: masked::instead(context, source),
            blind: Blind { seed: seed.to_owned(), folded: citext(source) || citext(target) },
        }
    }

    /// Whether rows can be matched by a key.
    pub(super) fn is_keyed(&self) -> bool {
        !self.shape.key.is_empty()
    }

    /// Whether case does not count: then what differs by case alone is one value to the mask.
    pub(super) fn is_folded(&self) -> bool {
        self.blind.folded
    }

    /// Reads both sides and counts.
    pub(super) async fn counts(&self) -> Result<Counts> {
        let mut tries = 1;
        loop {
            match self.read().await {
                Err(error) if is_lost(&error) && tries < TRIES => self.context.target.readers.pause(tries).await,
                read => return read.map_err(|error| masked::withheld(error, &self.instead)),
            }
            tries += 1;
        }
    }

    async fn read(&self) -> Result<Counts> {
        let guess = |relation: &Relation| relation.estimated_rows.max(relation.bytes / 400);
        let parts = parts(guess(self.source).max(guess(self.target)));
        let gathered = RefCell::new(Gathered {
            counts: Counts::default(),
            rows: Pile::new(if self.is_keyed() { parts } else { 1 })?,
            values: Pile::new(parts)?,
            keyed: self.is_keyed(),
        });
        let source = TableSql::reading(&self.shape, self.source, &self.instead);
        let target = TableSql::new(&self.shape, self.target);
        tokio::try_join!(
            self.side(&self.context.source, &source, &gathered, false),
            self.side(&self.context.target, &target, &gathered, true)
        )?;
        let Gathered { mut counts, mut rows, mut values, keyed } = gathered.into_inner();
        let most = self.context.config.examples;
        counts.match_rows(&mut rows, &mut values, most)?;
        drop(rows);
        counts.count_values(&mut values, keyed, most)?;
        Ok(counts)
    }

    async fn side<R: Role>(
        &self,
        side: &SideView<R>,
        sql: &TableSql<'_>,
        gathered: &RefCell<Gathered>,
        on_target: bool,
    ) -> Result<()> {
        let column = &self.masked.column;
        let statements =
            sql.pieces(side.readers.pauses()).into_iter().map(|piece| sql.column_of(column, &self.blind, piece));
        let statements = statements.collect::<Option<Vec<_>>>().ok_or_else(|| Error::failed("the column is gone"))?;
        arrive(side, statements, &|fields| gathered.borrow_mut().add(fields, on_target)).await
    }
}

/// What has arrived of both sides.
struct Gathered {
    counts: Counts,
    rows: Pile<Row>,
    values: Pile<Value>,
    keyed: bool,
}

impl Gathered {
    fn add(&mut self, fields: [Option<u128>; 5], on_target: bool) -> Result<()> {
        let row = Row::new(fields, self.keyed, on_target)?;
        self.counts.arrived(&row);
        match (self.keyed, on_target) {
            (true, _) => self.rows.add(row),
            (false, false) => Value::of_source(&row, 0).try_for_each(|value| self.values.add(value)),
            (false, true) => Value::of_target(&row, 0).into_iter().try_for_each(|value| self.values.add(value)),
        }
    }
}
