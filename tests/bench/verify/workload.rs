//! The workload: a table of many small rows, and one of few rows that hold vectors. Made by hashing, so both servers make the same.

use anyhow::Result;

use crate::servers::Pair;

/// Events for each embedding.
const EVENTS_A_EMBEDDING: u64 = 100;

/// The tables measured, alone and together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Events,
    Embeddings,
    Both,
}

impl Subject {
    pub(crate) const ALL: [Self; 3] = [Self::Events, Self::Embeddings, Self::Both];

    /// For people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Embeddings => "embeddings",
            Self::Both => "both tables",
        }
    }

    /// Its tables.
    pub(crate) fn tables(self) -> &'static [&'static str] {
        match self {
            Self::Events => &["events"],
            Self::Embeddings => &["embeddings"],
            Self::Both => &["events", "embeddings"],
        }
    }
}

/// The workload on both servers.
pub(crate) struct Workload<'a> {
    pub(crate) pair: &'a Pair,
    pub(crate) events: u64,
}

impl<'a> Workload<'a> {
    /// Loads it.
    pub(crate) async fn load(pair: &'a Pair, events: u64) -> Result<Self> {
        let workload = Self { pair, events };
        pair.both(&workload.fill(include_str!("sql/workload.sql"))).await?;
        pair.both("vacuum analyze; checkpoint").await?;
        Ok(workload)
    }

    /// Rows of the table of embeddings.
    pub(crate) fn embeddings(&self) -> u64 {
        self.events / EVENTS_A_EMBEDDING
    }

    fn fill(&self, sql: &str) -> String {
        sql.replace(":events", &self.events.to_string()).replace(":embeddings", &self.embeddings().to_string())
    }

    /// Changes three rows of each table of the target.
    pub(crate) async fn plant(&self) -> Result<()> {
        self.pair.target.run(&self.fill(include_str!("sql/plant.sql"))).await
    }

    /// The keys of the rows that [`Workload::plant`] changes in a table.
    pub(crate) async fn planted(&self, table: &str) -> Result<Vec<String>> {
        let keys = format!("select id::text from planted_{table}");
        Ok(sqlx::query_scalar(&keys).fetch_all(&mut self.pair.target.connect().await?).await?)
    }

    /// Undoes [`Workload::plant`].
    pub(crate) async fn heal(&self) -> Result<()> {
        self.pair.target.run(include_str!("sql/heal.sql")).await
    }

    /// Changes every second event of the target; answers how many. Not undone.
    pub(crate) async fn change_half(&self) -> Result<u64> {
        self.pair.target.run(include_str!("sql/half.sql")).await?;
        Ok(self.events / 2)
    }

    /// Takes a narrower table in place of the workload.
    pub(crate) async fn narrow(pair: &'a Pair, rows: u64) -> Result<Self> {
        pair.both(&include_str!("sql/narrow.sql").replace(":rows", &rows.to_string())).await?;
        pair.both("vacuum analyze; checkpoint").await?;
        Ok(Self { pair, events: rows })
    }
}
