//! What integration tests share: servers, databases, and running checks on two of them.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use pg_rehearse::check::{self, Checked, Context, Selection};
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::{Events, Unit};
use pg_rehearse::rehearse::server::{Choice, Options, Server, start_pair};
use sqlx::{Connection, PgConnection};

/// Superuser URLs of two servers: those of `PG_REHEARSE_TEST_SERVERS` ("URL URL"), else an embedded pair that lives as
/// long as this process.
pub(crate) fn servers() -> &'static (String, String) {
    static SERVERS: OnceLock<(String, String)> = OnceLock::new();
    // Never dropped: the servers' own watchdog removes them when this process ends.
    static HELD: OnceLock<(Server, Server)> = OnceLock::new();
    SERVERS.get_or_init(|| match std::env::var("PG_REHEARSE_TEST_SERVERS") {
        Ok(urls) => {
            let mut urls = urls.split_whitespace().map(str::to_owned);
            (urls.next().unwrap(), urls.next().expect("two URLs, separated by a space"))
        }
        Err(_) => {
            let started = std::thread::spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let options = Options { choice: Choice::Embedded, ..Options::default() };
                runtime.block_on(start_pair(&options, &options, &Events::silent())).unwrap()
            });
            let (source, target) = HELD.get_or_init(|| started.join().unwrap());
            (source.url().to_owned(), target.url().to_owned())
        }
    })
}

/// A new, empty database on a server; gives its URL.
pub(crate) async fn database(server: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    execute(server, &format!("create database {name} template template0")).await;
    let (base, _) = server.rsplit_once('/').unwrap();
    format!("{base}/{name}")
}

/// Two new, empty databases, one on each server.
pub(crate) async fn two_databases() -> (String, String) {
    let (source, target) = servers();
    (database(source).await, database(target).await)
}

/// Runs statements.
pub(crate) async fn execute(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    if let Err(error) = sqlx::raw_sql(sql).execute(&mut connection).await {
        panic!("{error}\nin: {}", sql.chars().take(2000).collect::<String>());
    }
    connection.close().await.unwrap();
}

/// One column of text.
pub(crate) async fn texts(url: &str, sql: &str) -> Vec<Option<String>> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let rows = sqlx::query_scalar::<_, Option<String>>(sql).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    rows
}

/// Runs the named checks (none: all) on two databases under a configuration.
pub(crate) async fn verify(source: &str, target: &str, configuration: &str, only: &[&str]) -> Checked {
    let flags = Flags { source: Some(source.to_owned()), target: Some(target.to_owned()), ..Flags::default() };
    let config = Config::from_text(configuration, &flags).unwrap();
    let context = Context::open(&config, &Events::silent()).await.unwrap();
    let selection = Selection { only: only.iter().map(|check| (*check).to_owned()).collect(), skip: Vec::new() };
    let checked = check::run(&pg_rehearse::verify::checks(), &selection, &context).await.unwrap();
    context.close().await;
    checked
}

/// What units report, as `check | object | attribute`, sorted; incomplete units too.
pub(crate) fn reported(units: &[Unit]) -> Vec<String> {
    let mut found: Vec<String> = units
        .iter()
        .flat_map(|unit| {
            let incomplete = match &unit.outcome {
                pg_rehearse::model::Outcome::Incomplete { reason, .. } => {
                    Some(format!("{} | {} | incomplete: {reason}", unit.check, unit.object))
                }
                _ => None,
            };
            let findings = unit
                .open_findings()
                .iter()
                .map(|finding| format!("{} | {} | {}", finding.check, finding.object, finding.attribute));
            findings.chain(incomplete).collect::<Vec<_>>()
        })
        .collect();
    found.sort();
    found
}

/// Drops a database made by [`database`].
pub(crate) async fn drop_database(server: &str, url: &str) {
    let (_, name) = url.rsplit_once('/').unwrap();
    execute(server, &format!("drop database {name} with (force)")).await;
}
