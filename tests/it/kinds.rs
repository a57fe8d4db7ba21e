//! Pairs of databases that differ in what no check once looked at, and equal ones that looked different.

use pg_rehearse::check::Selection;

use crate::support::command::Shell;
use crate::support::{Case, Found, Pair, expect, incomplete, open, run, server_urls, value, verify_urls};

fn case<'a>(plant: &'a str, heal: &'a str, found: &'a [(&'a str, &'a str, &'a str)]) -> Case<'a> {
    Case { plant, heal, found }
}

const OBJECTS: &str = r#"
create table public.t (a int primary key, b text);
insert into public.t values (1, 'x'), (2, 'y');
create table public.child () inherits (public.t);
create materialized view public.filled as select * from public.t;
create publication of_t for table public.t;
create foreign data wrapper far options (place 'here');
create server away foreign data wrapper far;
create user mapping for postgres server away options ("user" 'me');
create conversion public.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create operator family public.family using btree;
create trusted language own handler plpgsql_call_handler;
create domain public.positive as int constraint positive check (value > 0);
create type public.pair as (one int);
create function public.own() returns int language sql as 'select 1';
create extension hstore;
create table public.kept (a int);
alter extension hstore add table public.kept;
select lo_from_bytea(700, 'one'), lo_from_bytea(701, 'two');
"#;

#[tokio::test]
async fn objects_of_every_kind_are_compared() {
    let pair = Pair::new(&[OBJECTS]).await;
    let cases = [
        case(
            "alter publication of_t set table public.t (a)",
            "alter publication of_t set table public.t",
            &[("schema", "publication of_t", "definition")],
        ),
        case(
            "alter publication of_t add tables in schema public",
            "alter publication of_t drop tables in schema public",
            &[("schema", "publication of_t", "schemas")],
        ),
        case(
            "alter foreign data wrapper far options (set place 'there')",
            "alter foreign data wrapper far options (set place 'here')",
            &[("schema", "foreign data wrapper far", "options")],
        ),
        case(
            "alter user mapping for postgres server away options (set \"user\" 'you')",
            "alter user mapping for postgres server away options (set \"user\" 'me')",
            &[("schema", "foreign server away", "user options")],
        ),
        case(
            "drop conversion public.latin; create default conversion public.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
            "drop conversion public.latin; create conversion public.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
            &[("schema", "conversion public.latin", "default")],
        ),
        case(
            "drop operator family public.family using btree",
            "create operator family public.family using btree",
            &[("schema", "operator family public.family for btree", "missing")],
        ),
        case(
            "create or replace trusted language own handler plpgsql_call_handler validator plpgsql_validator",
            "create or replace trusted language own handler plpgsql_call_handler",
            &[("schema", "language own", "validator")],
        ),
        case(
            "create text search template public.template (lexize = dsimple_lexize)",
            "drop text search template public.template",
            &[("schema", "text search template public.template", "extra")],
        ),
        case(
            "create text search parser public.parser (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)",
            "drop text search parser public.parser",
            &[("schema", "text search parser public.parser", "extra")],
        ),
        case(
            "create access method pile type table handler heap_tableam_handler",
            "drop access method pile",
            &[("schema", "access method pile", "extra")],
        ),
        case(
            "comment on constraint positive on domain public.positive is 'x'",
            "comment on constraint positive on domain public.positive is null",
            &[("schema", "type public.positive", "checks")],
        ),
        case(
            "comment on column public.pair.one is 'x'",
            "comment on column public.pair.one is null",
            &[("schema", "type public.pair", "attributes")],
        ),
        case(
            "alter materialized view public.filled alter b set storage external",
            "alter materialized view public.filled alter b set storage extended",
            &[("schema", "view public.filled", "column storage")],
        ),
        case(
            "alter extension hstore drop function akeys(hstore)",
            "alter extension hstore add function akeys(hstore)",
            &[("schema", "extension hstore", "members"), ("schema", "function public.akeys(public.hstore)", "extra")],
        ),
        case(
            "comment on large object 700 is 'x'",
            "comment on large object 700 is null",
            &[("schema", "large objects of the database", "comments")],
        ),
        case(
            "alter function own() depends on extension plpgsql",
            "alter function own() no depends on extension plpgsql",
            &[("schema", "extension dependency function public.own() on plpgsql", "extra")],
        ),
        case("create type public.shell", "drop type public.shell", &[("schema", "type public.shell", "extra")]),
    ];
    pair.plant("", "schema", &cases).await;
    let grants = [
        case(
            "revoke execute on function akeys(hstore) from public",
            "grant execute on function akeys(hstore) to public",
            &[("grants", "grant function public.akeys(public.hstore) to public", "extra")],
        ),
        case(
            "grant usage on foreign data wrapper far to pg_monitor",
            "revoke usage on foreign data wrapper far from pg_monitor",
            &[("grants", "grant foreign data wrapper far to pg_monitor", "extra")],
        ),
        case(
            "revoke usage on language own from public",
            "grant usage on language own to public",
            &[("grants", "grant language own to public", "missing")],
        ),
    ];
    pair.plant("", "grants", &grants).await;
    pair.drop().await;
}

#[tokio::test]
async fn large_objects_and_tables_of_extensions_are_read() {
    let pair = Pair::new(&[OBJECTS]).await;
    let cases = [
        case(
            "select lo_put(701, 2, '!')",
            "select lo_put(701, 2, 'o')",
            &[("rows", "large objects of the database", "contents")],
        ),
        case(
            "insert into public.kept values (1)",
            "delete from public.kept",
            &[("rows", "table public.kept", "rows extra")],
        ),
    ];
    pair.plant("", "rows", &cases).await;
    // Which there are is told by the schema, so without it the rows are not wholly compared.
    run(&pair.target, "select lo_unlink(701), lo_from_bytea(702, 'two')").await;
    let checked = pair.verify("", &["rows"]).await;
    assert_eq!(open(&checked.units), Found::new());
    assert_eq!(incomplete(&checked.units).len(), 1, "{:?}", incomplete(&checked.units));
    let found = open(&pair.verify("", &["rows", "schema"]).await.units);
    assert_eq!(found, expect(&[("schema", "large objects of the database", "identifiers")]));
    // An extension that only one side has takes its tables along.
    run(&pair.target, "drop extension hstore cascade; select lo_unlink(702), lo_from_bytea(701, 'two')").await;
    let found = open(&pair.verify("", &["rows", "schema"]).await.units);
    assert_eq!(found, expect(&[("schema", "extension hstore", "missing")]));
    pair.drop().await;
}

#[tokio::test]
async fn large_objects_that_may_not_be_read_are_incomplete() {
    let pair = Pair::new(&["select lo_from_bytea(700, 'one')"]).await;
    let role = format!("blind_{}", std::process::id());
    let (there, here) = server_urls();
    for url in [&there, &here] {
        run(
            url,
            &format!(
                "do $$ begin create role {role} login password 'x'; exception when duplicate_object then null; end $$"
            ),
        )
        .await;
    }
    let as_role = |url: &str| crate::support::as_role(url, &role, "x");
    let rows = Selection { only: vec!["rows".into()], skip: vec![] };
    let checked = verify_urls("", &as_role(&pair.source), &as_role(&pair.target), rows).await;
    let reasons = incomplete(&checked.units);
    assert!(
        matches!(&reasons[..], [(object, reason)] if object == "large objects of the database" && reason.contains("may not read")),
        "{reasons:?}"
    );
    pair.drop().await;
    for url in [&there, &here] {
        run(url, &format!("drop role if exists {role}")).await;
    }
}

#[tokio::test]
async fn roles_that_the_database_names_are_compared() {
    let (there, here) = server_urls();
    if there == here {
        println!("SKIPPED: both databases are on one server, whose roles are the same");
        return;
    }
    let (role, other) = (format!("named_{}", std::process::id()), format!("unnamed_{}", std::process::id()));
    for url in [&there, &here] {
        run(url, &format!("create role {role}; create role {other}")).await;
    }
    let script = format!("create table public.t (a int); grant select on public.t to {role}");
    let pair = Pair::new(&[&script]).await;
    let plants = [
        (
            format!("alter role {role} bypassrls"),
            format!("alter role {role} nobypassrls"),
            "role",
            role.clone(),
            "bypasses row security",
        ),
        (
            format!("grant {role} to {other}"),
            format!("revoke {role} from {other}"),
            "membership",
            format!("{other} in {role}"),
            "extra",
        ),
        (
            format!("grant pg_read_all_data to {role}"),
            format!("revoke pg_read_all_data from {role}"),
            "membership",
            format!("{role} in pg_read_all_data"),
            "extra",
        ),
    ];
    for (plant, heal, kind, identity, attribute) in &plants {
        let object = format!("{kind} {identity}");
        pair.plant("", "grants", &[case(plant, heal, &[("grants", &object, attribute)])]).await;
    }
    // A role that the databases have nothing to do with is another's business.
    run(&pair.target, &format!("alter role {other} createdb")).await;
    let checked = pair.verify("", &["grants"]).await;
    assert_eq!(open(&checked.units), Found::new());
    let entry = checked.ledger.iter().find(|entry| entry.object.to_string() == format!("role {other}")).unwrap();
    assert_eq!(entry.not_compared.as_deref(), Some("nothing in either database names it"));
    pair.drop().await;
    for url in [&there, &here] {
        run(url, &format!("drop role {role}; drop role {other}")).await;
    }
}

#[tokio::test]
async fn the_order_in_which_options_were_set_makes_no_difference() {
    let pair = Pair::new(&["create table public.t (a int); create type public.mood as enum ('calm')"]).await;
    let domain = |path: &str| {
        format!(
            "set search_path = {path}; create domain public.usual as public.mood default 'calm'::public.mood; reset search_path"
        )
    };
    run(
        &pair.source,
        &format!(
            "alter table public.t set (fillfactor = 70); alter table public.t set (autovacuum_enabled = false);
        create index i on public.t (a) with (fillfactor = 70, deduplicate_items = off); {}",
            domain("public")
        ),
    )
    .await;
    run(
        &pair.target,
        &format!(
            "alter table public.t set (autovacuum_enabled = false); alter table public.t set (fillfactor = 70);
        create index i on public.t (a) with (deduplicate_items = off, fillfactor = 70); {}",
            domain("pg_catalog")
        ),
    )
    .await;
    let checked = pair.verify("", &[]).await;
    assert_eq!((open(&checked.units), incomplete(&checked.units)), (Found::new(), vec![]));
    run(&pair.target, "alter index i set (fillfactor = 71)").await;
    assert_eq!(open(&pair.verify("", &[]).await.units), expect(&[("indexes", "index public.i", "options")]));
    pair.drop().await;
}

#[tokio::test]
async fn not_null_has_a_name_and_a_reach() {
    let pair = Pair::new(&["create table public.t (a int constraint filled not null)"]).await;
    let version =
        |url: String| async move { value(&url, "select current_setting('server_version_num')").await.unwrap() };
    let versions = [version(pair.source.clone()).await, version(pair.target.clone()).await];
    if versions.iter().any(|version| version.as_str() < "180000") {
        println!("SKIPPED: before 18 NOT NULL has no name");
        pair.drop().await;
        return;
    }
    let cases = [
        case(
            "alter table public.t rename constraint filled to there",
            "alter table public.t rename constraint there to filled",
            &[("schema", "column public.t.a", "not null constraint")],
        ),
        case(
            "alter table public.t alter constraint filled no inherit",
            "alter table public.t alter constraint filled inherit",
            &[("schema", "column public.t.a", "not null")],
        ),
        case(
            "alter table public.t alter a drop not null",
            "alter table public.t add constraint filled not null a",
            &[("schema", "column public.t.a", "not null")],
        ),
    ];
    pair.plant("", "schema", &cases).await;
    pair.drop().await;
}

#[tokio::test]
async fn a_column_that_is_only_inherited_differs_from_one_that_would_stay() {
    let pair = Pair::new(&["create table public.root (a int)"]).await;
    run(&pair.source, "create table public.leaf () inherits (public.root)").await;
    run(&pair.target, "create table public.leaf (a int) inherits (public.root)").await;
    assert_eq!(pair.findings("", "schema").await, expect(&[("schema", "column public.leaf.a", "inherited only")]));
    pair.drop().await;
}

#[tokio::test]
async fn a_fingerprint_serves_objects_that_belong_to_no_schema() {
    let script = "create table public.t (a int primary key); create publication of_t for table public.t;
        create function public.alike(int, int) returns bool language sql as 'select true';
        create operator public.=== (leftarg = int, rightarg = int, function = public.alike);
        create operator class public.whole for type int using btree as function 1 btint4cmp(int, int);
        create type public.mood as enum ('calm'); create cast (public.mood as text) with inout;
        create foreign data wrapper far; create server away foreign data wrapper far;
        grant usage on foreign server away to public;
        alter default privileges grant select on tables to pg_monitor;
        alter default privileges in schema public grant select on tables to pg_monitor";
    let pair = Pair::new(&[script]).await;
    let shell = Shell::on(&pair).await;
    shell.run("fingerprint --out source.json").exits(0);
    shell.run("verify --against source.json").exits(0);
    shell.run("verify --against source.json --schema public").exits(0);
    run(&pair.target, "alter server away options (add place 'there')").await;
    shell.run("verify --against source.json --schema public").exits(1).says("foreign server away");
    run(&pair.target, "alter server away options (drop place); select lo_from_bytea(700, 'one')").await;
    run(&pair.source, "select lo_from_bytea(700, 'two')").await;
    shell.run("fingerprint --out source.json").exits(0);
    // It holds nothing of what is inside.
    shell.run("verify --against source.json").exits(3).says("large objects");
    pair.drop().await;
}
