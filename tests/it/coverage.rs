//! What is not wholly looked at makes the verdict incomplete, each for its own reason; what can be looked at is.

use pg_rehearse::check::{self, Context, Selection, SideView};
use pg_rehearse::config::{Config, Flags, SideConfig};
use pg_rehearse::model::{Events, ExitCode};
use pg_rehearse::postgres::{Endpoint, Target};
use pg_rehearse::verify;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{Found, Pair, expect, incomplete, open, run, server_urls, value, verify_urls};

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
    crate::support::as_role(url, role, "reader")
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
    other.close().await.unwrap();
    assert_eq!(incomplete(&pair.verify(config, &["rows", "schema"]).await.units), []);
    pair.drop().await;
}

/// A table on which hangs whatever the server prints only under a lock of it, and one beside it.
const GUARDED: &str = "
create table public.busy (a int primary key check (a > 0), b text, c int generated always as (a * 2) stored, d int);
create index by_b on public.busy (lower(b));
create view public.seen as select a, b from public.busy;
create view public.apart as select 1 as one;
create policy own on public.busy using (b = current_user);
create statistics public.of_busy on a, b from public.busy;
create function public.nothing() returns trigger language plpgsql as 'begin return new; end';
create trigger when_b before update on public.busy for each row when (new.b is null) execute function public.nothing();
create trigger always before insert on public.busy for each row execute function public.nothing();
create rule quiet as on delete to public.busy where old.a < 0 do instead nothing;
create function public.newest() returns int begin atomic select max(a) from public.busy; end;
create table public.free (a int primary key, b text);
create view public.calm as select a from public.free;
create policy all_of_it on public.free using (a > 0);
insert into public.busy values (1, 'x'); insert into public.free values (1, 'x'), (2, 'y')";

#[tokio::test]
async fn a_locked_table_hides_what_hangs_on_it_and_nothing_else() {
    let pair = Pair::new(&[GUARDED]).await;
    run(&pair.target, "update public.free set b = 'z' where a = 2; drop policy all_of_it on public.free").await;
    let mut other = PgConnection::connect(&pair.target).await.unwrap();
    other.execute("begin; lock table public.busy in access exclusive mode").await.unwrap();
    let config = "[target]\nstatement_timeout = 2\n[[mask]]\ncolumn = 'public.busy.b'\nmask = 'null'\n";
    let checked = pair.verify(config, &[]).await;
    let found = [("rows", "table public.free", "rows changed"), ("rls", "policy public.free.all_of_it", "missing")];
    assert_eq!(open(&checked.units), expect(&found));
    let reasons = incomplete(&checked.units);
    let mut hidden: Vec<&str> = reasons.iter().map(|(object, _)| object.as_str()).collect();
    hidden.sort_unstable();
    let expected = [
        "column public.busy.b",
        "column public.busy.c",
        "constraint public.busy.busy_a_check",
        "function public.newest()",
        "index public.busy_pkey",
        "index public.by_b",
        "policy public.busy.own",
        "rule public.busy.quiet",
        "statistics object public.of_busy",
        "table public.busy",
        "trigger public.busy.when_b",
        "view public.seen",
    ];
    assert_eq!(hidden, expected, "{reasons:#?}");
    // What reads its rows waits until the time is over.
    for (object, reason) in
        reasons.iter().filter(|(object, _)| !["table public.busy", "column public.busy.b"].contains(&object.as_str()))
    {
        assert!(
            reason.starts_with("on the target, ") && reason.contains("public.busy (session "),
            "{object}: {reason}"
        );
    }
    let entry = checked.ledger.iter().find(|entry| entry.object.identity == "public.by_b").unwrap();
    assert!(entry.compared_by.is_empty() && entry.not_compared.as_ref().unwrap().contains("session"), "{entry:?}");

    // One side alone has it: that is known.
    run(&pair.source, "drop function public.newest()").await;
    let found = open(&pair.verify(config, &["schema"]).await.units);
    assert_eq!(found, expect(&[("schema", "function public.newest()", "extra")]));

    // What writes needs the whole catalog.
    let target = SideConfig { statement_timeout: 2, ..configured(&pair.target) };
    let error = SideView::<Target>::open(&Endpoint::new(&target).unwrap(), 1, &[]).await.unwrap_err();
    assert_eq!(error.exit_code(), ExitCode::Incomplete, "{error}");
    assert!(error.hint_text().unwrap().contains("public.busy (session "), "{error:?}");
    other.close().await.unwrap();
    assert_eq!(incomplete(&pair.verify("", &["rows", "schema"]).await.units), []);
    pair.drop().await;
}

fn configured(url: &str) -> SideConfig {
    let flags = Flags { source: Some(url.into()), target: Some(url.into()), ..Flags::default() };
    Config::from_text("", &flags).unwrap().target
}

#[tokio::test]
async fn what_is_made_of_masked_columns_is_not_read_where_a_lock_hid_how() {
    let pair = Pair::new(&[GUARDED]).await;
    let mut other = PgConnection::connect(&pair.source).await.unwrap();
    other.execute("begin; lock table public.busy in access exclusive mode").await.unwrap();
    let text = "[source]\nstatement_timeout = 2\n[[mask]]\ncolumn = 'public.busy.d'\nmask = 'null'\n";
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let config = Config::from_text(text, &flags).unwrap();
    let context = Context::open(&config, &Events::silent()).await.unwrap();
    // The rows can be read again by now.
    other.close().await.unwrap();
    let checked = check::run(&verify::checks(), &rows(), &context).await.unwrap();
    context.close().await;
    let reasons = incomplete(&checked.units);
    assert!(
        matches!(&reasons[..], [(object, reason)] if object == "table public.busy" && reason.contains("is made of masked columns is not known")),
        "{reasons:?}"
    );
    assert_eq!(open(&checked.units), Found::new());
    pair.drop().await;
}

#[tokio::test]
async fn a_lock_that_is_waited_for_stands_in_the_way_too() {
    let pair = Pair::new(&[GUARDED]).await;
    let mut reader = PgConnection::connect(&pair.source).await.unwrap();
    reader.execute("begin; select * from public.busy").await.unwrap();
    let mut waiting = PgConnection::connect(&pair.source).await.unwrap();
    let lock = tokio::spawn(async move {
        let _ = waiting.execute("begin; lock table public.busy in access exclusive mode").await;
        waiting
    });
    while value(&pair.source, "select count(*)::text from pg_locks where not granted").await.as_deref() == Some("0") {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let checked = pair.verify("[source]\nstatement_timeout = 2\n", &["indexes", "rows"]).await;
    let reasons = incomplete(&checked.units);
    let hidden: Vec<&str> = reasons.iter().map(|(object, _)| object.as_str()).collect();
    assert_eq!(hidden, ["table public.busy", "index public.busy_pkey", "index public.by_b"], "{reasons:?}");
    reader.close().await.unwrap();
    lock.await.unwrap().close().await.unwrap();
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
