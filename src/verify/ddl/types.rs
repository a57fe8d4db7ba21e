//! Types: enums, domains, composite types and ranges.

use super::address::{address, name};
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work, text};
use crate::model::{ObjectRef, literal};

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let (source, own) = (work.source, name(&key.identity));
    let Some(sql) = source.text(key, "create") else {
        let why = "it needs functions that take the type itself: make a shell (CREATE TYPE name), its functions, then the type";
        return sheet.hand(key, "missing", why);
    };
    sheet.push(Statement::new(Part::Types, key, sql));
    for check in source.rows(key, "checks") {
        let [Some(constraint), Some(definition), comment] = &check[..] else { continue };
        if definition.ends_with(" NOT VALID") {
            sheet.push(Statement::new(
                Part::Types,
                key,
                format!("alter domain {own} add constraint {constraint} {definition}"),
            ));
        }
        if comment.is_some() {
            sheet.push(check_comment(key, &own, constraint, comment.as_deref()));
        }
    }
    for statement in attribute_comments(work, key, &own) {
        sheet.push(statement);
    }
}

fn check_comment(key: &ObjectRef, own: &str, constraint: &str, comment: Option<&str>) -> Statement {
    Statement::new(
        Part::Comments,
        key,
        format!("comment on constraint {constraint} on domain {own} is {}", text(comment)),
    )
}

fn attribute_comments(work: &Work<'_>, key: &ObjectRef, own: &str) -> Vec<Statement> {
    let fresh = work.made.contains(key);
    let before = if fresh { Vec::new() } else { work.target.rows(key, "attributes") };
    let rows = work.source.rows(key, "attributes");
    let differing = rows.iter().filter_map(|row| {
        let [Some(attribute), _, comment] = &row[..] else { return None };
        let now =
            before.iter().find(|other| other.first() == row.first()).and_then(|other| other.get(2).cloned().flatten());
        let sql = format!("comment on column {own}.{attribute} is {}", text(comment.as_deref()));
        (now != *comment).then(|| Statement::new(Part::Comments, key, sql))
    });
    differing.collect()
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let (source, own) = (work.source, name(&key.identity));
    let Some(words) = address(work.target, key) else { return Way::hand("no statement is known that changes it") };
    let change = |clause: String| Statement::new(Part::Types, key, format!("alter {words} {clause}"));
    match attribute {
        "labels" => labels(work, key, &own),
        "not null" => {
            let word = if source.attribute(key, attribute) == Some("true") { "set" } else { "drop" };
            Way::one(change(format!("{word} not null")))
        }
        "default" if source.flag(key, "domain") => Way::one(change(
            source.text(key, "default").map_or("drop default".into(), |it| format!("set default {it}")),
        )),
        "checks" => Way::Done(checks(work, key, &own)),
        "attributes" => attributes(work, key, &own),
        "functions" => Way::hand("a base type keeps its functions: drop it and make it again, with all that uses it"),
        _ => Way::Again,
    }
}

/// The source's labels that the target lacks, each put in its place.
fn labels(work: &Work<'_>, key: &ObjectRef, own: &str) -> Way {
    let (there, here) = (work.source.list(key, "labels"), work.target.list(key, "labels"));
    let mut rest = there.iter();
    // Labels can be added and not be moved or taken away.
    if !here.iter().all(|label| rest.any(|other| other == label)) {
        return Way::Again;
    }
    let added = there.iter().enumerate().filter(|(_, label)| !here.contains(label)).map(|(at, label)| {
        let place = match (at.checked_sub(1), here.first()) {
            (Some(before), _) => format!(" after {}", literal(there[before])),
            (None, Some(first)) => format!(" before {}", literal(first)),
            (None, None) => String::new(),
        };
        Statement::new(Part::Labels, key, format!("alter type {own} add value {}{place}", literal(label)))
    });
    Way::Done(added.collect())
}

fn checks(work: &Work<'_>, key: &ObjectRef, own: &str) -> Vec<Statement> {
    let (there, here) = (work.source.rows(key, "checks"), work.target.rows(key, "checks"));
    let twin = |row: &Vec<Option<String>>, side: &Vec<Vec<Option<String>>>| {
        side.iter().find(|other| other[0] == row[0]).cloned()
    };
    let change = |clause: String| Statement::new(Part::Types, key, format!("alter domain {own} {clause}"));
    let mut found = Vec::new();
    for row in &here {
        let kept = twin(row, &there).is_some_and(|other| other[1] == row[1]);
        if let (Some(constraint), false) = (&row[0], kept) {
            found.push(change(format!("drop constraint {constraint}")));
        }
    }
    for row in &there {
        let [Some(constraint), Some(definition), comment] = &row[..] else { continue };
        let before = twin(row, &here).filter(|other| other[1] == row[1]);
        if before.is_none() {
            let note = "reads every table with a column of this domain, and fails where a value breaks it";
            found.push(change(format!("add constraint {constraint} {definition}")).note(note));
        }
        if before.and_then(|other| other[2].clone()) != *comment {
            found.push(check_comment(key, own, constraint, comment.as_deref()));
        }
    }
    found
}

/// Attributes by name; where their order would be another, the type is made again.
fn attributes(work: &Work<'_>, key: &ObjectRef, own: &str) -> Way {
    let pairs = |rows: Vec<Vec<Option<String>>>| -> Vec<(String, String)> {
        rows.into_iter().filter_map(|row| Some((row.first()?.clone()?, row.get(1)?.clone()?))).collect()
    };
    let (there, here) = (pairs(work.source.rows(key, "attributes")), pairs(work.target.rows(key, "attributes")));
    let kept: Vec<&String> =
        here.iter().map(|(name, _)| name).filter(|name| there.iter().any(|(other, _)| other == *name)).collect();
    let wanted: Vec<&String> = there.iter().map(|(name, _)| name).collect();
    if !wanted.starts_with(&kept) {
        return Way::Again;
    }
    let change = |clause: String| Statement::new(Part::Types, key, format!("alter type {own} {clause}"));
    let mut found = Vec::new();
    for (name, _) in here.iter().filter(|(name, _)| !kept.contains(&name)) {
        found.push(
            change(format!("drop attribute {name}"))
                .note("destroys rows: the values of this attribute, wherever the type is used"),
        );
    }
    for (name, kind) in &there {
        match here.iter().find(|(other, _)| other == name) {
            None => found.push(change(format!("add attribute {name} {kind}"))),
            Some((_, other)) if other != kind => {
                found.push(
                    change(format!("alter attribute {name} set data type {kind}"))
                        .note("fails where a table has a column of this type"),
                );
            }
            Some(_) => {}
        }
    }
    found.extend(attribute_comments(work, key, own));
    Way::Done(found)
}
