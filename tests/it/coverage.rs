//! What is not wholly looked at makes the verdict incomplete, each for its own reason; what can be looked at is.

use pg_rehearse::check::{Context, Selection};
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::{Events, ExitCode};
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{Found, Pair, expect, incomplete, open, run, server_urls, verify_urls};

fn rows() -> Selection {
    Selection { only: vec!["rows".into()], skip: vec![] }
}

#[tokio::test]
async fn foreign_tables_are_incomplete_unless_excluded() {
    let script = "create extension file_fdw; create server files foreign data wrapper file_fdw;
                  create table public.t (a int);
                  create foreign table public.lines (a text) server files options (filename '/etc/hostname')";
    let pair = Pair::new(&[script]).await;
    let checked = pair.verify("", &[]).await;
    let reasons = incomplete(&checked.units);
    assert!(
        matches!(&reasons[..], [(object, reason)] if object == "table public.lines" && reason.contains("another server's")),
        "{reasons:?}"
    );
    assert_eq!(open(&checked.units), Found::new());
    let excluded = "[scope.excluded]\n'public.lines' = 'compared where it lives'\n";
    assert_eq!(incomplete(&pair.verify(excluded, &[]).await.units), []);
    pair.drop().await;
}

#[tokio::test]
async fn temporary_tables_of_others_are_not_reported_as_compared() {
    let pair = Pair::new(&["create table public.t (a int)"]).await;
    let mut other = PgConnection::connect(&pair.target).await.unwrap();
    other.execute("create temp table passing (a int primary key); insert into passing values (1)").await.unwrap();
    let checked = pair.verify("", &[]).await;
    let shown = format!("{:?}{:?}", checked.units, checked.ledger);
    assert!(shown.contains("public.t") && !shown.contains("passing") && !shown.contains("pg_temp"), "{shown}");
    assert_eq!((open(&checked.units), incomplete(&checked.units)), (Found::new(), vec![]));
    other.close().await.unwrap();
    pair.drop().await;
}

#[tokio::test]
async fn unlogged_tables_are_compared_and_so_is_that_they_are() {
    let script = "create unlogged table public.t (a int primary key); insert into public.t values (1), (2)";
    let pair = Pair::new(&[script]).await;
    let checked = pair.verify("", &[]).await;
    assert_eq!((open(&checked.units), incomplete(&checked.units)), (Found::new(), vec![]));
    run(&pair.target, "delete from public.t where a = 2").await;
    assert_eq!(pair.findings("", "rows").await, expect(&[("rows", "table public.t", "rows missing")]));
    run(&pair.target, "insert into public.t values (2); alter table public.t set logged").await;
    assert_eq!(open(&pair.verify("", &[]).await.units), expect(&[("schema", "table public.t", "persistence")]));
    pair.drop().await;
}

/// A role of one test that can log in on both servers.
async fn reader(name: &str, attributes: &str) -> String {
    let role = format!("{name}_{}", std::process::id());
    let (there, here) = server_urls();
    for url in [&there, &here] {
        run(url, &format!("do $$ begin create role {role} login password 'reader' {attributes}; exception when duplicate_object then null; end $$"))
            .await;
    }
    role
}

fn as_role(url: &str, role: &str) -> String {
    let mut url = url::Url::parse(url).unwrap();
    url.set_username(role).unwrap();
    url.set_password(Some("reader")).unwrap();
    url.to_string()
}

async fn gone(role: &str) {
    let (there, here) = server_urls();
    for url in [&there, &here] {
        run(url, &format!("drop role if exists {role}")).await;
    }
}

#[tokio::test]
async fn rows_that_may_not_be_read_or_that_policies_hide_are_incomplete() {
    let script = "create table public.closed (a int primary key); create table public.secured (a int primary key);
                  create table public.open (a int primary key); insert into public.secured values (1);
                  alter table public.secured enable row level security; create policy a_few on public.secured using (a > 0)";
    let pair = Pair::new(&[script]).await;
    let role = reader("hidden", "").await;
    for url in [&pair.source, &pair.target] {
        run(url, &format!("grant select on public.secured, public.open to {role}")).await;
    }
    let checked = verify_urls("", &as_role(&pair.source, &role), &as_role(&pair.target, &role), rows()).await;
    let reasons = incomplete(&checked.units);
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    let reason = |object: &str| reasons.iter().find(|(name, _)| name == object).unwrap().1.as_str();
    assert!(reason("table public.closed").contains("may read"), "{reasons:?}");
    assert!(reason("table public.secured").contains("row-level security would hide rows"), "{reasons:?}");
    pair.drop().await;
    gone(&role).await;
}

#[tokio::test]
async fn a_table_that_is_locked_past_the_time_limit_is_incomplete_alone() {
    let script = "create table public.busy (a int default 1); create table public.free (a int primary key);
                  insert into public.busy values (1); insert into public.free values (1)";
    let pair = Pair::new(&[script]).await;
    let mut other = PgConnection::connect(&pair.target).await.unwrap();
    other.execute("begin; lock table public.busy in access exclusive mode").await.unwrap();
    let config = "[target]\nstatement_timeout = 2\n";
    let checked = pair.verify(config, &["rows", "schema"]).await;
    let reasons = incomplete(&checked.units);
    assert!(
        matches!(&reasons[..], [(object, reason)] if object == "table public.busy" && reason.contains("timeout")),
        "{reasons:?}"
    );
    assert_eq!(open(&checked.units), Found::new());
    // The server prints an index only under a lock of its table, so there the catalog cannot be read: no verdict at all.
    other.execute("lock table public.free in access exclusive mode").await.unwrap();
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let error = Context::open(&Config::from_text(config, &flags).unwrap(), &Events::silent()).await.unwrap_err();
    assert_eq!(error.exit_code(), ExitCode::Incomplete, "{error}");
    let hint = error.hint_text().unwrap();
    assert!(hint.contains("public.busy, public.free"), "{hint}");
    other.close().await.unwrap();
    assert_eq!(incomplete(&pair.verify(config, &["rows", "schema"]).await.units), []);
    pair.drop().await;
}

#[tokio::test]
async fn what_a_server_stamps_on_columns_for_itself_is_no_difference() {
    let pair = Pair::new(&["create table public.t (a int)"]).await;
    let options = |options: &str| {
        format!(
            "update pg_attribute set attoptions = '{options}' where attrelid = 'public.t'::regclass and attname = 'a'"
        )
    };
    run(&pair.target, &options("{pg_attver=4711}")).await;
    assert_eq!(pair.findings("", "schema").await, Found::new());
    run(&pair.target, &options("{pg_attver=4711,n_distinct=5}")).await;
    let checked = pair.verify("", &["schema"]).await;
    assert_eq!(open(&checked.units), expect(&[("schema", "column public.t.a", "options")]));
    let finding = checked.units.iter().flat_map(|unit| unit.open_findings()).next().unwrap();
    assert_eq!((finding.source.as_deref(), finding.target.as_deref()), (None, Some("n_distinct=5")));
    pair.drop().await;
}
