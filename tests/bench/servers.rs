//! The two servers. Each has one database whose statements can be logged and read again, and more where asked for.

use std::ops::Deref;

use anyhow::Result;
use pg_rehearse::model::Events;
use pg_rehearse::rehearse::server::{Options, Server, start_pair};

use crate::database::Database;

/// The database on either server.
const DATABASE: &str = "bench";

/// Set once before anything is loaded. The log goes to a file the server itself can read back, and nothing is written to it
/// until asked; autovacuum would come between the measurements.
const SETTINGS: &str = "
alter system set logging_collector = on;
alter system set log_destination = 'jsonlog';
alter system set autovacuum = off;
";

/// One side: its server and its database.
pub(crate) struct Side {
    server: Server,
    database: Database,
}

impl Deref for Side {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
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
        let database = Database::on(&server, "postgres")?;
        database.run(SETTINGS).await?;
        database.run(&format!("create database {DATABASE}")).await?;
        server.stop_immediate().await?;
        server.start_again().await?;
        let database = Database::on(&server, DATABASE)?;
        Ok(Self { server, database })
    }

    /// An empty database, in place of one of this name.
    pub(crate) async fn empty(&self, name: &str) -> Result<Database> {
        let drop = format!("drop database if exists {name} with (force)");
        Database::on(&self.server, "postgres")?.run(&format!("{drop}; create database {name}")).await?;
        Database::on(&self.server, name)
    }

    /// What the server is, and its version.
    pub(crate) async fn describe(&self) -> Result<String> {
        let version: String = sqlx::query_scalar("select current_setting('server_version')")
            .fetch_one(&mut self.connect().await?)
            .await?;
        Ok(format!("{}, PostgreSQL {version}", self.server.describe()))
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
