//! Changes to the target's tables, for the tool to find.

use anyhow::Result;

use crate::workload::Workload;

impl Workload<'_> {
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
}
