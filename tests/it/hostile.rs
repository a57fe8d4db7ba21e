//! Names that would be statements, markup or commands to a terminal, for every kind of object: the day does its work all the
//! same, touches nothing else, and shows them harmless. `PG_REHEARSE_SEED` replays a case, `PG_REHEARSE_SOAK` tries more.

use std::collections::BTreeSet;

use pg_rehearse::model::{literal, quoted};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::support::command::{Ran, Shell};
use crate::support::endpoints::Pair;

/// What names are made of.
const PARTS: [&str; 34] = [
    "\"",
    "'",
    "\\",
    "\n",
    "\r\n",
    "\t",
    "$$",
    "$1",
    "%",
    "%s",
    ";",
    "--",
    "/*",
    "*/",
    " ",
    ".",
    "|",
    "<hx>",
    "&amp;",
    "`",
    "{}",
    "{column}",
    "\u{1b}[2J",
    "\u{7}",
    "\u{202e}",
    "\u{200b}",
    "\u{5d0}\u{5d1}",
    "e\u{301}",
    "\u{1f642}",
    "A",
    "select",
    "\"><hx>",
    "\"; drop table public.keep; --",
    "'; drop table public.keep; --",
];

/// How many names a case has.
const NAMES: usize = 24;

/// Names of at most 63 bytes, no two alike.
fn names() -> impl Strategy<Value = Vec<String>> {
    let one = (prop::collection::vec(prop::sample::select(PARTS.to_vec()), 1..7), any::<bool>());
    prop::collection::vec(one, NAMES).prop_map(|all| {
        let name = |(number, (parts, long)): (usize, (Vec<&str>, bool))| {
            let end = format!("{number}");
            let mut name = String::from("n");
            let fill = if long { "\u{e4}".repeat(40) } else { String::new() };
            for letter in parts.concat().chars().chain(fill.chars()) {
                if name.len() + letter.len_utf8() + end.len() <= 63 {
                    name.push(letter);
                }
            }
            name + &end
        };
        all.into_iter().enumerate().map(name).collect()
    })
}

/// A schema in which everything has such a name.
fn schema(names: &[String]) -> String {
    let name = |number: usize| quoted(&names[number]);
    let [schema, a, b, id, text, kind, parent, note] = [0, 1, 2, 3, 4, 5, 6, 7].map(name);
    let [primary, check, foreign, index, sequence, function, trigger, policy] =
        [8, 9, 10, 11, 12, 13, 14, 15].map(name);
    let [role, labels, view, unique] = [16, 17, 18, 19].map(name);
    let [one, two, said] = [20, 21, 22].map(|number| literal(&names[number]));
    format!(
        "create table public.keep (id int primary key); insert into public.keep values (1), (2);
         create schema {schema}; create type {schema}.{labels} as enum ({one}, {two}); create sequence {schema}.{sequence};
         create table {schema}.{a} ({id} int constraint {primary} primary key,
           {text} text constraint {check} check ({text} <> {said}) constraint {unique} unique, {kind} {schema}.{labels} default {one});
         create table {schema}.{b} ({id} int generated always as identity primary key,
           {parent} int constraint {foreign} references {schema}.{a} ({id}), {note} text default {two});
         create index {index} on {schema}.{b} ({note}, {parent}); create index on {schema}.{b} ({parent});
         create function {schema}.{function}() returns trigger language plpgsql set search_path = '' as 'begin return new; end';
         create trigger {trigger} before insert on {schema}.{a} for each row execute function {schema}.{function}();
         create view {schema}.{view} with (security_invoker = true) as select {id}, {text} from {schema}.{a};
         alter table {schema}.{a} enable row level security; alter table {schema}.{b} enable row level security;
         create policy {policy} on {schema}.{a} for select to {role} using ({text} <> {two});
         create policy {policy} on {schema}.{b} for select to {role} using ({note} <> {two});
         grant usage on schema {schema} to {role}; grant select ({text}) on {schema}.{a} to {role};
         comment on table {schema}.{a} is {said}; comment on column {schema}.{a}.{text} is {one};
         comment on constraint {check} on {schema}.{a} is {two}; comment on policy {policy} on {schema}.{a} is {said}"
    )
}

fn rows(names: &[String], count: usize) -> String {
    let name = |number: usize| quoted(&names[number]);
    let [schema, a, b, id, text, kind, parent, note] = [0, 1, 2, 3, 4, 5, 6, 7].map(name);
    let [one, two, said] = [20, 21, 22].map(|number| literal(&names[number]));
    format!(
        "insert into {schema}.{a} ({id}, {text}, {kind}) select n, {one} || n, {two} from generate_series(1, {count}) n;
         insert into {schema}.{b} ({parent}, {note}) select n, {said} || n from generate_series(1, {count}) n"
    )
}

/// What a terminal, or a page, would be moved by.
#[track_caller]
fn harmless(ran: &Ran, html: bool) {
    for text in [&ran.out, &ran.err] {
        let odd = text
            .chars()
            .find(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'));
        assert_eq!(odd, None, "{text}");
    }
    assert!(!html || !ran.out.contains("<hx"), "{}", ran.out);
}

/// The whole day over such names.
async fn day(pair: &Pair, shell: &Shell, names: &[String]) {
    let name = |number: usize| quoted(&names[number]);
    let [schema, a, id, index] = [0, 1, 3, 11].map(name);
    let run = |arguments: &str, code: i32| {
        let ran = shell.run(arguments).exits(code);
        harmless(&ran, arguments.contains("html"));
        ran
    };
    run("plan", 0);
    run("preflight", 0);
    run("migrate --dry-run", 0);
    run("migrate --confirm target --folder day --format html", 0);
    run("verify --format text", 0);
    run("advise", 0);
    run("fingerprint --out before.json", 0);
    run("fingerprint --access --out access.txt", 0);
    run("verify --against access.txt", 0);
    pair.on_target(&format!(
        "delete from {schema}.{a} where {id} = 3 and false; update {schema}.{a} set {id} = 900 where {id} = 2 and false;
         alter table {schema}.{a} disable trigger all; drop index {schema}.{index}; comment on table {schema}.{a} is null"
    ))
    .await;
    let [text, b, note] = [4, 2, 7].map(name);
    pair.on_target(&format!(
        "update {schema}.{a} set {text} = 'other' where {id} = 1; delete from {schema}.{b} where {note} like '%3'"
    ))
    .await;
    for format in ["text", "html", "markdown", "junit"] {
        run(&format!("verify --format {format}"), 1);
    }
    run("verify --repair repair.sql --ddl ddl.sql --format html", 1);
    pair.on_target(&shell.read("ddl.sql")).await;
    pair.on_target(&shell.read("repair.sql").replace("\\set ON_ERROR_STOP on", "")).await;
    run("verify", 0);
    run("verify --against before.json", 0);
    for format in ["text", "html", "markdown"] {
        run(&format!("report day/report.json --format {format}"), 0);
    }
    run("status", 0);
    run("rollback --folder day --confirm target", 0);
    assert_eq!(pair.ask_target(&format!("select count(*)::text from {schema}.{a}")).await, ["2"]);
}

async fn case(names: Vec<String>) {
    let unique: BTreeSet<&String> = names.iter().collect();
    assert_eq!(unique.len(), NAMES);
    let pair = Pair::create("hostile").await;
    let servers = pair.servers();
    let role = quoted(&names[16]);
    for server in BTreeSet::from([&servers.0, &servers.1]) {
        crate::support::endpoints::run(server, &format!("create role {role}")).await;
    }
    pair.both(&schema(&names)).await;
    pair.on_source(&rows(&names, 40)).await;
    pair.on_target(&rows(&names, 2)).await;
    let scope = format!("[scope]\nschemas = [{}]\n", toml::Value::from(names[0].as_str()));
    let shell = pair.shell().await.file("migration.toml", &scope);
    day(&pair, &shell, &names).await;
    let kept = pair.ask("select count(*)::text from public.keep").await;
    assert_eq!(kept, (vec!["2".to_owned()], vec!["2".to_owned()]));
    pair.drop_databases().await;
    for server in BTreeSet::from([&servers.0, &servers.1]) {
        crate::support::endpoints::run(server, &format!("drop role {role}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_do_nothing() {
    let now = jiff::Timestamp::now().as_nanosecond() as u64;
    let first: u64 = std::env::var("PG_REHEARSE_SEED").map_or(now, |seed| seed.parse().unwrap());
    let replayed = std::env::var("PG_REHEARSE_SEED").is_ok();
    let cases = if std::env::var("PG_REHEARSE_SOAK").is_ok() { 200 } else { 1 };
    for seed in first..first + if replayed { 1 } else { cases } {
        eprintln!("PG_REHEARSE_SEED={seed} replays this");
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed.to_le_bytes(); 4].concat());
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        case(names().new_tree(&mut runner).unwrap().current()).await;
    }
}
