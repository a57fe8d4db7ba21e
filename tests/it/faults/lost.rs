//! What is lost unnoticed: the session that holds the source's tables, the answer to the last commit, a row that is about to come.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pg_rehearse::catalog;
use pg_rehearse::config::TableScope;
use pg_rehearse::copy::{Manner, readiness};
use pg_rehearse::journal::Exclusive;
use pg_rehearse::model::Events;
use pg_rehearse::plan::Plan;
use pg_rehearse::postgres::{Endpoint, Readers, Role, Session, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::races::{run_copy, session, with_copying};
use crate::support::endpoints::{Pair, endpoint};

pub(super) const LONG: Duration = Duration::from_secs(90);

/// Waits until a query of a server answers one row at least.
pub(super) async fn until<R: Role>(session: &mut Session<R>, sql: &str) {
    tokio::time::timeout(LONG, async {
        while session.rows(sql).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_table_that_was_emptied_once_nobody_held_it_does_not_pass_for_an_empty_one() {
    let pair = Pair::create("holder_lost").await;
    pair.both("create table first (id int, x text); create table second (id int)").await;
    pair.on_source("insert into first select n, repeat('x', 100) from generate_series(1, 4000) n; analyze").await;
    pair.on_source("insert into second select generate_series(1, 100)").await;
    let manner = Manner { rate: Some(100_000), ..Manner::new(1) };
    let copying = run_copy(&pair, manner.clone());
    let empty = async {
        let mut source = Session::<Target>::connect(&endpoint(pair.source.url.expose())).await.unwrap();
        until(
            &mut source,
            "select from pg_stat_activity where datname = current_database() and query like 'copy %first%'",
        )
        .await;
        // Not the one that reads, but the one that holds the snapshot and the tables.
        let idle = "select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and state = 'idle in transaction' and query not like 'copy %'";
        assert_eq!(source.rows(idle).await.unwrap().len(), 1);
        source.execute("truncate public.second").await.unwrap();
        source.close().await;
    };
    let (copied, ()) = tokio::join!(copying, empty);
    let error = copied.unwrap_err();
    assert!(error.to_string().contains("public.second was emptied or rewritten"), "{}", error.chain());
    run_copy(&pair, Manner { resume: true, rate: None, ..manner }).await.unwrap();
    let (source, target) = pair.ask("select (select count(*) from first), (select count(*) from second)").await;
    assert_eq!((source, target), (vec!["4000|0".to_owned()], vec!["4000|0".to_owned()]));
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_lost_snapshot_is_not_taken_for_a_condition_that_cannot_be_read() {
    let pair = Pair::create("probe_lost").await;
    pair.both("create table t (id int)").await;
    let readers = Readers::open(&pair.source, 1).await.unwrap();
    let mut there = catalog::load(&mut *readers.acquire().await.unwrap(), &[]).await.unwrap();
    for relation in there.relations.values_mut() {
        relation.chosen = Some("id > 0".to_owned());
    }
    let plan = Plan::new(&there, &TableScope::default());
    assert!(readiness(&readers, &there, &there, &plan).await.unwrap().obstacles.is_empty());
    let end = "select pg_terminate_backend(pid, 5000) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    pair.on_source(end).await;
    let error = readiness(&readers, &there, &there, &plan).await.unwrap_err();
    assert!(error.to_string().contains("the snapshot is gone"), "{}", error.chain());
    pair.drop_databases().await;
}

/// Which of the last words of a copy a wire loses.
#[derive(Clone, Copy, PartialEq)]
enum Loses {
    /// The commit, once: the server ends the session.
    Commit,
    /// The commit, once, and the rows of an unlogged table with it, as by a crash.
    Rows,
    /// Its answer: the server has the commit.
    Answer,
}

/// A wire that ends with the commit that ends a copy.
async fn losing(loses: Loses, direct: Endpoint<Target>) -> u16 {
    let lost = Arc::new(AtomicBool::new(false));
    let url = url::Url::parse(direct.url.expose()).unwrap();
    let to = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&to).await.unwrap();
            let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
                (client.into_split(), server.into_split());
            let (lost, direct) = (Arc::clone(&lost), direct.clone());
            tokio::spawn(async move {
                let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
                let (mut buffer, mut ends) = (vec![0; 64 * 1024], false);
                while let Ok(read @ 1..) = from_client.read(&mut buffer).await {
                    let said = String::from_utf8_lossy(&buffer[..read]);
                    ends |= said.contains("pgrehearse.run set ended");
                    let last = ends && said.contains("commit");
                    if last && loses != Loses::Answer && !lost.swap(true, Ordering::Relaxed) {
                        back.abort();
                        if loses == Loses::Rows {
                            Session::connect(&direct).await.unwrap().execute("delete from public.u").await.unwrap();
                        }
                        return;
                    }
                    let last = last && loses == Loses::Answer;
                    if last {
                        back.abort();
                    }
                    if to_server.write_all(&buffer[..read]).await.is_err() {
                        return;
                    }
                    if last {
                        tokio::time::sleep(Duration::from_millis(300)).await;
                        return;
                    }
                }
                back.abort();
            });
        }
    });
    port
}

#[tokio::test]
async fn a_copy_whose_last_answer_is_lost_has_ended_all_the_same() {
    ends_in_spite_of(Loses::Answer).await;
}

#[tokio::test]
async fn a_copy_whose_last_commit_is_lost_is_ended_again() {
    ends_in_spite_of(Loses::Commit).await;
}

#[tokio::test]
async fn a_copy_whose_rows_are_lost_with_its_last_commit_has_not_ended() {
    ends_in_spite_of(Loses::Rows).await;
}

async fn ends_in_spite_of(loses: Loses) {
    let mut pair = Pair::create("last_words").await;
    pair.both("create table t (id serial primary key); create unlogged table u (id int)").await;
    pair.on_source("insert into t select from generate_series(1, 10); insert into u values (1)").await;
    let direct = pair.target.clone();
    let mut url = url::Url::parse(direct.url.expose()).unwrap();
    url.set_port(Some(losing(loses, direct.clone()).await)).unwrap();
    pair.target = endpoint(url.as_str());
    let mut copied = run_copy(&pair, Manner::new(1)).await;
    if loses == Loses::Rows {
        let error = copied.unwrap_err();
        assert!(error.chain().contains("the table is unlogged"), "{}", error.chain());
        copied = run_copy(&pair, Manner { resume: true, ..Manner::new(1) }).await;
    }
    let report = copied.unwrap();
    assert_eq!((report.rows, report.sequences), (11, 1));
    pair.target = direct;
    assert_eq!(pair.ask("select last_value from t_id_seq").await.1, ["10"]);
    let mut session = session(&pair).await;
    assert!(pg_rehearse::journal::current(&mut session).await.unwrap().is_none());
    session.close().await;
    pair.drop_databases().await;
}

/// While rows are sent nothing is read: a server that warned of each would come to a stop.
#[tokio::test]
async fn a_server_that_warns_of_every_row_takes_them_all() {
    let pair = Pair::create("warns").await;
    pair.both("create table t (id int, x text)").await;
    pair.on_source("insert into t select n, repeat('x', 200) from generate_series(1, 60000) n").await;
    pair.on_target(
        "create function warn() returns bool language plpgsql as
           $$begin raise warning '%', repeat('this row is fine ', 40); return true; end$$;
         alter table t add check (warn())",
    )
    .await;
    let copied = tokio::time::timeout(LONG, run_copy(&pair, Manner::new(1))).await.expect("it came to a stop");
    assert_eq!(copied.unwrap().rows, 60_000);
    pair.drop_databases().await;
}

#[tokio::test]
async fn rows_that_somebody_is_about_to_commit_stop_a_copy() {
    let pair = Pair::create("about_to_commit").await;
    pair.both("create table t (id int)").await;
    pair.on_source("insert into t select generate_series(1, 10000)").await;
    let mut other = session(&pair).await;
    other.execute("begin; insert into public.t values (1)").await.unwrap();
    // In pieces, none of which looks whether the table is empty.
    let copying = run_copy(&pair, Manner { chunk: 8192, ..Manner::new(1) });
    let commit = async {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        other.execute("commit").await.unwrap();
    };
    let (copied, ()) = tokio::join!(copying, commit);
    let error = copied.unwrap_err();
    assert!(error.to_string().contains("not empty"), "{}", error.chain());
    assert_eq!(pair.ask("select count(*) from t").await.1, ["1"]);
    other.close().await;
    pair.drop_databases().await;
}

#[tokio::test]
async fn the_lock_of_a_day_is_waited_for_until_the_server_has_noticed_that_its_session_is_lost() {
    let pair = Pair::create("own_lock").await;
    let lock = Exclusive::take(&pair.target, "migrate").await.unwrap();
    // What the server still takes for the lost session: another that has got the lock at its end.
    let key = "select classid::text || ', ' || objid from pg_locks where locktype = 'advisory'
               and database = (select oid from pg_database where datname = current_database())";
    let key = pair.ask_target(key).await.remove(0);
    let mut held = session(&pair).await;
    let end = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pg-rehearse migrate'
               and datname = current_database()";
    held.execute(&format!("set lock_timeout = 0; {end}; select pg_advisory_lock({key})")).await.unwrap();
    let noticed = async {
        tokio::time::sleep(Duration::from_secs(7)).await;
        held.close().await;
    };
    let (kept, ()) = tokio::join!(lock.keep(&pair.target), noticed);
    kept.unwrap().release().await;
    pair.drop_databases().await;
}

#[tokio::test]
async fn limits_hold_for_processes_that_join_too() {
    let pair = Pair::create("join_limits").await;
    let (resuming, source) = super::joining::being_resumed(&pair).await;
    pair.on_target("alter table t drop constraint t_check; update pgrehearse.task set attempt = 2").await;
    let limits = pg_rehearse::copy::Limits { snapshot_age: Some(Duration::ZERO), replica_lag: None };
    let manner = Manner { limits, ..Manner::new(1) };
    let joining =
        with_copying(&pair, &source, manner, async |copying| pg_rehearse::copy::join(copying, &Events::silent()).await);
    let error = joining.await.unwrap_err();
    assert!(error.to_string().contains("to spare the source"), "{}", error.chain());
    resuming.close().await;
    pair.drop_databases().await;
}
