//! Pairs of databases that once were called the same though they differ, or could not be told apart.

use pg_rehearse::check::{Checked, Context, Selection};
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::{Events, ExitCode, Outcome};

use crate::support::{Case, Found, Pair, expect, incomplete, open, run, server_urls, value, verify_urls};

fn case<'a>(plant: &'a str, heal: &'a str, found: &'a [(&'a str, &'a str, &'a str)]) -> Case<'a> {
    Case { plant, heal, found }
}

/// What the checks say of two databases made by these scripts.
async fn compare(source: &str, target: &str, only: &[&str]) -> Checked {
    let pair = Pair::new(&[]).await;
    run(&pair.source, source).await;
    run(&pair.target, target).await;
    let checked = pair.verify("", only).await;
    pair.drop().await;
    checked
}

fn nothing() -> (Found, Vec<(String, String)>) {
    (Found::new(), Vec::new())
}

fn said(checked: &Checked) -> (Found, Vec<(String, String)>) {
    (open(&checked.units), incomplete(&checked.units))
}

const OBJECTS: &str = r#"
create table public.parent (a int primary key);
create table public.child (a int constraint leads references public.parent, b text);
create view public.calm as select a, b from public.child;
create sequence public.counter;
create table public."order" (id int) partition by range (id);
create table public.order_first partition of public."order" for values from (0) to (10);
create aggregate public.total(int) (sfunc = int4pl, stype = int, combinefunc = int4pl);
create type public.span as range (subtype = float8, subtype_diff = float8mi);
create domain public.plain as text collate "C";
create type public.pair as (one text collate "C");
create extension file_fdw;
create server files foreign data wrapper file_fdw;
create foreign table public.lines (a text) server files options (filename '/one');
create function public.alike(int, int) returns bool language sql as 'select true';
create operator public.=== (leftarg = int, rightarg = int, function = public.alike);
create statistics public.both_columns on a, b from public.child;
create publication of_child for table public.child;
create function public.noticed() returns event_trigger language plpgsql as 'begin end';
create event trigger notice on sql_drop when tag in ('DROP DOMAIN') execute function public.noticed();
create collation public.bytes (provider = builtin, locale = 'C');
create text search configuration public.words (copy = simple);
create type public.mood as enum ('calm');
create cast (public.mood as text) with inout as assignment;
"#;

#[tokio::test]
async fn what_attributes_left_unsaid() {
    let pair = Pair::new(&[OBJECTS]).await;
    let cases = [
        case(
            "drop table public.order_first",
            "create table public.order_first partition of public.\"order\" for values from (0) to (10)",
            &[("schema", "table public.order_first", "missing")],
        ),
        case(
            "alter table public.child disable trigger all",
            "alter table public.child enable trigger all",
            &[("schema", "constraint public.child.leads", "enforcement")],
        ),
        case(
            "alter view public.calm alter a set default 5",
            "alter view public.calm alter a drop default",
            &[("schema", "view public.calm", "column defaults")],
        ),
        case(
            "comment on column public.calm.a is 'x'",
            "comment on column public.calm.a is null",
            &[("schema", "view public.calm", "column comments")],
        ),
        case(
            "alter sequence public.counter set unlogged",
            "alter sequence public.counter set logged",
            &[("schema", "sequence public.counter", "persistence")],
        ),
        case(
            "create or replace aggregate public.total(int) (sfunc = int4pl, stype = int)",
            "create or replace aggregate public.total(int) (sfunc = int4pl, stype = int, combinefunc = int4pl)",
            &[("schema", "function public.total(integer)", "aggregate details")],
        ),
        case(
            "drop type public.span; create type public.span as range (subtype = float8)",
            "drop type public.span; create type public.span as range (subtype = float8, subtype_diff = float8mi)",
            &[("schema", "type public.span", "range")],
        ),
        case(
            "drop domain public.plain; create domain public.plain as text",
            "drop domain public.plain; create domain public.plain as text collate \"C\"",
            &[("schema", "type public.plain", "collation")],
        ),
        case(
            "drop type public.pair; create type public.pair as (one text)",
            "drop type public.pair; create type public.pair as (one text collate \"C\")",
            &[("schema", "type public.pair", "attributes")],
        ),
        case(
            "alter foreign table public.lines options (set filename '/two')",
            "alter foreign table public.lines options (set filename '/one')",
            &[("schema", "table public.lines", "foreign options")],
        ),
        case(
            "alter table public.child alter b set compression pglz",
            "alter table public.child alter b set compression default",
            &[("schema", "column public.child.b", "compression")],
        ),
    ];
    pair.plant("", "schema", &cases).await;
    pair.drop().await;
}

#[tokio::test]
async fn kinds_of_objects_that_were_only_counted() {
    let pair = Pair::new(&[OBJECTS]).await;
    let cases = [
        case(
            "drop operator public.=== (int, int)",
            "create operator public.=== (leftarg = int, rightarg = int, function = public.alike)",
            &[("schema", "operator public.===(integer, integer)", "missing")],
        ),
        case(
            "drop statistics public.both_columns",
            "create statistics public.both_columns on a, b from public.child",
            &[("schema", "statistics object public.both_columns", "missing")],
        ),
        case(
            "alter publication of_child set table public.parent",
            "alter publication of_child set table public.child",
            &[("schema", "publication of_child", "definition")],
        ),
        case(
            "alter event trigger notice disable",
            "alter event trigger notice enable",
            &[("schema", "event trigger notice", "enabled")],
        ),
        case(
            "drop collation public.bytes; create collation public.bytes (provider = builtin, locale = 'C.UTF-8')",
            "drop collation public.bytes; create collation public.bytes (provider = builtin, locale = 'C')",
            &[("schema", "collation public.bytes", "locale")],
        ),
        case(
            "alter text search configuration public.words drop mapping for email",
            "alter text search configuration public.words add mapping for email with simple",
            &[("schema", "text search configuration public.words", "definition")],
        ),
        case(
            "drop cast (public.mood as text); create cast (public.mood as text) with inout as implicit",
            "drop cast (public.mood as text); create cast (public.mood as text) with inout as assignment",
            &[("schema", "cast public.mood as text", "context")],
        ),
        case(
            "select lo_create(4711)",
            "select lo_unlink(4711)",
            &[("schema", "large objects of the database", "extra")],
        ),
        case(
            "do $$ begin execute format('alter database %I set app.secret to hush', current_database()); end $$",
            "do $$ begin execute format('alter database %I reset app.secret', current_database()); end $$",
            &[("schema", "database settings for everybody", "extra")],
        ),
    ];
    pair.plant("", "schema", &cases).await;
    run(&pair.target, cases[8].plant).await;
    let checked = pair.verify("", &["schema"]).await;
    let shown = format!("{:?}", checked.units);
    assert!(shown.contains("app.secret=digest") && !shown.contains("hush"), "a setting's value may be a secret");
    pair.drop().await;
}

#[tokio::test]
async fn columns_virtual_unvalidated_or_in_another_order() {
    let found = |checked: Checked| said(&checked);
    let stored = "create table public.t (a int, b int generated always as (a * 2) stored)";
    let (virtual_, invalid) = ("create table public.t (a int, b int generated always as (a * 2) virtual)", "not valid");
    let pair = Pair::new(&[]).await;
    let version: u32 = value(&pair.source, "show server_version_num").await.unwrap().parse().unwrap();
    pair.drop().await;
    if version >= 180_000 {
        let one = expect(&[("schema", "column public.t.b", "generated")]);
        assert_eq!(found(compare(stored, virtual_, &["schema"]).await), (one, vec![]));
        let not_null = |how: &str| format!("create table public.t (a int); alter table public.t add not null a {how}");
        let one = expect(&[("schema", "column public.t.a", "not null")]);
        assert_eq!(found(compare(&not_null(""), &not_null(invalid), &["schema"]).await), (one, vec![]));
    } else {
        eprintln!("skipped: virtual columns need PostgreSQL 18");
    }
    let partitioned = |columns: &str| {
        format!(
            "create table public.t ({columns}) partition by range (a); create table public.p partition of public.t default"
        )
    };
    let one = expect(&[("schema", "table public.t", "column order")]);
    let checked = compare(&partitioned("a int, b int"), &partitioned("b int, a int"), &["schema"]).await;
    assert_eq!(found(checked), (one, vec![]), "once, at the root");
    let gap = "create table public.t (a int, x int, b int); alter table public.t drop column x";
    assert_eq!(found(compare(gap, "create table public.t (a int, b int)", &["schema"]).await), nothing());
}

#[tokio::test]
async fn grants_on_views_columns_and_the_database() {
    let pair = Pair::new(&[OBJECTS]).await;
    let cases = [
        case(
            "grant select (a) on public.calm to pg_monitor",
            "revoke select (a) on public.calm from pg_monitor",
            &[("grants", "grant column public.calm.a to pg_monitor", "extra")],
        ),
        case(
            "do $$ begin execute format('grant temp on database %I to pg_monitor', current_database()); end $$",
            "do $$ begin execute format('revoke temp on database %I from pg_monitor', current_database()); end $$",
            &[("grants", "grant database itself to pg_monitor", "extra")],
        ),
        case(
            "alter default privileges revoke all on functions from public, postgres",
            "alter default privileges grant all on functions to public, postgres",
            &[("grants", "grant default privileges everywhere by postgres on functions to nobody", "extra")],
        ),
    ];
    pair.plant("", "grants", &cases).await;
    pair.drop().await;
}

#[tokio::test]
async fn a_difference_left_to_a_check_that_does_not_run_is_not_passed_over() {
    let scripts = [
        ("create sequence public.z", "", "sequences"),
        ("create table public.u (a int primary key)", "", "indexes"),
        ("create table public.u (a int, b int)", "create table public.u (a int)", "rows"),
        (
            "create table public.u (a int not null, b int not null, primary key (a))",
            "create table public.u (a int not null, b int not null, primary key (a, b))",
            "indexes",
        ),
    ];
    for (source, target, check) in scripts {
        let checked = compare(source, target, &[check]).await;
        let (found, incomplete) = said(&checked);
        assert_eq!(found, Found::new());
        assert_eq!(incomplete.len(), 1, "{source}");
        assert!(incomplete[0].1.contains("which did not run"), "{incomplete:?}");
        let checked = compare(source, target, &[]).await;
        assert_eq!(incomplete_of_checks(&checked), Vec::<String>::new(), "the schema check says it");
        assert!(open(&checked.units).iter().any(|(check, ..)| check == "schema"));
    }
    // A check constraint that shares an index's name explains nothing of the index.
    let named = |check: &str, index: &str| {
        format!("create table public.t (a int, constraint c check ({check})); create index c on public.t ({index})")
    };
    let checked = compare(&named("a > 0", "a"), &named("a > 1", "(a + 1)"), &["indexes"]).await;
    assert_eq!(said(&checked), (expect(&[("indexes", "index public.c", "definition")]), vec![]));
}

fn incomplete_of_checks(checked: &Checked) -> Vec<String> {
    incomplete(&checked.units).into_iter().map(|(object, _)| object).filter(|it| it.starts_with("check ")).collect()
}

#[tokio::test]
async fn rows_that_could_not_be_told() {
    // Too many columns for one answer.
    let columns: Vec<String> = (0..1500).map(|n| format!("c{n} int default {n}")).collect();
    let wide =
        format!("create table public.t (id int primary key, {}); insert into public.t values (1)", columns.join(", "));
    let checked = compare(&wide, &format!("{wide}; update public.t set c1499 = 0"), &["rows"]).await;
    assert_eq!(said(&checked), (expect(&[("rows", "table public.t", "rows changed")]), vec![]));
    let row = &checked.units[0].open_findings()[0].rows[0];
    assert_eq!((row.columns[0].column.as_str(), row.columns[0].target.as_deref()), ("c1499", Some("0")));

    // Without a key, equal texts under types that hash at different cost.
    let texts = |kind: &str| {
        format!(
            "create table public.t (x {kind});
             insert into public.t select ('{{\"a\":' || n || '}}')::{kind} from generate_series(1, 60000) n"
        )
    };
    assert_eq!(said(&compare(&texts("json"), &texts("text"), &["rows"]).await), nothing());

    // A type that borrows another's send function.
    let cursor = "create table public.t (a refcursor, b refcursor[]); insert into public.t values ('c', '{c}')";
    assert_eq!(said(&compare(cursor, cursor, &["rows"]).await), nothing());

    // A view that neither side has filled holds the same rows: none.
    let view = |how: &str| format!("create materialized view public.m as select 1 as one with {how}");
    assert_eq!(said(&compare(&view("no data"), &view("no data"), &["rows"]).await), nothing());
    let checked = compare(&view("no data"), &view("data"), &["rows", "schema"]).await;
    let (found, unread) = said(&checked);
    assert_eq!((found, unread.len()), (expect(&[("schema", "view public.m", "populated")]), 1));
}

#[tokio::test]
async fn one_cause_is_one_finding() {
    let pair = Pair::new(&[OBJECTS]).await;
    let schema = [
        case(
            "alter table public.child drop constraint leads;
             alter table public.child add constraint leads foreign key (a) references public.parent not valid",
            "alter table public.child validate constraint leads",
            &[("schema", "constraint public.child.leads", "validated")],
        ),
        case(
            "alter table public.child alter constraint leads deferrable initially deferred",
            "alter table public.child alter constraint leads not deferrable",
            &[("schema", "constraint public.child.leads", "deferrable")],
        ),
    ];
    pair.plant("", "schema", &schema).await;
    let indexes = [case(
        "alter index public.parent_pkey set (fillfactor = 60)",
        "alter index public.parent_pkey reset (fillfactor)",
        &[("indexes", "index public.parent_pkey", "options")],
    )];
    run(&pair.source, "drop type public.mood cascade").await;
    run(&pair.target, "drop type public.mood cascade").await;
    pair.plant("", "indexes", &indexes).await;
    run(&pair.source, "grant select (a) on public.calm to pg_monitor").await;
    run(&pair.target, "drop view public.calm").await;
    let found = open(&pair.verify("", &["schema", "grants"]).await.units);
    assert_eq!(found, expect(&[("schema", "view public.calm", "missing")]));
    pair.drop().await;
}

#[tokio::test]
async fn rows_of_a_foreign_partition_are_counted_but_not_named() {
    let folder = std::env::temp_dir().join(format!("pg-rehearse-lines-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (one, two) = (folder.join("one.csv"), folder.join("two.csv"));
    std::fs::write(&one, "10,1\n11,2\n12,3\n").unwrap();
    std::fs::write(&two, "10,1\n11,9\n12,8\n").unwrap();
    let script = |path: &std::path::Path| {
        format!(
            "create extension file_fdw; create server files foreign data wrapper file_fdw;
             create table public.t (a int, b int) partition by range (a);
             create table public.near partition of public.t for values from (0) to (10);
             create foreign table public.far partition of public.t for values from (10) to (20)
               server files options (filename '{}', format 'csv')",
            path.display()
        )
    };
    assert_eq!(said(&compare(&script(&one), &script(&one), &["rows"]).await), nothing());
    let checked = compare(&script(&one), &script(&two), &["rows"]).await;
    std::fs::remove_dir_all(&folder).unwrap();
    let (found, unread) = said(&checked);
    assert_eq!(found, expect(&[("rows", "table public.t", "rows missing"), ("rows", "table public.t", "rows extra")]));
    assert_eq!(unread.len(), 1, "the rows have no place to be read at again");
    let findings = checked.units[0].open_findings();
    assert!(findings.iter().all(|finding| finding.total == 2 && finding.rows.is_empty()), "{findings:?}");
}

#[tokio::test]
async fn databases_of_different_encodings_hold_the_same_texts() {
    let pair = Pair::new(&[]).await;
    let name = format!("latin_{}", std::process::id());
    run(&pair.target, &format!("create database {name} template template0 encoding latin1 locale 'C'")).await;
    let latin = crate::support::database(&pair.target, &name);
    let script = "create table public.t (k text primary key, a text[], b json, c char(3), d varchar);
                  insert into public.t values ('é', '{ü}', '{\"ß\": 1}', 'ñ', 'å')";
    run(&pair.source, script).await;
    run(&latin, script).await;
    let rows = || Selection { only: vec!["rows".into()], skip: vec![] };
    assert_eq!(said(&verify_urls("", &pair.source, &latin, rows()).await), nothing());
    run(&latin, "update public.t set d = 'Å'").await;
    let found = open(&verify_urls("", &pair.source, &latin, rows()).await.units);
    assert_eq!(found, expect(&[("rows", "table public.t", "rows changed")]));
    let schema = Selection { only: vec!["schema".into()], skip: vec![] };
    let found = open(&verify_urls("", &pair.source, &latin, schema).await.units);
    assert!(found.contains(&("schema".into(), "database locale".into(), "encoding".into())), "{found:?}");
    run(&pair.target, &format!("drop database {name} with (force)")).await;
    pair.drop().await;
}

#[tokio::test]
async fn partitions_whose_root_is_outside_the_schemas_are_compared() {
    let script = "create schema parts; create table public.t (a int) partition by range (a);
                  create table parts.p partition of public.t for values from (0) to (10);
                  create table parts.q partition of public.t default; insert into public.t values (1)";
    let pair = Pair::new(&[script]).await;
    let config = "[scope]\nschemas = ['parts']\n";
    assert_eq!(said(&pair.verify(config, &[]).await), nothing());
    run(&pair.target, "update parts.p set a = 2; drop table parts.q").await;
    let found = [
        ("rows", "table parts.p", "rows missing"),
        ("rows", "table parts.p", "rows extra"),
        ("rows", "table parts.q", "relation missing"),
        ("schema", "table parts.q", "missing"),
    ];
    assert_eq!(said(&pair.verify(config, &[]).await), (expect(&found), vec![]));
    pair.drop().await;
}

#[tokio::test]
async fn a_scope_that_matches_nothing_is_refused() {
    let pair = Pair::new(&["create table public.t (a int)"]).await;
    let (source, target) = (Some(pair.source.clone()), Some(pair.target.clone()));
    for tables in [vec!["nothing*".to_owned()], vec!["t".to_owned(), "public.typo".to_owned()]] {
        let flags = Flags { source: source.clone(), target: target.clone(), tables, ..Flags::default() };
        let config = Config::from_text("", &flags).unwrap();
        let error = Context::open(&config, &Events::silent()).await.unwrap_err();
        assert_eq!(error.exit_code(), ExitCode::Usage, "{error}");
    }
    pair.drop().await;
}

#[tokio::test]
async fn a_role_that_sees_a_part_says_so() {
    let script = "create schema closed; create table closed.t (a serial primary key);
                  create table public.t (a int primary key, b int); insert into public.t values (1, 1)";
    let pair = Pair::new(&[script]).await;
    let role = format!("partial_{}", std::process::id());
    let (there, here) = server_urls();
    let create = format!("create role {role} login password 'partial'");
    run(&there, &create).await;
    if there != here {
        run(&here, &create).await;
    }
    for url in [&pair.source, &pair.target] {
        run(url, &format!("grant select (a, b) on public.t to {role}")).await;
    }
    let partial = |url: &str| crate::support::as_role(url, &role, "partial");
    let (source, target) = (partial(&pair.source), partial(&pair.target));
    let verify = || verify_urls("", &source, &target, Selection::default());
    let (found, unread) = said(&verify().await);
    assert_eq!(found, Found::new());
    let unread: Vec<&str> = unread.iter().map(|(object, _)| object.as_str()).collect();
    assert_eq!(unread, ["table closed.t", "sequence closed.t_a_seq"], "one closed schema leaves the others be");
    run(&pair.target, "update public.t set b = 2").await;
    let checked = verify().await;
    assert_eq!(open(&checked.units), expect(&[("rows", "table public.t", "rows differ")]));
    let unit = checked.units.iter().find(|unit| unit.object.identity == "public.t").unwrap();
    assert!(matches!(&unit.outcome, Outcome::Incomplete { reason, .. } if reason.contains("permission denied")));
    pair.drop().await;
    run(&there, &format!("drop role {role}")).await;
    if there != here {
        run(&here, &format!("drop role {role}")).await;
    }
}
