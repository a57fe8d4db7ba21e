//! Default privileges. An entry that the server does not keep means its own default, which is not the same as nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::address::name;
use super::facts::Known;
use super::grants::{self, Privileges};
use super::statement::{Part, Statement};
use super::work::{Sheet, Work};
use crate::model::ObjectRef;

/// `in schema by role on kinds`, taken apart and in SQL.
struct Entry {
    schema: Option<String>,
    role: String,
    kinds: String,
}

/// Puts right all grantees of the entry that a grant belongs to.
pub(super) fn put_right(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let home = if work.source.has(key) { work.source } else { work.target };
    let Some(parent) = home.facts(key).and_then(|facts| facts.parent.clone()) else { return };
    let Some(entry) = parent.strip_prefix("default privileges ").and_then(parse) else {
        return sheet.hand(key, "privileges", "what it is a grant of is not known");
    };
    let (wanted, before) =
        (held(work.source, work.target, &parent, &entry), held(work.target, work.target, &parent, &entry));
    let grantees: BTreeSet<&String> = wanted.keys().chain(before.keys()).collect();
    let head = format!(
        "alter default privileges for role {}{} ",
        entry.role,
        entry.schema.as_ref().map(|schema| format!(" in schema {schema}")).unwrap_or_default()
    );
    let none = Privileges::new();
    for grantee in grantees {
        let (one, two) = (before.get(grantee).unwrap_or(&none), wanted.get(grantee).unwrap_or(&none));
        let made = |verb: &str, list: &[&str], option: bool| {
            grants::sentence(verb, &list.join(", "), &entry.kinds, grantee, option)
        };
        for sql in grants::change(one, two, made) {
            sheet.push(Statement::new(
                Part::Grants,
                &ObjectRef::new("default privileges", &parent),
                format!("{head}{sql}"),
            ));
        }
    }
}

/// Who is given what; where a side has no entry, what the server gives of itself.
fn held(side: &Known, target: &Known, parent: &str, entry: &Entry) -> BTreeMap<String, Privileges> {
    let keys = side
        .of_kind("grant")
        .filter(|key| side.facts(key).is_some_and(|facts| facts.parent.as_deref() == Some(parent)));
    let keys: Vec<&ObjectRef> = keys.collect();
    let mut found = BTreeMap::new();
    for key in &keys {
        let to = key.identity.strip_prefix(parent).and_then(|rest| rest.strip_prefix(" to "));
        if let Some(to) = to.filter(|_| side.attribute(key, "privileges") != Some("none")) {
            found.insert(grants::grantee(to), grants::held(side, key, target));
        }
    }
    if keys.is_empty() && entry.schema.is_none() {
        let all = |names: Vec<&str>| names.into_iter().map(|one| (one.to_owned(), false)).collect::<Privileges>();
        found.insert(entry.role.clone(), all(grants::every(&entry.kinds, target.major)));
        match entry.kinds.as_str() {
            "functions" => drop(found.insert("public".to_owned(), all(vec!["execute"]))),
            "types" => drop(found.insert("public".to_owned(), all(vec!["usage"]))),
            _ => {}
        }
    }
    found
}

fn parse(text: &str) -> Option<Entry> {
    let (schema, rest) = match text.strip_prefix("everywhere by ") {
        Some(rest) => (None, rest),
        None => {
            let (schema, rest) = identifier(text.strip_prefix("in ")?)?;
            (Some(name(schema)), rest.strip_prefix(" by ")?)
        }
    };
    let (role, rest) = identifier(rest)?;
    Some(Entry { schema, role: name(role), kinds: rest.strip_prefix(" on ")?.to_owned() })
}

/// The identifier a text begins with, and what follows.
pub(super) fn identifier(text: &str) -> Option<(&str, &str)> {
    let mut inside = false;
    let end = text.char_indices().find(|(_, letter)| {
        inside ^= *letter == '"';
        !inside && *letter == ' '
    });
    let at = end.map_or(text.len(), |(at, _)| at);
    (at > 0).then(|| text.split_at(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_apart_whatever_their_names_hold() {
        let entry = parse("in \"a by \"\"b\" by \"x on y\" on large objects").unwrap();
        assert_eq!((entry.schema.as_deref(), entry.role.as_str()), (Some("\"a by \"\"b\""), "\"x on y\""));
        assert_eq!(entry.kinds, "large objects");
        let entry = parse("everywhere by owner on tables").unwrap();
        assert_eq!((entry.schema, entry.role.as_str(), entry.kinds.as_str()), (None, "\"owner\"", "tables"));
        assert!(parse("anything else").is_none());
    }
}
