//! How partition trees are laid out.

use std::collections::BTreeMap;

use super::{Catalog, Relation, RelationKind};
use crate::model::{ObjectRef, RelationName};

/// What decides which rows a partition takes: what it hangs on, its bound, and by what it is divided itself.
type Place = (Vec<RelationName>, Option<String>, Option<String>);

impl Catalog {
    /// Whether both sides divide a table into the same partitions: by the same keys, with the same names and bounds. Then
    /// a row belongs into the partition of the same name.
    pub fn divides_alike(&self, other: &Self, root: &RelationName) -> bool {
        let layout = self.layout(root);
        let known = layout.values().all(|(_, bound, key)| bound.is_some() || key.is_some());
        layout.len() > 1 && known && layout == other.layout(root)
    }

    /// Every relation of a tree, the root too.
    fn layout(&self, root: &RelationName) -> BTreeMap<&RelationName, Place> {
        let within = |relation: &&Relation| {
            let mut at = *relation;
            while at.is_partition && at.name != *root {
                match at.parents.first().and_then(|parent| self.relation(parent)) {
                    Some(parent) => at = parent,
                    None => return false,
                }
            }
            at.name == *root && at.kind == RelationKind::Partitioned
        };
        let place = |relation: &Relation| {
            let facts = self.inventory.get(&ObjectRef::table(&relation.name));
            let attribute = |name: &str| facts?.attributes.get(name).cloned().flatten();
            (relation.parents.clone(), attribute("partition bound"), attribute("partition key"))
        };
        self.relations.values().filter(within).map(|relation| (&relation.name, place(relation))).collect()
    }
}
