//! Privileges on objects.

use std::collections::{BTreeMap, BTreeSet};

use super::address::{name, on_table};
use super::facts::Known;
use super::statement::{Part, Statement};
use super::work::{Sheet, Work};
use crate::model::ObjectRef;
use crate::verify::identity;

/// The first major version with the privilege MAINTAIN.
const KNOWS_MAINTAIN: u32 = 17;

/// Privileges, each with whether it may be passed on.
pub(super) type Privileges = BTreeMap<String, bool>;

/// What a grant is about.
pub(super) struct Grant<'a> {
    pub(super) kind: &'a str,
    /// The thing's identity.
    pub(super) thing: &'a str,
    /// The grantee in SQL.
    pub(super) grantee: String,
}

/// Takes a grant's identity apart.
pub(super) fn parse<'a>(side: &'a Known, key: &'a ObjectRef) -> Option<Grant<'a>> {
    const KINDS: [&str; 12] = [
        "foreign server",
        "foreign data wrapper",
        "default privileges",
        "table",
        "column",
        "view",
        "sequence",
        "schema",
        "function",
        "type",
        "database",
        "language",
    ];
    let parent = side.facts(key)?.parent.as_deref()?;
    let (kind, thing) = KINDS.iter().find_map(|kind| Some((*kind, parent.strip_prefix(kind)?.strip_prefix(' ')?)))?;
    Some(Grant { kind, thing, grantee: grantee(key.identity.strip_prefix(parent)?.strip_prefix(" to ")?) })
}

/// A grantee in SQL; a role that is called public in quotes is a role.
pub(super) fn grantee(text: &str) -> String {
    if text == "public" { text.to_owned() } else { name(text) }
}

/// The privileges of a grant, as far as the target's version knows them.
pub(super) fn held(side: &Known, key: &ObjectRef, target: &Known) -> Privileges {
    let all = side.attribute(key, "privileges").unwrap_or_default();
    let each = all
        .split(", ")
        .filter(|one| !one.is_empty() && *one != "none")
        .map(|one| (one.trim_end_matches('*').to_owned(), one.ends_with('*')));
    each.filter(|(one, _)| one != "maintain" || target.major >= KNOWS_MAINTAIN).collect()
}

/// Everything there is to grant on a kind.
pub(super) fn every(kind: &str, major: u32) -> Vec<&'static str> {
    match kind {
        "table" | "view" | "tables" => {
            let mut all = vec!["delete", "insert", "references", "select", "trigger", "truncate", "update"];
            all.extend((major >= KNOWS_MAINTAIN).then_some("maintain"));
            all
        }
        "sequence" | "sequences" => vec!["select", "update", "usage"],
        "schema" | "schemas" => vec!["create", "usage"],
        "function" | "functions" => vec!["execute"],
        "database" => vec!["connect", "create", "temporary"],
        "large objects" => vec!["select", "update"],
        _ => vec!["usage"],
    }
}

/// The words between GRANT's privileges and TO, and the privileges as they stand before them.
fn words(target: &Known, grant: &Grant<'_>, privileges: &[&str]) -> (String, String) {
    let list = privileges.join(", ");
    let thing = match grant.kind {
        "table" | "view" => format!("table {}", name(grant.thing)),
        "column" => {
            let (table, own) = on_table(grant.thing);
            let each: Vec<String> = privileges.iter().map(|one| format!("{one} ({own})")).collect();
            return (each.join(", "), format!("table {table}"));
        }
        "function" => format!("routine {}", name(grant.thing).replace(" ORDER BY ", ", ")),
        "database" => format!("database {}", crate::model::quoted(&target.database)),
        kind => format!("{kind} {}", name(grant.thing)),
    };
    (list, thing)
}

/// Statements that make `before` into `wanted`: revokes, then grants.
pub(super) fn change(
    before: &Privileges,
    wanted: &Privileges,
    made: impl Fn(&str, &[&str], bool) -> String,
) -> Vec<String> {
    let names = |keep: &dyn Fn(&str, bool) -> bool, of: &Privileges| -> Vec<String> {
        of.iter().filter(|(one, option)| keep(one, **option)).map(|(one, _)| one.clone()).collect()
    };
    let gone = names(&|one, _| !wanted.contains_key(one), before);
    let no_option = names(&|one, option| option && wanted.get(one) == Some(&false), before);
    let plain = names(&|one, option| !option && !before.contains_key(one), wanted);
    let option = names(&|one, option| option && before.get(one) != Some(&true), wanted);
    let steps =
        [("revoke", gone, false), ("revoke", no_option, true), ("grant", plain, false), ("grant", option, true)];
    let filled = steps.into_iter().filter(|(_, list, _)| !list.is_empty());
    filled
        .map(|(verb, list, option)| made(verb, &list.iter().map(String::as_str).collect::<Vec<_>>(), option))
        .collect()
}

/// The statements for one grant of either side or both.
pub(super) fn put_right(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let (source, target) = (work.source, work.target);
    let home = if source.has(key) { source } else { target };
    let Some(grant) = parse(home, key) else {
        return sheet.hand(key, "privileges", "what it is a grant of is not known");
    };
    let thing = about(home, &grant);
    if grant.kind == "language" && source.attribute(&thing, "trusted") == Some("false") {
        // Nobody can be given anything on it.
        return;
    }
    // What an extension brings is in no inventory, and a grant on it only where it is not as the extension gives it. Extensions
    // give to everybody, if to anybody.
    let brought = grant.kind != "default privileges" && !source.has(&thing) && !target.has(&thing);
    if brought && !source.has(key) && grant.grantee == "public" {
        return sheet.hand(key, "extra", "give it what the extension itself gives, which the source has");
    }
    let fresh = work.made.contains(&thing);
    let mut before = if fresh { Privileges::new() } else { held(target, key, target) };
    let wanted = held(source, key, target);
    let holds = owner(source, &thing).is_some_and(|owner| crate::model::quoted(owner) == grant.grantee);
    if fresh && holds {
        // What is made belongs to its owner with every privilege.
        before = every(grant.kind, target.major).into_iter().map(|one| (one.to_owned(), false)).collect();
    }
    if brought && !target.has(key) && wanted.is_empty() {
        before = every(grant.kind, target.major).into_iter().map(|one| (one.to_owned(), false)).collect();
    }
    if let (true, Some(old)) = (work.owned.contains(&thing) && !fresh, owner(target, &thing)) {
        // The new owner takes over what the old one held.
        let old = crate::model::quoted(old);
        if old == grant.grantee {
            before.clear();
        } else if holds {
            before.extend(
                siblings(target, key)
                    .filter(|(grantee, _)| *grantee == old)
                    .flat_map(|(_, one)| held(target, one, target)),
            );
        }
    }
    if source.major < KNOWS_MAINTAIN {
        before.remove("maintain");
    }
    let statements = change(&before, &wanted, |verb, privileges, option| {
        let (list, on) = words(target, &grant, privileges);
        sentence(verb, &list, &on, &grant.grantee, option)
    });
    for sql in statements {
        sheet.push(Statement::new(Part::Grants, &thing, sql));
    }
}

/// All grants of the same thing, each with its grantee.
fn siblings<'a>(side: &'a Known, key: &'a ObjectRef) -> impl Iterator<Item = (String, &'a ObjectRef)> {
    let parent = |one: &ObjectRef| side.facts(one).and_then(|facts| facts.parent.clone());
    let own = parent(key).or_else(|| Some(key.identity.rsplit_once(" to ")?.0.to_owned()));
    side.of_kind("grant").filter(move |one| parent(one) == own).filter_map(|one| Some((parse(side, one)?.grantee, one)))
}

/// Puts right every privilege on an object that gets another owner: they change with it.
pub(super) fn follow_owner(work: &Work<'_>, sheet: &mut Sheet, thing: &ObjectRef) {
    if !work.owned.contains(thing) {
        return;
    }
    let all: BTreeSet<&ObjectRef> = [work.source, work.target]
        .into_iter()
        .flat_map(|side| {
            side.of_kind("grant").filter(|key| parse(side, key).is_some_and(|grant| about(side, &grant) == *thing))
        })
        .collect();
    for key in all {
        put_right(work, sheet, key);
    }
}

/// GRANT or REVOKE as SQL.
pub(super) fn sentence(verb: &str, privileges: &str, on: &str, grantee: &str, option: bool) -> String {
    match (verb, option) {
        ("revoke", true) => format!("revoke grant option for {privileges} on {on} from {grantee}"),
        ("revoke", false) => format!("revoke {privileges} on {on} from {grantee}"),
        (_, true) => format!("grant {privileges} on {on} to {grantee} with grant option"),
        (_, false) => format!("grant {privileges} on {on} to {grantee}"),
    }
}

/// The object that has to be there.
fn about(side: &Known, grant: &Grant<'_>) -> ObjectRef {
    match grant.kind {
        "column" => {
            let relation = identity::split_last(grant.thing).map_or(grant.thing, |(relation, _)| relation);
            let view = ObjectRef::new("view", relation);
            if side.has(&view) { view } else { ObjectRef::new("table", relation) }
        }
        kind => ObjectRef::new(kind, grant.thing),
    }
}

/// The object that a grant of a side is about.
pub(super) fn thing(side: &Known, key: &ObjectRef) -> Option<ObjectRef> {
    parse(side, key).map(|grant| about(side, &grant))
}

fn owner<'a>(side: &'a Known, thing: &ObjectRef) -> Option<&'a str> {
    side.attribute(thing, "owner")
}

/// Takes from a new object what default privileges of the target, or the server's own, give others.
pub(super) fn clear(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let (kind, word) = match key.kind.as_str() {
        kind @ ("table" | "view") => (kind, "tables"),
        "sequence" => ("sequence", "sequences"),
        "function" => ("function", "functions"),
        // Nothing is granted on a type that is still to be made.
        "type" if work.source.attribute(key, "kind") == Some("shell") => return,
        "type" => ("type", "types"),
        "schema" => ("schema", "schemas"),
        // Nothing can be granted on a language that is not trusted.
        "language" if work.source.attribute(key, "trusted") != Some("true") => return,
        kind @ ("foreign server" | "foreign data wrapper" | "language") => (kind, ""),
        _ => return,
    };
    let mut grantees = BTreeSet::from(["public".to_owned()]);
    for grant in work.target.of_kind("grant").filter_map(|key| parse(work.target, key)) {
        if grant.kind == "default privileges"
            && grant.thing.ends_with(&format!(" on {word}"))
            && grant.grantee != "\"nobody\""
        {
            grantees.insert(grant.grantee);
        }
    }
    let own = owner(work.source, key).map(crate::model::quoted);
    let holds = |grantee: &str| {
        let parent = format!("{kind} {}", key.identity);
        work.source.of_kind("grant").any(|one| {
            work.source.facts(one).is_some_and(|facts| facts.parent.as_deref() == Some(&parent))
                && parse(work.source, one).is_some_and(|grant| grant.grantee == grantee)
        })
    };
    // The owner's are put right one by one, unless there are none.
    grantees.retain(|one| Some(one) != own.as_ref());
    grantees.extend(own.filter(|own| !holds(own)));
    let grant = Grant { kind, thing: &key.identity, grantee: String::new() };
    let (list, on) = words(work.target, &grant, &["all"]);
    let from: Vec<String> = grantees.into_iter().collect();
    sheet.push(Statement::new(Part::Cleared, key, sentence("revoke", &list, &on, &from.join(", "), false)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn privileges_are_taken_and_given_one_by_one() {
        let set = |text: &str| -> Privileges {
            text.split(' ')
                .filter(|one| !one.is_empty())
                .map(|one| (one.trim_end_matches('*').to_owned(), one.ends_with('*')))
                .collect()
        };
        let changed = |before: &str, wanted: &str| {
            change(&set(before), &set(wanted), |verb, list, option| {
                sentence(verb, &list.join(", "), "table t", "a", option)
            })
        };
        assert_eq!(changed("select insert", "select"), ["revoke insert on table t from a"]);
        assert_eq!(
            changed("select", "select* update"),
            ["grant update on table t to a", "grant select on table t to a with grant option"]
        );
        assert_eq!(changed("select*", "select"), ["revoke grant option for select on table t from a"]);
        assert!(changed("select*", "select*").is_empty());
    }
}
