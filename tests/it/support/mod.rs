//! Servers to test against, and pairs of throwaway databases on them.

pub(crate) mod browser;
pub(crate) mod command;
pub(crate) mod containers;
pub(crate) mod endpoints;
pub(crate) mod reports;

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use pg_rehearse::check::{self, Checked, Context, Selection};
use pg_rehearse::config::{Config, DatabaseUrl, Flags};
use pg_rehearse::model::{Events, Outcome, Unit};
use pg_rehearse::rehearse::server::{Choice, Options, Server, start_pair};
use pg_rehearse::verify;
use sqlx::{Connection, Executor, PgConnection};

/// Superuser URLs of the source's and the target's server: those of `PG_REHEARSE_TEST_SERVERS` ("URL URL", which may be
/// the same), else an embedded pair that lives as long as this process.
pub(crate) fn server_urls() -> (String, String) {
    // Never dropped: the servers' own watchdog removes them when this process ends.
    static HELD: OnceLock<(Server, Server)> = OnceLock::new();
    if let Ok(urls) = std::env::var("PG_REHEARSE_TEST_SERVERS") {
        let mut urls = urls.split_whitespace();
        let first = urls.next().expect("PG_REHEARSE_TEST_SERVERS names one or two URLs").to_owned();
        let second = urls.next().unwrap_or(&first).to_owned();
        return (first, second);
    }
    let (source, target) = HELD.get_or_init(|| {
        // A thread of its own: the caller may already be inside a runtime.
        let start = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let options = Options { choice: Choice::Embedded, ..Options::default() };
            runtime.block_on(start_pair(&options, &options, &Events::silent())).unwrap()
        };
        std::thread::spawn(start).join().unwrap()
    });
    (source.url().to_owned(), target.url().to_owned())
}

/// A URL as another role's.
pub(crate) fn as_role(url: &str, role: &str, password: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_username(role).unwrap();
    url.set_password(Some(password)).unwrap();
    url.to_string()
}

/// One finding as tests expect it: check, object, attribute.
pub(crate) type Found = BTreeSet<(String, String, String)>;

/// The expected findings.
pub(crate) fn expect(findings: &[(&str, &str, &str)]) -> Found {
    findings.iter().map(|(check, object, attribute)| ((*check).into(), (*object).into(), (*attribute).into())).collect()
}

/// The open findings of units.
pub(crate) fn open(units: &[Unit]) -> Found {
    let findings = units.iter().flat_map(Unit::open_findings);
    findings.map(|found| (found.check.clone(), found.object.to_string(), found.attribute.clone())).collect()
}

/// The units that could not be looked at, with the reason.
pub(crate) fn incomplete(units: &[Unit]) -> Vec<(String, String)> {
    let reason = |unit: &Unit| match &unit.outcome {
        Outcome::Incomplete { reason, .. } => Some((unit.object.to_string(), reason.clone())),
        _ => None,
    };
    units.iter().filter_map(reason).collect()
}

/// Two databases, dropped by [`Pair::drop`].
pub(crate) struct Pair {
    pub(crate) source: String,
    pub(crate) target: String,
    servers: (String, String),
    names: (String, String),
}

impl Pair {
    /// Two databases in which `scripts` ran.
    pub(crate) async fn new(scripts: &[&str]) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let servers = server_urls();
        let stem = format!("rehearse_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let names = (format!("{stem}_source"), format!("{stem}_target"));
        let pair =
            Self { source: database(&servers.0, &names.0), target: database(&servers.1, &names.1), servers, names };
        run(&pair.servers.0, &format!("create database {}", pair.names.0)).await;
        run(&pair.servers.1, &format!("create database {}", pair.names.1)).await;
        for script in scripts {
            tokio::join!(run(&pair.source, script), run(&pair.target, script));
        }
        pair
    }

    /// Runs checks with a configuration.
    pub(crate) async fn verify(&self, config: &str, only: &[&str]) -> Checked {
        let only = only.iter().map(|name| (*name).to_owned()).collect();
        verify_urls(config, &self.source, &self.target, Selection { only, skip: Vec::new() }).await
    }

    /// The open findings of one check; every unit must have been looked at.
    pub(crate) async fn findings(&self, config: &str, check: &str) -> Found {
        let checked = self.verify(config, &[check]).await;
        let mut unseen = incomplete(&checked.units);
        // What a check leaves to another stays open where it runs alone.
        unseen.retain(|(_, reason)| !reason.ends_with("which did not run"));
        assert_eq!(unseen, [], "{check}");
        open(&checked.units)
    }

    /// Plants each difference in the target, expects exactly its findings, and heals it.
    pub(crate) async fn plant(&self, config: &str, check: &str, cases: &[Case<'_>]) {
        assert_eq!(self.findings(config, check).await, Found::new(), "equal databases");
        for case in cases {
            run(&self.target, case.plant).await;
            assert_eq!(self.findings(config, check).await, expect(case.found), "{}", case.plant);
            run(&self.target, case.heal).await;
        }
        assert_eq!(self.findings(config, check).await, Found::new(), "healed databases");
    }

    /// Ends both databases.
    pub(crate) async fn drop(self) {
        run(&self.servers.0, &format!("drop database {} with (force)", self.names.0)).await;
        run(&self.servers.1, &format!("drop database {} with (force)", self.names.1)).await;
    }
}

/// A planted difference.
pub(crate) struct Case<'a> {
    pub(crate) plant: &'a str,
    pub(crate) heal: &'a str,
    pub(crate) found: &'a [(&'a str, &'a str, &'a str)],
}

/// Runs checks over two URLs.
pub(crate) async fn verify_urls(config: &str, source: &str, target: &str, selection: Selection) -> Checked {
    let flags = Flags { source: Some(source.into()), target: Some(target.into()), ..Flags::default() };
    let config = Config::from_text(config, &flags).unwrap();
    let context = Context::open(&config, &Events::silent()).await.unwrap();
    let checked = check::run(&verify::checks(), &selection, &context).await.unwrap();
    context.close().await;
    checked
}

/// The same server with another database.
pub(crate) fn database(url: &str, name: &str) -> String {
    DatabaseUrl::parse(url).unwrap().with_database(name).unwrap().expose().to_owned()
}

/// Runs a script as one query.
pub(crate) async fn run(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    if let Err(error) = connection.execute(sqlx::raw_sql(sql)).await {
        panic!("{error}\nin: {}", sql.chars().take(400).collect::<String>());
    }
    connection.close().await.unwrap();
}

/// One value as text.
pub(crate) async fn value(url: &str, sql: &str) -> Option<String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let value = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    value
}
