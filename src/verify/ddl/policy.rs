//! Policies, and whether row security is on.

use super::address::name;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work};
use crate::model::ObjectRef;

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    match work.source.text(key, "create") {
        Some(sql) => sheet.push(Statement::new(Part::Policies, key, sql)),
        None => sheet.hand(key, "missing", "the source does not show its definition"),
    }
}

/// Row security of a table that is made: what is not on is off.
pub(super) fn create_security(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let is = |attribute: &str, value: &str| work.source.attribute(key, attribute) == Some(value);
    for attribute in [is("row security", "enabled").then_some("row security"), is("forced", "yes").then_some("forced")]
    {
        if let Some(Way::Done(statements)) = attribute.map(|attribute| alter_security(work, key, attribute)) {
            statements.into_iter().for_each(|one| sheet.push(one));
        }
    }
}

pub(super) fn alter_security(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let (there, here) = (work.source.attribute(key, attribute), work.target.attribute(key, attribute));
    let clause = match (attribute, there) {
        _ if there == here => {
            return Way::hand(
                "it is off on the source too, and verify.require_row_security asks for it: enable it on both, with policies",
            );
        }
        (_, None) => {
            return Way::hand(
                "the source has no such table, and verify.require_row_security asks for it: enable it, with policies",
            );
        }
        ("row security", Some("enabled")) => "enable row level security",
        ("row security", _) => "disable row level security",
        (_, Some("yes")) => "force row level security",
        _ => "no force row level security",
    };
    Way::one(Statement::new(Part::Policies, key, format!("alter table {} {clause}", name(&key.identity))))
}
