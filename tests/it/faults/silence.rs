//! Servers that say nothing any more, and end no connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pg_rehearse::copy::{Manner, copy};
use pg_rehearse::model::Events;
use pg_rehearse::postgres::{Endpoint, Role, Session, Source, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use super::lost::{LONG, until};
use super::races::{run_copy, with_copying};
use crate::support::endpoints::{Pair, endpoint};

#[tokio::test]
async fn a_server_that_takes_a_connection_and_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let source: Endpoint<Source> =
        endpoint(&format!("postgres://u:p@127.0.0.1:{}/d", listener.local_addr().unwrap().port()));
    let error = tokio::time::timeout(LONG, Session::connect(&source)).await.expect("it is waited for").unwrap_err();
    assert_eq!(error.sqlstate(), Some("08006"));
    assert!(error.chain().contains("no answer within"), "{}", error.chain());
}

/// A wire that ends no connection, and passes nothing on any more once it is told: on those that are open, or on new ones too.
struct Wire {
    port: u16,
    silent: Arc<AtomicBool>,
    deaf: Arc<AtomicBool>,
}

impl Wire {
    async fn to(url: &str) -> Self {
        let url = url::Url::parse(url).unwrap();
        let to = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (silent, deaf) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let wire = Self { port, silent: Arc::clone(&silent), deaf: Arc::clone(&deaf) };
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((client, _)) = listener.accept().await {
                if deaf.load(Ordering::Relaxed) {
                    held.push(client);
                    continue;
                }
                let server = TcpStream::connect(&to).await.unwrap();
                // One that is opened after the silence began is not concerned by it.
                let silent = if silent.load(Ordering::Relaxed) { Arc::default() } else { Arc::clone(&silent) };
                let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
                tokio::spawn(pass(from_client, to_server, Arc::clone(&silent)));
                tokio::spawn(pass(from_server, to_client, silent));
            }
        });
        wire
    }

    fn through<R: Role>(&self, url: &str) -> Endpoint<R> {
        let mut url = url::Url::parse(url).unwrap();
        url.set_port(Some(self.port)).unwrap();
        let mut endpoint = endpoint(url.as_str());
        endpoint.patience = Duration::from_secs(1);
        endpoint
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, silent: Arc<AtomicBool>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if silent.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
    if silent.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

async fn table_of_rows(pair: &Pair) {
    pair.both("create table t (id int primary key, x text)").await;
    pair.on_source("insert into t select n, repeat('x', 100) from generate_series(1, 6000) n").await;
}

const AT_WORK: &str = "select from pg_stat_activity where datname = current_database() and query like 'copy %'";

#[tokio::test]
async fn a_server_that_has_lost_its_session_in_silence_is_asked_anew() {
    let mut pair = Pair::create("silent_target").await;
    table_of_rows(&pair).await;
    let direct = pair.target.clone();
    let wire = Wire::to(direct.url.expose()).await;
    pair.target = wire.through(direct.url.expose());
    let copying = run_copy(&pair, Manner { rate: Some(200_000), ..Manner::new(1) });
    let silence = async {
        let mut target = Session::<Target>::connect(&direct).await.unwrap();
        until(&mut target, AT_WORK).await;
        wire.silent.store(true, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(2500)).await;
        // The server notices by its keepalives, some time.
        let end = "select pg_terminate_backend(pid) from pg_stat_activity
                   where datname = current_database() and pid <> pg_backend_pid()";
        assert!(!target.rows(end).await.unwrap().is_empty());
        target.close().await;
    };
    let (copied, ()) = tokio::join!(tokio::time::timeout(LONG, copying), silence);
    assert_eq!(copied.expect("it is waited for").unwrap().rows, 6000);
    pair.target = direct;
    let (source, target) = pair.ask("select count(*), sum(id) from t").await;
    assert_eq!(source, target);
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_server_that_is_gone_in_silence_is_given_up() {
    let pair = Pair::create("silent_source").await;
    table_of_rows(&pair).await;
    let wire = Wire::to(pair.source.url.expose()).await;
    let source: Endpoint<Source> = wire.through(pair.source.url.expose());
    let manner = Manner { rate: Some(200_000), ..Manner::new(1) };
    let copying = with_copying(&pair, &source, manner.clone(), async |copying| copy(copying, &Events::silent()).await);
    let silence = async {
        let mut there = Session::<Source>::connect(&pair.source).await.unwrap();
        until(&mut there, AT_WORK).await;
        wire.silent.store(true, Ordering::Relaxed);
        wire.deaf.store(true, Ordering::Relaxed);
        there.close().await;
    };
    let (copied, ()) = tokio::join!(tokio::time::timeout(LONG, copying), silence);
    let error = copied.expect("it is waited for").unwrap_err();
    assert_eq!(error.sqlstate(), Some("08006"), "{}", error.chain());
    run_copy(&pair, Manner { resume: true, rate: None, ..manner }).await.unwrap();
    let (source, target) = pair.ask("select count(*), sum(id) from t").await;
    assert_eq!(source, target);
    pair.drop_databases().await;
}

/// Whoever takes another role's place by default may not see when its own session began.
#[tokio::test]
async fn a_session_under_another_role_is_found_at_work() {
    let pair = Pair::create("other_role").await;
    let [login, owner] = ["login", "owner"].map(|name| format!("rehearse_{name}_{}", std::process::id()));
    pair.on_target(&format!("create role {owner}; create role {login} login password 'secret' in role {owner}")).await;
    pair.on_target(&format!("alter role {login} set role = {owner}")).await;
    let mut endpoint: Endpoint<Target> = endpoint(&pair.target_as(&login));
    endpoint.patience = Duration::from_secs(1);
    let mut session = Session::connect(&endpoint).await.unwrap();
    let hidden = "select count(backend_start) from pg_stat_activity where pid = pg_backend_pid()";
    assert_eq!(session.value(hidden).await.unwrap().as_deref(), Some("0"), "it sees its own beginning");
    session.value("select pg_sleep(4)").await.unwrap();
    session.close().await;
    pair.on_target(&format!("drop role {login}; drop role {owner}")).await;
    pair.drop_databases().await;
}
