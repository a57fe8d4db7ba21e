//! The JSON Schemas that are shipped are those of the tool, and what the tool writes and reads keeps them.

use serde_json::{Value, json};

use crate::support::command::Shell;
use crate::support::{Pair, run};

const REPORT: &str = include_str!("../../docs/schemas/report.json");
const CONFIG: &str = include_str!("../../docs/schemas/migration.json");

#[test]
fn the_shipped_schemas_are_the_tools() {
    let shell = Shell::new();
    for (what, file, shipped) in [("report", "report.json", REPORT), ("config", "migration.json", CONFIG)] {
        let now = shell.run(&format!("schema {what}")).exits(0).out;
        assert!(now == shipped, "docs/schemas/{file} is another: write it by `pg-rehearse schema {what}`");
    }
    shell.run("schema").exits(2);
    shell.run("schema tables").exits(2);
}

/// The report's schema, in which a key that it does not describe is refused.
fn strict() -> jsonschema::Validator {
    let mut schema: Value = serde_json::from_str(REPORT).unwrap();
    let defined = schema["$defs"].as_object_mut().unwrap();
    assert!(defined.len() > 20, "{:?}", defined.keys());
    for definition in defined.values_mut() {
        definition["unevaluatedProperties"] = false.into();
    }
    schema["unevaluatedProperties"] = false.into();
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn keeps(validator: &jsonschema::Validator, name: &str, value: &Value) {
    let problems: Vec<String> =
        validator.iter_errors(value).map(|problem| format!("{}: {problem}", problem.instance_path())).collect();
    assert!(problems.is_empty(), "{name}:\n{}", problems.join("\n"));
}

#[tokio::test]
async fn reports_of_each_verb_keep_the_reports_schema() {
    let pair = Pair::new(&[
        "create table t (id int primary key, name text, body text); create table u (id int primary key, t_id int references t)",
    ])
    .await;
    run(&pair.source, "insert into t select n, 'n' || n, repeat('long ', 50) || n from generate_series(1, 30) n").await;
    let shell = Shell::on(&pair).await.file(
        "migration.toml",
        "[[waive]]\ncheck = 'schema'\nobject = 'column public.t.name'\nreason = 'known'\nuntil = '2099-01-01'\n",
    );
    let validator = strict();
    shell.run("migrate --confirm target --folder day").exits(1);
    keeps(&validator, "migrate", &serde_json::from_str(&shell.read("day/report.json")).unwrap());
    run(
        &pair.target,
        "update t set body = replace(body, '7', '8') where id > 3; delete from t where id = 2; alter table u add extra int;
         insert into t values (99); create policy p on t using (true)",
    )
    .await;
    let report = shell.run("verify --format json").exits(1).json();
    assert!(report["source"]["schema"].is_string() && report["source"]["identity"].is_string());
    keeps(&validator, "verify", &report);
    keeps(&validator, "advise", &shell.run("advise --format json").exits(1).json());
    shell.run("fingerprint --out source.json").exits(0);
    keeps(&validator, "verify --against", &shell.run("verify --against source.json --format json").exits(1).json());

    // What is not a report does not keep it.
    for (place, value) in [
        ("/verdict", json!("perhaps")),
        ("/units/0/outcome", json!("fine")),
        ("/started", Value::Null),
        ("/source", json!({})),
        ("/ledger", json!("none")),
    ] {
        let mut broken = report.clone();
        *broken.pointer_mut(place).unwrap() = value;
        assert!(!validator.is_valid(&broken), "{place}");
    }
    let mut more = report.clone();
    more["source"]["colour"] = json!("blue");
    assert!(!validator.is_valid(&more), "a key that nothing describes");
    pair.drop().await;
}

#[test]
fn configurations_keep_theirs() {
    let validator = jsonschema::validator_for(&serde_json::from_str(CONFIG).unwrap()).unwrap();
    let read = |text: &str| serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap();
    keeps(&validator, "the fixture's", &read(include_str!("../../fixtures/muva/migration.toml")));
    keeps(&validator, "the chaos fixture's", &read(include_str!("../../fixtures/chaos/migration.toml")));
    let page = include_str!("../../docs/configuration.md");
    let examples: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        keeps(&validator, example, &read(example));
    }
    for wrong in [
        "[scope]\nschemsa = ['public']",
        "[gates]",
        "[gate]\nrequire = ['backup']",
        "[[sample]]\nname = 'a'",
        "[copy]\njobs = 'many'",
    ] {
        assert!(!validator.is_valid(&read(wrong)), "{wrong}");
    }
}
