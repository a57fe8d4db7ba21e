//! A random table with one mutation: its statements for both sides, and what the verdict must be.

use std::collections::BTreeMap;

use pg_rehearse::model::RowChange;
use proptest::prelude::*;
use proptest::sample::Index;

use super::pools::Pool;

/// A generated table: columns by pool, rows by position in the pool (`None` is NULL).
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) key: Key,
    /// Whether it is partitioned: by range on the source, by hash on the target.
    pub(super) partitioned: bool,
    /// Whether it has a stored generated column: the number of NULLs in the others.
    pub(super) generated: bool,
    /// How varying values are stored, where their type has a choice.
    pub(super) storage: &'static str,
    pub(super) columns: Vec<usize>,
    pub(super) rows: Vec<Row>,
    pub(super) mutation: Mutation,
}

/// The values of a row.
pub(super) type Row = Vec<Option<usize>>;

/// What tells rows apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Key {
    Number,
    Text,
    Collated,
    Citext,
    Uuid,
    Numeric,
    Bytea,
    Pair,
    UuidTime,
    /// A unique index over a column that is not null on the source, a primary key on the target.
    Unique,
    /// A key column that is the last of its table on the source.
    Late,
    None,
}

/// The one thing that differs between the sides.
#[derive(Debug, Clone)]
pub(super) enum Mutation {
    Nothing,
    Change {
        row: Index,
        column: Index,
        to: Option<Index>,
    },
    Delete {
        row: Index,
    },
    Insert {
        like: Index,
    },
    /// Two rows' values of one column change places.
    Swap {
        one: Index,
        other: Index,
        column: Index,
    },
    /// Two columns of one type change their values in one row.
    Exchange {
        row: Index,
    },
    /// A row stands in another one's place: one is doubled and one is lost.
    Double {
        one: Index,
        other: Index,
    },
    /// NULL on one side, an empty value on the other.
    Empty {
        row: Index,
        column: Index,
        null_here: bool,
    },
    /// A row has another key.
    Rekey {
        row: Index,
    },
}

/// One row that must be reported: what happened to it, its key or `None` without one, and the columns that differ.
pub(super) type Report = (RowChange, Option<String>, Vec<String>);

/// Tables over the given pools.
pub(super) fn tables(
    pools: &'static [Pool],
    citext: bool,
    rows: std::ops::Range<usize>,
) -> impl Strategy<Value = Table> {
    let mut keys = vec![
        Key::Number,
        Key::Text,
        Key::Collated,
        Key::Uuid,
        Key::Numeric,
        Key::Bytea,
        Key::Pair,
        Key::UuidTime,
        Key::Unique,
        Key::Late,
        Key::None,
        Key::None,
    ];
    keys.extend(citext.then_some(Key::Citext));
    let key = proptest::sample::select(keys);
    let storage = proptest::sample::select(vec!["extended", "external", "main"]);
    let columns = prop::collection::vec(0..pools.len(), 1..6);
    (key, columns, rows, any::<bool>(), any::<u8>(), storage).prop_flat_map(
        move |(key, mut columns, rows, twin, kind, storage)| {
            // Often two columns of one type, so that their values can be exchanged.
            if twin {
                columns.push(columns[0]);
            }
            let value = |pool: usize| prop_oneof![1 => Just(None), 5 => (0..pools[pool].values.len()).prop_map(Some)];
            let row = columns.iter().map(|&pool| value(pool)).collect::<Vec<_>>();
            let rows = prop::collection::vec(row, rows);
            (Just(columns), rows, mutations()).prop_map(move |(columns, rows, mutation)| {
                let mut table = Table {
                    key,
                    partitioned: key != Key::None && kind % 5 == 0,
                    generated: kind % 3 == 0,
                    storage,
                    columns,
                    rows,
                    mutation,
                };
                table.prepare(pools);
                table
            })
        },
    )
}

fn mutations() -> impl Strategy<Value = Mutation> {
    let index = any::<Index>;
    prop_oneof![
        2 => Just(Mutation::Nothing),
        6 => (index(), index(), prop::option::weighted(0.8, index()))
            .prop_map(|(row, column, to)| Mutation::Change { row, column, to }),
        1 => index().prop_map(|row| Mutation::Delete { row }),
        1 => index().prop_map(|like| Mutation::Insert { like }),
        3 => (index(), index(), index()).prop_map(|(one, other, column)| Mutation::Swap { one, other, column }),
        2 => index().prop_map(|row| Mutation::Exchange { row }),
        2 => (index(), index()).prop_map(|(one, other)| Mutation::Double { one, other }),
        2 => (index(), index(), any::<bool>())
            .prop_map(|(row, column, null_here)| Mutation::Empty { row, column, null_here }),
        1 => index().prop_map(|row| Mutation::Rekey { row }),
    ]
}

impl Key {
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Pair | Self::UuidTime => &["k", "k2"],
            _ => &["k"],
        }
    }

    fn types(self) -> &'static [&'static str] {
        match self {
            Self::Number | Self::Unique | Self::Late => &["int8"],
            Self::Text => &["text"],
            Self::Collated => &["text collate \"ucs_basic\""],
            Self::Citext => &["citext"],
            Self::Uuid => &["uuid"],
            Self::Numeric => &["numeric"],
            Self::Bytea => &["bytea"],
            Self::Pair => &["int4", "text"],
            Self::UuidTime => &["uuid", "timestamptz"],
            Self::None => &[],
        }
    }

    /// The key of a row, each part as the server prints it.
    fn parts(self, row: usize) -> Vec<String> {
        let uuid = format!("00000000-0000-4000-8000-{row:012}");
        match self {
            Self::Number | Self::Unique | Self::Late => vec![(row as i64 * 4_294_967_297).to_string()],
            Self::Text | Self::Collated | Self::Citext => vec![format!("key {row}")],
            Self::Uuid => vec![uuid],
            Self::Numeric => vec![format!("{row}.50")],
            Self::Bytea => vec![format!("\\x00{row:06}")],
            Self::Pair => vec![(row % 2).to_string(), format!("part {row}")],
            // Two rows share a uuid.
            Self::UuidTime => vec![
                format!("00000000-0000-4000-8000-{:012}", row / 2),
                format!("2024-01-01 {:02}:{:02}:{:02}.000001+00", row / 3600, row / 60 % 60, row % 60),
            ],
            Self::None => vec![],
        }
    }

    /// The key of a row as findings print it.
    fn shown(self, row: usize) -> Option<String> {
        let pairs: Vec<String> =
            self.columns().iter().zip(self.parts(row)).map(|(name, part)| format!("{name}={part}")).collect();
        (!pairs.is_empty()).then(|| pairs.join(", "))
    }
}

impl Table {
    /// Sets the source's value where the mutation is about that one: an empty one, or NULL.
    fn prepare(&mut self, pools: &[Pool]) {
        if let Mutation::Empty { row, column, null_here } = &self.mutation {
            let (row, column) = (row.index(self.rows.len()), column.index(self.columns.len()));
            let empty = pools[self.columns[column]].empty();
            self.rows[row][column] = if *null_here { Some(empty) } else { None };
        }
    }

    /// The statements that make it. The target declares its columns in the other order and has had one dropped.
    pub(super) fn create(&self, name: &str, pools: &[Pool], target: bool) -> String {
        let key = self.key.columns().iter().zip(self.key.types()).map(|(name, kind)| format!("{name} {kind} not null"));
        let key: Vec<String> = key.collect();
        let mut values: Vec<String> =
            self.columns.iter().enumerate().map(|(at, &pool)| format!("c{at} {}", pools[pool].sql_type)).collect();
        if self.generated {
            let names: Vec<String> = (0..self.columns.len()).map(|at| format!("c{at}")).collect();
            values.push(format!("g int4 generated always as (num_nulls({})) stored", names.join(", ")));
        }
        let mut columns = if self.key == Key::Late && !target {
            [values, key].concat()
        } else {
            if target {
                values.reverse();
            }
            [key, values].concat()
        };
        if target {
            columns.insert(0, "gone int".to_owned());
        }
        let by = match (self.partitioned, target) {
            (false, _) => "",
            (true, false) => " partition by range (k)",
            (true, true) => " partition by hash (k)",
        };
        let mut sql = format!("create table {name} ({}){by};\n", columns.join(", "));
        if self.partitioned && target {
            for part in 0..3 {
                sql += &format!(
                    "create table {name}_h{part} partition of {name} for values with (modulus 3, remainder {part});\n"
                );
            }
        } else if self.partitioned {
            let bound = self.key.parts(2).remove(0);
            sql += &format!(
                "create table {name}_low partition of {name} for values from (minvalue) to ('{bound}');
                 create table {name}_rest partition of {name} default;\n"
            );
        }
        if target {
            sql += &format!("alter table {name} drop gone;\n");
        }
        let names = self.key.columns().join(", ");
        match self.key {
            Key::None => {}
            Key::Unique if !target => sql += &format!("create unique index on {name} ({names});\n"),
            _ => sql += &format!("alter table {name} add primary key ({names});\n"),
        }
        for (at, &pool) in self.columns.iter().enumerate() {
            if !target && pools[pool].stretches() {
                sql += &format!("alter table {name} alter c{at} set storage {};\n", self.storage);
            }
        }
        sql
    }

    /// The statement that fills it.
    pub(super) fn insert(&self, name: &str, pools: &[Pool], rows: &[(usize, Row)]) -> String {
        if rows.is_empty() {
            return String::new();
        }
        let columns = self.key.columns().iter().map(|name| (*name).to_owned());
        let columns: Vec<String> = columns.chain((0..self.columns.len()).map(|at| format!("c{at}"))).collect();
        let tuple = |(key, row): &(usize, Row)| {
            let keys = self.key.parts(*key).into_iter().zip(self.key.types());
            let keys = keys.map(|(part, kind)| format!("'{part}'::{}", kind.split(' ').next().unwrap_or(kind)));
            let values = row.iter().zip(&self.columns).map(|(value, &pool)| pools[pool].literal(*value));
            format!("({})", keys.chain(values).collect::<Vec<_>>().join(", "))
        };
        let tuples: Vec<String> = rows.iter().map(tuple).collect();
        format!("insert into {name} ({}) values\n{};\n", columns.join(", "), tuples.join(",\n"))
    }

    /// The rows of the source, with the number each one's key is made from.
    pub(super) fn source(&self) -> Vec<(usize, Row)> {
        self.rows.iter().cloned().enumerate().collect()
    }

    /// The rows of the target.
    pub(super) fn target(&self) -> Vec<(usize, Row)> {
        let (mut rows, count) = (self.source(), self.rows.len());
        match &self.mutation {
            Mutation::Nothing => {}
            Mutation::Change { row, column, to } => {
                // Values are counted modulo their pool when they are written.
                let column = column.index(self.columns.len());
                let size = self.sizes()[column];
                rows[row.index(count)].1[column] = to.as_ref().map(|to| to.index(size));
            }
            Mutation::Delete { row } => {
                rows.remove(row.index(count));
            }
            Mutation::Insert { like } => rows.push((count, rows[like.index(count)].1.clone())),
            Mutation::Swap { one, other, column } => {
                let (one, other) = (one.index(count), other.index(count));
                let column = column.index(self.columns.len());
                let (a, b) = (rows[one].1[column], rows[other].1[column]);
                (rows[one].1[column], rows[other].1[column]) = (b, a);
            }
            Mutation::Exchange { row } => {
                let last = self.columns.len() - 1;
                if let Some(twin) = (0..last).find(|&at| self.columns[at] == self.columns[last]) {
                    rows[row.index(count)].1.swap(twin, last);
                }
            }
            Mutation::Double { one, other } => {
                let doubled = rows[one.index(count)].1.clone();
                rows[other.index(count)] = (count, doubled);
            }
            Mutation::Empty { row, column, .. } => {
                let (row, column) = (row.index(count), column.index(self.columns.len()));
                let empty = super::pools::all()[self.columns[column]].empty();
                rows[row].1[column] = if rows[row].1[column].is_some() { None } else { Some(empty) };
            }
            Mutation::Rekey { row } => rows[row.index(count)].0 = count,
        }
        rows
    }

    fn sizes(&self) -> Vec<usize> {
        self.columns.iter().map(|&pool| super::pools::all()[pool].values.len()).collect()
    }

    /// Every row that must be reported, and no other one.
    pub(super) fn expected(&self) -> Vec<Report> {
        let (source, target) = (self.source(), self.target());
        if self.key == Key::None {
            return surplus(&source, &target, RowChange::Missing)
                .chain(surplus(&target, &source, RowChange::Extra))
                .collect();
        }
        let (there, here): (BTreeMap<_, _>, BTreeMap<_, _>) =
            (source.into_iter().collect(), target.into_iter().collect());
        let mut reports = Vec::new();
        for (key, row) in &there {
            match here.get(key) {
                None => reports.push((RowChange::Missing, self.key.shown(*key), vec![])),
                Some(other) if other != row => {
                    let differ = |at: &usize| row[*at] != other[*at];
                    let mut columns: Vec<String> = (0..row.len()).filter(differ).map(|at| format!("c{at}")).collect();
                    let nulls = |row: &Row| row.iter().filter(|value| value.is_none()).count();
                    if self.generated && nulls(row) != nulls(other) {
                        columns.push("g".to_owned());
                    }
                    reports.push((RowChange::Changed, self.key.shown(*key), columns));
                }
                Some(_) => {}
            }
        }
        let extra = here.keys().filter(|key| !there.contains_key(key));
        reports.extend(extra.map(|key| (RowChange::Extra, self.key.shown(*key), vec![])));
        reports
    }
}

/// One report for each time the first has a row more often than the second.
fn surplus<'a>(
    one: &[(usize, Row)],
    two: &[(usize, Row)],
    change: RowChange,
) -> impl Iterator<Item = Report> + use<'a> {
    let mut balance: BTreeMap<Row, i64> = BTreeMap::new();
    one.iter().for_each(|(_, row)| *balance.entry(row.clone()).or_default() += 1);
    two.iter().for_each(|(_, row)| *balance.entry(row.clone()).or_default() -= 1);
    let more: i64 = balance.into_values().filter(|more| *more > 0).sum();
    (0..more).map(move |_| (change, None, vec![]))
}
