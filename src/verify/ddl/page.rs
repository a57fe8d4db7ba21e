//! The file: what it is, what it leaves out, and the statements under their headings.

use super::statement::{Part, Statement};
use crate::model::{ObjectRef, plural};

/// What stands above the statements.
pub(super) struct Head {
    /// The tool and its version.
    pub(super) tool: String,
    /// Both sides, for people.
    pub(super) sides: [String; 2],
    /// When the sides were compared.
    pub(super) date: String,
    /// What the file does not speak of, line by line.
    pub(super) left_out: Vec<String>,
}

/// Settings under which every name and expression means what it meant where it was printed.
const SETTINGS: &str = "set local search_path = '';
set local check_function_bodies = off;
set local standard_conforming_strings = on;
set local transform_null_equals = off;
set local default_tablespace = '';
set local quote_all_identifiers = off;";

/// Writes the file.
pub(super) fn render(head: &Head, statements: &[Statement], by_hand: &[(ObjectRef, String, String)]) -> String {
    let mut out = String::new();
    let mut say = |text: &str| out.push_str(&format!("-- {}\n", line(text)));
    say(&format!("{}, {}: makes the schema of the target equal to that of the source.", head.tool, head.date));
    say(&format!("source: {}", head.sides[0]));
    say(&format!("target: {}", head.sides[1]));
    if statements.is_empty() && by_hand.is_empty() {
        say("Nothing is to be changed.");
    } else {
        let (made, left) = (plural(statements.len() as u64, "statement"), plural(by_hand.len() as u64, "difference"));
        say(&format!("{made}; {left} for a hand. Review before running, then run it on the target:"));
        say("  psql -X -v ON_ERROR_STOP=1 -f FILE");
        say(
            "It is one transaction, which begins and commits itself, so -1 is not needed. Labels of enums come before it in",
        );
        say(
            "one of their own: a new label cannot be used in the transaction that adds it. Nothing in it is to be run outside of",
        );
        say("a transaction. Then look again: pg-rehearse verify --only schema,rls,grants,indexes");
    }
    for reason in &head.left_out {
        say(&format!("LEFT OUT: {reason}"));
    }
    for (object, attribute, why) in by_hand {
        say(&format!("BY HAND: {object}, {attribute}: {why}"));
    }
    let (labels, rest): (Vec<&Statement>, Vec<&Statement>) =
        statements.iter().partition(|one| one.part == Part::Labels);
    transaction(&mut out, &labels);
    transaction(&mut out, &rest);
    out
}

fn transaction(out: &mut String, statements: &[&Statement]) {
    if statements.is_empty() {
        return;
    }
    out.push_str(&format!("\nbegin;\n{SETTINGS}\n"));
    let mut part = None;
    for statement in statements {
        if part != Some(statement.part) {
            part = Some(statement.part);
            out.push_str(&format!("\n-- ---- {}\n", statement.part.title()));
        }
        if let Some(note) = &statement.note {
            out.push_str(&format!("-- {}\n", line(note)));
        }
        out.push_str(&format!("{};\n", statement.sql));
    }
    out.push_str("\ncommit;\n");
}

/// A comment ends with its line, whatever a name holds.
fn line(text: &str) -> String {
    text.chars()
        .map(
            |letter| {
                if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{85}') { ' ' } else { letter }
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head {
            tool: "tool".into(),
            sides: ["one".into(), "two\ndrop table t;".into()],
            date: "today".into(),
            left_out: Vec::new(),
        }
    }

    #[test]
    fn a_name_cannot_leave_its_comment() {
        let hand =
            vec![(ObjectRef::new("table", "public.\"a\r\ndrop table t;\""), "kind".to_owned(), "x\ny".to_owned())];
        let statement = Statement::new(Part::Labels, &hand[0].0, "select 1").note("a\nb");
        let text = render(&head(), &[statement], &hand);
        let outside: Vec<&str> = text.lines().filter(|line| !line.starts_with("--") && !line.is_empty()).collect();
        assert_eq!(
            outside.iter().filter(|line| !line.starts_with("set local")).copied().collect::<Vec<_>>(),
            ["begin;", "select 1;", "commit;"]
        );
    }

    #[test]
    fn where_nothing_differs_nothing_is_to_be_run() {
        let text = render(&head(), &[], &[]);
        assert!(text.contains("Nothing is to be changed."));
        assert!(text.lines().all(|line| line.starts_with("--")));
    }
}
