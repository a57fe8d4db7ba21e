//! Relations, keys, foreign keys, sequences and the server, as planning and checking see them.

use serde::Deserialize;

use super::{CheckRule, Column, UniqueRule};
use crate::model::RelationName;

/// What is known of a server and the connected database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ServerFacts {
    /// The version as the server prints it.
    pub version: String,
    /// The version as a number: 170011 is 17.11.
    pub version_num: u32,
    /// The database's name.
    pub database: String,
    /// The role connected as.
    pub role: String,
    /// The database's OID.
    pub database_oid: u64,
    /// The database's encoding.
    pub encoding: String,
    /// The cluster's identifier; `None` where the role may not ask.
    pub system_identifier: Option<String>,
    /// Address and start time, which tell servers apart where the identifier may not be asked.
    pub address: String,
    /// When the server started.
    pub started: String,
    /// The WAL position; `None` on a standby.
    pub lsn: Option<String>,
    /// The snapshot's time by the server's clock.
    pub snapshot_taken: String,
    /// What the snapshot shows, by name: server, database and the transactions that count. Where it is equal, so is every
    /// logged or unlogged row. `None` on a standby, whose snapshots do not name what was going on.
    pub visible: Option<String>,
    /// The hash of a fixed text: equal wherever hashes may be compared.
    pub hash_probe: String,
}

impl ServerFacts {
    /// Whether both are the very same database. A physical copy of a server has its identifier and its databases'
    /// numbers, but is another server: it started at another moment.
    pub fn is_same_database(&self, other: &Self) -> bool {
        let same_server = match (&self.system_identifier, &other.system_identifier) {
            (Some(one), Some(two)) => one == two && self.started == other.started,
            _ => self.address == other.address,
        };
        same_server && self.database_oid == other.database_oid
    }

    /// What tells this database from others, also after its server was started anew: the server's identifier, where the role may
    /// ask for it, and the database's number; else its name alone.
    pub fn identity(&self) -> String {
        match &self.system_identifier {
            Some(identifier) => format!("{identifier}/{}", self.database_oid),
            None => self.database.clone(),
        }
    }

    /// The major version, such as 17.
    pub fn major(&self) -> u32 {
        self.version_num / 10_000
    }
}

/// What kind of relation holds the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// An ordinary table, partitions included.
    Table,
    /// The root or an inner node of a partition tree.
    Partitioned,
    /// A foreign table: its rows are another server's.
    Foreign,
    /// A materialized view.
    MaterializedView,
}

/// A relation that holds rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its name.
    pub name: RelationName,
    /// Its OID, by which `tableoid` names it.
    pub oid: u32,
    /// For a partitioned root or inner node: the relations of the catalog that hold its rows, with their OIDs.
    pub leaves: Vec<(RelationName, u32)>,
    /// Its kind.
    pub kind: RelationKind,
    /// `p` permanent, `u` unlogged, `t` temporary.
    pub persistence: String,
    /// The planner's estimate of its rows; for a partitioned root the sum over its partitions.
    pub estimated_rows: u64,
    /// Bytes on disk, TOAST included.
    pub bytes: u64,
    /// Pages of its heap; 0 where it is no heap.
    pub heap_pages: u64,
    /// Whether it is a partition of another relation of the catalog.
    pub is_partition: bool,
    /// The relations it inherits from or is a partition of.
    pub parents: Vec<RelationName>,
    /// Whether the connected role may read the whole of it.
    pub can_select: bool,
    /// Whether row-level security is enabled.
    pub row_security: bool,
    /// The owning role.
    pub owner: String,
    /// Whether it belongs to an extension. Its rows are compared; they are not copied, and no part of a fingerprint.
    pub of_extension: bool,
    /// Whether it can be read: a materialized view that was made without rows cannot, until it is refreshed.
    pub populated: bool,
    /// The condition that its rows have to meet to take part; `None` where all do.
    pub chosen: Option<String>,
    /// Its columns, by position.
    pub columns: Vec<Column>,
    /// Ways to name a row, the best first.
    pub keys: Vec<Key>,
    /// Its check constraints.
    pub checks: Vec<CheckRule>,
    /// What must be unique in it.
    pub uniques: Vec<UniqueRule>,
}

impl Relation {
    /// Whether rows are copied into and compared by this relation.
    pub fn is_table(&self) -> bool {
        !self.is_partition && !self.of_extension && matches!(self.kind, RelationKind::Table | RelationKind::Partitioned)
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A primary key or a unique index that can name a row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Key {
    /// The index behind it.
    pub index_name: String,
    /// Whether it is the primary key.
    pub primary: bool,
    /// Its columns in order.
    pub columns: Vec<String>,
    /// Whether none of its columns may be NULL.
    pub not_null: bool,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The constraint's name.
    pub name: String,
    /// The referencing relation.
    pub child: RelationName,
    /// The referenced relation.
    pub parent: RelationName,
    /// The referencing columns.
    pub columns: Vec<String>,
    /// The referenced columns, in the same order.
    pub parent_columns: Vec<String>,
    /// The equality operators (parent = child), qualified, in the same order.
    pub operators: Vec<String>,
    /// Whether it is MATCH FULL.
    pub match_full: bool,
    /// Whether it is deferrable.
    pub deferrable: bool,
    /// What the catalog claims of its validity; never taken as proof.
    pub validated: bool,
}

/// A sequence and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// Its name.
    pub name: RelationName,
    /// The step.
    pub increment: i64,
    /// The first value.
    pub start: i64,
    /// Where it stands; `None` where the connected role may not read it.
    pub state: Option<SequenceState>,
    /// Whether the connected role may set it.
    pub can_set: bool,
    /// The column that owns it.
    pub owner: Option<(RelationName, String)>,
    /// The relations in whose defaults it is.
    pub feeds: Vec<RelationName>,
}

impl Sequence {
    /// The relations it belongs to: that of the column that owns it, and those whose defaults it feeds. None where it stands alone.
    pub fn tables(&self) -> impl Iterator<Item = &RelationName> {
        self.owner.iter().map(|(table, _)| table).chain(&self.feeds)
    }
}

/// Where a sequence stands: both values, since `setval(s, 100, false)` and a sequence never used differ in what they
/// give next though neither has given anything out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct SequenceState {
    /// The sequence's `last_value`.
    pub last_value: i64,
    /// Whether that value has been given out.
    pub is_called: bool,
}

/// Objects of one kind that nothing compares.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Unmodelled {
    /// The kind.
    pub kind: String,
    /// How many there are.
    pub number: u64,
    /// Their names.
    pub names: String,
}
