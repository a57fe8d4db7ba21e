//! Which tables go together, and which must come before others where foreign keys fire. Pure.

use std::collections::BTreeSet;

use crate::catalog::ForeignKey;
use crate::model::{Error, RelationName, Result};
use crate::plan::{Plan, layers};

/// Tables copied in one transaction: nearly always one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// Positions in the plan, in copy order.
    pub(super) tables: Vec<usize>,
    /// Positions in the plan that must be done before.
    pub(super) parents: BTreeSet<usize>,
}

/// Cuts the plan into units. Where foreign keys stay quiet every table is its own; where they fire, the members
/// of a cycle go together, and their keys must be deferrable enough to let them in.
pub(super) fn units(plan: &Plan, keys: &[ForeignKey], replica: bool) -> Result<Vec<Unit>> {
    let position = |name: &RelationName| plan.tables.iter().position(|planned| planned.table == *name);
    let mut units = Vec::new();
    let mut grouped = BTreeSet::new();
    if !replica {
        for cycle in &plan.cycles {
            let members: Vec<usize> = cycle.iter().filter_map(position).collect();
            grouped.extend(members.iter().copied());
            units.push(Unit { tables: cycle_order(plan, &members, keys)?, parents: BTreeSet::new() });
        }
    }
    let alone = (0..plan.tables.len()).filter(|at| !grouped.contains(at));
    units.extend(alone.map(|at| Unit { tables: vec![at], parents: BTreeSet::new() }));
    for unit in &mut units {
        for &at in &unit.tables {
            // The members of a cycle share a level; whatever stands above them is below in number.
            let above = plan.tables[at].parents.iter().filter_map(position);
            unit.parents.extend(above.filter(|&parent| plan.tables[parent].level < plan.tables[at].level));
        }
    }
    Ok(units)
}

/// Orders a cycle so that only deferrable keys point forward.
fn cycle_order(plan: &Plan, members: &[usize], keys: &[ForeignKey]) -> Result<Vec<usize>> {
    let place = |name: &RelationName| members.iter().position(|&at| plan.tables[at].table == *name);
    let firm: Vec<(usize, usize)> = keys
        .iter()
        .filter(|key| !key.deferrable)
        .filter_map(|key| Some((place(&key.child)?, place(&key.parent)?)))
        .collect();
    let found = layers(members.len(), &firm);
    if let Some(cycle) = found.cycles.first() {
        let names: Vec<String> = cycle.iter().map(|&at| plan.tables[members[at]].table.to_string()).collect();
        return Err(Error::usage(format!("{} refer to each other by keys that cannot be deferred", names.join(", ")))
            .hint("make one of the keys deferrable, or let the target's role set session_replication_role"));
    }
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|&at| found.level[at]);
    Ok(order.into_iter().map(|at| members[at]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::TablePlan;

    fn table(name: &str, level: usize, parents: &[&str], bytes: u64) -> TablePlan {
        TablePlan {
            table: RelationName::new("public", name),
            level,
            parents: parents.iter().map(|parent| RelationName::new("public", *parent)).collect(),
            self_references: Vec::new(),
            estimated_rows: 0,
            bytes,
        }
    }

    fn key(child: &str, parent: &str, deferrable: bool) -> ForeignKey {
        ForeignKey {
            name: format!("{child}_{parent}"),
            child: RelationName::new("public", child),
            parent: RelationName::new("public", parent),
            columns: Vec::new(),
            parent_columns: Vec::new(),
            operators: Vec::new(),
            match_full: false,
            deferrable,
            validated: true,
        }
    }

    #[test]
    fn a_table_waits_for_its_parents_and_for_nothing_else() {
        let tables =
            vec![table("a", 0, &[], 1), table("b", 0, &[], 9), table("c", 1, &["a"], 5), table("d", 1, &["b"], 7)];
        let plan = Plan { tables, ..Plan::default() };
        let parents: Vec<BTreeSet<usize>> =
            units(&plan, &[], true).unwrap().into_iter().map(|unit| unit.parents).collect();
        assert_eq!(parents, [BTreeSet::new(), BTreeSet::new(), BTreeSet::from([0]), BTreeSet::from([1])]);
    }

    #[test]
    fn a_cycle_goes_together_where_keys_fire() {
        let tables = vec![table("a", 0, &["b"], 1), table("b", 0, &["a"], 1), table("c", 1, &["a"], 1)];
        let cycles = vec![tables[..2].iter().map(|table| table.table.clone()).collect()];
        let plan = Plan { tables, cycles, ..Plan::default() };
        let keys = [key("a", "b", false), key("b", "a", true)];
        let together = units(&plan, &keys, false).unwrap();
        assert_eq!(together[0].tables, [1, 0], "the firm key's parent comes first");
        assert_eq!(units(&plan, &keys, true).unwrap().len(), 3);
        let firm = [key("a", "b", false), key("b", "a", false)];
        assert!(units(&plan, &firm, false).unwrap_err().to_string().contains("cannot be deferred"));
    }
}
