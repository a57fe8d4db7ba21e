//! Every object of every modelled kind as identity plus named attributes, so that one comparison serves all kinds.
//!
//! A kind is one `.sql` file that answers `identity`, optionally `parent`, and a JSON object of attributes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::patience::Patience;
use super::template::{Template, array};
use crate::model::{ObjectRef, Result};
use crate::postgres::{Role, Session};

/// A modelled kind of object.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The word findings use.
    pub name: &'static str,
    /// The check that compares it.
    pub check: &'static str,
    sql: &'static str,
}

/// All modelled kinds, containers before what they contain.
pub const KINDS: [Kind; 40] = [
    Kind { name: "extension", check: "schema", sql: include_str!("sql/inventory/extension.sql") },
    Kind { name: "schema", check: "schema", sql: include_str!("sql/inventory/schema.sql") },
    Kind { name: "type", check: "schema", sql: include_str!("sql/inventory/type.sql") },
    Kind { name: "table", check: "schema", sql: include_str!("sql/inventory/table.sql") },
    Kind { name: "column", check: "schema", sql: include_str!("sql/inventory/column.sql") },
    Kind { name: "constraint", check: "schema", sql: include_str!("sql/inventory/constraint.sql") },
    Kind { name: "index", check: "indexes", sql: include_str!("sql/inventory/index.sql") },
    Kind { name: "sequence", check: "schema", sql: include_str!("sql/inventory/sequence.sql") },
    Kind { name: "view", check: "schema", sql: include_str!("sql/inventory/view.sql") },
    Kind { name: "function", check: "schema", sql: include_str!("sql/inventory/function.sql") },
    Kind { name: "trigger", check: "schema", sql: include_str!("sql/inventory/trigger.sql") },
    Kind { name: "rule", check: "schema", sql: include_str!("sql/inventory/rule.sql") },
    Kind { name: "database", check: "schema", sql: include_str!("sql/inventory/database.sql") },
    Kind { name: "collation", check: "schema", sql: include_str!("sql/inventory/collation.sql") },
    Kind { name: "operator", check: "schema", sql: include_str!("sql/inventory/operator.sql") },
    Kind { name: "operator class", check: "schema", sql: include_str!("sql/inventory/operator_class.sql") },
    Kind {
        name: "text search dictionary",
        check: "schema",
        sql: include_str!("sql/inventory/text_search_dictionary.sql"),
    },
    Kind {
        name: "text search configuration",
        check: "schema",
        sql: include_str!("sql/inventory/text_search_configuration.sql"),
    },
    Kind { name: "statistics object", check: "schema", sql: include_str!("sql/inventory/statistics_object.sql") },
    Kind { name: "cast", check: "schema", sql: include_str!("sql/inventory/cast.sql") },
    Kind { name: "event trigger", check: "schema", sql: include_str!("sql/inventory/event_trigger.sql") },
    Kind { name: "foreign server", check: "schema", sql: include_str!("sql/inventory/foreign_server.sql") },
    Kind { name: "publication", check: "schema", sql: include_str!("sql/inventory/publication.sql") },
    Kind { name: "language", check: "schema", sql: include_str!("sql/inventory/language.sql") },
    Kind { name: "access method", check: "schema", sql: include_str!("sql/inventory/access_method.sql") },
    Kind { name: "conversion", check: "schema", sql: include_str!("sql/inventory/conversion.sql") },
    Kind { name: "text search parser", check: "schema", sql: include_str!("sql/inventory/text_search_parser.sql") },
    Kind { name: "text search template", check: "schema", sql: include_str!("sql/inventory/text_search_template.sql") },
    Kind { name: "operator family", check: "schema", sql: include_str!("sql/inventory/operator_family.sql") },
    Kind { name: "transform", check: "schema", sql: include_str!("sql/inventory/transform.sql") },
    Kind { name: "foreign data wrapper", check: "schema", sql: include_str!("sql/inventory/foreign_data_wrapper.sql") },
    Kind { name: "subscription", check: "schema", sql: include_str!("sql/inventory/subscription.sql") },
    Kind { name: "extension dependency", check: "schema", sql: include_str!("sql/inventory/extension_dependency.sql") },
    Kind { name: "security label", check: "schema", sql: include_str!("sql/inventory/security_label.sql") },
    Kind { name: "large objects", check: "schema", sql: include_str!("sql/inventory/large_objects.sql") },
    Kind { name: "row security", check: "rls", sql: include_str!("sql/inventory/row_security.sql") },
    Kind { name: "policy", check: "rls", sql: include_str!("sql/inventory/policy.sql") },
    Kind { name: "role", check: "grants", sql: include_str!("sql/inventory/role.sql") },
    Kind { name: "membership", check: "grants", sql: include_str!("sql/inventory/membership.sql") },
    Kind { name: "grant", check: "grants", sql: include_str!("sql/inventory/grant.sql") },
];

/// One object with its attributes; an absent attribute is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryObject {
    /// What it hangs on (a column's table, a grant's object): when that is absent on a side, this is too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Its attributes by name.
    pub attributes: BTreeMap<String, Option<String>>,
}

/// Objects by kind and identity.
pub type Inventory = BTreeMap<ObjectRef, InventoryObject>;

#[derive(Deserialize)]
struct Row {
    identity: String,
    parent: Option<String>,
    attributes: BTreeMap<String, Option<String>>,
}

/// What is there and could not be read, with the reason.
pub type Unread = BTreeMap<ObjectRef, String>;

/// What is known of an object that a lock keeps back.
#[derive(Deserialize)]
struct Listed {
    identity: String,
    parent: Option<String>,
}

/// Loads these kinds.
pub(super) async fn load<R: Role>(
    session: &mut Session<R>,
    kinds: &[Kind],
    template: &Template,
    patience: &mut Patience,
    unread: &mut Unread,
) -> Result<Inventory> {
    let mut inventory = Inventory::new();
    for kind in kinds {
        let sql = template.fill(kind.sql);
        // Of a query whose attributes nobody asks for, the server computes none: no definition is printed.
        let list = format!("select q.identity from (\n{sql}\n) q");
        let some = |names: &[String]| format!("select * from (\n{sql}\n) q where q.identity = any({})", array(names));
        let read = patience.read::<R, Row>(session, &sql, &list, some).await?;
        for row in read.rows {
            let object = InventoryObject { parent: row.parent, attributes: row.attributes };
            inventory.insert(ObjectRef::new(kind.name, row.identity), object);
        }
        if read.held.is_empty() {
            continue;
        }
        let parent = if kind.sql.contains(" as parent") { "q.parent" } else { "null::text as parent" };
        let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
        for row in session.read::<Listed>(&format!("select q.identity, {parent} from (\n{sql}\n) q")).await? {
            known.insert(row.identity, row.parent);
        }
        for (identity, reason) in read.held {
            let object = ObjectRef::new(kind.name, &identity);
            let parent = known.remove(&identity).flatten();
            inventory.insert(object.clone(), InventoryObject { parent, attributes: BTreeMap::new() });
            unread.insert(object, reason);
        }
    }
    Ok(inventory)
}
