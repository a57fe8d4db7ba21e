//! The tasks of a copy: what there is to do, in which parts, and what must be done before. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::aside::Aside;
use super::schedule::Unit;
use crate::fingerprint::Piece;
use crate::journal::{Kind, NewTask};
use crate::model::{Error, RelationName, Result};
use crate::plan::{Plan, TablePlan};

/// Rows come first, but for the statistics of a table of which they were many: these take a moment beside what the rows took, and
/// whoever builds on the table would have to wait for them when nothing else is left to do.
const STATISTICS: i32 = -1;
pub(super) const ROWS: i32 = 0;
/// Then what stood aside, keys before foreign keys, since these rely on them.
const BUILD: i32 = 1;
const PROVE: i32 = 2;
/// Statistics of short tables, and of those whose indexes have some of their own, come last.
const ANALYZE: i32 = 3;

/// What a worker does in one transaction of the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Work {
    /// Copies rows: a piece of one table, or several tables whole that refer to each other.
    Rows {
        /// What of which tables, in the order they come in.
        parts: Vec<Part>,
        /// Whether the table is emptied in the same transaction, so that its rows come in frozen.
        freeze: bool,
    },
    /// Makes some buckets of a table what the source's are.
    Repair {
        /// The table.
        table: RelationName,
        /// The buckets.
        buckets: Vec<u32>,
    },
    /// Makes the large objects that the target does not have.
    LargeObjects,
    /// Brings back what stands aside under this number of the journal.
    PutBack(i32),
    /// Gathers the planner's statistics.
    Analyze(Vec<RelationName>),
}

impl Work {
    /// The tables whose rows it moves.
    pub(super) fn tables(&self) -> impl Iterator<Item = &RelationName> {
        let (parts, one) = match self {
            Self::Rows { parts, .. } => (parts.as_slice(), None),
            Self::Repair { table, .. } => (&[][..], Some(table)),
            _ => (&[][..], None),
        };
        parts.iter().map(|part| &part.table).chain(one)
    }

    /// Reads it from the journal.
    pub(super) fn parse(value: serde_json::Value) -> Result<Self> {
        serde_json::from_value(value).map_err(|problem| {
            Error::failed("the journal's task is of another version of this program").caused_by(problem)
        })
    }
}

/// Rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part {
    /// The table they come into.
    pub(super) table: RelationName,
    /// The partition of the source they are in; of a table that is divided alike on neither side, it matters to the source alone.
    pub(super) leaf: Option<RelationName>,
    /// Which of them.
    pub(super) piece: Piece,
}

impl Part {
    /// All rows of a table.
    fn whole(table: RelationName) -> Self {
        Self { table, leaf: None, piece: Piece::WHOLE }
    }

    /// Whether these are all rows of the table.
    pub(super) fn is_whole(&self) -> bool {
        self.leaf.is_none() && self.piece == Piece::WHOLE
    }
}

/// What is to be done of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Todo {
    /// All of it, in these pieces.
    All(Vec<(Option<RelationName>, Piece)>),
    /// All of it, in one transaction that also empties the table.
    Frozen,
    /// Only these buckets.
    Buckets(Vec<u32>),
    /// Nothing: it is as it should be.
    Nothing,
}

/// The tasks of a copy. `todo` says of each table of the plan what is to be done; foreign keys `fire` unless rows come in as a
/// replica's.
pub(super) fn tasks(plan: &Plan, units: &[Unit], todo: &[Todo], asides: &[Aside], fire: bool) -> Result<Vec<NewTask>> {
    let mut list = List::default();
    let index = |aside: &&Aside| aside.kind == Kind::Index || aside.kind == Kind::Key && aside.in_two;
    let built_after =
        |table: &RelationName| asides.iter().filter(index).filter(|aside| aside.table == *table).count() as u64;
    // The tasks that bring in each table's rows.
    let mut rows: BTreeMap<usize, Vec<i32>> = BTreeMap::new();
    let mut waiting: Vec<&Unit> = units.iter().collect();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|unit| unit.parents.iter().all(|parent| rows.contains_key(parent)));
        let Some(at) = ready else { return Err(Error::failed("tables were left that wait for each other")) };
        let unit = waiting.remove(at);
        let needs: Vec<i32> =
            unit.parents.iter().filter(|_| fire).flat_map(|parent| rows[parent].iter().copied()).collect();
        let numbers = list.rows(plan, unit, todo, &needs, &built_after)?;
        for &table in &unit.tables {
            rows.insert(table, numbers.clone());
        }
    }
    let of = |table: &RelationName| {
        let at = plan.tables.iter().position(|planned| planned.table == *table);
        at.and_then(|at| rows.get(&at)).cloned().unwrap_or_default()
    };
    let weight = |table: &RelationName| plan.tables.iter().find(|planned| planned.table == *table).map_or(0, cost);
    let analyzed = list.analyze_early(plan, todo, &rows, asides)?;
    // What is done with each table once its rows are there: statistics, indexes and keys.
    let mut built: BTreeMap<&RelationName, Vec<i32>> =
        analyzed.iter().map(|(table, number)| (*table, vec![*number])).collect();
    for aside in asides.iter().filter(index) {
        // An index is not built while statistics are gathered: it would wait within the server, and its worker with it.
        let needs = of(&aside.table).into_iter().chain(analyzed.get(&aside.table).copied()).collect();
        let number = list.add(BUILD, weight(&aside.table), needs, Some(&aside.table), Work::PutBack(aside.number))?;
        built.entry(&aside.table).or_default().push(number);
    }
    // A key takes its index over at once, but has to wait for all others who build on its table.
    for aside in asides.iter().filter(|aside| aside.kind == Kind::Key) {
        let others = built.entry(&aside.table).or_default();
        let needs = of(&aside.table).into_iter().chain(others.iter().copied()).collect();
        let number = list.add(BUILD, weight(&aside.table), needs, Some(&aside.table), Work::PutBack(aside.number))?;
        others.push(number);
    }
    for aside in asides.iter().filter(|aside| aside.kind == Kind::ForeignKey) {
        let mut needs = Vec::new();
        match &aside.parent {
            Some(parent) => {
                for table in [parent, &aside.table] {
                    needs.extend(of(table));
                    needs.extend(built.get(table).into_iter().flatten());
                }
            }
            None => needs.extend(rows.values().chain(built.values()).flatten()),
        }
        needs.sort_unstable();
        needs.dedup();
        let bytes = weight(&aside.table);
        let made = list.add(BUILD, bytes, needs, Some(&aside.table), Work::PutBack(aside.number))?;
        if aside.in_two {
            list.add(PROVE, bytes, vec![made], Some(&aside.table), Work::PutBack(aside.number))?;
        }
    }
    list.analyze_late(plan, todo, &rows, &built, &analyzed)?;
    Ok(list.tasks)
}

/// Adds a task of the rows that waits for nothing and for which nothing waits.
pub(super) fn alone(tasks: &mut Vec<NewTask>, work: Work) -> Result<()> {
    let mut list = List { tasks: std::mem::take(tasks) };
    list.add(ROWS, 0, Vec::new(), None, work)?;
    *tasks = list.tasks;
    Ok(())
}

/// One index takes about so many times less to build than its table's rows take to come in.
const BUILD_SHARE: u64 = 8;
/// Tables of less are analyzed together.
const SHORT: u64 = 16 << 20;
/// Tables from so many bytes on take several times as long to come in as to be analyzed: the sample is of one size.
const LONG: u64 = 256 << 20;
/// A row takes as long to come in as so many bytes of long values: measured with vectors, and with rows of eight short columns.
const ROW: u64 = 192;
/// A statistic that is beside itself is no reason to overflow: a petabyte is as good as more.
const MOST: u64 = 1 << 50;

/// How long a table takes to come in, as the number of bytes of long values that take as long.
fn cost(planned: &TablePlan) -> u64 {
    planned.bytes.saturating_add(planned.estimated_rows.saturating_mul(ROW)).min(MOST)
}

#[derive(Default)]
struct List {
    tasks: Vec<NewTask>,
}

impl List {
    fn add(
        &mut self,
        rank: i32,
        weight: u64,
        needs: Vec<i32>,
        table: Option<&RelationName>,
        work: Work,
    ) -> Result<i32> {
        let number = i32::try_from(self.tasks.len()).map_err(|_| Error::failed("too many tasks"))?;
        let work = serde_json::to_value(&work)
            .map_err(|problem| Error::failed("a task cannot be written").caused_by(problem))?;
        self.tasks.push(NewTask { number, rank, weight, needs, relation: table.map(ToString::to_string), work });
        Ok(number)
    }

    /// The tasks that bring in a unit's rows.
    fn rows(
        &mut self,
        plan: &Plan,
        unit: &Unit,
        todo: &[Todo],
        needs: &[i32],
        built_after: &impl Fn(&RelationName) -> u64,
    ) -> Result<Vec<i32>> {
        let name = |at: usize| plan.tables[at].table.clone();
        if let [at] = unit.tables[..] {
            let (table, cost) = (name(at), cost(&plan.tables[at]));
            let works = match &todo[at] {
                Todo::Nothing => Vec::new(),
                Todo::Frozen => vec![Work::Rows { parts: vec![Part::whole(table.clone())], freeze: true }],
                Todo::Buckets(buckets) => vec![Work::Repair { table: table.clone(), buckets: buckets.clone() }],
                Todo::All(pieces) => pieces
                    .iter()
                    .map(|(leaf, piece)| Part { table: table.clone(), leaf: leaf.clone(), piece: *piece })
                    .map(|part| Work::Rows { parts: vec![part], freeze: false })
                    .collect(),
            };
            // What is left of the table with this piece, and to be done after its last: so the table that would be the last
            // to be ready is the first to be begun.
            let pieces = works.len().max(1) as u64;
            let after = cost / BUILD_SHARE * built_after(&table);
            let left = (1..=pieces).rev().map(|left| cost / pieces * left + after);
            let tasks = works.into_iter().zip(left);
            return tasks.map(|(work, left)| self.add(ROWS, left, needs.to_vec(), Some(&table), work)).collect();
        }
        let some: Vec<usize> = unit.tables.iter().copied().filter(|&at| todo[at] != Todo::Nothing).collect();
        if some.is_empty() {
            return Ok(Vec::new());
        }
        let weight = some.iter().map(|&at| cost(&plan.tables[at])).sum();
        let parts = some.into_iter().map(|at| Part::whole(name(at))).collect();
        let work = Work::Rows { parts, freeze: false };
        Ok(vec![self.add(ROWS, weight, needs.to_vec(), None, work)?])
    }

    /// Statistics of each table that is not short as soon as its rows are there, while others still come in; gives each
    /// table's task. An index on expressions would have none yet, so the tables of such are left for later.
    fn analyze_early<'a>(
        &mut self,
        plan: &'a Plan,
        todo: &[Todo],
        rows: &BTreeMap<usize, Vec<i32>>,
        asides: &[Aside],
    ) -> Result<BTreeMap<&'a RelationName, i32>> {
        let later: BTreeSet<&RelationName> =
            asides.iter().filter(|aside| aside.expressions).map(|aside| &aside.table).collect();
        let mut early = BTreeMap::new();
        for (at, planned) in plan.tables.iter().enumerate() {
            if todo[at] == Todo::Nothing || planned.bytes < SHORT || later.contains(&planned.table) {
                continue;
            }
            let work = Work::Analyze(vec![planned.table.clone()]);
            let needs = rows.get(&at).cloned().unwrap_or_default();
            let rank = if planned.bytes < LONG { BUILD } else { STATISTICS };
            early.insert(&planned.table, self.add(rank, planned.bytes, needs, None, work)?);
        }
        Ok(early)
    }

    /// Statistics of all other tables, when their indexes are built; those of short ones in one task.
    fn analyze_late(
        &mut self,
        plan: &Plan,
        todo: &[Todo],
        rows: &BTreeMap<usize, Vec<i32>>,
        built: &BTreeMap<&RelationName, Vec<i32>>,
        analyzed: &BTreeMap<&RelationName, i32>,
    ) -> Result<()> {
        let (mut short, mut needs) = (Vec::new(), Vec::new());
        for (at, planned) in plan.tables.iter().enumerate() {
            if todo[at] == Todo::Nothing || analyzed.contains_key(&planned.table) {
                continue;
            }
            let before = rows.get(&at).into_iter().flatten().chain(built.get(&planned.table).into_iter().flatten());
            let before: Vec<i32> = before.copied().collect();
            if planned.bytes < SHORT {
                short.push(planned.table.clone());
                needs.extend(before);
            } else {
                let work = Work::Analyze(vec![planned.table.clone()]);
                self.add(ANALYZE, planned.bytes, before, None, work)?;
            }
        }
        if !short.is_empty() {
            needs.sort_unstable();
            needs.dedup();
            self.add(ANALYZE, 0, needs, None, Work::Analyze(short))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_waits_for_others_who_build_on_its_table() {
        let table = RelationName::new("public", "t");
        let aside = |number, kind, in_two| Aside {
            number,
            kind,
            table: table.clone(),
            parent: None,
            in_two,
            expressions: false,
        };
        // The last of them has been built by an earlier attempt, and has only to be taken over.
        let asides = [
            aside(1, Kind::Key, true),
            aside(2, Kind::Index, false),
            aside(3, Kind::Key, true),
            aside(4, Kind::Key, false),
        ];
        let tasks = tasks(&Plan::default(), &[], &[], &asides, false).unwrap();
        let found: Vec<(i64, Vec<i32>)> =
            tasks.iter().map(|task| (task.work["put_back"].as_i64().unwrap(), task.needs.clone())).collect();
        let built = [(1, vec![]), (2, vec![]), (3, vec![])];
        let taken_over = [(1, vec![0, 1, 2]), (3, vec![0, 1, 2, 3]), (4, vec![0, 1, 2, 3, 4])];
        assert_eq!(found, [built, taken_over].concat());
    }

    /// Tables of these names and bytes, each a unit.
    fn each_alone(tables: &[(&str, u64)]) -> (Plan, Vec<Unit>) {
        let planned = |&(table, bytes): &(&str, u64)| TablePlan {
            table: RelationName::new("public", table),
            level: 0,
            parents: Vec::new(),
            self_references: Vec::new(),
            estimated_rows: 0,
            bytes,
        };
        let units = (0..tables.len()).map(|at| Unit { tables: vec![at], parents: BTreeSet::new() }).collect();
        (Plan { tables: tables.iter().map(planned).collect(), ..Plan::default() }, units)
    }

    fn index(number: i32, table: &str, expressions: bool) -> Aside {
        let table = RelationName::new("public", table);
        Aside { number, kind: Kind::Index, table, parent: None, in_two: false, expressions }
    }

    #[test]
    fn of_tables_of_one_size_the_one_with_more_to_build_comes_first() {
        let (plan, units) = each_alone(&[("plain", 800), ("indexed", 800)]);
        let pieces = || Todo::All(Piece::equal(8, 2).into_iter().map(|piece| (None, piece)).collect());
        let asides = [index(1, "indexed", false), index(2, "indexed", false)];
        let tasks = tasks(&plan, &units, &[pieces(), pieces()], &asides, false).unwrap();
        let weights: Vec<u64> = tasks[..4].iter().map(|task| task.weight).collect();
        assert_eq!(weights, [800, 400, 1000, 600]);
    }

    #[test]
    fn of_two_tables_of_one_size_the_one_of_more_rows_takes_longer() {
        let (mut plan, units) = each_alone(&[("few", 800), ("many", 800)]);
        plan.tables[0].estimated_rows = 1;
        plan.tables[1].estimated_rows = 100;
        let all = [Todo::Frozen, Todo::Frozen];
        let weights = |plan: &Plan| -> Vec<u64> {
            tasks(plan, &units, &all, &[], false).unwrap()[..2].iter().map(|task| task.weight).collect()
        };
        assert_eq!(weights(&plan), [800 + ROW, 800 + 100 * ROW]);
        // The journal's weights are a bigint.
        plan.tables[1].estimated_rows = u64::MAX;
        assert!(weights(&plan)[1] < i64::MAX as u64);
    }

    #[test]
    fn statistics_of_a_long_table_come_before_the_rows_of_others() {
        let (plan, units) = each_alone(&[("long", LONG), ("longer", 2 * LONG), ("shorter", LONG - 1)]);
        let tasks = tasks(&plan, &units, &[Todo::Frozen, Todo::Frozen, Todo::Frozen], &[], false).unwrap();
        let told: Vec<(i32, Vec<i32>)> = tasks.iter().map(|task| (task.rank, task.needs.clone())).collect();
        let rows = [(ROWS, vec![]), (ROWS, vec![]), (ROWS, vec![])];
        let statistics = [(STATISTICS, vec![0]), (STATISTICS, vec![1]), (BUILD, vec![2])];
        assert_eq!(told, [rows, statistics].concat());
        assert!(tasks[3].rank < tasks[0].rank, "a lower rank comes first");
    }

    #[test]
    fn statistics_come_before_the_builds_unless_an_index_has_some_of_its_own() {
        let (plan, units) = each_alone(&[("long", SHORT), ("computed", SHORT), ("short", SHORT - 1)]);
        let asides = [index(1, "long", false), index(2, "computed", true)];
        let tasks = tasks(&plan, &units, &[Todo::Frozen, Todo::Frozen, Todo::Frozen], &asides, false).unwrap();
        let told: Vec<(Work, i32, Vec<i32>)> = tasks[3..]
            .iter()
            .map(|task| (Work::parse(task.work.clone()).unwrap(), task.rank, task.needs.clone()))
            .collect();
        let analyze = |table: &str| Work::Analyze(vec![RelationName::new("public", table)]);
        let expected = [
            (analyze("long"), BUILD, vec![0]),
            (Work::PutBack(1), BUILD, vec![0, 3]),
            (Work::PutBack(2), BUILD, vec![1]),
            (analyze("computed"), ANALYZE, vec![1, 5]),
            (analyze("short"), ANALYZE, vec![2]),
        ];
        assert_eq!(told, expected);
    }
}
