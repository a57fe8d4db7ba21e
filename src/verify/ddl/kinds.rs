//! Leads each kind to its file, and does what all kinds have in common: owners, comments and privileges.

use super::address::address;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work, text};
use super::{
    column, constraint, database, default_privileges, foreign, function, grants, index, others, policy, publication,
    role, sequence, table, trigger, types, view,
};
use crate::model::{ObjectRef, quoted};

/// Statements that make an object of the source on the target.
pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let before = (sheet.statements.len(), sheet.by_hand.len());
    match key.kind.as_str() {
        "table" => table::create(work, sheet, key),
        "column" => column::create(work, sheet, key),
        "constraint" => constraint::create(work, sheet, key),
        "index" => index::create(work, sheet, key),
        "type" => types::create(work, sheet, key),
        "sequence" => sequence::create(work, sheet, key),
        "view" => view::create(work, sheet, key),
        "function" => function::create(work, sheet, key),
        "trigger" | "rule" => trigger::create(work, sheet, key),
        "policy" => policy::create(work, sheet, key),
        "row security" => policy::create_security(work, sheet, key),
        "role" => role::create(work, sheet, key),
        "membership" => role::create_membership(work, sheet, key),
        "grant" => return grant(work, sheet, key),
        "database" => database::settings(work, sheet, key, Part::Others),
        "publication" => publication::create(work, sheet, key),
        "foreign server" | "foreign data wrapper" => foreign::create(work, sheet, key),
        _ => others::create(work, sheet, key),
    }
    // Nothing can be said of what is left for a person to make.
    if sheet.by_hand[before.1..].iter().any(|(object, attribute, _)| object == key && attribute == "missing") {
        return;
    }
    let source = work.source;
    let follows = source.flag(key, "of a type");
    if source.attribute(key, "owner").is_some() && key.kind != "extension" && !follows {
        sheet_all(sheet, owner(work, key));
    }
    let its_own = sheet.statements.len() > before.0 || !matches!(key.kind.as_str(), "row security" | "membership");
    if source.attribute(key, "comment").is_some() && its_own {
        sheet_all(sheet, comment(work, key));
    }
    grants::clear(work, sheet, key);
}

fn sheet_all(sheet: &mut Sheet, way: Way) {
    if let Way::Done(statements) = way {
        statements.into_iter().for_each(|one| sheet.push(one));
    }
}

fn grant(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    if key.identity.starts_with("default privileges ") {
        default_privileges::put_right(work, sheet, key);
    } else {
        grants::put_right(work, sheet, key);
    }
}

/// How an attribute that differs is put right. What is left for a person beside it goes to the sheet.
pub(super) fn alter(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef, attribute: &str) -> Way {
    match (key.kind.as_str(), attribute) {
        ("grant", _) => {
            grant(work, sheet, key);
            return Way::Done(Vec::new());
        }
        ("extension" | "subscription" | "large objects", "owner") => {}
        (_, "owner") => {
            grants::follow_owner(work, sheet, key);
            return owner(work, key);
        }
        (kind, "comment") if !matches!(kind, "large objects") => return comment(work, key),
        _ => {}
    }
    match key.kind.as_str() {
        "table" => table::alter(work, key, attribute),
        "column" => column::alter(work, key, attribute),
        "constraint" => constraint::alter(work, key, attribute),
        "index" => index::alter(work, key, attribute),
        "type" => types::alter(work, key, attribute),
        "sequence" => sequence::alter(work, key, attribute),
        "view" => view::alter(work, key, attribute),
        "function" => function::alter(work, key, attribute),
        "trigger" | "rule" => trigger::alter(work, key, attribute),
        "row security" => policy::alter_security(work, key, attribute),
        "policy" => Way::Again,
        "role" => role::alter(work, key, attribute),
        "membership" => role::alter_membership(work, key, attribute),
        "database" => database::alter(work, sheet, key, attribute).unwrap_or_else(|| Way::Done(Vec::new())),
        "publication" => publication::alter(work, key, attribute),
        "foreign server" | "foreign data wrapper" => foreign::alter(work, sheet, key, attribute),
        _ => others::alter(work, key, attribute),
    }
}

/// Statements that take an object of the target away.
pub(super) fn drop(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef, part: Part) {
    let statement = match key.kind.as_str() {
        "table" => return table::drop(work, sheet, key, part),
        "function" | "cast" if work.target.flag(key, "of a type") => return,
        "column" => column::drop(key, part),
        "constraint" => constraint::drop(key, part),
        "role" => role::drop(key, part),
        "membership" => match role::drop_membership(key, part) {
            Some(statement) => statement,
            None => return sheet.hand(key, "extra", "who is a member of what is not known"),
        },
        "grant" => return grant(work, sheet, key),
        "database" => return database::settings(work, sheet, key, part),
        _ => return others::drop(work, sheet, key, part),
    };
    sheet.push(statement);
}

fn owner(work: &Work<'_>, key: &ObjectRef) -> Way {
    // A sequence that belongs to a column has its table's owner, and the database has its own name on each side.
    if work.source.attribute(key, "owned by").is_some() {
        return Way::Done(Vec::new());
    }
    let side = if key.kind == "database" { work.target } else { work.source };
    match (address(side, key), work.source.attribute(key, "owner")) {
        (Some(words), Some(owner)) => {
            Way::one(Statement::new(Part::Owners, key, format!("alter {words} owner to {}", quoted(owner))))
        }
        _ => Way::hand("no statement is known that changes its owner"),
    }
}

fn comment(work: &Work<'_>, key: &ObjectRef) -> Way {
    let side = if key.kind == "database" { work.target } else { work.source };
    match address(side, key) {
        Some(words) => {
            let sql = format!("comment on {words} is {}", text(work.source.attribute(key, "comment")));
            Way::one(Statement::new(Part::Comments, key, sql))
        }
        None => Way::hand("no statement is known that comments on it"),
    }
}
