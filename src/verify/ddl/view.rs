//! Views and materialized views.

use super::address::name;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work, setting, storage_options, text, with_options};
use crate::model::ObjectRef;

fn is_materialized(work: &Work<'_>, key: &ObjectRef) -> bool {
    work.source.attribute(key, "kind") == Some("materialized view")
}

fn word(work: &Work<'_>, key: &ObjectRef) -> &'static str {
    if is_materialized(work, key) { "materialized view" } else { "view" }
}

/// CREATE with everything that it takes.
fn whole(work: &Work<'_>, key: &ObjectRef, replace: bool) -> Option<String> {
    let (source, view) = (work.source, name(&key.identity));
    let query = source.attribute(key, "definition")?.trim_end().trim_end_matches(';').to_owned();
    let options = with_options(&[("", source.list(key, "options"))]);
    if !is_materialized(work, key) {
        let replace = if replace { "or replace " } else { "" };
        return Some(format!("create {replace}view {view}{options} as\n{query}"));
    }
    let method = source.text(key, "access method").map(|it| format!(" using {it}")).unwrap_or_default();
    let space = source.text(key, "tablespace").map(|it| format!(" tablespace {it}")).unwrap_or_default();
    let data = if source.attribute(key, "populated") == Some("false") { "with no data" } else { "with data" };
    Some(format!("create materialized view {view}{method}{options}{space} as\n{query}\n{data}"))
}

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let Some(sql) = whole(work, key, false) else {
        return sheet.hand(key, "missing", "the source does not show its definition");
    };
    sheet.push(Statement::new(Part::Views, key, sql));
    for attribute in ["toast options", "column storage", "column defaults", "column comments"] {
        if let Way::Done(statements) = set(work, key, attribute, true) {
            statements.into_iter().for_each(|one| sheet.push(one));
        }
    }
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let (source, target, view) = (work.source, work.target, name(&key.identity));
    let change = |clause: &str| Statement::new(Part::Views, key, format!("alter {} {view} {clause}", word(work, key)));
    match attribute {
        "definition" if !is_materialized(work, key) => {
            let (there, here) = (source.rows(key, "columns"), target.rows(key, "columns"));
            // Columns can be added at the end, and nothing else.
            match whole(work, key, true).filter(|_| !here.is_empty() && there.starts_with(&here)) {
                Some(sql) => Way::one(Statement::new(Part::Views, key, sql)),
                None => Way::Again,
            }
        }
        "kind" | "definition" => Way::Again,
        "access method" => source
            .text(key, "access method")
            .map_or(Way::Again, |it| Way::one(change(&format!("set access method {it}")))),
        "tablespace" => {
            let usual = target.attribute(&ObjectRef::new("database", "itself"), "tablespace").map(name);
            match source.text(key, "tablespace").map(str::to_owned).or(usual) {
                Some(space) => Way::one(change(&format!("set tablespace {space}"))),
                None => Way::hand("the target's own tablespace is not known"),
            }
        }
        "populated" => {
            let data = if source.attribute(key, attribute) == Some("true") { "with data" } else { "with no data" };
            Way::one(setting(key, format!("refresh materialized view {view} {data}")))
        }
        _ => set(work, key, attribute, false),
    }
}

/// What is set once the view is there.
fn set(work: &Work<'_>, key: &ObjectRef, attribute: &str, fresh: bool) -> Way {
    let (source, view, word) = (work.source, name(&key.identity), word(work, key));
    let before = |attribute: &str| if fresh { Vec::new() } else { work.target.list(key, attribute) };
    let rows_before = |attribute: &str| if fresh { Vec::new() } else { work.target.rows(key, attribute) };
    let change = |clause: &str| setting(key, format!("alter {word} {view} {clause}"));
    match attribute {
        "options" | "toast options" => {
            let prefix = if attribute == "options" { "" } else { "toast." };
            let clauses = storage_options(prefix, &source.list(key, attribute), &before(attribute));
            Way::Done(clauses.iter().map(|clause| change(clause)).collect())
        }
        "column storage" => {
            let (there, here) = (source.list(key, "column settings"), before("column settings"));
            if here.iter().any(|clause| !there.contains(clause)) {
                return Way::Again;
            }
            Way::Done(
                there.iter().filter(|clause| !here.contains(clause)).map(|clause| change(clause.trim())).collect(),
            )
        }
        "column defaults" => Way::Done(each(&source.rows(key, attribute), &rows_before(attribute), |column, value| {
            let clause = value.map_or_else(|| "drop default".to_owned(), |it| format!("set default {it}"));
            change(&format!("alter column {column} {clause}"))
        })),
        "column comments" => Way::Done(each(&source.rows(key, attribute), &rows_before(attribute), |column, value| {
            Statement::new(Part::Comments, key, format!("comment on column {view}.{column} is {}", text(value)))
        })),
        _ => Way::hand("no statement is known that changes it"),
    }
}

/// A statement for each column whose value differs.
fn each(
    there: &[Vec<Option<String>>],
    here: &[Vec<Option<String>>],
    made: impl Fn(&str, Option<&str>) -> Statement,
) -> Vec<Statement> {
    let name = |row: &Vec<Option<String>>| row.first().cloned().flatten();
    let set = there
        .iter()
        .filter(|row| !here.contains(row))
        .filter_map(|row| Some(made(&name(row)?, row.get(1)?.as_deref())));
    let gone = here.iter().filter(|row| there.iter().all(|other| name(other) != name(row)));
    set.chain(gone.filter_map(|row| Some(made(&name(row)?, None)))).collect()
}
