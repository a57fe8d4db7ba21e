//! Statements of the tests themselves, past the tool.

use anyhow::{Context, Result};
use sqlx::{Connection, Executor, PgConnection};

/// Runs a script.
pub(super) async fn run(url: &str, sql: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    let done = connection.execute(sqlx::raw_sql(sql)).await;
    connection.close().await?;
    done.map(|_| ()).with_context(|| format!("in: {}", sql.chars().take(800).collect::<String>()))
}

/// The first column of every row, which is a text.
pub(super) async fn lines(url: &str, sql: &str) -> Result<Vec<String>> {
    let mut connection = PgConnection::connect(url).await?;
    let lines: sqlx::Result<Vec<Option<String>>> = sqlx::query_scalar(sql).fetch_all(&mut connection).await;
    connection.close().await?;
    let lines = lines.with_context(|| format!("in: {sql}"))?;
    Ok(lines.into_iter().map(|line| line.unwrap_or_else(|| "NULL".to_owned())).collect())
}
