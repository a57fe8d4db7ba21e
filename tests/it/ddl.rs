//! The file of `verify --ddl` makes the target's schema equal to the source's: for each kind of object, each on its own
//! and all at once.

mod access;
mod cases;
mod hard;
mod more_cases;

use pg_rehearse::catalog::KINDS;
use pg_rehearse::check::Selection;
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::{Events, RunReport};
use pg_rehearse::verify::Options;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::command::Shell;
use crate::support::{Found, Pair, incomplete, open, run};

/// What differs: its name, what both sides have, what only the source gets, what only the target gets.
type Case = (&'static str, &'static str, &'static str, &'static str);

/// Runs a file as psql does, and says why it could not.
async fn apply(url: &str, sql: &str) -> Result<(), String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let done = connection.execute(sqlx::raw_sql(sql)).await.map(|_| ()).map_err(|error| error.to_string());
    connection.close().await.unwrap();
    done
}

/// Compares the schemas; gives the report and the file.
async fn verify(pair: &Pair) -> (RunReport, String) {
    verify_with(pair, "").await
}

async fn verify_with(pair: &Pair, config: &str) -> (RunReport, String) {
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let config = Config::from_text(config, &flags).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("schema.sql");
    let only = ["schema", "rls", "grants", "indexes"].map(str::to_owned).to_vec();
    let options = Options { ddl: Some(file.clone()), ..Options::default() };
    let selection = Selection { only, skip: Vec::new() };
    let report = pg_rehearse::verify::verify(&config, &selection, &options, &Events::silent()).await.unwrap();
    (report, std::fs::read_to_string(&file).unwrap())
}

/// What is left to find, and the file that would have to mend it.
async fn left(pair: &Pair) -> (Found, String) {
    let (report, file) = verify(pair).await;
    assert_eq!(incomplete(&report.units), [], "{file}");
    (open(&report.units), file)
}

/// Plants, looks, applies, looks again; gives what went wrong.
async fn heal(pair: &Pair, (name, base, source, target): &Case) -> Option<String> {
    run(&pair.source, base).await;
    run(&pair.target, base).await;
    run(&pair.source, source).await;
    run(&pair.target, target).await;
    let (found, file) = left(pair).await;
    if found.is_empty() {
        return Some(format!("{name}: nothing was found"));
    }
    if file.contains("-- BY HAND") {
        return Some(format!("{name}: something is left for a hand\n{file}"));
    }
    if let Err(error) = apply(&pair.target, &file).await {
        return Some(format!("{name}: {error}\n{file}"));
    }
    let (found, _) = left(pair).await;
    (!found.is_empty()).then(|| format!("{name}: still differs: {found:?}\n{file}"))
}

async fn each_alone(cases: &[Case]) {
    let mut pair = Pair::new(&[cases::BASE]).await;
    assert_eq!(left(&pair).await.0, Found::new(), "equal databases");
    let mut wrong = Vec::new();
    for case in cases {
        if let Some(why) = heal(&pair, case).await {
            wrong.push(why);
            pair.drop().await;
            pair = Pair::new(&[cases::BASE]).await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    pair.drop().await;
}

#[tokio::test]
async fn what_differs_in_tables_is_healed() {
    each_alone(cases::TABLES).await;
}

#[tokio::test]
async fn what_differs_in_columns_and_constraints_is_healed() {
    each_alone(cases::COLUMNS).await;
}

#[tokio::test]
async fn what_differs_in_types_views_and_functions_is_healed() {
    each_alone(more_cases::CODE).await;
}

#[tokio::test]
async fn what_differs_in_other_kinds_is_healed() {
    each_alone(more_cases::OTHERS).await;
}

#[tokio::test]
async fn all_differences_are_healed_at_once() {
    let pair = Pair::new(&[cases::BASE]).await;
    let all: Vec<&Case> =
        [cases::TABLES, cases::COLUMNS, more_cases::CODE, more_cases::OTHERS].into_iter().flatten().collect();
    for (_, base, source, target) in &all {
        run(&pair.source, base).await;
        run(&pair.target, base).await;
        run(&pair.source, source).await;
        run(&pair.target, target).await;
    }
    let (found, file) = left(&pair).await;
    assert!(found.len() >= all.len(), "{} of {}", found.len(), all.len());
    // Kinds of which a difference cannot be made here, or is looked at in a file of its own.
    let elsewhere =
        ["database", "role", "membership", "subscription", "large objects", "security label", "row security"];
    let differs = |kind: &str| found.iter().any(|(_, object, _)| object.starts_with(&format!("{kind} ")));
    let unseen: Vec<&str> = KINDS.iter().map(|kind| kind.name).filter(|kind| !differs(kind)).collect();
    assert!(unseen.iter().all(|kind| elsewhere.contains(kind)), "no difference of {unseen:?}");
    if let Err(error) = apply(&pair.target, &file).await {
        panic!("{error}\n{file}");
    }
    let (found, _) = left(&pair).await;
    assert_eq!(found, Found::new(), "{file}");
    pair.drop().await;
}

#[tokio::test]
async fn where_nothing_differs_the_file_says_so() {
    let pair = Pair::new(&["create table t (id int primary key)"]).await;
    let shell = Shell::on(&pair).await;
    shell
        .run("verify --only schema,rls,grants,indexes --ddl schema.sql")
        .exits(0)
        .complains("0 statements written to schema.sql");
    let file = shell.read("schema.sql");
    assert!(file.contains("Nothing is to be changed.") && file.lines().all(|line| line.starts_with("--")), "{file}");
    run(&pair.source, "alter table t add column a text").await;
    shell
        .run("verify --only schema --ddl schema.sql")
        .exits(1)
        .complains("1 statement written to schema.sql, 0 differences need a hand");
    let file = shell.read("schema.sql");
    assert!(file.contains("alter table \"public\".\"t\" add column \"a\" text;"), "{file}");
    assert!(file.contains("-- LEFT OUT: what the check rls would find: it did not run"), "{file}");
    shell.run("verify --only rows --ddl other.sql").exits(2).complains("none of them is selected");
    shell.run("fingerprint --out source.json").exits(0);
    shell.run("verify --against source.json --ddl other.sql").exits(2).complains("--ddl does not go with --against");
    assert!(!shell.path("other.sql").exists());
    pair.drop().await;
}
