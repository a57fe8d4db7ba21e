//! Buckets of a table made what the source's are: the rows of each are removed and come in again, in one transaction.

use super::quiet::{hush, identify};
use super::worker::Workers;
use crate::catalog::{Catalog, Relation};
use crate::fingerprint::{Instead, TableShape, TableSql};
use crate::journal::Moved;
use crate::model::{Error, RelationName, Result};
use crate::plan::{Plan, Readings};
use crate::postgres::{Session, Target, TriggerEvent};

/// How tables are compared with what was copied into them.
pub(super) struct Shapes<'a> {
    pub(super) source: &'a Catalog,
    pub(super) target: &'a Catalog,
    pub(super) plan: &'a Plan,
}

/// One table in the shape of a comparison.
pub(super) struct Shaped<'a> {
    pub(super) shape: TableShape,
    pub(super) source: &'a Relation,
    pub(super) target: &'a Relation,
    pub(super) instead: Instead,
}

impl<'a> Shapes<'a> {
    /// The shape of a table; `None` where a side does not have it.
    pub(super) fn of(&self, table: &RelationName) -> Option<Shaped<'a>> {
        let (source, target) = (self.source.relation(table)?, self.target.relation(table)?);
        let instead = Readings::of(&self.plan.masks, self.source, source).instead;
        let mut shape = TableShape::shared(source, target);
        shape.transcode(&self.source.server, &self.target.server);
        // What a mask makes may be NULL where the column may not.
        let masked = shape.columns.iter_mut().filter(|column| instead.contains_key(&column.name));
        masked.for_each(|column| column.nullable = true);
        Some(Shaped { shape, source, target, instead })
    }
}

impl Shaped<'_> {
    pub(super) fn there(&self) -> TableSql<'_> {
        TableSql::reading(&self.shape, self.source, &self.instead)
    }

    pub(super) fn here(&self) -> TableSql<'_> {
        TableSql::new(&self.shape, self.target)
    }
}

impl Workers<'_> {
    /// Replaces the rows of some buckets within the open transaction. Only where rows come in as a replica's: the rows that are
    /// removed may be referred to.
    pub(super) async fn repair(
        &self,
        session: &mut Session<Target>,
        table: &RelationName,
        buckets: &[u32],
    ) -> Result<Moved> {
        let mapping = self.mapping(table)?;
        let shaped = self.shapes.of(table).ok_or_else(|| Error::failed("a side does not have the table").at(table))?;
        let tables = [table.clone()];
        let mut restore = hush(session, &tables, self.run.replica).await?;
        for trigger in session.firing_triggers(&tables, TriggerEvent::Delete, self.run.replica).await? {
            session.execute(&trigger.disable()).await?;
            restore.push(trigger.restore());
        }
        restore.extend(identify(session, &tables).await?);
        let gone = format!("delete from {} where {}", mapping.target_item(), shaped.here().in_buckets(buckets));
        session.execute(&gone).await.map_err(|error| error.at(table))?;
        let from = mapping.copy_out_where(&[shaped.there().in_buckets(buckets)]);
        let moved = self.relay(session, mapping, &from, &mapping.copy_in()).await.map_err(|error| error.at(table))?;
        if !restore.is_empty() {
            session.execute(&restore.join("; ")).await?;
        }
        Ok(moved)
    }
}
