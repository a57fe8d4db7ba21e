//! The coverage ledger: every object of both catalogs, compared by a named check or listed with the reason why not.

use std::collections::{BTreeMap, BTreeSet};

use super::CheckOutcome;
use crate::catalog::{Inventory, Unmodelled};
use crate::model::{LedgerEntry, ObjectRef};

/// Everything the ledger has to account for.
#[derive(Debug)]
pub struct Objects<'a> {
    /// The objects of both sides.
    pub inventories: [&'a Inventory; 2],
    /// Objects of kinds nothing compares.
    pub unmodelled: Vec<&'a Unmodelled>,
}

/// Builds the ledger from both inventories and what the checks say they covered.
pub(super) fn entries(all: &Objects<'_>, outcomes: &[(&'static str, CheckOutcome)]) -> Vec<LedgerEntry> {
    let mut compared: BTreeMap<&ObjectRef, BTreeSet<&str>> = BTreeMap::new();
    let mut reasons: BTreeMap<&ObjectRef, &str> = BTreeMap::new();
    for (check, outcome) in outcomes {
        for object in &outcome.covered {
            compared.entry(object).or_default().insert(check);
        }
        for (object, reason) in &outcome.uncovered {
            reasons.insert(object, reason);
        }
    }
    let listed = all.inventories.iter().flat_map(|side| side.keys());
    let objects: BTreeSet<&ObjectRef> = listed.chain(compared.keys().copied()).chain(reasons.keys().copied()).collect();
    let mut entries: Vec<LedgerEntry> = objects
        .into_iter()
        .map(|object| {
            let compared_by: Vec<String> =
                compared.get(object).into_iter().flatten().map(|check| (*check).to_owned()).collect();
            let reason = reasons.get(object).map(|reason| (*reason).to_owned());
            let not_compared = match (compared_by.is_empty(), reason) {
                // A reason beside a comparison says what part was left out (a table's unreadable column).
                (_, Some(reason)) => Some(reason),
                (true, None) => Some("the check responsible for it was not run".to_owned()),
                (false, None) => None,
            };
            LedgerEntry { object: object.clone(), compared_by, not_compared }
        })
        .collect();
    for kind in &all.unmodelled {
        let object = ObjectRef::new(&kind.kind, &kind.names);
        if !entries.iter().any(|entry| entry.object == object) {
            let not_compared = Some("no check compares this kind of object".to_owned());
            entries.push(LedgerEntry { object, compared_by: Vec::new(), not_compared });
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::InventoryObject;

    #[test]
    fn an_object_stands_in_the_ledger_once() {
        let role = |name: &str| ObjectRef::new("role", name);
        let held = || InventoryObject { parent: None, attributes: BTreeMap::new() };
        let inventory = Inventory::from(["anon", "owner"].map(|name| (role(name), held())));
        let outcome = CheckOutcome {
            covered: vec![role("anon")],
            uncovered: vec![(role("owner"), "no right to read it".to_owned())],
            ..CheckOutcome::default()
        };
        let all = Objects { inventories: [&inventory, &inventory], unmodelled: Vec::new() };
        let entries = entries(&all, &[("schema", outcome)]);
        let found: Vec<(&str, bool)> =
            entries.iter().map(|entry| (entry.object.identity.as_str(), entry.not_compared.is_some())).collect();
        assert_eq!(found, [("anon", false), ("owner", true)]);
    }
}
