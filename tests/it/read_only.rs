//! The source is only ever read: whatever a session of the source is given to run, its server refuses to write.

use pg_rehearse::model::Error;
use pg_rehearse::postgres::{Readers, Session, Source};

use crate::support::endpoints::Pair;

const SCHEMA: &str = "create table t (id int primary key, x text); insert into t values (1, 'one');
    create sequence s; create materialized view m as select * from t; create type e as enum ('a');
    create function writes() returns int language sql as 'insert into public.t values (9, $$nine$$) returning id';
    create function writes_later() returns int language plpgsql as $$begin delete from public.t; return 1; end$$;
    create view v as select * from t;
    create schema quiet;";

/// Every way to write that a statement has.
const WRITES: [&str; 39] = [
    "insert into public.t values (2, 'two')",
    "insert into public.v values (2, 'two')",
    "update public.t set x = 'other'",
    "delete from public.t",
    "merge into public.t using (values (1)) n(id) on t.id = n.id when matched then delete",
    "truncate public.t",
    "with gone as (delete from public.t returning id) select id from gone",
    "explain analyze delete from public.t",
    "select * from public.t for update",
    "select * from public.t for key share",
    "select * into public.other from public.t",
    "create table public.other as select * from public.t",
    "create table public.other (id int)",
    "create temporary table other (id int)",
    "create unlogged table public.other (id int)",
    "create index on public.t (x)",
    "create schema other",
    "create view public.other as select 1",
    "create sequence public.other",
    "create function public.other() returns int language sql as 'select 1'",
    "create extension if not exists vector",
    "create role pg_rehearse_other",
    "create publication other for all tables",
    "alter table public.t add y int",
    "alter table public.t disable trigger all",
    "alter type public.e add value 'b'",
    "alter sequence public.s restart",
    "alter database postgres set work_mem = '1MB'",
    "drop table public.t cascade",
    "drop schema quiet",
    "comment on table public.t is 'seen'",
    "grant select on public.t to public",
    "refresh materialized view public.m",
    "select nextval('public.s')",
    "select setval('public.s', 9)",
    "copy public.t from stdin",
    "copy public.t from program 'echo 3'",
    "select public.writes_later()",
    "do $$begin delete from public.t; end$$",
];

/// Large objects are read-only in read-only transactions from PostgreSQL 16 on.
const LARGE_OBJECTS: [&str; 3] = ["select lo_create(0)", "select lo_from_bytea(0, 'x')", "select lo_unlink(1)"];

/// What a write would leave behind.
const STATE: &str = "select (select string_agg(t::text, ',') from t), (select last_value from s), (select is_called from s),
    (select count(*) from pg_class where relnamespace not in ('pg_toast'::regnamespace)), (select count(*) from pg_proc),
    (select count(*) from pg_namespace where nspname !~ 'temp'), (select count(*) from pg_largeobject_metadata),
    (select count(*) from pg_trigger where tgenabled <> 'O'), (select relacl from pg_class where relname = 't'),
    (select count(*) from pg_publication), (select count(*) from pg_enum where enumtypid = 'e'::regtype), (select count(*) from m),
    obj_description('t'::regclass)";

#[track_caller]
fn refused(sql: &str, error: Option<Error>) {
    let error = error.unwrap_or_else(|| panic!("the source took `{sql}`"));
    assert_eq!(error.sqlstate(), Some("25006"), "{sql}: {}", error.chain());
}

#[tokio::test]
async fn the_source_refuses_every_write() {
    let pair = Pair::create("read_only").await;
    pair.on_source(SCHEMA).await;
    let before = pair.ask_source(STATE).await;
    let version: u32 = pair.ask_source("show server_version_num").await[0].parse().unwrap();
    let large: &[&str] = if version >= 160_000 { &LARGE_OBJECTS } else { &[] };
    let readers = Readers::open(&pair.source, 2).await.unwrap();
    for sql in WRITES.iter().chain(large) {
        // A session on its own, one that reads a snapshot, and the ways in which statements reach them.
        let mut session = Session::<Source>::connect(&pair.source).await.unwrap();
        refused(sql, session.rows(sql).await.err());
        refused(sql, session.value(sql).await.err());
        session.close().await;
        refused(sql, readers.acquire().await.unwrap().rows(sql).await.err());
        refused(sql, readers.answer(sql).await.err());
        refused(sql, readers.now(async |session| session.value(sql).await).await.err());
    }
    readers.close().await;
    assert_eq!(pair.ask_source(STATE).await, before);
    pair.drop_databases().await;
}

#[tokio::test]
async fn what_users_write_as_a_query_cannot_write_to_the_source() {
    let pair = Pair::create("read_only_query").await;
    pair.on_source(SCHEMA).await;
    let before = pair.ask_source(STATE).await;
    let readers = Readers::open(&pair.source, 1).await.unwrap();
    for sql in ["select public.writes() as n", "select public.writes_later() as n", "select nextval('public.s') as n"] {
        refused(sql, readers.acquire().await.unwrap().user_rows(sql).await.err());
        let copy = format!("copy ({sql}) to stdout");
        let mut reader = readers.acquire().await.unwrap();
        // The server's refusal comes at once or with the first row.
        let error = match reader.copy_out(&copy).await {
            Err(error) => Some(error),
            Ok(mut rows) => rows.frame().await.err(),
        };
        refused(&copy, error);
    }
    // Ways out of the read-only transaction.
    for (sql, state) in [
        ("select 1) q; commit; delete from public.t; select (1", "42601"),
        ("select 1) q; set transaction read write; select (1", "42601"),
        ("select set_config('transaction_read_only', 'off', true)", "25001"),
    ] {
        let error = readers.acquire().await.unwrap().user_rows(sql).await.unwrap_err();
        assert_eq!(error.sqlstate(), Some(state), "{sql}: {}", error.chain());
    }
    let error = readers.acquire().await.unwrap().rows("set transaction read write").await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("25001"), "{}", error.chain());
    readers.close().await;
    assert_eq!(pair.ask_source(STATE).await, before);
    pair.drop_databases().await;
}
