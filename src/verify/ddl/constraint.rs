//! Constraints of tables.

use super::address::on_table;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work, storage_options};
use crate::model::ObjectRef;
use crate::verify::{identity, parents};

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let source = work.source;
    if comes_along(work, key) {
        return;
    }
    let (Some(sql), kind) = (source.text(key, "create"), source.text(key, "kind")) else {
        return sheet.hand(key, "missing", "the source does not show its definition");
    };
    let part = if kind == Some("f") { Part::ForeignKeys } else { Part::Constraints };
    let table = identity::split_last(&key.identity).map_or("", |(table, _)| table);
    let statement = Statement::new(part, key, sql).with(index(key));
    let with_its_table = work.made.contains(&ObjectRef::new("table", table));
    sheet.push(if with_its_table {
        statement
    } else {
        statement.note("reads the whole table, and fails while rows break it")
    });
    if let Some(index) = source.text(key, "index") {
        for clause in storage_options("", &source.list(key, "index options"), &[]) {
            sheet.push(Statement::new(Part::Others, key, format!("alter index {index} {clause}")));
        }
    }
    if source.attribute(key, "enforcement").is_some() {
        sheet.hand(
            key,
            "enforcement",
            "the source has switched off its triggers, whose names the target gives: ALTER TABLE ... DISABLE TRIGGER",
        );
    }
}

/// Whether a constraint comes with another's: that of its root, or its own for each partition it leads to.
fn comes_along(work: &Work<'_>, key: &ObjectRef) -> bool {
    let source = work.source;
    let original = source.facts(key).and_then(|facts| parents::original(key, facts)).filter(|it| source.has(it));
    let Some((table, _)) = identity::split_last(&key.identity).filter(|_| original.is_some()) else { return false };
    let table = ObjectRef::new("table", table);
    let attached = (work.made.contains(&table) && source.flag(&table, "partition")) || work.joins(&table);
    source.flag(key, "from its own table") || !attached
}

/// The index of a constraint, which has its name.
fn index(key: &ObjectRef) -> Option<ObjectRef> {
    let (table, own) = identity::split_last(&key.identity)?;
    Some(ObjectRef::new("index", format!("{}.{own}", identity::first(table))))
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let (source, target) = (work.source, work.target);
    let (table, own) = on_table(&key.identity);
    let change = |clause: String| Statement::new(Part::Constraints, key, format!("alter table {table} {clause}"));
    match attribute {
        "deferrable" if source.text(key, "kind") == Some("f") => {
            let clause = match source.attribute(key, attribute) {
                Some("yes") => "deferrable initially immediate",
                Some("initially deferred") => "deferrable initially deferred",
                _ => "not deferrable",
            };
            Way::one(change(format!("alter constraint {own} {clause}")))
        }
        "validated"
            if (source.attribute(key, attribute), target.attribute(key, attribute))
                == (Some("true"), Some("false")) =>
        {
            Way::one(
                change(format!("validate constraint {own}"))
                    .note("reads the whole table, and fails while rows break it"),
            )
        }
        "enforcement" => enforcement(work, key),
        _ => Way::Again,
    }
}

/// Switches the triggers behind a constraint on or off. Their names hold numbers of the target's own.
fn enforcement(work: &Work<'_>, key: &ObjectRef) -> Way {
    let (word, state) = match work.source.attribute(key, "enforcement") {
        None => ("enable", "O"),
        Some("switched off") => ("disable", "D"),
        Some("on replicas only") => ("enable replica", "R"),
        Some("always") => ("enable always", "A"),
        Some(_) => {
            return Way::hand(
                "on the source its triggers are not all alike: ALTER TABLE ... ENABLE or DISABLE TRIGGER each",
            );
        }
    };
    let rows = work.target.rows(key, "triggers");
    let statements = rows.iter().filter_map(|row| match &row[..] {
        [Some(table), Some(trigger), Some(now)] if now != state => {
            let sql = format!("alter table {table} {word} trigger {trigger}");
            Some(Statement::new(Part::Triggers, key, sql).note("a trigger of the server's own: only a superuser may"))
        }
        _ => None,
    });
    Way::Done(statements.collect())
}

pub(super) fn drop(key: &ObjectRef, part: Part) -> Statement {
    let (table, own) = on_table(&key.identity);
    Statement::new(part, key, format!("alter table {table} drop constraint {own}")).with(index(key))
}
