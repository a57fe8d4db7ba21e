//! Grants that differ because their object belongs to another role: the owner is the finding.
//!
//! Where an object changes hands the server gives the new owner what the old one held, and takes it from the old one.

use std::collections::BTreeSet;

use crate::catalog::Inventory;
use crate::model::{ObjectRef, readable};

/// The kinds of objects that grants are on and that have an owner. A column's owner is its table's.
const OWNED: [&str; 10] = [
    "table",
    "view",
    "sequence",
    "schema",
    "function",
    "type",
    "language",
    "foreign server",
    "foreign data wrapper",
    "database",
];

/// Whether a grant differs exactly as it does where its object has changed hands. `counts` tells the privileges that both
/// servers know.
pub(super) fn explain(
    grant: &ObjectRef,
    parent: Option<&str>,
    source: &Inventory,
    target: &Inventory,
    counts: impl Fn(&str) -> bool,
) -> bool {
    let (Some(parent), "grant") = (parent, grant.kind.as_str()) else { return false };
    let owner = |side: &Inventory| owner(parent, side);
    let (Some(before), Some(now)) = (owner(source), owner(target)) else { return false };
    let (before, now) = (readable(&before), readable(&now));
    if before == now || ![&before, &now].iter().any(|role| grant.identity == format!("{parent} to {role}")) {
        return false;
    }
    let held = |side: &Inventory, role: &str| {
        let facts = side.get(&ObjectRef::new("grant", format!("{parent} to {role}")));
        let list = facts.and_then(|facts| facts.attributes.get("privileges").cloned().flatten()).unwrap_or_default();
        list.split(", ").filter(|name| !name.is_empty() && counts(name)).map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let mut given = held(source, &before);
    given.extend(held(source, &now));
    // The right to grant on is more than the right.
    let more = given.clone();
    given.retain(|privilege| !more.contains(&format!("{privilege}*")));
    held(target, &before).is_empty() && held(target, &now) == given
}

/// The owner of what a grant is on.
fn owner(parent: &str, side: &Inventory) -> Option<String> {
    let object = match parent.strip_prefix("column ") {
        Some(column) => {
            let (relation, _) = super::identity::split_last(column)?;
            let kinds = ["table", "view"].map(|kind| ObjectRef::new(kind, relation));
            kinds.into_iter().find(|object| side.contains_key(object))?
        }
        None => OWNED.iter().find_map(|kind| {
            let name = parent.strip_prefix(kind)?.strip_prefix(' ')?;
            Some(ObjectRef::new(*kind, name))
        })?,
    };
    side.get(&object)?.attributes.get("owner").cloned().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::InventoryObject;

    fn side(owner: &str, grants: &[(&str, &str)]) -> Inventory {
        let facts = |parent: Option<&str>, name: &str, value: &str| InventoryObject {
            parent: parent.map(Into::into),
            attributes: [(name.to_owned(), Some(value.to_owned()))].into(),
        };
        let table = (ObjectRef::new("table", "public.t"), facts(None, "owner", owner));
        let grants = grants.iter().map(|(role, privileges)| {
            let identity = format!("table public.t to {role}");
            (ObjectRef::new("grant", identity), facts(Some("table public.t"), "privileges", privileges))
        });
        std::iter::once(table).chain(grants).collect()
    }

    fn explained(role: &str, source: &Inventory, target: &Inventory) -> bool {
        let grant = ObjectRef::new("grant", format!("table public.t to {role}"));
        explain(&grant, Some("table public.t"), source, target, |_| true)
    }

    #[test]
    fn what_the_owner_held_goes_to_the_next() {
        let before = side("One", &[("\"One\"", "insert, select"), ("two", "delete, select*"), ("three", "select")]);
        let after = side("two", &[("two", "delete, insert, select*"), ("three", "select")]);
        assert!(explained("\"One\"", &before, &after) && explained("two", &before, &after));
        assert!(explained("two", &after, &side("One", &[("\"One\"", "delete, insert, select*")])));
    }

    #[test]
    fn anything_else_is_a_finding() {
        let before = side("one", &[("one", "insert, select"), ("three", "select")]);
        let more = side("two", &[("two", "delete, insert, select")]);
        assert!(
            !explained("one", &before, &more)
                && !explained("two", &before, &more)
                && !explained("three", &before, &more)
        );
        let kept = side("two", &[("two", "insert, select"), ("one", "select")]);
        assert!(!explained("one", &before, &kept) && !explained("two", &before, &kept));
        let same = side("one", &[("one", "insert")]);
        assert!(!explained("one", &before, &same));
    }
}
