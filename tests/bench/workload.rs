//! The workloads: many small rows beside few that hold vectors, and a narrow table of any length. Made by hashing, so every
//! server makes the same.

use anyhow::Result;

use crate::database::Database;
use crate::servers::Pair;

/// Events for each embedding.
const EVENTS_A_EMBEDDING: u64 = 100;

/// Rows of the table that events refer to.
const ACCOUNTS: u64 = 1000;

/// Tables of events and embeddings on both servers.
pub(crate) struct Workload<'a> {
    pub(crate) pair: &'a Pair,
    pub(crate) events: u64,
}

impl<'a> Workload<'a> {
    /// Its tables.
    pub(crate) const TABLES: [&'static str; 3] = ["accounts", "events", "embeddings"];

    /// Loads it on both servers.
    pub(crate) async fn load(pair: &'a Pair, events: u64) -> Result<Self> {
        let workload = Self { pair, events };
        pair.both(&workload.fill(include_str!("sql/workload.sql"))).await?;
        pair.both(SETTLE).await?;
        Ok(workload)
    }

    /// Loads it on the source; the target gets its tables, keys and indexes.
    pub(crate) async fn load_source(pair: &'a Pair, events: u64) -> Result<Self> {
        let (workload, empty) = (Self { pair, events }, Self { pair, events: 0 });
        let sql = include_str!("sql/workload.sql");
        let (full, empty) = (workload.fill(sql), empty.fill(sql));
        tokio::try_join!(pair.source.run(&full), pair.target.run(&empty))?;
        pair.both(SETTLE).await?;
        Ok(workload)
    }

    /// Rows of the table of embeddings.
    pub(crate) fn embeddings(&self) -> u64 {
        self.events / EVENTS_A_EMBEDDING
    }

    /// Rows over all tables.
    pub(crate) fn rows(&self) -> u64 {
        ACCOUNTS + self.events + self.embeddings()
    }

    /// Puts the numbers of rows into SQL.
    pub(crate) fn fill(&self, sql: &str) -> String {
        sql.replace(":events", &self.events.to_string()).replace(":embeddings", &self.embeddings().to_string())
    }
}

/// Leaves a server nothing to do after a load.
const SETTLE: &str = "vacuum analyze; checkpoint";

/// Makes a narrow table of so many events.
pub(crate) async fn narrow(database: &Database, rows: u64) -> Result<()> {
    database.run(&include_str!("sql/narrow.sql").replace(":rows", &rows.to_string())).await?;
    database.run(SETTLE).await
}
