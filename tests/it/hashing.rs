//! The proof that "same" can be believed: random tables of every type, one random mutation, and the verdict must be
//! different with exactly that key and column; without a mutation it must be same.
//!
//! The oracle is the type's binary image: every pool of values below is first shown, by the server, to hold no two
//! values with the same image.

mod pools;

use std::collections::BTreeMap;
use std::fmt::Write;

use pg_rehearse::model::{Outcome, RowChange, Unit};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{Pair, run, value};
use pools::{EXTENSIONS, Pool, TYPES, pools};

/// A generated table: columns by pool, rows by position in the pool (`None` is NULL).
#[derive(Debug, Clone)]
struct Table {
    key: Key,
    columns: Vec<usize>,
    rows: Vec<Vec<Option<usize>>>,
    mutation: Mutation,
}

/// A row with the number its key is made from.
type KeyedRow = (usize, Vec<Option<usize>>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Key {
    Number,
    Text,
    Uuid,
    Pair,
    None,
}

#[derive(Debug, Clone)]
enum Mutation {
    Nothing,
    Change { row: Index, column: Index, to: Option<Index> },
    Delete { row: Index },
    Insert { like: Index },
    Swap { one: Index, other: Index, column: Index },
}

/// What the verdict must say of a table.
#[derive(Debug, PartialEq)]
enum Expected {
    Same,
    Different(Vec<(RowChange, Option<String>, Vec<String>)>),
}

fn tables(pools: &'static [Pool]) -> impl Strategy<Value = Table> {
    let key = prop_oneof![Just(Key::Number), Just(Key::Text), Just(Key::Uuid), Just(Key::Pair), Just(Key::None)];
    let shape = (key, prop::collection::vec(0..pools.len(), 1..6), 1usize..7);
    shape.prop_flat_map(move |(key, columns, rows)| {
        let value = |pool: usize| prop_oneof![1 => Just(None), 5 => (0..pools[pool].values.len()).prop_map(Some)];
        let row = columns.iter().map(|&pool| value(pool)).collect::<Vec<_>>();
        let rows = prop::collection::vec(row, rows);
        (Just(key), Just(columns), rows, mutations()).prop_map(|(key, columns, rows, mutation)| Table {
            key,
            columns,
            rows,
            mutation,
        })
    })
}

fn mutations() -> impl Strategy<Value = Mutation> {
    let index = any::<Index>();
    prop_oneof![
        2 => Just(Mutation::Nothing),
        6 => (index.clone(), index.clone(), prop::option::weighted(0.8, index.clone()))
            .prop_map(|(row, column, to)| Mutation::Change { row, column, to }),
        1 => index.clone().prop_map(|row| Mutation::Delete { row }),
        1 => index.clone().prop_map(|like| Mutation::Insert { like }),
        3 => (index.clone(), index.clone(), index).prop_map(|(one, other, column)| Mutation::Swap { one, other, column }),
    ]
}

impl Key {
    fn columns(self) -> &'static str {
        match self {
            Self::Number => "k int8 primary key, ",
            Self::Text => "k text primary key, ",
            Self::Uuid => "k uuid primary key, ",
            Self::Pair => "k int4, k2 text, primary key (k, k2), ",
            Self::None => "",
        }
    }

    fn value(self, row: usize) -> String {
        match self {
            Self::Number => format!("{}, ", row as i64 * 4_294_967_297),
            Self::Text => format!("'key {row}', "),
            Self::Uuid => format!("'00000000-0000-4000-8000-{row:012}', "),
            Self::Pair => format!("{}, 'part {row}', ", row % 2),
            Self::None => String::new(),
        }
    }
}

impl Table {
    fn create(&self, name: &str, pools: &[Pool], reversed: bool) -> String {
        // The target declares its columns in the other order, and has had a column dropped.
        let mut columns: Vec<String> =
            self.columns.iter().enumerate().map(|(at, &pool)| format!("c{at} {}", pools[pool].sql_type)).collect();
        if reversed {
            columns.reverse();
            let key = self.key.columns();
            return format!(
                "create table {name} (gone int, {key}{}); alter table {name} drop gone;",
                columns.join(", ")
            );
        }
        format!("create table {name} ({}{});", self.key.columns(), columns.join(", "))
    }

    fn insert(&self, name: &str, pools: &[Pool], key: usize, row: &[Option<usize>]) -> String {
        let names: Vec<String> = (0..self.columns.len()).map(|at| format!("c{at}")).collect();
        let values: Vec<String> =
            row.iter().zip(&self.columns).map(|(value, &pool)| literal(&pools[pool], *value)).collect();
        let keys = match self.key {
            Key::None => "",
            Key::Pair => "k, k2, ",
            _ => "k, ",
        };
        format!(
            "insert into {name} ({keys}{}) values ({}{});",
            names.join(", "),
            self.key.value(key),
            values.join(", ")
        )
    }

    /// The rows of the target by key, and what must be reported.
    fn mutated(&self) -> (Vec<KeyedRow>, Expected) {
        let mut rows: Vec<KeyedRow> = self.rows.iter().cloned().enumerate().collect();
        let count = rows.len();
        let keyed = self.key != Key::None;
        let mut reports = Vec::new();
        let mut changed = |row: usize, column: usize| {
            if keyed {
                reports.push((RowChange::Changed, Some(row.to_string()), vec![format!("c{column}")]));
            } else {
                reports.push((RowChange::Missing, None, vec![]));
                reports.push((RowChange::Extra, None, vec![]));
            }
        };
        match &self.mutation {
            Mutation::Nothing => {}
            Mutation::Change { row, column, to } => {
                let (row, column) = (row.index(count), column.index(self.columns.len()));
                let size = pools()[self.columns[column]].values.len();
                let new = to.as_ref().map(|to| to.index(size));
                if rows[row].1[column] != new {
                    rows[row].1[column] = new;
                    changed(row, column);
                }
            }
            Mutation::Delete { row } => {
                let row = row.index(count);
                rows.remove(row);
                reports.push((RowChange::Missing, keyed.then(|| row.to_string()), vec![]));
            }
            Mutation::Insert { like } => {
                let like = rows[like.index(count)].1.clone();
                rows.push((count, like));
                reports.push((RowChange::Extra, keyed.then(|| count.to_string()), vec![]));
            }
            Mutation::Swap { one, other, column } => {
                let (one, other) = (one.index(count), other.index(count));
                let column = column.index(self.columns.len());
                let (a, b) = (rows[one].1[column], rows[other].1[column]);
                if a != b {
                    (rows[one].1[column], rows[other].1[column]) = (b, a);
                    changed(one, column);
                    changed(other, column);
                }
            }
        }
        let same_multiset = || {
            let (mut before, mut after): (Vec<_>, Vec<_>) =
                (self.rows.clone(), rows.iter().map(|(_, row)| row.clone()).collect());
            before.sort();
            after.sort();
            before == after
        };
        if reports.is_empty() || (!keyed && same_multiset()) {
            return (rows, Expected::Same);
        }
        (rows, Expected::Different(reports))
    }
}

fn literal(pool: &Pool, value: Option<usize>) -> String {
    match value {
        None => "null".to_owned(),
        Some(at) => format!("{}::{}", pool.values[at], pool.sql_type),
    }
}

/// Whether a unit says what is expected of it.
fn judge(unit: &Unit, expected: &Expected) -> Result<(), String> {
    match (expected, &unit.outcome) {
        (Expected::Same, Outcome::Same) => Ok(()),
        (Expected::Different(reports), Outcome::Different { findings }) => {
            for (change, key, columns) in reports {
                let total: u64 =
                    findings.iter().flat_map(|one| &one.rows).filter(|row| row.change == *change).count() as u64;
                if total == 0 {
                    return Err(format!("no row {change:?}"));
                }
                let found = findings.iter().flat_map(|one| &one.rows).any(|row| {
                    let named: Vec<&str> = row.columns.iter().map(|column| column.column.as_str()).collect();
                    row.change == *change
                        && key.as_ref().is_none_or(|_| row.key.contains("k="))
                        && (columns.is_empty() || named == *columns)
                });
                if !found {
                    return Err(format!("no {change:?} row with key {key:?} and columns {columns:?}"));
                }
            }
            Ok(())
        }
        (expected, got) => Err(format!("expected {expected:?}, got {got:?}")),
    }
}

/// Makes all tables on both sides, verifies once, and judges every table.
async fn try_batch(batch: &[Table]) -> Result<(), String> {
    let pools = pools();
    let pair = Pair::new(&[]).await;
    let (mut one, mut two) = (format!("{EXTENSIONS}{TYPES}"), format!("{EXTENSIONS}{TYPES}"));
    let mut expected = BTreeMap::new();
    for (number, table) in batch.iter().enumerate() {
        let name = format!("t{number}");
        writeln!(one, "{}", table.create(&name, pools, false)).unwrap();
        writeln!(two, "{}", table.create(&name, pools, true)).unwrap();
        for (key, row) in table.rows.iter().enumerate() {
            writeln!(one, "{}", table.insert(&name, pools, key, row)).unwrap();
        }
        let (rows, verdict) = table.mutated();
        // Physical order must not matter.
        for (key, row) in rows.iter().rev() {
            writeln!(two, "{}", table.insert(&name, pools, *key, row)).unwrap();
        }
        expected.insert(format!("table public.{name}"), verdict);
    }
    tokio::join!(run(&pair.source, &one), run(&pair.target, &two));
    let checked = pair.verify("[scope]\nschemas = ['public']\n", &["rows"]).await;
    let mut failures = Vec::new();
    for (object, verdict) in &expected {
        let unit =
            checked.units.iter().find(|unit| unit.object.to_string() == *object).ok_or("a table was left out")?;
        if let Err(reason) = judge(unit, verdict) {
            let number: usize = object.trim_start_matches("table public.t").parse().unwrap();
            failures.push(format!("{object}: {reason}\n{:?}", batch[number]));
        }
    }
    pair.drop().await;
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n\n")) }
}

/// Tables of one batch.
const BATCH: usize = 60;

#[test]
fn one_mutation_is_always_seen_and_none_never() {
    let soak = std::env::var("PG_REHEARSE_SOAK").is_ok();
    let cases = if soak { 3000 } else { 30 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let result = runner.run(&prop::collection::vec(tables(pools()), BATCH), |batch| {
        runtime.block_on(try_batch(&batch)).map_err(TestCaseError::fail)
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[tokio::test]
async fn pools_hold_no_two_values_with_one_image() {
    let pair = Pair::new(&[]).await;
    run(&pair.source, &format!("{EXTENSIONS}{TYPES}")).await;
    for pool in pools() {
        let values: Vec<String> = pool.values.iter().map(|value| format!("({value}::{})", pool.sql_type)).collect();
        let send = &pool.send;
        let sql = format!("select count(distinct {send}(v))::text from (values {}) as p(v)", values.join(", "));
        let distinct = value(&pair.source, &sql).await;
        assert_eq!(distinct, Some(pool.values.len().to_string()), "{}", pool.sql_type);
    }
    pair.drop().await;
}
