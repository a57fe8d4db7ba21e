//! Tables. A partition is made as a table of its own and then attached, so that what hangs on it keeps its names.

use super::address::name;
use super::column;
use super::statement::{Part, Statement};
use super::work::{
    Sheet, Way, Work, foreign_options, new_options, setting, split_options, storage_options, with_options,
};
use crate::model::{ObjectRef, quoted};
use crate::verify::identity;

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let (source, table) = (work.source, name(&key.identity));
    let partition = source.flag(key, "partition");
    let mut columns: Vec<&ObjectRef> =
        source.of_kind("column").filter(|column| source.text(column, "table") == Some(&key.identity)).collect();
    columns.sort_by_key(|column| source.number(column, "place"));
    let made = columns.iter().flat_map(|column| column::all(column)).collect::<Vec<_>>();
    let own = columns.iter().filter(|column| source.flag(column, "local"));
    let list: Vec<String> = own.map(|column| column::define(source, column, !partition)).collect();
    let foreign = source.text(key, "foreign server");
    let mut sql = String::from("create ");
    if source.attribute(key, "persistence") == Some("unlogged") {
        sql.push_str("unlogged ");
    }
    sql.push_str(if foreign.is_some() { "foreign table " } else { "table " });
    match source.text(key, "of type") {
        Some(of) => sql.push_str(&format!("{table} of {of}")),
        None if list.is_empty() => sql.push_str(&format!("{table} ()")),
        None => sql.push_str(&format!("{table} (\n  {}\n)", list.join(",\n  "))),
    }
    let parents = source.list(key, "parents");
    if !partition && !parents.is_empty() {
        sql.push_str(&format!(" inherits ({})", parents.join(", ")));
    }
    if let Some(by) = source.attribute(key, "partition key") {
        sql.push_str(&format!(" partition by {by}"));
    }
    if let Some(server) = foreign {
        sql.push_str(&format!(" server {server}{}", new_options(&split_options(&source.list(key, "foreign options")))));
    } else {
        if let Some(method) = source.text(key, "access method") {
            sql.push_str(&format!(" using {method}"));
        }
        sql.push_str(&with_options(&[
            ("", source.list(key, "options")),
            ("toast.", source.list(key, "toast options")),
        ]));
        if let Some(space) = source.text(key, "tablespace") {
            sql.push_str(&format!(" tablespace {space}"));
        }
    }
    sheet.push(Statement::new(Part::Tables, key, sql).with(made));
    if let (true, Some(root), Some(bound)) = (partition, parents.first(), source.attribute(key, "partition bound")) {
        sheet.push(
            Statement::new(Part::Partitions, key, format!("alter table {root} attach partition {table} {bound}"))
                .aside(),
        );
    }
    if let Way::Done(statements) = alter(work, key, "replica identity") {
        let usual = foreign.is_some() || source.attribute(key, "replica identity") == Some("default");
        statements.into_iter().filter(|_| !usual).for_each(|one| sheet.push(one));
    }
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let (source, target, table) = (work.source, work.target, name(&key.identity));
    let wanted = source.attribute(key, attribute);
    let change = |clause: String| Statement::new(Part::Tables, key, format!("alter table {table} {clause}"));
    let rewriting = |clause: String| Way::one(change(clause).note("rewrites the table: every row is written again"));
    if target.has(key) && source.attribute(key, "kind") != target.attribute(key, "kind") {
        return Way::hand(
            "an ordinary, a partitioned and a foreign table cannot become each other: make a new one and copy the rows",
        );
    }
    match attribute {
        "persistence" => rewriting(format!("set {}", if wanted == Some("unlogged") { "unlogged" } else { "logged" })),
        "access method" => match source.text(key, "access method") {
            Some(method) => rewriting(format!("set access method {method}")),
            None => Way::hand("the source's table has no access method of its own"),
        },
        "partition bound" | "inherits" => lineage(work, key),
        "of type" => Way::one(change(source.text(key, "of type").map_or("not of".into(), |of| format!("of {of}")))),
        "foreign options" => {
            let both = [source, target].map(|side| split_options(&side.list(key, "foreign options")));
            let clause = foreign_options(&both[0], &both[1]);
            Way::Done(
                clause
                    .map(|clause| setting(key, format!("alter foreign table {table} {clause}")))
                    .into_iter()
                    .collect(),
            )
        }
        "replica identity" => {
            let clause = match (wanted, source.text(key, "replica identity index")) {
                (Some("index"), Some(index)) => format!("using index {index}"),
                (Some("index"), None) => return Way::hand("the index of the source's replica identity is gone"),
                (other, _) => other.unwrap_or("default").to_owned(),
            };
            Way::one(setting(key, format!("alter table {table} replica identity {clause}")))
        }
        "options" | "toast options" => {
            let prefix = if attribute == "options" { "" } else { "toast." };
            let clauses = storage_options(prefix, &source.list(key, attribute), &target.list(key, attribute));
            Way::Done(clauses.into_iter().map(|clause| setting(key, format!("alter table {table} {clause}"))).collect())
        }
        "tablespace" => {
            let usual = target.attribute(&ObjectRef::new("database", "itself"), "tablespace").map(name);
            match source.text(key, "tablespace").map(str::to_owned).or(usual) {
                Some(space) => rewriting(format!("set tablespace {space}")),
                None => Way::hand("the target's own tablespace is not known"),
            }
        }
        "column order" => Way::hand(
            "a column's place cannot be changed: make the table anew with the columns in the source's order, copy the rows, and rename it",
        ),
        "partition key" => Way::hand("a table cannot be divided in another way: make a new one and copy the rows"),
        "foreign server" => {
            Way::hand("a foreign table keeps its server: drop it and make it again, with what needs it")
        }
        _ => Way::hand("no statement is known that changes it"),
    }
}

/// Takes a table from the parents it has, and gives it those of the source.
fn lineage(work: &Work<'_>, key: &ObjectRef) -> Way {
    let (source, target, table) = (work.source, work.target, name(&key.identity));
    let partition = [source, target].map(|side| side.flag(key, "partition"));
    let parents = [source, target].map(|side| side.list(key, "parents"));
    let mut found = Vec::new();
    for parent in &parents[1] {
        let clause = match partition[1] {
            true => format!("alter table {parent} detach partition {table}"),
            false if parents[0].contains(parent) && !partition[0] => continue,
            false => format!("alter table {table} no inherit {parent}"),
        };
        // Late: what changes on the parent meanwhile reaches it.
        found.push(Statement::new(Part::Partitions, key, clause).aside());
    }
    for parent in &parents[0] {
        let clause = match source.attribute(key, "partition bound") {
            Some(bound) if partition[0] => format!("alter table {parent} attach partition {table} {bound}"),
            _ if parents[1].contains(parent) && !partition[1] => continue,
            _ => format!("alter table {table} inherit {parent}"),
        };
        found.push(
            Statement::new(Part::Partitions, key, clause)
                .note("fails while rows are outside of the partition's bounds")
                .aside(),
        );
    }
    Way::Done(found)
}

/// Takes a table away, foreign keys to other dropped tables first: two tables may lead to each other.
pub(super) fn drop(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef, part: Part) {
    let target = work.target;
    let table = name(&key.identity);
    let own = |kind: &str| -> Vec<ObjectRef> {
        let on = |one: &&ObjectRef| match kind {
            "index" => target.text(one, "on") == Some(&key.identity),
            "sequence" => target
                .attribute(one, "owned by")
                .and_then(identity::split_last)
                .is_some_and(|(it, _)| it == key.identity),
            _ => identity::split_last(&one.identity).is_some_and(|(it, _)| it == key.identity),
        };
        target.of_kind(kind).filter(on).cloned().collect()
    };
    for constraint in own("constraint").iter().filter(|one| target.text(one, "kind") == Some("f")) {
        let inherited = target.facts(constraint).and_then(|facts| facts.parent.as_deref()) != Some(&key.identity);
        let itself = target.needs.get(constraint).is_some_and(|needs| {
            needs.iter().all(|one| one.kind != "index" || target.text(one, "on") == Some(&key.identity))
        });
        if !inherited && !itself {
            let (_, own) = super::address::on_table(&constraint.identity);
            sheet.push(Statement::new(
                Part::DropFirst,
                constraint,
                format!("alter table {table} drop constraint {own}"),
            ));
        }
    }
    let mut takes: Vec<ObjectRef> = own("column").iter().flat_map(column::all).collect();
    for kind in ["constraint", "index", "trigger", "rule", "policy", "sequence"] {
        takes.extend(own(kind));
    }
    let foreign = target.attribute(key, "kind") == Some("foreign table");
    let words = if foreign { "foreign table" } else { "table" };
    let statement = Statement::new(part, key, format!("drop {words} {table}")).with(takes);
    sheet.push(if foreign {
        statement
    } else {
        statement.note(format!("destroys rows: all of {}", quoted_for_people(key)))
    });
}

fn quoted_for_people(key: &ObjectRef) -> String {
    identity::relation(&key.identity).map_or_else(|| quoted(&key.identity), |it| it.to_string())
}
