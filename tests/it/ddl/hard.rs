//! Hostile names, what no statement can mend, and the customer's drifts.

use std::path::Path;

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
    let both = "create schema @; create table @.@ (id int primary key, @ int); create type @.\"T\" as enum ('x'); create view @.\"V\" as select @ from @.@;
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
            "drop view {schema}.\"V\"; {planted}; create view {schema}.\"V\" as select {schema} from {schema}.{schema}",
            schema = hostile("@")
        ),
    )
    .await;
    run(&pair.target, &hostile("create table @.\"extra\" (@ int); create index \"drop \"\" it\" on @.@ (@); alter table @.order add constraint @ check (\"user\" > 0)")).await;
    let (found, file) = left(&pair).await;
    assert!(found.len() > 10, "{found:#?}");
    assert!(!file.contains("-- BY HAND"), "{file}");
    apply(&pair.target, &file).await.unwrap_or_else(|error| panic!("{error}\n{file}"));
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
        alter server away options (set password 'secret of the source'); create user mapping for public server away options (\"user\" 'me', password 'another secret')").await;
    run(&pair.target, "create table public.divided (a int); alter type public.used add value 'c'; alter table public.g alter b drop expression").await;
    let name = value(&pair.source, "select current_database()").await.unwrap();
    run(&pair.source, &format!("alter database {name} set app.settings.jwt_secret = 'a third secret'")).await;
    let (report, file) = verify(&pair).await;
    let lines: Vec<&str> = file.lines().filter(|line| line.starts_with("-- BY HAND: ")).collect();
    let wanted = [
        "table public.t, column order",
        "table public.divided, kind",
        "table public.divided, partition key",
        "table public.divided, access method",
        "type public.used, labels",
        "column public.g.b, generated",
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
        !file.contains("secret of") && !file.contains("another secret") && !file.contains("third secret"),
        "{file}"
    );
    assert!(!file.to_lowercase().contains(" cascade"), "{file}");
    apply(&pair.target, &file).await.unwrap_or_else(|error| panic!("{error}\n{file}"));
    // All that is left is what the file has named.
    let after = open(&verify(&pair).await.0.units);
    assert!(after.len() < open(&report.units).len() || lines.len() == after.len(), "{after:#?}");
    for (_, object, attribute) in &after {
        assert!(
            lines.iter().any(|line| line.starts_with(&format!("-- BY HAND: {object}, "))),
            "{object} {attribute}\n{file}"
        );
    }
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
