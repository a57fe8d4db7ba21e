//! Columns: their types, defaults, and what is set for them.

use super::address::{name, on_table};
use super::facts::Known;
use super::sequence;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work, foreign_options, setting, split_options, storage_options, text};
use crate::model::{ObjectRef, quoted};
use crate::verify::{identity, parents};

/// The first major version that names NOT NULL constraints.
const NAMES_NOT_NULL: u32 = 18;
/// The first major version that changes a generated column's expression.
const SETS_EXPRESSION: u32 = 17;

/// A column with what hangs on it as objects of their own in the order of statements.
pub(super) fn all(column: &ObjectRef) -> [ObjectRef; 3] {
    ["column", "default", "generated"].map(|kind| ObjectRef::new(kind, &column.identity))
}

/// The column of a side as CREATE TABLE takes it.
pub(super) fn define(side: &Known, key: &ObjectRef, identity: bool) -> String {
    let own = on_table(&key.identity).1;
    let mut sql = format!("{own} {}", side.text(key, "type").unwrap_or_default());
    if let (Some(expression), Some(kind)) = (side.text(key, "generated"), side.text(key, "generated kind")) {
        sql.push_str(&format!(" generated always as ({expression}) {kind}"));
    } else if let Some(default) = side.attribute(key, "default") {
        sql.push_str(&format!(" default {default}"));
    }
    if let Some(clause) = side.text(key, "identity").filter(|_| identity) {
        sql.push_str(&format!(" {clause}"));
    }
    if let Some(clause) =
        side.text(key, "not null").filter(|_| side.attribute(key, "not null") != Some("not validated"))
    {
        sql.push_str(&format!(" {clause}"));
    }
    sql
}

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let source = work.source;
    let (table, own) = on_table(&key.identity);
    let with_its_table =
        identity::split_last(&key.identity).is_some_and(|(it, _)| work.made.contains(&ObjectRef::new("table", it)));
    if !with_its_table {
        let original = source.facts(key).and_then(|facts| parents::original(key, facts)).filter(|it| source.has(it));
        let joins = identity::split_last(&key.identity).is_some_and(|(it, _)| work.joins(&ObjectRef::new("table", it)));
        if original.is_some() && !joins {
            // It comes with the column of the table it inherits from.
            return;
        }
        let (default, generated) = (source.attribute(key, "default"), source.text(key, "generated"));
        let statement =
            Statement::new(Part::Columns, key, format!("alter table {table} add column {}", define(source, key, true)));
        let filled = default.or(generated).or(source.text(key, "identity")).is_some();
        let statement = match (filled, source.attribute(key, "not null")) {
            (false, Some("true" | "not inherited")) => {
                statement.note("fails while the table has rows: add it without NOT NULL, fill it, then set NOT NULL")
            }
            (true, _) => statement.note("rewrites the table where its value is not the same for every row"),
            _ => statement,
        };
        sheet.push(statement.with(all(key)));
    }
    let from_root = source.facts(key).and_then(|facts| parents::original(key, facts)).filter(|it| source.has(it));
    let mut set = vec!["options", "foreign options"];
    if source.attribute(key, "storage") != source.text(key, "type storage") {
        set.push("storage");
    }
    set.extend(["compression", "statistics target"].into_iter().filter(|name| source.attribute(key, name).is_some()));
    let differs = |it: &ObjectRef| source.attribute(it, "default") != source.attribute(key, "default");
    if !source.flag(key, "local") && from_root.as_ref().is_some_and(differs) {
        set.push("default");
    }
    for attribute in set {
        if let Way::Done(statements) = alter(work, key, attribute) {
            statements.into_iter().for_each(|one| sheet.push(one));
        }
    }
    if let (Some(not_null), Some("not validated")) =
        (source.text(key, "not null name"), source.attribute(key, "not null"))
    {
        sheet.push(Statement::new(
            Part::Constraints,
            key,
            format!("alter table {table} add constraint {not_null} not null {own} not valid"),
        ));
    }
    if let (Some(not_null), Some(comment), true) =
        (source.text(key, "not null name"), source.text(key, "not null comment"), work.target.major >= NAMES_NOT_NULL)
    {
        let sql = format!("comment on constraint {not_null} on {table} is {}", text(Some(comment)));
        sheet.push(Statement::new(Part::Comments, key, sql));
    }
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let (source, target) = (work.source, work.target);
    let (table, own) = on_table(&key.identity);
    let wanted = source.attribute(key, attribute);
    // What is made anew has nothing set for it yet.
    let fresh = work.made.contains(key);
    let change = |part: Part, clause: &str| {
        Statement::new(part, key, format!("alter table {table} alter column {own} {clause}"))
    };
    match attribute {
        "type" | "collation" => retype(work, key),
        "not null" => not_null(work, key),
        "not null constraint" => Way::Done(renamed(work, key)),
        "default" => Way::one(set_default(source, key)),
        "generated" => generated(work, key),
        "identity" => identity_of(work, key),
        "storage" => {
            let word = match wanted {
                Some("p") => "plain",
                Some("e") => "external",
                Some("m") => "main",
                _ => "extended",
            };
            Way::one(change(Part::Others, &format!("set storage {word}")))
        }
        "compression" => Way::one(change(Part::Others, &format!("set compression {}", wanted.unwrap_or("default")))),
        "statistics target" => Way::one(change(Part::Others, &format!("set statistics {}", wanted.unwrap_or("-1")))),
        "options" => {
            let before = if fresh { Vec::new() } else { target.list(key, "options") };
            let clauses = storage_options("", &source.list(key, "options"), &before);
            Way::Done(clauses.iter().map(|clause| change(Part::Others, clause)).collect())
        }
        "foreign options" => {
            let before = if fresh { Vec::new() } else { target.list(key, "foreign options") };
            let clause = foreign_options(&split_options(&source.list(key, "foreign options")), &split_options(&before));
            Way::Done(
                clause
                    .iter()
                    .map(|clause| setting(key, format!("alter foreign table {table} alter column {own} {clause}")))
                    .collect(),
            )
        }
        "inherited only" => Way::hand(
            "whether a column would stay without its parent cannot be set: make the table anew, or take it from its parent and give it back \
             (ALTER TABLE ... NO INHERIT, INHERIT)",
        ),
        _ => Way::hand("no statement is known that changes it"),
    }
}

/// The default of the source, or none.
pub(super) fn set_default(source: &Known, key: &ObjectRef) -> Statement {
    let (table, own) = on_table(&key.identity);
    let clause =
        source.attribute(key, "default").map_or_else(|| "drop default".to_owned(), |it| format!("set default {it}"));
    let sql = format!("alter table {table} alter column {own} {clause}");
    Statement::new(Part::Defaults, &ObjectRef::new("default", &key.identity), sql)
}

/// Takes the target's default away.
pub(super) fn drop_default(key: &ObjectRef) -> Statement {
    let (table, own) = on_table(&key.identity);
    let sql = format!("alter table {table} alter column {own} drop default");
    Statement::new(Part::DropFirst, &ObjectRef::new("default", &key.identity), sql)
}

fn retype(work: &Work<'_>, key: &ObjectRef) -> Way {
    let (table, own) = on_table(&key.identity);
    let (Some(with_collation), Some(kind)) = (work.source.text(key, "type"), work.source.attribute(key, "type")) else {
        return Way::hand("the source's type is not known");
    };
    let sql = format!("alter table {table} alter column {own} type {with_collation} using {own}::{kind}");
    let mut found = Vec::new();
    // A default may have no cast of its own to the new type.
    if work.target.attribute(key, "default").is_some() {
        found.push(drop_default(key));
        found.extend(work.source.attribute(key, "default").map(|_| set_default(work.source, key)));
    }
    found.push(
        Statement::new(Part::Columns, key, sql)
            .note("rewrites the table: every row is written again, and fails where a value does not fit"),
    );
    Way::Done(found)
}

fn not_null(work: &Work<'_>, key: &ObjectRef) -> Way {
    let (source, target) = (work.source, work.target);
    let (table, own) = on_table(&key.identity);
    let change = |clause: String| Statement::new(Part::Constraints, key, format!("alter table {table} {clause}"));
    let named = (target.major >= NAMES_NOT_NULL).then(|| source.text(key, "not null name")).flatten();
    let here = target.text(key, "not null name");
    let reads = "reads the whole table, and fails while it holds NULLs";
    let found = match (source.attribute(key, "not null"), target.attribute(key, "not null"), named, here) {
        (Some("false"), ..) => vec![change(format!("alter column {own} drop not null"))],
        (Some("true"), Some("not validated"), _, Some(here)) => {
            vec![change(format!("validate constraint {here}")).note(reads)]
        }
        (Some("true"), Some("not inherited"), _, Some(here)) => {
            vec![change(format!("alter constraint {here} inherit"))]
        }
        (Some("not inherited"), Some("true"), _, Some(here)) => {
            vec![change(format!("alter constraint {here} no inherit"))]
        }
        (Some(state), Some(before), Some(name), _) => {
            let ending = match state {
                "not inherited" => " no inherit",
                "not validated" => " not valid",
                _ => "",
            };
            let mut all = Vec::new();
            if before != "false" {
                all.push(change(format!("alter column {own} drop not null")));
            }
            all.push(change(format!("add constraint {name} not null {own}{ending}")).note(reads));
            all
        }
        _ => vec![change(format!("alter column {own} set not null")).note(reads)],
    };
    // Its name is no finding where the thing itself is one.
    let kept = source.attribute(key, "not null") != Some("false") && target.attribute(key, "not null") != Some("false");
    let names = if kept && found.len() == 1 { renamed(work, key) } else { Vec::new() };
    Way::Done(found.into_iter().chain(names).collect())
}

/// Gives a NOT NULL constraint the source's name and comment.
fn renamed(work: &Work<'_>, key: &ObjectRef) -> Vec<Statement> {
    let table = on_table(&key.identity).0;
    let (Some(one), Some(two)) = (work.source.text(key, "not null name"), work.target.text(key, "not null name"))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if one != two {
        found.push(Statement::new(
            Part::Constraints,
            key,
            format!("alter table {table} rename constraint {two} to {one}"),
        ));
    }
    let comments = [work.source, work.target].map(|side| side.text(key, "not null comment"));
    if comments[0] != comments[1] {
        found.push(Statement::new(
            Part::Comments,
            key,
            format!("comment on constraint {one} on {table} is {}", text(comments[0])),
        ));
    }
    found
}

fn generated(work: &Work<'_>, key: &ObjectRef) -> Way {
    let (table, own) = on_table(&key.identity);
    let side = |side: &Known| {
        (side.text(key, "generated").map(str::to_owned), side.text(key, "generated kind").map(str::to_owned))
    };
    let change =
        |clause: String| Statement::new(Part::Columns, key, format!("alter table {table} alter column {own} {clause}"));
    match (side(work.source), side(work.target)) {
        ((Some(expression), one), (Some(_), two)) if one == two && work.target.major >= SETS_EXPRESSION => Way::one(
            change(format!("set expression as ({expression})")).note("rewrites the table where the column is stored"),
        ),
        ((None, _), (Some(_), Some(kind))) if kind == "stored" => Way::one(change("drop expression".to_owned())),
        _ => Way::hand(format!(
            "a column cannot become one that is generated, nor be generated in another way: drop it and add it again as {}; it then stands last",
            define(work.source, key, true)
        )),
    }
}

fn identity_of(work: &Work<'_>, key: &ObjectRef) -> Way {
    let (source, target) = (work.source, work.target);
    let (table, own) = on_table(&key.identity);
    let change = |part: Part, clause: String| {
        Statement::new(part, key, format!("alter table {table} alter column {own} {clause}"))
    };
    let sequence_of = |side: &Known| {
        let owned = side.of_kind("sequence").find(|one| side.attribute(one, "owned by") == Some(&key.identity));
        owned.map(|one| (one.clone(), side.flag(one, "of identity")))
    };
    match (source.text(key, "identity"), target.attribute(key, "identity")) {
        (Some(clause), None) => {
            let mut found = Vec::new();
            if target.attribute(key, "default").is_some() {
                found.push(drop_default(key));
            }
            // An identity column has a sequence of its own, of which the name may be taken by that of the default.
            if let Some((sequence, _)) = sequence_of(source).filter(|(one, _)| target.has(one)) {
                let sql = format!("drop sequence {}", name(&sequence.identity));
                let note = "the new sequence starts anew: set it by the source's (pg-rehearse verify --repair)";
                found.push(Statement::new(Part::DropFirst, &sequence, sql).note(note));
            }
            found.push(change(Part::Defaults, format!("add {clause}")));
            Way::Done(found)
        }
        (None, Some(_)) => {
            let mut found = vec![change(Part::DropFirst, "drop identity".to_owned())];
            let gone = sequence_of(target).filter(|(one, of_identity)| *of_identity && source.has(one));
            if let Some((sequence, _)) = gone {
                let mut sheet = Sheet::default();
                sequence::create(work, &mut sheet, &sequence);
                found.extend(sheet.statements);
            }
            Way::Done(found)
        }
        _ => {
            let always = source.attribute(key, "identity") == Some("always");
            Way::one(change(Part::Defaults, format!("set generated {}", if always { "always" } else { "by default" })))
        }
    }
}

/// Takes a column away.
pub(super) fn drop(key: &ObjectRef, part: Part) -> Statement {
    let (table, own) = on_table(&key.identity);
    let note = format!(
        "destroys rows: the values of {}",
        quoted(identity::parts(&key.identity).last().map_or("", String::as_str))
    );
    Statement::new(part, key, format!("alter table {table} drop column {own}")).note(note).with(all(key))
}
