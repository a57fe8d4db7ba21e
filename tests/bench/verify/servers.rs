//! The two servers, each with one database whose statements can be logged and read again.

use anyhow::{Context, Result};
use pg_rehearse::model::Events;
use pg_rehearse::rehearse::server::{Options, Server, start_pair};
use sqlx::{Connection, Executor, PgConnection};

/// The database on either server.
const DATABASE: &str = "bench";

/// Set once before anything is loaded. The log goes to a file the server itself can read back, and nothing is written to it
/// until asked; autovacuum would come between the measurements.
const SETTINGS: &str = "
alter system set logging_collector = on;
alter system set log_destination = 'jsonlog';
alter system set autovacuum = off;
";

/// One side: its server and the URL of its database.
pub(crate) struct Side {
    server: Server,
    pub(crate) url: String,
}

/// Both sides.
pub(crate) struct Pair {
    pub(crate) source: Side,
    pub(crate) target: Side,
}

impl Pair {
    /// Starts both.
    pub(crate) async fn start(choice: &str) -> Result<Self> {
        let options = Options { choice: choice.parse()?, ..Options::default() };
        let (source, target) = start_pair(&options, &options, &Events::silent()).await?;
        let (source, target) = tokio::try_join!(Side::prepare(source), Side::prepare(target))?;
        Ok(Self { source, target })
    }

    /// Runs statements on both at once.
    pub(crate) async fn both(&self, sql: &str) -> Result<()> {
        tokio::try_join!(self.source.run(sql), self.target.run(sql))?;
        Ok(())
    }

    /// Stops and removes both.
    pub(crate) async fn stop(self) -> Result<()> {
        tokio::try_join!(self.source.server.stop(), self.target.server.stop())?;
        Ok(())
    }
}

impl Side {
    async fn prepare(mut server: Server) -> Result<Self> {
        let mut session = PgConnection::connect(server.url()).await?;
        for statement in SETTINGS.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            session.execute(sqlx::raw_sql(statement)).await?;
        }
        session.execute(sqlx::raw_sql(&format!("create database {DATABASE}"))).await?;
        drop(session);
        server.stop_immediate().await?;
        server.start_again().await?;
        let base = server.url().rsplit_once('/').context("a server's URL names no database")?.0;
        let url = format!("{base}/{DATABASE}");
        Ok(Self { server, url })
    }

    /// What the server is, and its version.
    pub(crate) async fn describe(&self) -> Result<String> {
        let version: String = sqlx::query_scalar("select current_setting('server_version')")
            .fetch_one(&mut self.connect().await?)
            .await?;
        Ok(format!("{}, PostgreSQL {version}", self.server.describe()))
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

    /// Logs every statement of new sessions from now on.
    pub(crate) async fn log_statements(&self, on: bool) -> Result<()> {
        let value = if on { "0" } else { "-1" };
        self.run(&format!("alter database {DATABASE} set log_min_duration_statement = {value}")).await
    }

    /// How long the log is.
    pub(crate) async fn log_length(&self) -> Result<i64> {
        let length = "select size from pg_stat_file(pg_current_logfile('jsonlog'))";
        Ok(sqlx::query_scalar(length).fetch_one(&mut self.connect().await?).await?)
    }

    /// What was logged from a point on: one JSON document a line.
    pub(crate) async fn log_since(&self, start: i64) -> Result<String> {
        let text = "select pg_read_file(pg_current_logfile('jsonlog'), $1, 100000000)";
        Ok(sqlx::query_scalar(text).bind(start).fetch_one(&mut self.connect().await?).await?)
    }
}
