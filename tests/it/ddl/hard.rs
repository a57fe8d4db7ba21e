//! Hostile names, what no statement can mend, and the customer's drifts.

use std::path::Path;

use pg_rehearse::rehearse::server::client_tools;

use super::{apply, left, verify, verify_with};
use crate::support::{Found, Pair, expect, open, run, value};

/// A name that would end a quote, a literal, a comment and a line.
const NAME: &str = "a\"b'c.d(\n--é\\ ; drop table x; $$ ON ONLY to in";

/// A script in which `@` stands for the name in quotes.
fn hostile(script: &str) -> String {
    script.replace('@', &format!("\"{}\"", NAME.replace('"', "\"\"")))
}

#[tokio::test]
async fn names_may_hold_anything() {
    let both = "create schema @; create table @.@ (id int primary key, @ int); create type @.\"T\" as enum ('x'); create view @.\"V\" as select x.@ from @.@ x;
        create function @.\"f(\"() returns trigger language plpgsql as 'begin return new; end'; create table @.order (\"user\" int)";
    let pair = Pair::new(&[&hostile(both)]).await;
    let source = "create table @.\"new\" (@ int generated always as identity primary key, \"two\nlines\" text default E'it''s \\\\ odd' check (\"two\nlines\" <> E'\\n'), k int references @.@);
        create index \"i x\" on @.\"new\" (\"two\nlines\"); create policy @ on @.\"new\" using (@ > 0); create trigger @ before insert on @.\"new\" for each row execute function @.\"f(\"();
        alter table @.@ alter @ type bigint; alter type @.\"T\" add value E'it''s\\n\\\\'; comment on table @.@ is E'a\\nb''c\\\\'; alter table @.order alter \"user\" set default 7; create sequence @.\"s.s\";
        create function @.@(a @.@, b int default 3) returns int language sql as 'select 1'; alter table @.@ add constraint @ check (id > 0); grant select (@) on @.@ to public; create domain @.\"D\" as int constraint @ check (value > 0);
        alter table @.@ enable row level security; create collation @.@ from \"C\"; create statistics @.\"st\" on id, @ from @.@";
    let planted = hostile(source);
    run(
        &pair.source,
        &format!(
            "drop view {schema}.\"V\"; {planted}; create view {schema}.\"V\" as select x.{schema} from {schema}.{schema} x",
            schema = hostile("@")
        ),
    )
    .await;
    run(&pair.target, &hostile("create table @.\"extra\" (@ int); create index \"drop \"\" it\" on @.@ (@); alter table @.order add constraint @ check (\"user\" > 0)")).await;
    let (found, file) = left(&pair).await;
    assert!(found.len() > 10, "{found:#?}");
    assert!(!file.contains("-- BY HAND"), "{file}");
    // As its first lines say.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schema.sql");
    std::fs::write(&path, &file).unwrap();
    let mut psql = std::process::Command::new(client_tools(18).await.unwrap().join("psql"));
    let ran = psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&path).arg(&pair.target).output().unwrap();
    assert!(ran.status.success(), "{}\n{file}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "");
    assert_eq!(left(&pair).await.0, Found::new(), "{file}");
    pair.drop().await;
}

#[tokio::test]
async fn what_no_statement_mends_is_named_with_its_reason() {
    let base = "create table public.t (a int, b int); create type public.used as enum ('a', 'b'); create table public.u (c public.used default 'a');
        create function public.calc(int) returns int immutable language sql as 'select $1'; create table public.g (a int, b int generated always as (public.calc(a)) stored); insert into public.g values (1);
        create foreign data wrapper far; create server away foreign data wrapper far options (password 'one')";
    let pair = Pair::new(&[base]).await;
    run(&pair.source, "alter table public.t drop column a; alter table public.t add column a int; create table public.divided (a int) partition by list (a); select lo_from_bytea(700, 'one');
        create subscription follows connection 'host=nowhere password=hidden' publication p with (connect = false);
        alter server away options (set password 'secret of the source'); create user mapping for public server away options (\"user\" 'me', password 'another secret')").await;
    run(&pair.target, "create table public.divided (a int); alter type public.used add value 'c'; alter table public.g alter b drop expression").await;
    let name = value(&pair.source, "select current_database()").await.unwrap();
    run(&pair.source, &format!("alter database {name} set app.settings.jwt_secret = 'a third secret'")).await;
    let (_, file) = verify(&pair).await;
    let lines: Vec<&str> = file.lines().filter(|line| line.starts_with("-- BY HAND: ")).collect();
    let wanted = [
        "table public.t, column order",
        "table public.divided, kind",
        "type public.used, labels",
        "column public.g.b, generated",
        "subscription follows, missing",
        "large objects of the database, missing",
        "foreign server away, options",
        "foreign server away, user options",
        "database settings for everybody, definition",
    ];
    for wanted in wanted {
        assert!(lines.iter().any(|line| line.starts_with(&format!("-- BY HAND: {wanted}: "))), "{wanted}\n{file}");
    }
    assert_eq!(lines.len(), wanted.len(), "{file}");
    assert!(
        !file.contains("hidden")
            && !file.contains("secret of")
            && !file.contains("another secret")
            && !file.contains("third secret"),
        "{file}"
    );
    assert!(!file.to_lowercase().contains(" cascade"), "{file}");
    apply(&pair.target, &file).await.unwrap_or_else(|error| panic!("{error}\n{file}"));
    // All that is left is what the file has named.
    let after = open(&verify(&pair).await.0.units);
    for (_, object, attribute) in &after {
        assert!(
            lines.iter().any(|line| line.starts_with(&format!("-- BY HAND: {object}, "))),
            "{object} {attribute}\n{file}"
        );
    }
    run(&pair.source, "alter subscription follows set (slot_name = none); drop subscription follows").await;
    pair.drop().await;
}

#[tokio::test]
async fn nothing_is_granted_on_what_is_left_for_a_hand() {
    let pair = Pair::new(&[]).await;
    let base = "create type public.base; create function public.base_in(cstring) returns public.base language internal as 'int4in' immutable strict;
        create function public.base_out(public.base) returns cstring language internal as 'int4out' immutable strict;
        create type public.base (input = public.base_in, output = public.base_out, like = int4); grant usage on type public.base to pg_monitor";
    run(&pair.source, base).await;
    let (_, file) = verify(&pair).await;
    assert!(
        file.contains("-- BY HAND: type public.base, missing: it needs functions that take the type itself"),
        "{file}"
    );
    assert!(!file.contains("on type \"public\".\"base\""), "{file}");
    apply(&pair.target, &file).await.unwrap_or_else(|error| panic!("{error}\n{file}"));
    pair.drop().await;
}

#[tokio::test]
async fn row_security_that_is_required_and_off_on_both_sides_is_left_for_a_hand() {
    let pair = Pair::new(&["create table public.t (a int)"]).await;
    let (_, file) = verify_with(&pair, "[verify]\nrequire_row_security = [\"public\"]\n").await;
    assert!(file.contains("-- BY HAND: table public.t, row security: it is off on the source too"), "{file}");
    assert!(file.contains("0 statements; 1 difference for a hand"), "{file}");
    pair.drop().await;
}

#[tokio::test]
async fn what_destroys_rows_says_so_and_what_is_accepted_stays() {
    let pair = Pair::new(&["create table public.t (a int)"]).await;
    run(&pair.source, "alter table public.t alter a type bigint").await;
    run(&pair.target, "create table public.gone (a int); alter table public.t add b int; create table public.kept (a int); create table public.outside (a int)").await;
    let config = "[scope.excluded]\n\"public.outside\" = \"not ours\"\n[[waive]]\ncheck = \"schema\"\nobject = \"table public.kept\"\nreason = \"it stays\"\n";
    let (_, file) = verify_with(&pair, config).await;
    let at = |text: &str| file.find(text).unwrap_or_else(|| panic!("no {text}\n{file}"));
    for (note, statement) in [
        ("-- destroys rows: all of public.gone\n", "drop table \"public\".\"gone\";"),
        ("-- destroys rows: the values of \"b\"\n", "alter table \"public\".\"t\" drop column \"b\";"),
        (
            "-- rewrites the table: every row is written again, and fails where a value does not fit\n",
            "alter table \"public\".\"t\" alter column \"a\" type bigint",
        ),
    ] {
        assert_eq!(at(note) + note.len(), at(statement), "{file}");
    }
    assert!(at("-- ---- what only the target has") > at("-- ---- columns"), "{file}");
    assert!(file.contains("-- LEFT OUT: table public.kept: accepted, it stays"), "{file}");
    assert!(!file.contains("\"kept\"") && !file.contains("\"outside\""), "{file}");
    pair.drop().await;
}

#[tokio::test]
async fn the_three_drifts_of_the_customers_staging_are_healed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/muva");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let of = |name: &std::path::Path| name.file_name().unwrap().to_string_lossy().into_owned();
    let script = |beginning: &str| -> Vec<String> {
        let wanted = names.iter().filter(|name| of(name).ends_with(".sql") && of(name).starts_with(beginning));
        wanted.map(|name| std::fs::read_to_string(name).unwrap()).collect()
    };
    let schema: Vec<String> =
        ["0", "1", "2", "3", "4", "5", "6"].iter().flat_map(|beginning| script(beginning)).collect();
    let schema: Vec<&str> = schema.iter().map(String::as_str).collect();
    let pair = Pair::new(&schema).await;
    run(&pair.target, &script("80").concat()).await;
    let (found, file) = left(&pair).await;
    let drifts = expect(&[
        ("schema", "column public.hotel_operations.id", "default"),
        ("schema", "column public.prospective_messages.sentiment", "missing"),
        ("schema", "constraint public.whatsapp_message_templates.whatsapp_message_templates_body_check", "missing"),
    ]);
    assert_eq!(found, drifts);
    // The column is not the last one in production.
    assert!(file.contains("4 statements; 1 difference for a hand"), "{file}");
    assert!(
        file.contains("-- BY HAND: table public.prospective_messages, column order: new columns stand last"),
        "{file}"
    );
    apply(&pair.target, &file).await.unwrap_or_else(|error| panic!("{error}\n{file}"));
    assert_eq!(
        left(&pair).await.0,
        expect(&[("schema", "table public.prospective_messages", "column order")]),
        "{file}"
    );
    pair.drop().await;
}
