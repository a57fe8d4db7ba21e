//! Every command line of the tool that a page shows is one that the tool takes.

use pg_rehearse::cli;

use crate::documentation::{pages, root};
use crate::support::command::Shell;

const VERBS: [&str; 19] = [
    "init",
    "plan",
    "preflight",
    "backup",
    "clean",
    "copy",
    "verify",
    "fingerprint",
    "advise",
    "rollback",
    "status",
    "cleanup",
    "migrate",
    "rehearse",
    "report",
    "gate",
    "schema",
    "completions",
    "man",
];

/// The command lines of a text's code: blocks and spans that begin with the tool's name, after a prompt or another command.
fn command_lines(text: &str) -> Vec<String> {
    let joined = text.replace("\\\n", " ");
    let mut found = Vec::new();
    let mut block = false;
    for line in joined.lines() {
        if line.trim_start().starts_with("```") {
            block = !block;
            continue;
        }
        let pieces: Vec<&str> = match block {
            true => vec![line],
            false => line.split('`').skip(1).step_by(2).collect(),
        };
        for piece in pieces {
            let parts = piece.split("&&").flat_map(|part| part.split(" | ")).flat_map(|part| part.split(" > "));
            for part in parts {
                let part = part.trim().trim_start_matches("$ ").trim_start_matches("run: ").trim_start_matches("- ");
                let own = part.strip_prefix("cargo run -- ").map(|rest| format!("pg-rehearse {rest}"));
                // A sentence leaves the tool's name out: `verify --ddl FILE`.
                let verb = part.split_once(" --").is_some_and(|(verb, _)| VERBS.contains(&verb));
                let own = own.or_else(|| (verb && !block).then(|| format!("pg-rehearse {part}")));
                let line = own.unwrap_or_else(|| part.to_owned());
                if line.starts_with("pg-rehearse ") && line.split_whitespace().nth(1).is_some_and(|verb| verb != "by") {
                    found.push(line);
                }
            }
        }
    }
    found
}

/// The words of a line as a shell makes them; `None` for one that only stands for others (`...`, `<verb>`).
fn words(line: &str) -> Option<Vec<String>> {
    let line = line.split(" # ").next().unwrap_or_default();
    let line = line.split("   ").next().unwrap_or_default();
    if line.contains("...") || line.contains('<') || line.contains('…') {
        return None;
    }
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut()?.push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    Some(words)
}

#[test]
fn every_documented_command_line_is_taken() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    let mut files = pages();
    files.push(root().join("action.yml"));
    for page in files {
        let text = std::fs::read_to_string(&page).unwrap();
        for line in command_lines(&text) {
            let Some(words) = words(&line) else { continue };
            tried += 1;
            // A sentence may name an option without its value, or without what else the verb needs.
            let Err(problem) = cli::parses(&words) else { continue };
            if !problem.contains("a value is required") && !problem.contains("required arguments were not") {
                wrong.push(format!("{}: {line}\n  {}", page.display(), problem.lines().next().unwrap_or_default()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried > 80, "only {tried} command lines were found");
}

#[test]
fn what_the_tool_does_not_take_is_seen() {
    let lines = command_lines(
        "text `pg-rehearse verify --no-such` and\n```\n$ pg-rehearse copy \\\n  --confirm x && echo\n```\n",
    );
    assert_eq!(lines, ["pg-rehearse verify --no-such", "pg-rehearse copy    --confirm x"]);
    assert!(cli::parses(&words(&lines[0]).unwrap()).is_err());
    assert_eq!(words(r#"pg-rehearse init "a b" # why"#).unwrap(), ["pg-rehearse", "init", "a b"]);
}

#[test]
fn every_verb_shows_examples_and_they_are_taken() {
    let shell = Shell::new();
    let all = shell.run("--help").exits(0).out;
    for verb in VERBS {
        assert!(all.contains(&format!("  {verb} ")), "{verb}");
        let help = shell.run(&format!("{verb} --help")).exits(0).out;
        let examples = help.split("Example").nth(1).unwrap_or_else(|| panic!("{verb} shows no example"));
        // Lines too long for the terminal go on in the next.
        let examples =
            examples.split_whitespace().collect::<Vec<_>>().join(" ").replace(" pg-rehearse ", "\npg-rehearse ");
        let lines: Vec<Vec<String>> =
            command_lines(&format!("```\n{examples}\n```")).iter().filter_map(|line| words(line)).collect();
        assert!(lines.iter().any(|line| line[1] == verb), "{verb}: {lines:?}");
        for line in lines {
            if let Err(problem) = cli::parses(&line) {
                panic!("{line:?}: {problem}");
            }
        }
    }
}
