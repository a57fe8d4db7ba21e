//! Sequences. Where a sequence stands is a matter of rows.

use super::address::name;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work, setting};
use crate::model::ObjectRef;

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let (source, sequence) = (work.source, name(&key.identity));
    // That of an identity column comes with the column.
    if source.flag(key, "of identity") {
        return;
    }
    let Some(settings) = source.text(key, "settings") else {
        return sheet.hand(key, "missing", "the source does not show its settings");
    };
    let unlogged = if source.attribute(key, "persistence") == Some("unlogged") { "unlogged " } else { "" };
    let statement = Statement::new(Part::Sequences, key, format!("create {unlogged}sequence {sequence} {settings}"));
    sheet.push(statement.note("starts anew: set it by the source's (pg-rehearse verify --repair)"));
    if let Some(column) = source.text(key, "owned by") {
        sheet.push(setting(key, format!("alter sequence {sequence} owned by {column}")));
    }
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let (source, target, sequence) = (work.source, work.target, name(&key.identity));
    match attribute {
        "type" | "start" | "increment" | "minimum" | "maximum" | "cache" | "cycles" => {
            match source.text(key, "settings") {
                Some(settings) => {
                    Way::one(Statement::new(Part::Sequences, key, format!("alter sequence {sequence} {settings}")))
                }
                None => Way::hand("the source does not show its settings"),
            }
        }
        "persistence" => {
            let word = if source.attribute(key, attribute) == Some("unlogged") { "unlogged" } else { "logged" };
            Way::one(Statement::new(Part::Sequences, key, format!("alter sequence {sequence} set {word}")))
        }
        "owned by" if source.flag(key, "of identity") || target.flag(key, "of identity") => {
            Way::hand("one side's belongs to an identity column: make the column's identity as on the source first")
        }
        "owned by" => {
            let owner = source.text(key, "owned by").unwrap_or("none");
            Way::one(setting(key, format!("alter sequence {sequence} owned by {owner}")))
        }
        _ => Way::hand("no statement is known that changes it"),
    }
}
