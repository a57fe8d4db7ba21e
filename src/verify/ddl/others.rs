//! Kinds whose statement the server's catalog gives nearly whole: operators and their classes, text search, casts,
//! collations, languages, extensions and others.

use super::address::{address, name};
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work, setting, text};
use crate::model::{ObjectRef, literal, quoted};

const LARGE_OBJECTS: &str = "large objects come with the rows: pg-rehearse copy brings them";

/// Where a kind's statements stand.
fn part(kind: &str) -> Part {
    match kind {
        "schema" => Part::Schemas,
        "extension" | "language" | "access method" => Part::Extensions,
        "collation" => Part::Types,
        "statistics object" => Part::Indexes,
        "event trigger" => Part::Publications,
        "extension dependency" | "security label" => Part::Others,
        _ => Part::Functions,
    }
}

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let source = work.source;
    let part = part(&key.kind);
    match key.kind.as_str() {
        "cast" if source.flag(key, "of a type") => return,
        "schema" => return sheet.push(Statement::new(part, key, format!("create schema {}", name(&key.identity)))),
        "extension" => return extension(work, sheet, key),
        "extension dependency" => {
            if let (Some(object), Some(extension)) = (source.text(key, "object"), source.text(key, "extension")) {
                return sheet.push(Statement::new(
                    part,
                    key,
                    format!("alter {object} depends on extension {extension}"),
                ));
            }
        }
        "security label" => return label(work, sheet, key),
        "subscription" => {
            let why = "where it connects to is not read: CREATE SUBSCRIPTION by hand, where the target is to follow a publisher at all";
            return sheet.hand(key, "missing", why);
        }
        "large objects" => return sheet.hand(key, "missing", LARGE_OBJECTS),
        _ => {}
    }
    let Some(sql) = source.text(key, "create") else {
        return sheet.hand(
            key,
            "missing",
            "no statement makes it: it comes with another object, or its definition is not shown",
        );
    };
    sheet.push(Statement::new(part, key, sql.trim_end().trim_end_matches(';')));
    let after: &[&str] = match key.kind.as_str() {
        "text search configuration" => &["definition"],
        "operator family" => &["operators"],
        "statistics object" if source.attribute(key, "statistics target").is_some() => &["statistics target"],
        "event trigger" if source.attribute(key, "enabled") != Some("origin") => &["enabled"],
        _ => &[],
    };
    for attribute in after {
        if let Way::Done(statements) = alter(work, key, attribute) {
            statements.into_iter().for_each(|one| sheet.push(one));
        }
    }
}

fn extension(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let version = work.source.attribute(key, "version").unwrap_or_default();
    let schema = work.source.attribute(key, "schema").map(quoted).unwrap_or_default();
    let sql = format!("create extension {} with schema {schema} version {}", name(&key.identity), literal(version));
    let note = format!("needs version {version} of the extension's files on the target's server");
    sheet.push(Statement::new(Part::Extensions, key, sql).note(note));
}

fn label(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let home = if work.source.has(key) { work.source } else { work.target };
    let Some(object) = home.text(key, "for") else {
        return sheet.hand(key, "definition", "what it labels is not known");
    };
    let sql = format!("security label for {object} is {}", text(work.source.attribute(key, "definition")));
    sheet.push(setting(key, sql).note("needs the label's provider on the target's server"));
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let (source, own) = (work.source, name(&key.identity));
    let part = part(&key.kind);
    match (key.kind.as_str(), attribute) {
        ("extension", "version") => {
            let version = source.attribute(key, attribute).unwrap_or_default();
            let sql = format!("alter extension {own} update to {}", literal(version));
            Way::one(
                Statement::new(part, key, sql)
                    .note("needs the extension's script from the target's version to this one"),
            )
        }
        ("extension", "schema") => {
            let schema = source.attribute(key, attribute).map(quoted).unwrap_or_default();
            Way::one(Statement::new(part, key, format!("alter extension {own} set schema {schema}")))
        }
        // The members' names tell the schema.
        ("extension", "members") if source.attribute(key, "schema") != work.target.attribute(key, "schema") => {
            Way::Done(Vec::new())
        }
        ("extension", "members") => {
            Way::hand("objects were put into it or taken out: ALTER EXTENSION ... ADD or DROP each")
        }
        ("extension", "owner") => Way::hand("an extension keeps its owner: drop it and make it again as that role"),
        ("large objects", _) => Way::hand(LARGE_OBJECTS),
        ("subscription", "enabled") => {
            let word = if source.attribute(key, attribute) == Some("true") { "enable" } else { "disable" };
            Way::one(Statement::new(Part::Publications, key, format!("alter subscription {own} {word}")))
        }
        ("subscription", _) => Way::hand("ALTER SUBSCRIPTION by hand: what it does depends on the publisher"),
        ("security label", _) => {
            let mut sheet = Sheet::default();
            label(work, &mut sheet, key);
            Way::Done(sheet.statements)
        }
        ("language", _) => match source.text(key, "create") {
            Some(sql) => Way::one(Statement::new(part, key, sql)),
            None => Way::hand("the source does not show its definition"),
        },
        ("operator", "restrict" | "join") => {
            let Some(words) = address(work.target, key) else { return Way::Again };
            let estimator = source.text(key, attribute).unwrap_or("none");
            Way::one(Statement::new(part, key, format!("alter {words} set ({attribute} = {estimator})")))
        }
        ("operator class", "operators" | "functions")
            if source.text(key, "create") == work.target.text(key, "create") =>
        {
            // What differs is loose in the family, which says so itself.
            Way::Done(Vec::new())
        }
        ("operator family", _) => Way::Done(family(work, key)),
        ("text search configuration", "definition") => Way::Done(mapping(work, key, &own)),
        ("statistics object", "statistics target") => {
            let target = source.attribute(key, attribute).unwrap_or("-1");
            Way::one(setting(key, format!("alter statistics {own} set statistics {target}")))
        }
        ("event trigger", "enabled") => {
            let word = match source.attribute(key, attribute) {
                Some("disabled") => "disable",
                Some("replica") => "enable replica",
                Some("always") => "enable always",
                _ => "enable",
            };
            Way::one(Statement::new(part, key, format!("alter event trigger {own} {word}")))
        }
        _ => Way::Again,
    }
}

/// The members of a family that belong to no class.
fn family(work: &Work<'_>, key: &ObjectRef) -> Vec<Statement> {
    let Some(words) = address(work.source, key) else { return Vec::new() };
    let before = if work.made.contains(key) { Vec::new() } else { work.target.rows(key, "loose") };
    let wanted = work.source.rows(key, "loose");
    let change = |verb: &str, member: &Option<String>| {
        let member = member.as_deref().unwrap_or_default();
        Statement::new(Part::Functions, key, format!("alter {words} {verb} {member}"))
    };
    let gone = before.iter().filter(|row| !wanted.contains(row)).filter_map(|row| Some(change("drop", row.get(1)?)));
    let made = wanted.iter().filter(|row| !before.contains(row)).filter_map(|row| Some(change("add", row.first()?)));
    gone.chain(made).collect()
}

/// Which dictionaries a configuration asks for which kind of token.
fn mapping(work: &Work<'_>, key: &ObjectRef, own: &str) -> Vec<Statement> {
    let before = if work.made.contains(key) { Vec::new() } else { work.target.rows(key, "mapping") };
    let wanted = work.source.rows(key, "mapping");
    let token = |row: &Vec<Option<String>>| row.first().cloned().flatten().unwrap_or_default();
    let change = |clause: String| {
        Statement::new(Part::Functions, key, format!("alter text search configuration {own} {clause}"))
    };
    let gone =
        before.iter().filter(|row| !wanted.contains(row)).map(|row| change(format!("drop mapping for {}", token(row))));
    let made = wanted.iter().filter(|row| !before.contains(row)).map(|row| {
        let dictionaries = row.get(1).cloned().flatten().unwrap_or_default();
        change(format!("add mapping for {} with {dictionaries}", token(row)))
    });
    gone.chain(made).collect()
}

/// The statement that takes an object away, where it is not DROP.
pub(super) fn drop(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef, part: Part) {
    let target = work.target;
    match key.kind.as_str() {
        "extension dependency" => {
            if let (Some(object), Some(extension)) = (target.text(key, "object"), target.text(key, "extension")) {
                return sheet.push(Statement::new(
                    part,
                    key,
                    format!("alter {object} no depends on extension {extension}"),
                ));
            }
        }
        "security label" => return label(work, sheet, key),
        "large objects" => {
            return sheet.hand(key, "extra", "large objects are rows: pg-rehearse clean and copy, or lo_unlink each");
        }
        "subscription" => {
            return sheet.hand(key, "extra", "dropping it touches the publisher, and is not possible in a transaction while it has a slot: DROP SUBSCRIPTION by hand");
        }
        _ => {}
    }
    let Some(words) = address(target, key) else {
        return sheet.hand(key, "extra", "no statement is known that takes it away");
    };
    sheet.push(Statement::new(part, key, format!("drop {words}")));
}
