//! The two databases of a rehearsal on their servers, made for it and dropped after it.

use crate::config::{Config, Flags, SideConfig};
use crate::model::{Result, quoted};
use crate::postgres::{Endpoint, Role, Session, Target};

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
        endpoint(&self.url)
    }

    /// Drops the database, ending whatever is still connected to it.
    pub(super) async fn drop(&self) -> Result<()> {
        let mut session = self.maintenance().await?;
        session.execute(&format!("drop database if exists {} with (force)", quoted(&self.name))).await?;
        session.close().await;
        Ok(())
    }

    async fn maintenance(&self) -> Result<Session<Target>> {
        Session::connect(&endpoint(&self.server)?).await
    }
}

fn endpoint<R: Role>(url: &str) -> Result<Endpoint<R>> {
    let flags = Flags { target: Some(url.to_owned()), ..Flags::default() };
    let side: SideConfig = Config::from_text("", &flags)?.target;
    Endpoint::new(&side)
}
