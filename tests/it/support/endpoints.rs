//! Pairs of databases as endpoints, for tests of the phases that write.

use std::sync::atomic::{AtomicU32, Ordering};

use pg_rehearse::config::{DatabaseUrl, SideConfig};
use pg_rehearse::model::Side;
use pg_rehearse::postgres::{Endpoint, Role, Session, Source, Target};

use super::command::Shell;
use super::{as_role, server_urls};

/// A side's address.
pub(crate) fn endpoint<R: Role>(url: &str) -> Endpoint<R> {
    let url = Some(DatabaseUrl::parse(url).unwrap());
    let (side, name) = (R::SIDE, R::SIDE.to_string());
    Endpoint::new(&SideConfig {
        side,
        name,
        environment: None,
        url,
        statement_timeout: 0,
        salt: None,
        snapshot: None,
        identity: None,
        platform: pg_rehearse::config::Platform::default(),
    })
    .unwrap()
}

/// Two empty databases, dropped by [`Pair::drop_databases`].
pub(crate) struct Pair {
    servers: (String, String),
    names: (String, String),
    pub(crate) source: Endpoint<Source>,
    pub(crate) target: Endpoint<Target>,
}

impl Pair {
    /// Creates them.
    pub(crate) async fn create(purpose: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let servers = server_urls();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = |side: Side| format!("it_{purpose}_{}_{number}_{side}", std::process::id());
        let names = (name(Side::Source), name(Side::Target));
        for (server, name) in [(&servers.0, &names.0), (&servers.1, &names.1)] {
            run(server, &format!("create database {name} template template0")).await;
        }
        let url = |server: &str, name: &str| {
            DatabaseUrl::parse(server).unwrap().with_database(name).unwrap().expose().to_owned()
        };
        let source = endpoint(&url(&servers.0, &names.0));
        let target = endpoint(&url(&servers.1, &names.1));
        Self { servers, names, source, target }
    }

    /// Superusers' URLs of both servers.
    pub(crate) fn servers(&self) -> (String, String) {
        self.servers.clone()
    }

    /// What the databases are called.
    pub(crate) fn names(&self) -> (&str, &str) {
        (&self.names.0, &self.names.1)
    }

    /// A user's shell that knows both.
    pub(crate) async fn shell(&self) -> Shell {
        Shell::between(self.source.url.expose(), self.target.url.expose()).await
    }

    /// Runs statements on both.
    pub(crate) async fn both(&self, sql: &str) {
        self.on_source(sql).await;
        self.on_target(sql).await;
    }

    pub(crate) async fn on_source(&self, sql: &str) {
        run(self.source.url.expose(), sql).await;
    }

    pub(crate) async fn on_target(&self, sql: &str) {
        run(self.target.url.expose(), sql).await;
    }

    /// The answer of a query on the source and on the target.
    pub(crate) async fn ask(&self, sql: &str) -> (Vec<String>, Vec<String>) {
        (ask(self.source.url.expose(), sql).await, ask(self.target.url.expose(), sql).await)
    }

    /// The answer of a query on the source.
    pub(crate) async fn ask_source(&self, sql: &str) -> Vec<String> {
        ask(self.source.url.expose(), sql).await
    }

    /// The answer of a query on the target.
    pub(crate) async fn ask_target(&self, sql: &str) -> Vec<String> {
        ask(self.target.url.expose(), sql).await
    }

    /// The target's URL as another role's, whose password is `secret`.
    pub(crate) fn target_as(&self, role: &str) -> String {
        let mut url = url::Url::parse(&self.servers.1).unwrap();
        url.set_path(&self.names.1);
        if role == "postgres" { url.to_string() } else { as_role(url.as_str(), role, "secret") }
    }

    pub(crate) async fn drop_databases(self) {
        for (server, name) in [(&self.servers.0, &self.names.0), (&self.servers.1, &self.names.1)] {
            run(server, &format!("drop database {name} with (force)")).await;
        }
    }
}

/// Runs statements as a user would, with the server's own settings.
pub(crate) async fn run(url: &str, sql: &str) {
    let mut session = Session::<Target>::connect(&endpoint(url)).await.unwrap();
    session.execute("reset all").await.unwrap();
    session.execute(sql).await.unwrap_or_else(|error| panic!("{}\n{sql}", error.chain()));
    session.close().await;
}

/// The rows of a query, each as one line.
pub(crate) async fn ask(url: &str, sql: &str) -> Vec<String> {
    let mut session = Session::<Target>::connect(&endpoint(url)).await.unwrap();
    session.execute("reset search_path").await.unwrap();
    let rows = session.rows(sql).await.unwrap_or_else(|error| panic!("{}\n{sql}", error.chain()));
    session.close().await;
    let line = |row: Vec<Option<String>>| {
        row.into_iter().map(|value| value.unwrap_or_else(|| "NULL".into())).collect::<Vec<_>>().join("|")
    };
    rows.into_iter().map(line).collect()
}
