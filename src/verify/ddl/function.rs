//! Functions, procedures and aggregates.

use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work};
use crate::model::ObjectRef;

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    if work.source.flag(key, "of a type") {
        return;
    }
    match whole(work, key) {
        Some(statement) => sheet.push(statement),
        None => sheet.hand(key, "missing", "the source does not show its definition"),
    }
}

fn whole(work: &Work<'_>, key: &ObjectRef) -> Option<Statement> {
    let sql = work.source.text(key, "create")?.trim_end();
    let statement = Statement::new(Part::Functions, key, sql);
    Some(match work.source.attribute(key, "library") {
        Some(library) => statement.note(format!("needs the library {library} on the target's server")),
        None => statement,
    })
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let aggregate = [work.source, work.target].iter().any(|side| side.attribute(key, "kind") == Some("aggregate"));
    let shape = matches!(attribute, "kind" | "result" | "arguments" | "aggregate" | "aggregate details");
    if aggregate || shape {
        return Way::Again;
    }
    whole(work, key).map_or_else(|| Way::hand("the source does not show its definition"), Way::one)
}
