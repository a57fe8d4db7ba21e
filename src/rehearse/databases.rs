//! The two databases of a rehearsal on their servers, made for it and dropped after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Config, Flags, SideConfig};
use crate::model::{Error, Result, quoted};
use crate::postgres::{Endpoint, Session, Target};

/// A database of a rehearsal.
#[derive(Debug)]
pub(super) struct Database {
    server: String,
    name: String,
    url: String,
}

impl Database {
    /// Makes an empty database on the server behind a superuser's URL.
    pub(super) async fn create(server: &str, name: &str) -> Result<Self> {
        let url = crate::config::DatabaseUrl::parse(server)?.with_database(name)?.expose().to_owned();
        let database = Self { server: server.to_owned(), name: name.to_owned(), url };
        let mut session = database.maintenance().await?;
        session.execute(&format!("create database {} template template0", quoted(name))).await?;
        session.close().await;
        Ok(database)
    }

    /// The database's URL.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// An endpoint that may write, whichever side the database will play: a rehearsal fills both.
    pub(super) fn writable(&self) -> Result<Endpoint<Target>> {
        writable(&self.url)
    }

    /// Drops the database, ending whatever is still connected to it.
    pub(super) async fn drop(&self) -> Result<()> {
        let mut session = self.maintenance().await?;
        session.execute(&format!("drop database if exists {} with (force)", quoted(&self.name))).await?;
        session.close().await;
        Ok(())
    }

    /// Drops roles that were made on the server for the database, once it is gone.
    pub(super) async fn drop_roles(&self, roles: &BTreeSet<String>) -> Result<()> {
        if roles.is_empty() {
            return Ok(());
        }
        let mut session = self.maintenance().await?;
        for role in roles {
            session.execute(&format!("drop role if exists {}", quoted(role))).await?;
        }
        session.close().await;
        Ok(())
    }

    async fn maintenance(&self) -> Result<Session<Target>> {
        Session::connect(&writable(&self.server)?).await
    }
}

/// An endpoint that may write to the database at a URL.
pub(super) fn writable(url: &str) -> Result<Endpoint<Target>> {
    let flags = Flags { target: Some(url.to_owned()), ..Flags::default() };
    let side: SideConfig = Config::from_text("", &flags)?.target;
    Endpoint::new(&side)
}

/// The extensions of a database with their versions.
pub(super) async fn extensions(endpoint: &Endpoint<Target>) -> Result<BTreeMap<String, String>> {
    let mut session = Session::connect(endpoint).await?;
    let rows = session.rows("select extname, extversion from pg_extension").await?;
    session.close().await;
    Ok(rows.into_iter().filter_map(|row| Some((row.first()?.clone()?, row.get(1)?.clone()?))).collect())
}

/// The server's major version.
pub(super) async fn major(endpoint: &Endpoint<Target>) -> Result<u32> {
    let mut session = Session::connect(endpoint).await?;
    let number = session.value("select current_setting('server_version_num')::int / 10000").await?;
    session.close().await;
    number.and_then(|text| text.parse().ok()).ok_or_else(|| Error::failed("the server does not say its version"))
}
