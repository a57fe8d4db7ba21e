//! What would make other statements of a repair's statements, or refuse them: the target's rules, and triggers that fire for a
//! replica too. Pure.

use crate::catalog::Catalog;
use crate::model::RelationName;

/// Why statements on the table would not do what they say; `None` where they would.
///
/// PostgreSQL refuses `on conflict` on a table with any rule on updates, even where it is switched off.
pub(super) fn interference(target: &Catalog, table: &RelationName) -> Option<String> {
    let tree = target.relations.keys().filter(|name| target.root_of(name) == *table);
    let tree: Vec<String> = tree.map(|name| format!("{name}.")).collect();
    target.inventory.iter().find_map(|(object, facts)| {
        let attribute = |name: &str| facts.attributes.get(name).cloned().flatten().unwrap_or_default();
        let on = |relation: &str| object.identity.starts_with(relation);
        let fires = match object.kind.as_str() {
            "trigger" => {
                tree.iter().any(|one| on(one)) && matches!(attribute("enabled").as_str(), "always" | "replica")
            }
            "rule" => {
                let updates = attribute("definition").contains("ON UPDATE TO");
                on(&format!("{table}.")) && (updates || matches!(attribute("enabled").as_str(), "A" | "R"))
            }
            _ => false,
        };
        fires.then(|| {
            format!("{object} would change what its statements do; drop it or switch it off, or copy the table again")
        })
    })
}
