//! Fingerprints of masked rows: a masked target is compared without its source, and never with another mask or salt.

use crate::support::command::Shell;
use crate::support::{Pair, run};

const SALT: &str = "a salt nobody else has";
const VARIABLE: &str = "PG_REHEARSE_MASK_SALT";

const SCHEMA: &str = "
create table users (
  id int primary key, email text not null unique, name varchar(40), born date,
  lower_email text generated always as (lower(email)) stored);
create table log (email text, at int);
create materialized view addresses as select id, email from users;";

const ROWS: &str = "
insert into users (id, email, name, born)
  select n, 'Raw' || n || '@X.example', case when n % 3 > 0 then 'Raw ' || n end, date '1970-01-01' + n from generate_series(1, 3000) n;
insert into log select 'Raw' || n % 50 || '@X.example', n from generate_series(1, 200) n;
refresh materialized view addresses;";

const MASKS: &str = "
[[mask]]
column = 'public.*.email'
mask = 'email'
[[mask]]
column = 'public.users.name'
mask = 'constant'
value = 'nobody'
[[mask]]
column = 'public.users.born'
mask = 'sql'
sql = \"date_trunc('year', {column})\"
";

/// A source, and a target into which its rows were copied under masks.
async fn masked() -> (Pair, Shell) {
    let pair = Pair::new(&[SCHEMA]).await;
    run(&pair.source, ROWS).await;
    let shell = Shell::on(&pair).await.file("migration.toml", MASKS).variable(VARIABLE, SALT);
    shell.run("copy --confirm target").exits(0);
    shell.run("fingerprint --out source.json").exits(0);
    (pair, shell)
}

#[tokio::test]
async fn a_masked_target_is_compared_with_a_fingerprint_of_the_source() {
    let (pair, shell) = masked().await;
    shell.run("verify --against source.json").exits(0);
    let manifest: serde_json::Value = serde_json::from_str(&shell.read("source.json")).unwrap();
    assert_eq!(manifest["side"], "source");
    let columns = manifest["masks"]["columns"].as_object().unwrap();
    let rules: Vec<String> =
        columns.iter().map(|(column, rule)| format!("{column}: {}", rule.as_str().unwrap())).collect();
    assert_eq!(
        rules,
        [
            "public.log.email: email",
            "public.users.born: sql: date_trunc('year', {column})",
            "public.users.email: email",
            "public.users.name: constant: nobody"
        ]
    );
    shell.assert_nowhere(SALT);
    assert!(!shell.read("source.json").to_lowercase().contains("@x.example"));
    for (table, change) in [
        ("users", "email = 'Raw5@X.example' where id = 5"),
        ("users", "name = null where id = 1"),
        ("users", "name = 'nobody' where id = 3"),
        ("users", "born = born + 1 where id = 7"),
        ("log", "email = 'Raw5@X.example' where at = 5"),
    ] {
        run(&pair.target, &format!("create table kept as table {table}; update {table} set {change}")).await;
        let report = shell
            .run("verify --against source.json --only rows --format json --tables public.users --tables public.log");
        let report = report.exits(1).json();
        let units = report["units"].as_array().unwrap().iter();
        let differing = units.filter(|unit| unit["outcome"] == "different");
        let objects: Vec<&str> = differing.map(|unit| unit["object"]["identity"].as_str().unwrap()).collect();
        assert_eq!(objects, [format!("public.{table}")], "{change}");
        let columns = if table == "users" { "id, email, name, born" } else { "email, at" };
        let heal =
            format!("truncate {table}; insert into {table} ({columns}) select {columns} from kept; drop table kept");
        run(&pair.target, &heal).await;
    }
    shell.run("verify --against source.json").exits(0);
    pair.drop().await;
}

#[tokio::test]
async fn another_mask_or_salt_is_refused() {
    let (pair, shell) = masked().await;
    let hint = "take it again with this";
    let shell = shell.file("migration.toml", &MASKS.replace("mask = 'email'", "mask = 'hash'"));
    let email = "public.log.email: the fingerprint masks it by `email`, and the configuration masks it by `hash`";
    shell.run("verify --against source.json").exits(2).complains(email).complains(hint);
    let shell = shell.file("migration.toml", &MASKS.replace("'nobody'", "'somebody'"));
    let name = "public.users.name: the fingerprint masks it by `constant: nobody`, and the configuration masks it by `constant: somebody`";
    shell.run("verify --against source.json").exits(2).complains(name);
    let shell = shell.file("migration.toml", &MASKS.replace("public.users.name", "public.users.names"));
    shell
        .run("verify --against source.json")
        .exits(2)
        .complains("mask of `public.users.names`: the fingerprint has no such column");
    let shell = shell.file("migration.toml", "");
    let none = "public.log.email: the fingerprint masks it by `email`, and the configuration does not mask it";
    shell.run("verify --against source.json").exits(2).complains(none);
    // Tables that do not take part do not count.
    let shell = shell.file("migration.toml", &MASKS.replace("public.*.email", "public.log.email"));
    shell.run("verify --against source.json --only rows --tables public.log").exits(0);
    shell.run("verify --against source.json").exits(2).complains("public.users.email: ");

    let shell = shell.file("migration.toml", MASKS).variable(VARIABLE, "another salt than the first");
    let salt = "the fingerprint was taken with another salt than PG_REHEARSE_MASK_SALT holds";
    shell.run("verify --against source.json").exits(2).complains(salt);
    // Comparing needs no salt, so a place that does not know it can compare.
    let known = shell.read("source.json");
    let shell = Shell::on(&pair).await.file("migration.toml", MASKS).file("source.json", &known);
    shell.run("verify --against source.json").exits(0);
    shell.run("fingerprint --out again.json").exits(2).complains("PG_REHEARSE_MASK_SALT is not set");
    pair.drop().await;
}

#[tokio::test]
async fn rows_as_they_are_are_not_held_against_masked_ones() {
    let (pair, shell) = masked().await;
    let plain = Shell::on(&pair).await;
    plain.run("fingerprint --out raw.json").exits(0);
    let raw = plain.read("raw.json");
    assert!(!raw.contains("\"masks\""), "nothing is masked there");
    let shell = shell.file("raw.json", &raw);
    shell
        .run("verify --against raw.json")
        .exits(2)
        .complains("holds the rows as they are")
        .complains("public.log.email");
    // One that does not say its side, as an earlier version of the tool wrote it.
    let shell = shell.file("old.json", &raw.replace("\"side\": \"source\",", ""));
    shell.run("verify --against old.json").exits(2).complains("holds the rows as they are");
    // What stood on the target stood there, whatever the masks.
    shell.run("fingerprint --side target --out target.json").exits(0);
    assert!(!shell.read("target.json").contains("\"masks\""));
    shell.run("verify --against target.json").exits(0);
    run(&pair.target, "update log set at = 0 where at = 1").await;
    shell.run("verify --against target.json --only rows").exits(1);
    pair.drop().await;
}

#[tokio::test]
async fn two_fingerprints_of_one_salt_do_not_tell_so() {
    let (pair, shell) = masked().await;
    shell.run("fingerprint --out again.json").exits(0);
    let digest = |name: &str| {
        let manifest: serde_json::Value = serde_json::from_str(&shell.read(name)).unwrap();
        let tables = manifest["tables"].clone();
        (manifest["masks"]["salt"]["digest"].as_str().unwrap().to_owned(), tables)
    };
    let (one, two) = (digest("source.json"), digest("again.json"));
    assert_eq!(one.1, two.1);
    assert_ne!(one.0, two.0);
    assert_eq!(one.0.len(), 64);
    pair.drop().await;
}
