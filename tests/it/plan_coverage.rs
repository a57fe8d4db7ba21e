//! Each part of the plan has its home: the page is the table's, and what the table names is there.

use std::collections::BTreeSet;

use pg_rehearse::config::File;
use pg_rehearse::migrate::{Home, plan_coverage, plan_parts};
use serde_json::Value;

use crate::support::command::Shell;
use crate::support::endpoints::Pair;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/plan-coverage.md");

fn homes() -> Vec<Home> {
    plan_parts().iter().flat_map(|part| part.homes.iter().copied()).collect()
}

#[test]
fn the_page_is_the_tables() {
    let made = plan_coverage();
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(PAGE, &made).unwrap();
    }
    let page = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(page == made, "docs/plan-coverage.md is not what the table makes: run this test with UPDATE_PAGES=1");
    assert!(plan_parts().len() > 100 && plan_parts().iter().all(|part| !part.homes.is_empty()));
}

#[test]
fn checks_rules_keys_and_messages_are_there() {
    let checks: BTreeSet<&str> = pg_rehearse::verify::checks().iter().map(|check| check.name()).collect();
    let rules: BTreeSet<u16> = pg_rehearse::advise::rules().unwrap().iter().map(|rule| rule.number).collect();
    let schema = schemars::schema_for!(File);
    let schema = schema.as_value();
    let has_key = |key: &str| {
        let (table, key) = key.split_once('.').map_or((key, None), |(table, key)| (table, Some(key)));
        let Some(node) = schema["properties"].get(table) else { return false };
        let node = node["$ref"].as_str().map_or(node, |path| schema.pointer(path.trim_start_matches('#')).unwrap());
        key.is_none_or(|key| node["properties"].get(key).is_some())
    };
    let messages = ["start", "phase", "complete", "held", "rolled-back"];
    let phases = ["preflight", "backup", "clean", "copy", "verify", "advise", "rollback"];
    for home in homes() {
        let there = match home {
            Home::Check(name) => checks.contains(name),
            Home::Rule(number) => rules.contains(&number),
            Home::Key(key) => has_key(key),
            Home::Message(name) => messages.contains(&name),
            Home::Phase(name) => phases.contains(&name),
            Home::NotOurs { why, instead } => !why.is_empty() && !instead.is_empty(),
            Home::Preflight(_) | Home::Verb(_) | Home::File(_) => true,
        };
        assert!(there, "{home:?} is named and is not there");
    }
}

#[test]
fn verbs_and_their_options_are_there() {
    let shell = Shell::new();
    for home in homes() {
        let Home::Verb(verb) = home else { continue };
        let (name, option) = verb.split_once(' ').map_or((verb, None), |(name, option)| (name, Some(option)));
        let help = shell.run(&format!("{name} --help")).exits(0).out;
        let option = option.and_then(|option| option.split(' ').next());
        assert!(option.is_none_or(|option| help.contains(option)), "`{verb}` is named and is not there");
    }
}

#[tokio::test]
async fn rows_of_preflight_and_files_of_a_day_are_there() {
    let pair = Pair::create("coverage").await;
    pair.both("create table t (id int primary key)").await;
    let settings = "[source]\nproject = 'one'\n[target]\nproject = 'two'\n";
    let shell = pair.shell().await.file("migration.toml", settings);
    let answer: Value = shell.run("preflight --format json").exits(0).json();
    let rows: BTreeSet<&str> =
        answer["rows"].as_array().unwrap().iter().filter_map(|row| row["check"].as_str()).collect();
    shell.run("migrate --confirm target --folder day").exits(0);
    for home in homes() {
        match home {
            Home::Preflight(row) => assert!(rows.contains(row), "preflight has no row `{row}`: {rows:?}"),
            Home::File(name) => assert!(shell.path("day").join(name).exists(), "a day leaves no {name}"),
            _ => {}
        }
    }
    pair.drop_databases().await;
}
