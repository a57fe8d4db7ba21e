//! The plan of a migration: levels, self-references, cycles, and foreign keys that cross its border.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::layers;
use crate::catalog::{Catalog, ForeignKey, Sequence};
use crate::config::{Masks, TableScope};
use crate::model::{PlanPicture, PlannedTable, RelationName};

/// One planned table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TablePlan {
    /// Its name.
    pub table: RelationName,
    /// Its dependency level.
    pub level: usize,
    /// The planned tables it refers to, itself left out.
    pub parents: Vec<RelationName>,
    /// Columns of foreign keys from the table to itself.
    pub self_references: Vec<String>,
    /// The planner's estimate of its rows.
    pub estimated_rows: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// What will be emptied and copied, in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The tables in copy order: by level, then by name.
    pub tables: Vec<TablePlan>,
    /// Cycles of two tables or more.
    pub cycles: Vec<Vec<RelationName>>,
    /// Foreign keys among the planned tables.
    pub foreign_keys: usize,
    /// Foreign keys of planned tables to tables outside the plan, as `table.constraint -> parent`.
    pub leaving: Vec<String>,
    /// Foreign keys of tables outside the plan to planned tables: these stop a TRUNCATE without CASCADE.
    pub entering: Vec<String>,
    /// Tables that do not take part, with the reason.
    pub excluded: BTreeMap<String, String>,
    /// Columns whose values are replaced on the way.
    #[serde(skip)]
    pub masks: Masks,
}

impl Plan {
    /// Plans the tables of a catalog that are in scope.
    pub fn new(catalog: &Catalog, scope: &TableScope) -> Self {
        let mut excluded = BTreeMap::new();
        let mut names = Vec::new();
        for table in catalog.tables() {
            match scope.exclusion(&table.name) {
                Some(reason) => {
                    excluded.insert(table.name.to_string(), reason);
                }
                None => names.push(table.name.clone()),
            }
        }
        let index: BTreeMap<&RelationName, usize> = names.iter().zip(0..).collect();
        let root = |name: &RelationName| catalog.root_of(name);

        let (mut edges, mut plan) = (Vec::new(), Self { excluded, masks: scope.masks.clone(), ..Self::default() });
        let mut self_references: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for key in &catalog.foreign_keys {
            let (child, parent) = (root(&key.child), root(&key.parent));
            match (index.get(&child), index.get(&parent)) {
                (Some(&child), Some(&parent)) => {
                    plan.foreign_keys += 1;
                    edges.push((child, parent));
                    if child == parent {
                        self_references.entry(child).or_default().extend(key.columns.clone());
                    }
                }
                (Some(_), None) => plan.leaving.push(arrow(key)),
                (None, Some(_)) => plan.entering.push(arrow(key)),
                (None, None) => {}
            }
        }

        let found = layers(names.len(), &edges);
        plan.cycles = found.cycles.iter().map(|cycle| cycle.iter().map(|&at| names[at].clone()).collect()).collect();
        for (at, name) in names.iter().enumerate() {
            let parents: BTreeSet<&RelationName> = edges
                .iter()
                .filter(|(child, parent)| *child == at && *parent != at)
                .map(|&(_, parent)| &names[parent])
                .collect();
            let relation = catalog.relation(name);
            plan.tables.push(TablePlan {
                table: name.clone(),
                level: found.level[at],
                parents: parents.into_iter().cloned().collect(),
                self_references: self_references.remove(&at).unwrap_or_default(),
                estimated_rows: relation.map_or(0, |relation| relation.estimated_rows),
                bytes: relation.map_or(0, |relation| relation.bytes),
            });
        }
        plan.tables.sort_by(|one, two| (one.level, &one.table).cmp(&(two.level, &two.table)));
        plan
    }

    /// The tables by level.
    pub fn levels(&self) -> Vec<Vec<&TablePlan>> {
        let count = self.tables.last().map_or(0, |last| last.level + 1);
        let mut levels = vec![Vec::new(); count];
        for table in &self.tables {
            levels[table.level].push(table);
        }
        levels
    }

    /// The plan as reports draw it.
    pub fn picture(&self) -> PlanPicture {
        let drawn = |planned: &TablePlan| PlannedTable {
            table: planned.table.clone(),
            level: planned.level,
            parents: planned.parents.clone(),
            self_references: planned.self_references.clone(),
            bytes: planned.bytes,
        };
        PlanPicture { tables: self.tables.iter().map(drawn).collect(), cycles: self.cycles.clone() }
    }

    /// Whether a table takes part.
    pub fn contains(&self, table: &RelationName) -> bool {
        self.tables.iter().any(|planned| planned.table == *table)
    }
}

impl Plan {
    /// Foreign keys of tables outside the plan to planned tables, as a catalog of either side has them.
    pub fn entering_of(&self, catalog: &Catalog) -> Vec<String> {
        let crossing = |key: &&ForeignKey| {
            !self.contains(&catalog.root_of(&key.child)) && self.contains(&catalog.root_of(&key.parent))
        };
        catalog.foreign_keys.iter().filter(crossing).map(arrow).collect()
    }

    /// Whether a sequence of a catalog stands or falls with the planned tables: one of them or of their partitions owns it or has it
    /// in a default, or no table does.
    pub fn covers(&self, catalog: &Catalog, sequence: &Sequence) -> bool {
        sequence.tables().next().is_none() || sequence.tables().any(|table| self.contains(&catalog.root_of(table)))
    }
}

fn arrow(key: &ForeignKey) -> String {
    format!("{}.{} -> {}", key.child, key.name, key.parent)
}
