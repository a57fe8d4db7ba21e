//! `rehearse --schema`: whole rehearsals on schemas of different character, and what is refused.

use crate::support::command::Shell;
use crate::support::{server_urls, value};
use serde_json::Value;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/own_schema");

/// A shell and the options that have it rehearse on the servers of the tests.
async fn shell() -> (Shell, String) {
    let (source, target) = server_urls();
    (Shell::between(&source, &target).await, format!("--source {source} --target {target} --no-progress"))
}

/// A whole rehearsal of a fixture, which has to end well; its report.
async fn rehearsed(name: &str) -> Value {
    let (shell, servers) = shell().await;
    let ran = shell.run(&format!("rehearse {servers} --schema {FIXTURES}/{name}.sql --format json")).exits(0);
    let report = ran.json();
    for defect in report["defects"].as_array().unwrap() {
        assert!(defect["missed"].as_array().unwrap().is_empty(), "{defect}");
        assert!(defect["unexpected"].as_array().unwrap().is_empty(), "{defect}");
        assert!(!defect["caught_by"].as_array().unwrap().is_empty(), "{defect}");
    }
    report
}

/// The entries of a list of what was set aside, as `what: why`.
fn asides(report: &Value, list: &str) -> Vec<String> {
    let entry = |one: &Value| format!("{}: {}", one["object"].as_str().unwrap(), one["reason"].as_str().unwrap());
    report["own_schema"][list].as_array().unwrap().iter().map(entry).collect()
}

#[track_caller]
fn names(list: &[String], text: &str) {
    assert!(list.iter().any(|one| one.contains(text)), "{text} is not named: {list:#?}");
}

fn planted(report: &Value) -> Vec<String> {
    let defects = report["defects"].as_array().unwrap();
    defects.iter().map(|defect| defect["defect"].as_str().unwrap().to_owned()).collect()
}

fn rows(report: &Value, table: &str) -> u64 {
    let (schema, name) = table.split_once('.').unwrap();
    let copied = report["copied"].as_array().unwrap();
    let of = |one: &&Value| one["table"]["schema"] == schema && one["table"]["name"] == name;
    copied.iter().find(of).map_or(0, |one| one["rows"].as_u64().unwrap())
}

#[tokio::test]
async fn a_schema_of_a_platform_goes_through_and_says_what_it_did_without() {
    let report = rehearsed("hosted").await;
    let left_out = asides(&report, "left_out");
    for text in [
        "extension pg_net (line 20)",
        "extension postgis",
        "function gis.near",
        "view gis.team_places (line 91): function gis.st_astext(gis.geometry) does not exist",
        "index teams_place_idx on public.teams",
        "event trigger watch",
        "2 statements about functions that are not there: extensions.digest(text, text)",
        "1 row in 2 statements",
    ] {
        names(&left_out, text);
    }
    // A comment on what is left out is no part of its own.
    assert!(!left_out.iter().any(|one| one.contains("COMMENT")), "{left_out:#?}");
    let stood_in = asides(&report, "stood_in");
    for text in [
        "role anon",
        "role platform_admin",
        "schema extensions",
        "type gis.geometry",
        "auth.users",
        "platform.new_token(integer): a function that answers NULL, as text",
        "platform.next_number(text): a function that answers NULL, as integer",
    ] {
        names(&stood_in, text);
    }
    let planted = planted(&report);
    for kind in [
        "row missing",
        "policy dropped",
        "policy opened to every row",
        "row security off",
        "privileges lost",
        "one element of a vector",
        "another value: extensions.vector",
        "row missing that others refer to",
        "trigger dropped",
        "function with other rights",
        "enum label added",
    ] {
        assert!(planted.iter().any(|one| one == kind), "{kind} was not planted: {planted:#?}");
    }
    assert!(planted.len() > 45, "{planted:#?}");
    // A dump says nothing of the database's settings: what a check finds of them is waived by name, and shown.
    let waivers = report["waivers"].as_array().unwrap();
    let of_settings = |one: &&Value| one["object"] == "table public.documents" && one["attribute"] == "iterative scan";
    assert_eq!(waivers.iter().filter(of_settings).count(), 1, "{waivers:#?}");
    for table in ["auth.users", "public.teams", "public.members", "public.documents"] {
        assert!(rows(&report, table) >= 190, "{table}: {}", rows(&report, table));
    }
    // Nothing stays on servers that are not thrown away.
    for url in [server_urls().0, server_urls().1] {
        let left = "select string_agg(name, ', ') from (select rolname::text as name from pg_roles where rolname in ('platform_admin', 'anon')
                    union all select datname::text from pg_database where datname like 'own\\_%') q";
        assert_eq!(value(&url, left).await, None);
    }
}

#[tokio::test]
async fn partitions_domains_and_conditions_get_rows_that_keep_them() {
    let report = rehearsed("analytics").await;
    let fewer = asides(&report, "fewer_rows");
    // What cannot have rows is named with the reason; nothing else is without.
    names(&fewer, "public.empty_of_partitions, 0 of 200 rows: it has no partition");
    names(&fewer, "public.impossible, 0 of 200 rows: no value was found for column a");
    names(&fewer, "public.regions, 4 of 200 rows");
    for table in ["products", "prices", "shops", "sales", "visits", "contacts", "tally"] {
        assert!(rows(&report, &format!("public.{table}")) >= 150, "{table}: {fewer:#?}");
    }
    let planted = planted(&report);
    for kind in [
        "partition detached",
        "row that refers to nothing",
        "exclusion constraint dropped",
        "check constraint dropped",
        "unique constraint dropped",
        "domain without its rule",
        "materialized view not refreshed",
        "row doubled in a table without a key",
        "another value: bit",
        "another value: money_of",
        "another value: daterange",
        "identity of another kind",
    ] {
        let plain = |one: &String| one.replace("public.", "") == kind;
        assert!(planted.iter().any(plain), "{kind} was not planted: {planted:#?}");
    }
    let without_a_place = asides(&report, "not_planted");
    names(&without_a_place, "policy dropped: the schema has no place for it");
}

#[tokio::test]
async fn cycles_and_names_that_need_quotes_are_no_obstacle() {
    let report = rehearsed("tangled").await;
    assert!(asides(&report, "left_out").is_empty(), "{:#?}", asides(&report, "left_out"));
    assert!(asides(&report, "fewer_rows").is_empty(), "{:#?}", asides(&report, "fewer_rows"));
    for table in ["Employees", "departments", "a", "b", "c", "nodes", "leaves", "circle", "one_of_each"] {
        assert_eq!(rows(&report, &format!("public.{table}")), 200, "{table}");
    }
    let planted = planted(&report);
    for of in ["money", "interval", "\"char\"", "json", "tsquery", "int4multirange", "integer[]", "circle"] {
        assert!(planted.contains(&format!("another value: {of}")), "{of} was not planted: {planted:#?}");
    }
}

#[tokio::test]
async fn what_is_no_schema_is_refused_before_a_server_starts() {
    let shell = Shell::new()
        .file("archive.dump", "PGDMP\u{1}\u{e}")
        .file("letter.sql", "Dear Sir; or Madam; it's late.")
        .file("good.sql", "create table t (id int primary key);")
        .file("rows.toml", "public.t = many\n");
    shell.run("rehearse --schema none.sql").exits(2).complains("cannot read the schema none.sql").complains("pg_dump");
    shell.run("rehearse --schema archive.dump").exits(2).complains("an archive of pg_dump").complains("pg_restore");
    shell.run("rehearse --schema letter.sql").exits(2).complains("letter.sql makes no table");
    shell.run("rehearse --schema good.sql --target-schema letter.sql").exits(2).complains("letter.sql makes no table");
    shell.run("rehearse --schema good.sql --rows rows.toml").exits(2).complains("rows.toml, line 1");
    shell.run("rehearse --schema good.sql --rows none.toml").exits(2).complains("none.toml");
    for alone in ["--rows rows.toml", "--like postgres://a@b/c", "--target-schema good.sql"] {
        shell.run(&format!("rehearse {alone}")).exits(2).complains("--schema <FILE>");
    }
    shell
        .run("rehearse --schema good.sql --rows rows.toml --like postgres://a@b/c")
        .exits(2)
        .complains("cannot be used with");
    shell.run("rehearse --schema good.sql --chaos").exits(2).complains("cannot be used with");
}

#[tokio::test]
async fn a_table_that_cannot_be_made_ends_the_rehearsal_with_its_line() {
    let (shell, servers) = shell().await;
    let shell = shell
        .file("bad.sql", "create table t (id int primary key);\n\ncreate table u (\n  id int,\n  at nowhere.\"no such\"(3) default nothing()\n) using columnar;\n")
        .file("good.sql", "create table t (id int primary key);")
        .file("rows.toml", "\"public.u\" = 5\n");
    let ran = shell.run(&format!("rehearse {servers} --schema bad.sql")).exits(2);
    ran.complains("bad.sql, line 3: table u cannot be made").complains("columnar").complains("hint:");
    shell
        .run(&format!("rehearse {servers} --schema good.sql --rows rows.toml"))
        .exits(2)
        .complains("the schema has no table public.u");
    let left = "select string_agg(datname::text, ', ') from pg_database where datname like 'own\\_%'";
    assert_eq!(value(&server_urls().0, left).await, None);
}

#[tokio::test]
async fn rows_are_as_many_as_asked_for_and_the_same_each_time() {
    let (shell, servers) = shell().await;
    let schema = "create table t (id uuid primary key, a text not null, b int, at timestamptz);
                  create table u (id int primary key, t_id uuid not null references t, n numeric(6,2));
                  create table v (id int primary key);";
    // Another default on the target: the day says so, and ends before the matrix.
    let shell = shell
        .file("source.sql", schema)
        .file("target.sql", &schema.replace("b int", "b int default 3"))
        .file("rows.toml", "\"public.t\" = 37\npublic.v 3\n");
    let run = || {
        let files = "--schema source.sql --target-schema target.sql --rows rows.toml";
        let ran = shell.run(&format!("rehearse {servers} {files} --format json")).exits(1);
        let ran = ran.complains("the day is not green: the rollback drill and the defect matrix are left out");
        ran.json()
    };
    let (one, two) = (run(), run());
    assert_eq!((rows(&one, "public.t"), rows(&one, "public.u"), rows(&one, "public.v")), (37, 200, 3));
    let bytes = |report: &Value| -> Vec<(String, u64)> {
        let copied = report["copied"].as_array().unwrap();
        copied.iter().map(|one| (one["table"]["name"].to_string(), one["bytes"].as_u64().unwrap())).collect()
    };
    assert_eq!(bytes(&one), bytes(&two));
    assert_eq!(one["own_schema"]["target_file"], "target.sql");
    let found: Vec<&Value> =
        one["units"].as_array().unwrap().iter().filter(|unit| unit["outcome"] == "different").collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].to_string().contains("public.t.b"), "{found:#?}");
}
