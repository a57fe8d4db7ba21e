//! What a database contains, loaded in one snapshot from the `.sql` files beside this code.
//!
//! Never true in here: a catalog pieced together from several snapshots, a kind of object left out without a word
//! ([`Catalog::unmodelled`] counts those), a panic on what a catalog holds.

mod column;
mod digest;
mod inventory;
mod load;
mod partitions;
mod patience;
mod relation;
mod rules;
mod subset;
mod template;

pub use column::{Column, ElementType, QualifiedFunction, is_oid_alias};
pub use inventory::{Inventory, InventoryObject, KINDS, Kind, Unread};
pub use load::{foreign_keys, load, load_for_copy, load_in_part, outline, server};
pub use relation::{ForeignKey, Key, Relation, RelationKind, Sequence, SequenceState, ServerFacts, Unmodelled};
pub use rules::{CheckRule, UniqueRule};
pub(crate) use template::{Template, closing};

use std::collections::BTreeMap;

use crate::model::RelationName;

/// One database as one snapshot shows it, limited to the schemas in scope.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The server and database.
    pub server: ServerFacts,
    /// The schemas looked at.
    pub schemas: Vec<String>,
    /// Relations that hold rows: tables, partitioned roots, partitions, foreign tables, materialized views.
    pub relations: BTreeMap<RelationName, Relation>,
    /// Foreign keys of those relations; those that partitions inherit are left to their root.
    pub foreign_keys: Vec<ForeignKey>,
    /// Sequences and where they stand.
    pub sequences: BTreeMap<RelationName, Sequence>,
    /// Every object of every modelled kind, with its attributes; of some kinds only unless the catalog is [`Catalog::whole`].
    pub inventory: Inventory,
    /// Whether every modelled kind was looked at.
    pub whole: bool,
    /// Objects of the inventory whose attributes could not be read, and sequences whose state could not, with the reason.
    /// Only a load that may be partial leaves any.
    pub unread: Unread,
    /// Objects of kinds nothing compares.
    pub unmodelled: Vec<Unmodelled>,
}

impl Catalog {
    /// The relations rows are copied into and compared by: ordinary tables and partitioned roots, not their partitions.
    pub fn tables(&self) -> impl Iterator<Item = &Relation> {
        self.relations.values().filter(|relation| relation.is_table())
    }

    /// Fills in SQL for this catalog's schemas and server, as the files beside this code are: `:schemas`, `:id(x)`, `:sql(x)`, and lines
    /// that end in `-- since 15`.
    pub fn fill(&self, sql: &str) -> String {
        template::Template::new(&self.schemas, self.server.major()).fill(sql)
    }

    /// A relation by name.
    pub fn relation(&self, name: &RelationName) -> Option<&Relation> {
        self.relations.get(name)
    }
}
