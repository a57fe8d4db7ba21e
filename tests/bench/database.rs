//! A database of one of the servers.

use anyhow::{Context, Result};
use pg_rehearse::rehearse::server::Server;
use sqlx::{Connection, Executor, PgConnection};

use crate::direct;

/// Where it is, for the superuser.
pub(crate) struct Database {
    pub(crate) url: String,
}

impl Database {
    /// One that is there.
    pub(crate) fn on(server: &Server, name: &str) -> Result<Self> {
        let mut url = direct::url(server)?;
        url.set_path(name);
        Ok(Self { url: url.to_string() })
    }

    /// A new session.
    pub(crate) async fn connect(&self) -> Result<PgConnection> {
        Ok(PgConnection::connect(&self.url).await?)
    }

    /// Runs statements one after another, each in a transaction of its own.
    pub(crate) async fn run(&self, sql: &str) -> Result<()> {
        let mut session = self.connect().await?;
        let plain: String = sql.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
        for statement in plain.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            session.execute(sqlx::raw_sql(statement)).await.with_context(|| format!("running {statement}"))?;
        }
        Ok(session.close().await?)
    }
}
