//! What the files of the kinds share: both sides, what is made anew, and the ways to mend a difference.

use std::collections::BTreeSet;

use super::facts::Known;
use super::statement::{Part, Statement};
use crate::model::{ObjectRef, literal, quoted};

/// How a differing attribute is put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// By statements; none where another object's statements do it.
    Done(Vec<Statement>),
    /// By taking the object away and making it again.
    Again,
    /// Not by a statement: why not, and what to do.
    Hand(String),
}

impl Way {
    /// By one statement.
    pub(super) fn one(statement: Statement) -> Self {
        Self::Done(vec![statement])
    }

    /// By hand.
    pub(super) fn hand(why: impl Into<String>) -> Self {
        Self::Hand(why.into())
    }
}

/// Statements under way, and what is left for a person.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) statements: Vec<Statement>,
    /// Object, attribute, why and what to do.
    pub(super) by_hand: Vec<(ObjectRef, String, String)>,
}

impl Sheet {
    pub(super) fn push(&mut self, statement: Statement) {
        // Several attributes may be put right by one statement.
        if !self.statements.iter().any(|one| one.part == statement.part && one.sql == statement.sql) {
            self.statements.push(statement);
        }
    }

    pub(super) fn hand(&mut self, object: &ObjectRef, attribute: &str, why: impl Into<String>) {
        self.by_hand.push((object.clone(), attribute.to_owned(), why.into()));
    }
}

/// Both sides, and what is made on the target.
#[derive(Debug)]
pub(super) struct Work<'a> {
    pub(super) source: &'a Known,
    pub(super) target: &'a Known,
    /// What the target does not have, or has no more once what is made again was taken away.
    pub(super) made: BTreeSet<ObjectRef>,
    /// What gets another owner.
    pub(super) owned: BTreeSet<ObjectRef>,
}

impl Work<'_> {
    /// Whether a table of the target is given to another parent: until then nothing comes to it from that.
    pub(super) fn joins(&self, table: &ObjectRef) -> bool {
        let parents = |side: &Known| side.attribute(table, "inherits").map(str::to_owned);
        self.target.has(table) && !self.made.contains(table) && parents(self.source) != parents(self.target)
    }
}

/// `set (a = 'x')` and `reset (b)`, as far as options in the catalog's form `a=x` differ.
pub(super) fn storage_options(prefix: &str, source: &[&str], target: &[&str]) -> Vec<String> {
    let pair = |option: &&str| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        format!("{prefix}{} = {}", quoted(name), literal(value))
    };
    let name = |option: &str| option.split('=').next().unwrap_or_default().to_owned();
    let set: Vec<String> = source.iter().filter(|option| !target.contains(option)).map(pair).collect();
    let kept: Vec<String> = source.iter().map(|option| name(option)).collect();
    let gone = target.iter().map(|option| name(option)).filter(|name| !kept.contains(name));
    let reset: Vec<String> = gone.map(|name| format!("{prefix}{}", quoted(&name))).collect();
    let clause = |word: &str, list: &[String]| (!list.is_empty()).then(|| format!("{word} ({})", list.join(", ")));
    [clause("set", &set), clause("reset", &reset)].into_iter().flatten().collect()
}

/// ` with (a = 'x')` for what is made, empty where nothing is set.
pub(super) fn with_options(lists: &[(&str, Vec<&str>)]) -> String {
    let all: Vec<String> = lists.iter().flat_map(|(prefix, options)| storage_options(prefix, options, &[])).collect();
    let inner: Vec<&str> = all.iter().filter_map(|clause| clause.strip_prefix("set (")?.strip_suffix(')')).collect();
    if inner.is_empty() { String::new() } else { format!(" with ({})", inner.join(", ")) }
}

/// A foreign object's options by name; the value of a secret is not known.
pub(super) type ForeignOptions = Vec<(String, Option<String>)>;

/// Options in the catalog's form `a=x`, by name.
pub(super) fn split_options(options: &[&str]) -> ForeignOptions {
    let split = options.iter().map(|option| option.split_once('=').unwrap_or((option, "")));
    split.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))).collect()
}

/// `options (add a 'x', set b 'y', drop c)`, as far as they differ; `None` where they do not.
pub(super) fn foreign_options(source: &ForeignOptions, target: &ForeignOptions) -> Option<String> {
    let held =
        |list: &ForeignOptions, name: &str| list.iter().find(|(one, _)| one == name).map(|(_, value)| value.clone());
    let set = source.iter().filter_map(|(name, value)| {
        let value = value.as_ref()?;
        let word = match held(target, name) {
            None => "add ",
            Some(other) if other.as_ref() == Some(value) => return None,
            Some(_) => "set ",
        };
        Some(format!("{word}{} {}", quoted(name), literal(value)))
    });
    let gone = target
        .iter()
        .filter(|(name, _)| held(source, name).is_none())
        .map(|(name, _)| format!("drop {}", quoted(name)));
    let all: Vec<String> = set.chain(gone).collect();
    (!all.is_empty()).then(|| format!("options ({})", all.join(", ")))
}

/// ` options (a 'x')` for what is made, empty where nothing is set.
pub(super) fn new_options(source: &ForeignOptions) -> String {
    let known =
        source.iter().filter_map(|(name, value)| Some(format!("{} {}", quoted(name), literal(value.as_ref()?))));
    let all: Vec<String> = known.collect();
    if all.is_empty() { String::new() } else { format!(" options ({})", all.join(", ")) }
}

/// A text, or NULL.
pub(super) fn text(value: Option<&str>) -> String {
    value.map_or_else(|| "null".to_owned(), literal)
}

/// A statement of the part for settings.
pub(super) fn setting(key: &ObjectRef, sql: String) -> Statement {
    Statement::new(Part::Others, key, sql)
}
