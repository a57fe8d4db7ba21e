//! The target's tables, summed in the shapes they have in a fingerprint.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

use crate::check::SideView;
use crate::config::Config;
use crate::fingerprint::{Fingerprint, Instead, TableFingerprint, TableSql};
use crate::model::{Error, Result};
use crate::postgres::Target;
use crate::verify::rows::Rows;

/// The target as a fingerprint, and the tables of it that could not be read, each with the error.
pub(super) async fn sum(
    here: &SideView<Target>,
    config: &Config,
    before: &Fingerprint,
    rows: &Rows,
) -> (Fingerprint, BTreeMap<String, Error>) {
    let mut tables: Vec<_> =
        here.catalog.tables().filter(|table| config.scope.exclusion(&table.name).is_none()).collect();
    // The largest first, so that the last one to end is a small one; under a time budget the smallest, so that most are
    // read.
    tables.sort_by_key(|table| std::cmp::Reverse(table.bytes));
    if config.manner.budget.is_some() {
        tables.reverse();
    }
    let summed: Vec<(String, Result<TableFingerprint>)> = stream::iter(tables)
        .map(|relation| async move {
            let shape = before.shape_of(relation);
            let sql = TableSql::new(&shape, relation);
            let summed = rows.checksum(here, &sql, &relation.name, &shape, &Instead::new()).await;
            let table = summed.map(|checksum| TableFingerprint { rows: checksum.rows(), shape, checksum });
            (relation.name.to_string(), table)
        })
        .buffer_unordered(here.readers.jobs())
        .collect()
        .await;
    let (mut now, mut unreadable) = (Fingerprint::of_schema(&here.catalog), BTreeMap::new());
    for (name, table) in summed {
        match table {
            Ok(table) => drop(now.tables.insert(name, table)),
            Err(error) => drop(unreadable.insert(name, error)),
        }
    }
    (now, unreadable)
}
