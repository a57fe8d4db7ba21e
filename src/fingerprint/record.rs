//! What both sides came to when a copy ended: with it a later comparison can tell a row that was copied wrong from one
//! that has changed since.

use std::collections::BTreeMap;
use std::path::Path;

use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};

use super::file::write_private;
use super::{MANIFEST_VERSION, TableChecksum, TableShape, TableSql, checksum};
use crate::catalog::{Catalog, Relation};
use crate::config::TableScope;
use crate::model::{Error, Result};
use crate::postgres::{Readers, Source, Target};

/// What both sides came to when a copy ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyRecord {
    /// The version of the hash.
    pub record_version: u32,
    /// When the source's snapshot was taken, by its server's clock.
    pub source_taken: String,
    /// When the target was looked at, by its server's clock.
    pub target_taken: String,
    /// The tables that both sides have.
    pub tables: BTreeMap<String, RecordedTable>,
}

/// One table of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedTable {
    /// How both sides were hashed.
    pub shape: TableShape,
    /// The source in the copy's own snapshot.
    pub source: TableChecksum,
    /// The target right after the copy.
    pub target: TableChecksum,
}

impl CopyRecord {
    /// Takes the record: the source in the snapshot the copy read, the target in one taken after it ended.
    ///
    /// # Errors
    /// The server's error when a table cannot be read: a record is whole or it is not one.
    pub async fn take(
        source: (&Readers<Source>, &Catalog),
        target: (&Readers<Target>, &Catalog),
        scope: &TableScope,
    ) -> Result<Self> {
        let tables = source.1.tables().filter(|table| scope.exclusion(&table.name).is_none());
        let pairs = tables.filter_map(|one| Some((one, target.1.relation(&one.name)?)));
        let pairs: Vec<(&Relation, &Relation)> = pairs.filter(|(_, other)| other.is_table()).collect();
        let taken: Vec<(String, Result<RecordedTable>)> = stream::iter(pairs)
            .map(|(one, two)| async move {
                let mut shape = TableShape::shared(one, two);
                shape.transcode(&source.1.server, &target.1.server);
                shape.place(&one.name, source.1, target.1);
                shape.refine();
                let (there, here) = (TableSql::new(&shape, one), TableSql::new(&shape, two));
                let sums = tokio::try_join!(checksum(source.0, &there), checksum(target.0, &here));
                let recorded = sums.map(|(source, target)| RecordedTable { shape, source, target });
                (one.name.to_string(), recorded)
            })
            .buffer_unordered(source.0.jobs())
            .collect()
            .await;
        let mut tables = BTreeMap::new();
        for (name, recorded) in taken {
            let recorded = recorded.map_err(|error| error.at(&name))?;
            tables.insert(name, recorded);
        }
        Ok(Self {
            record_version: MANIFEST_VERSION,
            source_taken: source.1.server.snapshot_taken.clone(),
            target_taken: target.1.server.snapshot_taken.clone(),
            tables,
        })
    }

    /// Reads a record's file.
    ///
    /// # Errors
    /// Usage, when it cannot be read, is no record, or one of another version of the hash.
    pub fn read(path: &Path) -> Result<Self> {
        const HINT: &str = "give a file that `pg-rehearse copy --record` has written";
        let place = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|problem| Error::usage(format!("cannot read {place}")).hint(HINT).caused_by(problem))?;
        let record: Self = serde_json::from_str(&text).map_err(|problem| {
            Error::usage(format!("{place} is not the record of a copy")).hint(HINT).caused_by(problem)
        })?;
        match record.record_version {
            MANIFEST_VERSION => Ok(record),
            other => {
                Err(Error::usage(format!("{place} has version {other}, this tool compares version {MANIFEST_VERSION}"))
                    .hint("compare with the version of the tool that copied"))
            }
        }
    }

    /// Writes the record's file, for its owner alone.
    ///
    /// # Errors
    /// Failed, when it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string(self)
            .map_err(|problem| Error::failed("the record cannot be written as JSON").caused_by(problem))?;
        write_private(path, &(text + "\n"))
    }
}
