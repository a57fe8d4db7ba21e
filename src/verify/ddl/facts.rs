//! What statements are made of: the inventory's attributes, what else the servers print of their objects, and what needs
//! what. All of it is asked in the snapshots that were compared.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::catalog::{Inventory, InventoryObject};
use crate::check::SideView;
use crate::model::{ObjectRef, Result};
use crate::postgres::Role;
use crate::verify::identity;

/// The kinds of which the inventory does not say all, each with the query for the rest.
const MORE: [(&str, &str); 32] = [
    ("table", include_str!("sql/table.sql")),
    ("column", include_str!("sql/column.sql")),
    ("constraint", include_str!("sql/constraint.sql")),
    ("index", include_str!("sql/index.sql")),
    ("type", include_str!("sql/type.sql")),
    ("sequence", include_str!("sql/sequence.sql")),
    ("view", include_str!("sql/view.sql")),
    ("function", include_str!("sql/function.sql")),
    ("trigger", include_str!("sql/trigger.sql")),
    ("rule", include_str!("sql/rule.sql")),
    ("policy", include_str!("sql/policy.sql")),
    ("database", include_str!("sql/database.sql")),
    ("collation", include_str!("sql/collation.sql")),
    ("operator", include_str!("sql/operator.sql")),
    ("operator class", include_str!("sql/operator_class.sql")),
    ("operator family", include_str!("sql/operator_family.sql")),
    ("text search dictionary", include_str!("sql/text_search_dictionary.sql")),
    ("text search configuration", include_str!("sql/text_search_configuration.sql")),
    ("text search parser", include_str!("sql/text_search_parser.sql")),
    ("text search template", include_str!("sql/text_search_template.sql")),
    ("statistics object", include_str!("sql/statistics_object.sql")),
    ("cast", include_str!("sql/cast.sql")),
    ("transform", include_str!("sql/transform.sql")),
    ("language", include_str!("sql/language.sql")),
    ("access method", include_str!("sql/access_method.sql")),
    ("conversion", include_str!("sql/conversion.sql")),
    ("event trigger", include_str!("sql/event_trigger.sql")),
    ("foreign data wrapper", include_str!("sql/foreign_data_wrapper.sql")),
    ("foreign server", include_str!("sql/foreign_server.sql")),
    ("publication", include_str!("sql/publication.sql")),
    ("extension dependency", include_str!("sql/extension_dependency.sql")),
    ("security label", include_str!("sql/security_label.sql")),
];

#[derive(Deserialize)]
struct Row {
    identity: String,
    attributes: Map<String, Value>,
}

#[derive(Deserialize)]
struct Edge {
    kind: String,
    identity: String,
    needs_kind: String,
    needs: String,
}

/// One side, as far as statements are made of it.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The side's inventory.
    pub(super) inventory: Inventory,
    /// What else is known of its objects.
    more: BTreeMap<ObjectRef, Map<String, Value>>,
    /// What each object needs. A column's default is an object of the kind `default` here, its expression `generated`.
    pub(super) needs: BTreeMap<ObjectRef, BTreeSet<ObjectRef>>,
    /// The server's major version.
    pub(super) major: u32,
    /// The database's name.
    pub(super) database: String,
}

impl Known {
    /// Asks a side. Printing definitions locks what they name, so that is undone.
    pub(super) async fn ask<R: Role>(side: &SideView<R>) -> Result<Self> {
        let mut session = side.readers.acquire().await?;
        session.rows("savepoint definitions").await?;
        let mut more = BTreeMap::new();
        for (kind, sql) in MORE {
            for row in session.read::<Row>(&side.catalog.fill(sql)).await? {
                more.insert(ObjectRef::new(kind, row.identity), row.attributes);
            }
        }
        let mut needs: BTreeMap<ObjectRef, BTreeSet<ObjectRef>> = BTreeMap::new();
        for edge in session.read::<Edge>(&side.catalog.fill(include_str!("sql/dependencies.sql"))).await? {
            // A sequence can be there before the column that owns it, and has to be where the column's default asks it.
            if edge.kind == "sequence" && matches!(edge.needs_kind.as_str(), "table" | "column") {
                continue;
            }
            let one = ObjectRef::new(edge.kind, edge.identity);
            needs.entry(one).or_default().insert(ObjectRef::new(edge.needs_kind, edge.needs));
        }
        session.rows("rollback to savepoint definitions; release savepoint definitions").await?;
        let (major, database) = (side.catalog.server.major(), side.catalog.server.database.clone());
        Ok(Self { inventory: side.catalog.inventory.clone(), more, needs, major, database })
    }

    /// Whether the side has an object.
    pub(super) fn has(&self, key: &ObjectRef) -> bool {
        self.inventory.contains_key(key)
    }

    pub(super) fn facts(&self, key: &ObjectRef) -> Option<&InventoryObject> {
        self.inventory.get(key)
    }

    /// An attribute of the inventory.
    pub(super) fn attribute(&self, key: &ObjectRef, name: &str) -> Option<&str> {
        self.inventory.get(key)?.attributes.get(name)?.as_deref()
    }

    fn value(&self, key: &ObjectRef, name: &str) -> Option<&Value> {
        self.more.get(key)?.get(name)
    }

    /// A text that the server has printed for the purpose.
    pub(super) fn text(&self, key: &ObjectRef, name: &str) -> Option<&str> {
        self.value(key, name)?.as_str()
    }

    /// Whether something holds; false where it is not known.
    pub(super) fn flag(&self, key: &ObjectRef, name: &str) -> bool {
        self.value(key, name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A number.
    pub(super) fn number(&self, key: &ObjectRef, name: &str) -> i64 {
        self.value(key, name).and_then(Value::as_i64).unwrap_or_default()
    }

    /// A list of texts.
    pub(super) fn list(&self, key: &ObjectRef, name: &str) -> Vec<&str> {
        self.value(key, name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// A list of rows of texts; numbers are written out, and what is null is `None`.
    pub(super) fn rows(&self, key: &ObjectRef, name: &str) -> Vec<Vec<Option<String>>> {
        let cell = |value: &Value| match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let rows = self.value(key, name).and_then(Value::as_array).into_iter().flatten();
        rows.filter_map(Value::as_array).map(|row| row.iter().map(cell).collect()).collect()
    }

    /// The constraint that an index stands behind, which has its name.
    pub(super) fn constraint_of(&self, index: &ObjectRef) -> Option<ObjectRef> {
        let own = identity::split_last(&index.identity).map_or(index.identity.as_str(), |(_, own)| own);
        let constraint = ObjectRef::new("constraint", format!("{}.{own}", self.text(index, "on")?));
        matches!(self.text(&constraint, "kind"), Some("p" | "u" | "x")).then_some(constraint)
    }

    /// The keys of a kind.
    pub(super) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a ObjectRef> {
        self.inventory.keys().filter(move |key| key.kind == kind)
    }

    /// What needs an object directly.
    pub(super) fn dependents<'a>(&'a self, key: &'a ObjectRef) -> impl Iterator<Item = &'a ObjectRef> {
        self.needs.iter().filter(move |(_, needs)| needs.contains(key)).map(|(one, _)| one)
    }
}
