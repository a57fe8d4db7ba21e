//! What the embedded server lacks (ICU, libxml), on servers that have it: those named, or containers where there are any.

use std::process::Command;

use pg_rehearse::model::{Events, RowChange};
use pg_rehearse::rehearse::server::{Choice, Options, start_pair};

use super::judge::judge;
use super::pools;
use crate::support::{Pair, endpoints, run, server_urls};

/// Set in the program that runs the tests on containers, which must not start containers of its own.
const INSIDE: &str = "PG_REHEARSE_TEST_INSIDE";

#[tokio::test]
async fn a_collation_that_folds_hides_no_difference() {
    let folds = "create collation pg_temp.folds (provider = icu, locale = 'und-u-ks-level2', deterministic = false)";
    let (one, two) = server_urls();
    if !(pools::tries(&one, folds).await && pools::tries(&two, folds).await) {
        println!("SKIPPED: collations that fold: a server is built without ICU");
        return;
    }
    let tables = "create collation folds (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        create table in_value (id int primary key, v text collate folds);
        create table in_key (k text collate folds primary key, v int);
        create table in_neither (k text collate folds primary key, v varchar(9) collate folds);
        insert into in_neither values ('a', 'A'), ('b', 'á');";
    let pair = Pair::new(&[tables]).await;
    run(&pair.source, "insert into in_value values (1, 'a'), (2, 'b'); insert into in_key values ('a', 1), ('b', 1)")
        .await;
    run(&pair.target, "insert into in_value values (1, 'A'), (2, 'b'); insert into in_key values ('A', 1), ('b', 1)")
        .await;
    let checked = pair.verify("[scope]\nschemas = ['public']\n", &["rows"]).await;
    let key = |text: &str| Some(text.to_owned());
    for (name, reports) in [
        ("table public.in_value", vec![(RowChange::Changed, key("id=1"), vec!["v".to_owned()])]),
        ("table public.in_key", vec![(RowChange::Missing, key("k=a"), vec![]), (RowChange::Extra, key("k=A"), vec![])]),
        ("table public.in_neither", vec![]),
    ] {
        let unit = checked.units.iter().find(|unit| unit.object.to_string() == name).unwrap();
        judge(unit, &reports).unwrap_or_else(|reason| panic!("{name}: {reason}"));
    }
    pair.drop().await;
}

#[tokio::test]
async fn a_copy_of_xml_keeps_its_declarations() {
    let (one, two) = server_urls();
    if !(pools::reads_xml(&one).await && pools::reads_xml(&two).await) {
        println!("SKIPPED: a copy of xml: a server is built without libxml");
        return;
    }
    let pair = endpoints::Pair::create("xml").await;
    pair.both(
        "create domain document as xml; create table t (id int primary key, plain xml, typed document, many xml[]);
         create table masked (id int primary key, plain xml); create table parted (id int, plain xml) partition by range (id);
         create table part partition of parted for values from (0) to (100)",
    )
    .await;
    let declared = r#"<?xml version="1.0"?><a/>
        <?xml version="1.0" encoding="ISO-8859-1"?><ä>€</ä>
        <?xml version="1.1" standalone="yes"?> <a b="\N"/>
        <!DOCTYPE a><a/>"#;
    for (id, value) in declared.lines().map(str::trim).chain(["", "text alone\n"]).enumerate() {
        let value = pg_rehearse::model::literal(value);
        pair.on_source(&format!("insert into t values ({id}, {value}, {value}, array[{value}::xml])")).await;
        pair.on_source(&format!(
            "insert into parted values ({id}, {value}); insert into masked values ({id}, {value})"
        ))
        .await;
    }
    pair.on_source("insert into t values (-1)").await;
    let mask =
        "[[mask]]\ncolumn = 'public.masked.plain'\nmask = 'sql'\nsql = \"replace({column}::text, '/>', ' />')\"\n";
    let shell = pair.shell().await.file("migration.toml", mask);
    shell.run("copy --confirm target").exits(0);
    let masked = pair.ask_source("select replace(plain::text, '/>', ' />') from masked order by id").await;
    let target = pair.ask_target("select plain::text from masked order by id").await;
    assert_eq!(masked, target);
    let (source, target) = pair.ask("select plain::text, typed::text, many::text from t order by id").await;
    assert_eq!(source, target);
    let (source, target) = pair.ask("select plain::text from parted order by id").await;
    assert_eq!(source, target);
    shell.run("verify --only rows").exits(0);
    pair.drop_databases().await;
}

#[tokio::test]
async fn containers_have_the_types_that_the_embedded_server_lacks() {
    if std::env::var(INSIDE).is_ok() {
        return;
    }
    let options = Options { choice: Choice::Container, ..Options::default() };
    let (one, two) = match start_pair(&options, &options, &Events::silent()).await {
        Ok(pair) => pair,
        Err(error) => {
            println!("SKIPPED: xml values and collations of ICU: no containers: {}", error.chain());
            return;
        }
    };
    let tests = ["a_collation_that_folds", "a_copy_of_xml", "pools_hold", "every_type", "among_some_dozen_rows"];
    let output = Command::new(std::env::current_exe().unwrap())
        .args(tests)
        .arg("--nocapture")
        .env("PG_REHEARSE_TEST_SERVERS", format!("{} {}", one.url(), two.url()))
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    one.stop().await.unwrap();
    two.stop().await.unwrap();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("5 passed"), "{said}");
    for missing in ["built without ICU", "built without libxml"] {
        assert!(!said.contains(missing), "the image lacks what it should have: {said}");
    }
}
