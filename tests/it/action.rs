//! `action.yml` and the examples of docs/ci.md: they can be read, what they call exists, and the action's steps do what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_yaml_ng::Value;

use crate::support::command::Shell;
use crate::support::{Pair, run};

const ACTION: &str = include_str!("../../action.yml");
const PAGE: &str = include_str!("../../docs/ci.md");

/// The code blocks of a language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    page.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

fn examples() -> Vec<Value> {
    let read = |text: &str| serde_yaml_ng::from_str(text).unwrap_or_else(|problem| panic!("{problem}:\n{text}"));
    blocks(PAGE, "yaml").into_iter().map(read).collect()
}

fn action() -> Value {
    serde_yaml_ng::from_str(ACTION).unwrap()
}

/// What a script of the shell runs: each line, those that go on in the next joined.
fn lines(script: &str) -> Vec<String> {
    script.replace("\\\n", " ").lines().map(|line| line.trim().to_owned()).collect()
}

/// The calls of the tool in a script, each from its name on to where the call ends.
fn calls(script: &str) -> Vec<Vec<String>> {
    let mut calls = Vec::new();
    for line in lines(script) {
        let words: Vec<&str> = line.split_whitespace().collect();
        for (at, _) in words
            .iter()
            .enumerate()
            .filter(|(_, word)| word.trim_start_matches("code=$(") == "pg-rehearse" || word.ends_with("$(pg-rehearse"))
        {
            let ends = |word: &&&str| matches!(**word, "||" | "&&" | ">" | ">>" | "|");
            calls.push(words[at + 1..].iter().take_while(|word| !ends(word)).map(|word| (*word).to_owned()).collect());
        }
    }
    calls
}

/// Every text that is a script, wherever it stands.
fn scripts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Mapping(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    (Some("run"), Value::String(text)) => found.push(text.clone()),
                    (Some("script"), Value::Sequence(all)) => {
                        found.extend(all.iter().map(|it| it.as_str().unwrap().to_owned()))
                    }
                    _ => scripts(value, found),
                }
            }
        }
        Value::Sequence(all) => all.iter().for_each(|one| scripts(one, found)),
        _ => {}
    }
}

/// Holds a call against the help of its verb; gives the options it used.
fn exists(shell: &Shell, call: &[String]) -> usize {
    let verb = call[0].trim_matches('"');
    if verb.starts_with("--") {
        shell.run(verb).exits(0);
        return 1;
    }
    let verbs = if verb == "$VERB" { vec!["rehearse", "verify"] } else { vec![verb] };
    let options =
        call.iter().filter_map(|word| word.strip_prefix("--").map(|name| name.split(['=', '"']).next().unwrap()));
    let options: Vec<&str> = options.collect();
    for verb in verbs {
        let help = shell.run(&format!("{verb} --help")).exits(0).out;
        let known: BTreeSet<&str> = help
            .split_whitespace()
            .filter_map(|word| word.strip_prefix("--"))
            .map(|word| word.trim_end_matches(','))
            .collect();
        for option in &options {
            assert!(known.contains(option), "{verb} has no --{option}, in {call:?}");
        }
    }
    options.len()
}

#[test]
fn every_verb_and_option_of_the_examples_exists() {
    let mut all = Vec::new();
    let page = examples();
    assert_eq!(page.len(), 2, "GitHub's and GitLab's");
    page.iter().chain([&action()]).for_each(|one| scripts(one, &mut all));
    all.extend(blocks(PAGE, "").into_iter().map(str::to_owned));
    let shell = Shell::new();
    let calls: Vec<Vec<String>> = all.iter().flat_map(|script| calls(script)).collect();
    let options: usize = calls.iter().map(|call| exists(&shell, call)).sum();
    assert!(calls.len() >= 6 && options >= 12, "{options} options in {calls:?}");
}

#[test]
fn the_workflow_gives_the_action_what_it_takes() {
    let action = action();
    let inputs: BTreeSet<&str> =
        action["inputs"].as_mapping().unwrap().keys().map(|key| key.as_str().unwrap()).collect();
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let described: BTreeSet<&str> = rows.filter(|name| inputs.contains(name)).collect();
    assert_eq!(described, inputs, "docs/ci.md lists them");
    for (input, said) in action["inputs"].as_mapping().unwrap() {
        assert!(said["description"].is_string() && said["default"].is_string(), "{input:?}");
    }
    let shell = Shell::new();
    let workflow = &examples()[0];
    let mut used = 0;
    for job in workflow["jobs"].as_mapping().unwrap().values() {
        let steps = job["steps"].as_sequence().unwrap();
        for step in steps.iter().filter(|step| step["uses"].as_str().is_some_and(|it| it.contains("pg-rehearse"))) {
            used += 1;
            let with = step["with"].as_mapping().unwrap();
            let given = |key: &str| with.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            assert!(with.keys().all(|key| inputs.contains(key.as_str().unwrap())), "{with:?}");
            for (verb, arguments) in [(given("verb"), given("args")), ("gate".to_owned(), given("gate-args"))] {
                let call: Vec<String> =
                    std::iter::once(verb.as_str()).chain(arguments.split_whitespace()).map(str::to_owned).collect();
                exists(&shell, &call);
            }
        }
    }
    assert_eq!(used, 2);
    // Each step says in which shell it runs, and nothing is put into a script but by the environment.
    for step in action["runs"]["steps"].as_sequence().unwrap().iter().filter(|step| step["run"].is_string()) {
        assert_eq!(step["shell"].as_str(), Some("bash"));
        assert!(!step["run"].as_str().unwrap().contains("${{"), "{step:?}");
    }
}

/// A runner of GitHub's, as far as the action needs one.
struct Runner<'a> {
    shell: &'a Shell,
    variables: BTreeMap<String, String>,
}

impl Runner<'_> {
    /// Runs a step with its inputs; gives its exit code and what it says.
    fn step(&self, id: &str, inputs: &[(&str, &str)]) -> (i32, String) {
        let action = action();
        let steps = action["runs"]["steps"].as_sequence().unwrap();
        let step = steps.iter().find(|step| step["id"].as_str() == Some(id)).unwrap();
        let mut command = Command::new("/bin/bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()]);
        command.env_clear().envs(&self.variables).current_dir(self.shell.path("."));
        for (name, value) in step["env"].as_mapping().unwrap() {
            let default = || {
                let input = value.as_str()?.strip_prefix("${{ inputs.")?.strip_suffix(" }}")?;
                Some(action["inputs"][input]["default"].as_str().unwrap().to_owned())
            };
            let name = name.as_str().unwrap();
            let given = inputs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            command.env(name, given.or_else(default).unwrap_or_else(|| panic!("{name} comes from elsewhere")));
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.code().unwrap(), said)
    }
}

#[tokio::test]
async fn the_steps_run_and_the_gate_decides() {
    if !Path::new("/bin/bash").exists() {
        println!("SKIPPED: there is no /bin/bash");
        return;
    }
    let pair = Pair::new(&["create table t (id int primary key); insert into t select generate_series(1, 9)"]).await;
    let shell = Shell::new().file("migration.toml", "[source]\nname = 'production'\n");
    let at = |name: &str| shell.path(name).to_str().unwrap().to_owned();
    let program = Path::new(env!("CARGO_BIN_EXE_pg-rehearse")).parent().unwrap();
    let variables = [
        ("PATH", format!("{}:/usr/bin:/bin", program.display())),
        ("RUNNER_TEMP", at("temp")),
        ("GITHUB_OUTPUT", at("output")),
        ("GITHUB_STEP_SUMMARY", at("summary")),
        ("PG_REHEARSE_SOURCE_URL", pair.source.clone()),
        ("PG_REHEARSE_TARGET_URL", pair.target.clone()),
    ];
    let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let runner = Runner { shell: &shell, variables };
    let verify = ("VERB", "verify");

    assert_eq!(runner.step("install", &[]).0, 0, "one is installed");
    assert_eq!(runner.step("install", &[("VERSION", env!("CARGO_PKG_VERSION"))]).0, 0);

    let (code, said) = runner.step("run", &[verify, ("ARGS", "--skip samples --jobs 2"), ("CONFIG", "migration.toml")]);
    assert_eq!(code, 0, "{said}");
    assert!(shell.read("output").contains("code=0") && shell.read("output").contains("report="));
    for name in ["verify.json", "verify.html", "verify.xml", "verify.md"] {
        assert!(shell.path("temp/pg-rehearse-reports").join(name).exists(), "{name}");
    }
    assert_eq!(runner.step("summary", &[verify]).0, 0);
    assert!(shell.read("summary").contains("pg-rehearse"));
    let (code, said) = runner.step("verdict", &[verify, ("CODE", "0")]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("go: ") && shell.read("summary").contains("\ngo: "), "{said}");

    // What differs ends the run with 1, and the step goes on; the gate stops the job.
    run(&pair.target, "delete from t where id = 3").await;
    assert_eq!(runner.step("run", &[verify]).0, 0);
    assert!(shell.read("output").contains("code=1"));
    let (code, said) = runner.step("verdict", &[verify, ("CODE", "1"), ("GATE_ARGS", "--offline")]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("no-go: "), "{said}");
    assert_eq!(runner.step("verdict", &[verify, ("CODE", "1"), ("GATE", "false")]).0, 1);
    // A second report is judged too.
    std::fs::copy(shell.path("temp/pg-rehearse-reports/verify.json"), shell.path("other.json")).unwrap();
    let (_, said) = runner.step("verdict", &[verify, ("CODE", "1"), ("REPORTS", "other.json")]);
    assert!(said.contains("other.json (verify of "), "{said}");
    // Without a report the run's own code stands, whatever the gate would say.
    std::fs::remove_dir_all(shell.path("temp")).unwrap();
    assert_eq!(runner.step("verdict", &[verify, ("CODE", "4")]).0, 4);
    pair.drop().await;
}
