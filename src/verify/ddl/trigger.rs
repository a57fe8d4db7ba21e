//! Triggers and rules of tables and views. A partition's copy of its root's trigger comes and goes with that.

use super::address::on_table;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work};
use crate::model::ObjectRef;

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let source = work.source;
    if !source.flag(key, "copy") {
        let Some(sql) = source.text(key, "create") else {
            return sheet.hand(key, "missing", "the source does not show its definition");
        };
        sheet.push(Statement::new(Part::Triggers, key, sql.trim_end().trim_end_matches(';')));
    }
    if !matches!(source.attribute(key, "enabled"), Some("origin" | "O")) {
        sheet.push(enabled(work, key));
    }
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    match attribute {
        "enabled" => Way::one(enabled(work, key)),
        _ => Way::Again,
    }
}

fn enabled(work: &Work<'_>, key: &ObjectRef) -> Statement {
    let (table, own) = on_table(&key.identity);
    let word = match work.source.attribute(key, "enabled") {
        Some("disabled" | "D") => "disable",
        Some("replica" | "R") => "enable replica",
        Some("always" | "A") => "enable always",
        _ => "enable",
    };
    Statement::new(Part::Triggers, key, format!("alter table {table} {word} {} {own}", key.kind))
}
