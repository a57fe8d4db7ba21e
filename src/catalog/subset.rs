//! A subset of the rows: those that meet the conditions of the scope, without those that refer to rows left out. Pure: what comes
//! of it is the condition of each relation, by which everything that reads its rows reads the chosen ones alone.

use std::collections::{BTreeMap, BTreeSet};

use super::{Catalog, ForeignKey, Relation, RelationKind};
use crate::config::TableScope;
use crate::model::{Error, RelationName, Result, quoted};

impl Relation {
    /// The `from` item that reads exactly the rows this relation stands for: a table with inheritance children
    /// reads without them, a partitioned root with all its partitions, and of a subset the chosen rows alone.
    pub fn from_item(&self) -> String {
        match self.chosen {
            None => self.all_rows(),
            // Before version 16 every query in `from` needs a name.
            Some(_) => self.from_as(&quoted(&self.name.name)),
        }
    }

    /// The same under another name.
    pub fn from_as(&self, alias: &str) -> String {
        let rows = self.all_rows();
        match &self.chosen {
            None => format!("{rows} {alias}"),
            // The condition was written for the table's own columns, and may name it.
            Some(condition) => {
                let name = quoted(&self.name.name);
                format!("(select {} from {rows} {name} where {condition}) {alias}", self.read())
            }
        }
    }

    /// All that is ever read of a row.
    fn read(&self) -> String {
        let columns = self.columns.iter().filter(|column| column.can_select).map(|column| quoted(&column.name));
        ["ctid".to_owned(), "tableoid".to_owned()].into_iter().chain(columns).collect::<Vec<_>>().join(", ")
    }

    fn all_rows(&self) -> String {
        match self.kind {
            RelationKind::Table => format!("only {}", self.name.sql()),
            _ => self.name.sql(),
        }
    }
}

impl Catalog {
    /// The partitioned root of a partition; any other relation is its own root.
    pub fn root_of(&self, name: &RelationName) -> RelationName {
        let mut at = name;
        while let Some(relation) = self.relation(at) {
            match (relation.is_partition, relation.parents.first()) {
                (true, Some(parent)) => at = parent,
                _ => break,
            }
        }
        at.clone()
    }

    /// Leaves out the rows that the scope does.
    ///
    /// # Errors
    /// Usage: a condition for no table, an unknown key, keys along which no subset can be made.
    pub fn choose(&mut self, scope: &TableScope) -> Result<()> {
        let subset = &scope.subset;
        if subset.is_everything() {
            return Ok(());
        }
        let tables: BTreeSet<RelationName> = self
            .tables()
            .filter(|relation| scope.exclusion(&relation.name).is_none())
            .map(|relation| relation.name.clone())
            .collect();
        if let Some(glob) = subset.conditions.keys().find(|glob| !tables.iter().any(|table| subset.is_for(glob, table)))
        {
            return Err(Error::usage(format!("scope.rows: the source has no table `{glob}` that takes part"))
                .hint("tables are named as schema.table, partitions by their root; * stands for any text"));
        }
        if let Some(name) =
            subset.not_followed.iter().find(|name| !self.foreign_keys.iter().any(|key| key.name == **name))
        {
            return Err(Error::usage(format!("scope.not_followed: the source has no foreign key `{name}`"))
                .hint("write the name of the constraint alone, as the source has it"));
        }
        let own = |table: &RelationName| subset.condition(table);
        let conditions = self.conditions(&tables, own, &subset.not_followed)?;
        let chosen: Vec<Option<String>> =
            self.relations.keys().map(|name| conditions.get(&self.root_of(name)).cloned()).collect();
        for (relation, condition) in self.relations.values_mut().zip(chosen) {
            relation.chosen = condition;
        }
        Ok(())
    }

    /// The condition of each table of which rows are left out.
    fn conditions(
        &self,
        tables: &BTreeSet<RelationName>,
        own: impl Fn(&RelationName) -> Option<String>,
        not_followed: &[String],
    ) -> Result<BTreeMap<RelationName, String>> {
        let followed: Vec<(RelationName, RelationName, &ForeignKey)> = self
            .foreign_keys
            .iter()
            .filter(|key| !not_followed.contains(&key.name))
            .map(|key| (self.root_of(&key.child), self.root_of(&key.parent), key))
            .filter(|(child, parent, _)| tables.contains(child) && tables.contains(parent))
            .collect();
        let mut cut: BTreeSet<&RelationName> = tables.iter().filter(|table| own(table).is_some()).collect();
        loop {
            let more = followed.iter().filter(|(child, parent, _)| cut.contains(parent) && !cut.contains(child));
            let more: Vec<&RelationName> = more.map(|(child, _, _)| child).collect();
            if more.is_empty() {
                break;
            }
            cut.extend(more);
        }
        let mut ready: BTreeMap<RelationName, String> = BTreeMap::new();
        while ready.len() < cut.len() {
            let next = cut.iter().filter(|table| !ready.contains_key(**table)).find(|table| {
                let mut above = followed.iter().filter(|(child, parent, _)| child == **table && parent != **table);
                above.all(|(_, parent, _)| !cut.contains(parent) || ready.contains_key(parent))
            });
            let Some(&table) = next else { return Err(circle(&cut, &ready, &followed)) };
            let mut all: Vec<String> = own(table).into_iter().collect();
            let (mut selves, keys) = (Vec::new(), followed.iter().filter(|(child, _, _)| child == table));
            for (_, parent, key) in keys.filter(|(_, parent, _)| cut.contains(parent)) {
                if key.operators.iter().any(|operator| !operator.ends_with("=)")) {
                    return Err(Error::usage(format!(
                        "no subset can follow foreign key {} of {}, a temporal one",
                        key.name, key.child
                    ))
                    .hint(format!("name it in scope.not_followed: [\"{}\"]", key.name)));
                }
                match parent == table {
                    true => selves.push(*key),
                    false => all.push(self.along(key, table, ready.get(parent))),
                }
            }
            let condition = self.among_themselves(table, &all, &selves);
            ready.insert(table.clone(), condition);
        }
        Ok(ready)
    }

    /// That a row's parent takes part, or that it has none.
    fn along(&self, key: &ForeignKey, table: &RelationName, parent_condition: Option<&String>) -> String {
        let child = |column: &String| format!("{}.{}", quoted(&table.name), quoted(column));
        let alias = if table.name == "parent" { "parent_row" } else { "parent" };
        let parent = self
            .relation(&key.parent)
            .map(|relation| Relation { chosen: parent_condition.cloned(), ..relation.clone() });
        let from = parent.map_or_else(|| format!("{} {alias}", key.parent.sql()), |parent| parent.from_as(alias));
        let pairs = key.parent_columns.iter().zip(&key.operators).zip(&key.columns);
        let same: Vec<String> = pairs
            .map(|((parent, operator), column)| format!("{alias}.{} {operator} {}", quoted(parent), child(column)))
            .collect();
        let mut any = self.without(key, &child);
        any.push(format!("exists (select from {from} where {})", same.join(" and ")));
        format!("({})", any.join(" or "))
    }

    /// What lets a row of the key's relation go without a parent: a NULL in the key, or to stand in a partition that has no such key.
    fn without(&self, key: &ForeignKey, child: &impl Fn(&String) -> String) -> Vec<String> {
        let relation = self.relation(&key.child);
        let nullable =
            |name: &&String| relation.and_then(|held| held.column(name)).is_none_or(|column| !column.not_null);
        let mut any: Vec<String> = key
            .columns
            .iter()
            .filter(nullable)
            .map(|column| format!("{} is not distinct from null", child(column)))
            .collect();
        if let Some(relation) = relation.filter(|relation| relation.is_partition) {
            let leaves: Vec<String> = match relation.leaves.is_empty() {
                true => vec![relation.oid.to_string()],
                false => relation.leaves.iter().map(|(_, oid)| oid.to_string()).collect(),
            };
            any.push(format!("tableoid <> all (array[{}]::oid[])", leaves.join(", ")));
        }
        any
    }

    /// The condition of a table whose rows refer to each other by the given keys: a row is left out with the row it refers to, however
    /// far up that is.
    fn among_themselves(&self, table: &RelationName, all: &[String], selves: &[&ForeignKey]) -> String {
        let own = if all.is_empty() { "true".to_owned() } else { all.join(" and ") };
        let (Some(relation), false) = (self.relation(table), selves.is_empty()) else { return own };
        let name = quoted(&table.name);
        let referred: BTreeSet<&String> = selves.iter().flat_map(|key| &key.parent_columns).collect();
        let read: Vec<String> = referred.iter().map(|column| format!("{name}.{}", quoted(column))).collect();
        let same = |key: &ForeignKey| {
            let pairs = key.parent_columns.iter().zip(&key.operators).zip(&key.columns);
            let pairs = pairs.map(|((parent, operator), column)| {
                format!("lost_row.{} {operator} {name}.{}", quoted(parent), quoted(column))
            });
            format!("({})", pairs.collect::<Vec<_>>().join(" and "))
        };
        let from = format!("{} {name}", relation.all_rows());
        let (read, upward) = (read.join(", "), selves.iter().map(|key| same(key)).collect::<Vec<_>>());
        let lost = format!(
            "(with recursive lost_row as (select {read} from {from} where ({own}) is not true \
             union select {read} from {from} join lost_row on {}) select * from lost_row) lost_row",
            upward.join(" or ")
        );
        let kept = upward.iter().map(|same| format!("not exists (select from {lost} where {same})"));
        std::iter::once(own).chain(kept).collect::<Vec<_>>().join(" and ")
    }
}

/// What is said of tables that refer to each other.
fn circle(
    cut: &BTreeSet<&RelationName>,
    ready: &BTreeMap<RelationName, String>,
    followed: &[(RelationName, RelationName, &ForeignKey)],
) -> Error {
    let left = |table: &RelationName| cut.contains(table) && !ready.contains_key(table);
    let mut waiting: BTreeSet<&RelationName> = cut.iter().copied().filter(|table| left(table)).collect();
    // Whoever refers to the circle and is not referred to from it only waits for it.
    loop {
        let within = |table: &RelationName| {
            followed.iter().any(|(child, parent, _)| parent == table && child != table && waiting.contains(child))
        };
        let outside: Vec<&RelationName> = waiting.iter().copied().filter(|table| !within(table)).collect();
        if outside.is_empty() {
            break;
        }
        waiting.retain(|table| !outside.contains(table));
    }
    let keys = followed
        .iter()
        .filter(|(child, parent, _)| child != parent && waiting.contains(child) && waiting.contains(parent));
    let keys: Vec<String> = keys.map(|(_, _, key)| format!("{} -> {} ({})", key.child, key.parent, key.name)).collect();
    Error::usage(format!("no subset can follow foreign keys that lead in a circle: {}", keys.join(", ")))
        .hint("name one of them in scope.not_followed, and choose the rows of its table by a condition of their own")
}
