//! What an object hangs on. Where that is absent, the object is absent with it and is no finding of its own.

use super::identity;
use crate::catalog::{Inventory, InventoryObject};
use crate::model::{ObjectRef, RelationName};

/// The first thing the object hangs on at home that the other side does not have. What home itself does not list (the
/// column of a view, a partition's root outside the scope) explains no absence.
pub(super) fn absent(
    object: &ObjectRef,
    facts: &InventoryObject,
    home: &Inventory,
    other: &Inventory,
) -> Option<ObjectRef> {
    let missing = |candidates: Vec<ObjectRef>| {
        let at_home = candidates.iter().find(|parent| home.contains_key(parent))?.clone();
        (!candidates.iter().any(|parent| other.contains_key(parent))).then_some(at_home)
    };
    parents(object, facts).into_iter().find_map(missing)
}

/// Everything an object hangs on; each as the kinds it may be, of which one has to be there.
pub(super) fn parents(object: &ObjectRef, facts: &InventoryObject) -> Vec<Vec<ObjectRef>> {
    let as_any = |kinds: &[&str], name: &str| kinds.iter().map(|kind| ObjectRef::new(*kind, name)).collect();
    let attribute = |name: &str| facts.attributes.get(name).and_then(Option::as_deref);
    let schema = || vec![ObjectRef::new("schema", identity::first(&object.identity))];
    // The parent may be the root's object that this one is a copy of; its own relation has to be there all the same.
    let own_table =
        || identity::split_last(&object.identity).map_or_else(Vec::new, |(table, _)| as_any(&["table", "view"], table));
    match (object.kind.as_str(), facts.parent.as_deref()) {
        ("table", _) => {
            let root = attribute("partition bound").and(attribute("inherits"));
            let mut all = vec![schema()];
            all.extend(root.map(|root| as_any(&["table"], root)));
            all
        }
        ("sequence", _) => {
            let mut all = vec![schema()];
            all.extend(attribute("owned by").map(|column| as_any(&["column"], column)));
            all
        }
        ("statistics object", Some(parent)) => vec![schema(), as_any(&["table", "view"], parent)],
        ("view" | "function" | "type" | "collation" | "operator" | "operator family" | "conversion", _) => {
            vec![schema()]
        }
        ("operator class", _) => {
            let method = object.identity.rsplit_once(" for ").map_or("", |(_, method)| method);
            let family =
                attribute("family").map(|family| as_any(&["operator family"], &format!("{family} for {method}")));
            std::iter::once(schema()).chain(family).collect()
        }
        ("text search configuration" | "text search dictionary" | "text search parser" | "text search template", _) => {
            vec![schema()]
        }
        ("row security", _) => vec![as_any(&["table"], &object.identity)],
        ("grant", Some(parent)) if parent.starts_with("foreign server ") => {
            vec![as_any(&["foreign server"], parent.trim_start_matches("foreign server "))]
        }
        ("grant", Some(parent)) if parent.starts_with("foreign data wrapper ") => {
            vec![as_any(&["foreign data wrapper"], parent.trim_start_matches("foreign data wrapper "))]
        }
        ("grant", Some(parent)) => match parent.split_once(' ') {
            // A view's columns are no objects of their own: their grants hang on the view.
            Some(("column", name)) => {
                let owner =
                    identity::split_last(name).map_or_else(Vec::new, |(table, _)| as_any(&["table", "view"], table));
                vec![owner, as_any(&["column"], name)]
            }
            Some((kind @ ("table" | "view" | "sequence" | "schema" | "function" | "type" | "language"), name)) => {
                vec![as_any(&[kind], name)]
            }
            _ => Vec::new(),
        },
        ("index", Some(parent)) => {
            let table = attribute("table").map(|table| as_any(&["table", "view"], table));
            table.into_iter().chain([as_any(&["table", "view", "index"], parent)]).collect()
        }
        ("column", Some(parent)) => vec![own_table(), as_any(&["table", "column"], parent)],
        ("constraint", Some(parent)) => vec![own_table(), as_any(&["table", "constraint"], parent)],
        ("trigger", Some(parent)) => vec![own_table(), as_any(&["table", "view", "trigger"], parent)],
        // By the role it gives: the one that is given it may be none that the database names.
        ("membership", _) => {
            let role = object.identity.rsplit_once(" in ");
            role.map(|(_, role)| as_any(&["role"], role)).into_iter().collect()
        }
        (_, Some(parent)) => vec![as_any(&["table", "view"], parent)],
        (_, None) => Vec::new(),
    }
}

/// The object of the same kind that this one is a copy of: a partition has columns, constraints, indexes and triggers
/// from its root.
pub(super) fn original(object: &ObjectRef, facts: &InventoryObject) -> Option<ObjectRef> {
    let copied = matches!(object.kind.as_str(), "column" | "constraint" | "index" | "trigger");
    copied.then_some(facts.parent.as_deref()).flatten().map(|parent| ObjectRef::new(&object.kind, parent))
}

/// The relation whose scope an object shares; `None` for what belongs to no relation.
pub(super) fn relation(object: &ObjectRef, facts: &InventoryObject, side: &Inventory) -> Option<RelationName> {
    match (object.kind.as_str(), facts.parent.as_deref()) {
        ("table" | "column" | "constraint" | "trigger" | "rule" | "row security" | "policy", _) => {
            identity::relation(&object.identity)
        }
        ("statistics object", Some(parent)) => identity::relation(parent),
        ("index", Some(parent)) => identity::relation(table_of_index(parent, side)),
        ("sequence", _) => identity::relation(facts.attributes.get("owned by")?.as_deref()?),
        ("grant", Some(parent)) => match parent.split_once(' ')? {
            ("table" | "column", name) => identity::relation(name),
            ("sequence", name) => {
                let sequence = ObjectRef::new("sequence", name);
                side.get(&sequence).and_then(|facts| relation(&sequence, facts, side))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The table at the end of a chain of partitioned indexes.
fn table_of_index<'a>(parent: &'a str, side: &'a Inventory) -> &'a str {
    let mut at = parent;
    while let Some(above) = side.get(&ObjectRef::new("index", at)).and_then(|facts| facts.parent.as_deref()) {
        at = above;
    }
    at
}

/// The constraint an index stands behind, where there is one.
pub(super) fn constraint_of_index(index: &ObjectRef, facts: &InventoryObject, side: &Inventory) -> Option<ObjectRef> {
    let table = facts.parent.as_deref()?;
    let (_, name) = identity::split_last(&index.identity)?;
    let constraint = ObjectRef::new("constraint", format!("{table}.{name}"));
    let definition = side.get(&constraint)?.attributes.get("definition")?.as_deref()?;
    // A check constraint may share the name and has nothing to do with the index.
    let has_index = ["PRIMARY KEY", "UNIQUE", "EXCLUDE"].iter().any(|kind| definition.starts_with(kind));
    has_index.then_some(constraint)
}
