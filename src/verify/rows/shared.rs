//! What rows that only one side has share: one value of a column, or that all are newer than whatever the other side
//! has. No such claim is made before both sides were asked for it.
//!
//! Never true in here: a value of a masked column, a claim about the other side that it has not answered.

use std::collections::BTreeMap;
use std::time::Duration;

use super::cause::{Kind, microseconds};
use super::drill::Drill;
use super::values::Value;
use crate::check::SideView;
use crate::fingerprint::{TableShape, TableSql};
use crate::model::{Cause, Result, Side, count};
use crate::postgres::{Role, TextRow};

/// Fewer rows than this share nothing worth a sentence.
const FEWEST: u64 = 2;
/// Longer values are no labels that many rows would share on purpose.
const LONGEST: usize = 64;
/// Columns asked about at once: the first that are shared.
const MOST: usize = 16;
/// Time a side is given to answer.
const TIME: Duration = Duration::from_secs(10);
/// How probable it may be, over all columns asked about, that rows taken at random share a value that the other side has
/// as well.
const CHANCE: f64 = 1e-6;

/// Rows that one side alone has, each as what it shares with the ones before.
#[derive(Debug)]
pub(super) struct Shared {
    columns: Vec<Column>,
    rows: u64,
}

#[derive(Debug)]
struct Column {
    /// Its place in the shape.
    place: usize,
    name: String,
    /// The value of all rows so far; `None` where there are several.
    value: Option<Option<String>>,
    kind: Kind,
    /// The smallest value; `None` where a row has none or the column has no order that tells of time.
    least: Option<i128>,
}

/// What one side answers of a shared value.
#[derive(Debug, Clone, Copy)]
struct Held {
    rows: u64,
    of: u64,
}

impl Shared {
    /// Nothing looked at yet. Of masked columns nothing is kept.
    pub(super) fn new(drill: &Drill<'_>) -> Self {
        let columns = drill.shape.columns.iter().enumerate().filter_map(|(place, column)| {
            let kind = Kind::of(drill.source.column(&column.name), drill.target.column(&column.name));
            let left_out = drill.instead.contains_key(&column.name) || matches!(kind, Kind::Vector | Kind::Json);
            let alone_is_key = drill.shape.key == [column.name.clone()];
            let ordered = kind == Kind::Time || (kind == Kind::Number && alone_is_key);
            let least = ordered.then_some(i128::MAX);
            (!left_out).then(|| Column { place, name: column.name.clone(), value: Some(None), kind, least })
        });
        let place = drill.shape.columns.len();
        let partition =
            Column { place, name: TableShape::PARTITION.to_owned(), value: Some(None), kind: Kind::Text, least: None };
        let partition = Some(partition).filter(|_| drill.shape.by_partition);
        Self { columns: partition.into_iter().chain(columns).collect(), rows: 0 }
    }

    /// Looks at a row.
    pub(super) fn add(&mut self, values: &[Value]) {
        let first = self.rows == 0;
        self.rows += 1;
        for column in &mut self.columns {
            let text = values.get(column.place).and_then(|(text, _)| text.as_deref());
            let is_label = text.is_none_or(|text| text.len() <= LONGEST);
            let same = first || column.value.as_ref().is_some_and(|value| value.as_deref() == text);
            column.value = (is_label && same).then(|| text.map(str::to_owned));
            column.least = column.least.and_then(|least| Some(least.min(ordinal(column.kind, text?)?)));
        }
    }

    /// How many rows were looked at.
    pub(super) fn looked_at(&self) -> u64 {
        self.rows
    }

    /// What all of them share, having asked both sides; nothing where a side does not answer in time. `home` is the side
    /// that has the rows.
    pub(super) async fn causes(&self, drill: &Drill<'_>, home: Side) -> Vec<Cause> {
        if self.rows < FEWEST {
            return Vec::new();
        }
        let values: Vec<&Column> = self.columns.iter().filter(|column| column.value.is_some()).take(MOST).collect();
        let ordered: Vec<&Column> = self.columns.iter().filter(|column| column.least.is_some()).take(MOST).collect();
        if values.is_empty() && ordered.is_empty() {
            return Vec::new();
        }
        let sql = (TableSql::new(drill.shape, drill.source), TableSql::new(drill.shape, drill.target));
        let (source, target) = (question(&sql.0, &values, &ordered), question(&sql.1, &values, &ordered));
        let answers = tokio::try_join!(ask(&drill.context.source, &source), ask(&drill.context.target, &target));
        let Ok((Some(there), Some(here))) = answers else { return Vec::new() };
        let (at_home, elsewhere) = if home == Side::Source { (there, here) } else { (here, there) };
        let value = shared_value(self.rows, &values, &at_home, &elsewhere).map(|(column, here, there)| {
            let value = column.value.as_ref().and_then(Option::as_deref);
            let value = value.map_or_else(
                || format!("{} is null", column.name),
                |value| format!("{} = {}", column.name, shown(value)),
            );
            let has = |held: Held| if held.rows == 0 { "none".to_owned() } else { count(held.rows) };
            format!("{value}, of which the {home} has {} and the {} {}", has(here), other(home), has(there))
        });
        let newest = ordered.iter().find_map(|column| {
            let greatest = elsewhere.greatest.get(&column.place)?;
            let newer = column.least? > ordinal(column.kind, greatest)?;
            let beyond = if column.kind == Kind::Time { "later" } else { "greater" };
            newer.then(|| format!("{} {beyond} than any of the {}, {greatest}", column.name, other(home)))
        });
        let since = newest.as_ref().map(|_| match home {
            Side::Source => "written after the copy, or the copy ended there".to_owned(),
            Side::Target => "written on the target after the copy".to_owned(),
        });
        let parts: Vec<String> = value.into_iter().chain(newest).collect();
        if parts.is_empty() {
            return Vec::new();
        }
        let text = parts.join(", and ") + &since.map(|since| format!(": {since}")).unwrap_or_default();
        vec![Cause { text, rows: self.rows }]
    }
}

/// One side's answer.
#[derive(Debug)]
struct Answer {
    rows: u64,
    held: Vec<u64>,
    /// The greatest value by the column's place.
    greatest: BTreeMap<usize, String>,
}

/// A side's question: what it is, and what the columns of its answer are.
struct Question<'a> {
    sql: String,
    values: usize,
    ordered: &'a [&'a Column],
}

fn question<'a>(sql: &TableSql<'_>, values: &[&Column], ordered: &'a [&'a Column]) -> Question<'a> {
    let held: Vec<(&str, Option<&str>)> =
        values.iter().map(|column| (column.name.as_str(), column.value.as_ref().and_then(Option::as_deref))).collect();
    let greatest: Vec<&str> = ordered.iter().map(|column| column.name.as_str()).collect();
    Question { sql: sql.holding(&held, &greatest), values: values.len(), ordered }
}

async fn ask<R: Role>(side: &SideView<R>, question: &Question<'_>) -> Result<Option<Answer>> {
    let rows = side.readers.acquire().await?.rows_within(&question.sql, TIME).await?;
    Ok(rows.into_iter().next().and_then(|row| answer(row, question)))
}

fn answer(row: TextRow, question: &Question<'_>) -> Option<Answer> {
    let mut cells = row.into_iter();
    let rows = cells.next()??.parse().ok()?;
    let held = cells.by_ref().take(question.values).map(|cell| cell?.parse().ok()).collect::<Option<_>>()?;
    let greatest = question.ordered.iter().zip(cells).filter_map(|(column, cell)| Some((column.place, cell?)));
    Some(Answer { rows, held, greatest: greatest.collect() })
}

/// The value that tells most: one that the other side has not at all, or one so rare that chance does not explain it. The
/// rarest first.
fn shared_value<'a>(
    looked_at: u64,
    values: &[&'a Column],
    home: &Answer,
    other: &Answer,
) -> Option<(&'a Column, Held, Held)> {
    let telling = values.iter().enumerate().filter_map(|(at, column)| {
        let here = Held { rows: *home.held.get(at)?, of: home.rows };
        let there = Held { rows: *other.held.get(at)?, of: other.rows };
        let tells = here.rows > 0 && (there.rows == 0 || is_rare(here, looked_at, values.len()));
        tells.then_some((*column, here, there))
    });
    telling.min_by_key(|(_, here, there)| (there.rows > 0, here.rows))
}

/// Whether so many rows, taken at random, would not all have the value.
fn is_rare(held: Held, rows: u64, columns: usize) -> bool {
    let share = held.rows as f64 / held.of.max(1) as f64;
    share <= 0.5 && share.powf(rows as f64) * columns as f64 <= CHANCE
}

fn ordinal(kind: Kind, text: &str) -> Option<i128> {
    if kind == Kind::Time { microseconds(text) } else { text.parse().ok() }
}

fn other(side: Side) -> Side {
    if side == Side::Source { Side::Target } else { Side::Source }
}

/// A value as the sentence names it; one that would be taken for something else is put between quotes.
fn shown(value: &str) -> String {
    let plain = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || "-_.:+".contains(c));
    if plain { value.to_owned() } else { format!("'{}'", value.escape_debug()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> Column {
        Column { place: 0, name: name.to_owned(), value: Some(None), kind: Kind::Text, least: None }
    }

    fn answer(rows: u64, held: &[u64]) -> Answer {
        Answer { rows, held: held.to_vec(), greatest: BTreeMap::new() }
    }

    fn told(looked_at: u64, home: &Answer, other: &Answer) -> Option<String> {
        let columns = [column("one"), column("two")];
        let values: Vec<&Column> = columns.iter().collect();
        shared_value(looked_at, &values, home, other).map(|(column, ..)| column.name.clone())
    }

    #[test]
    fn only_values_that_chance_does_not_explain_are_told() {
        // The other side has none; the rarer of two.
        assert_eq!(told(2, &answer(100, &[50, 2]), &answer(98, &[0, 0])).as_deref(), Some("two"));
        // Both sides have it in abundance.
        assert_eq!(told(500, &answer(1000, &[900, 1000]), &answer(500, &[400, 500])), None);
        // A tenth of all rows: two of them may well be, ten not.
        assert_eq!(told(2, &answer(1000, &[100, 1000]), &answer(998, &[98, 998])), None);
        assert_eq!(told(10, &answer(1000, &[100, 1000]), &answer(990, &[90, 990])).as_deref(), Some("one"));
        assert_eq!(told(10, &answer(0, &[0, 0]), &answer(0, &[0, 0])), None);
    }

    #[test]
    fn a_value_is_shared_by_all_or_by_none() {
        let mut shared = Shared { columns: vec![column("one")], rows: 0 };
        let value = |text: Option<&str>| vec![(text.map(str::to_owned), None)];
        shared.add(&value(Some("x")));
        shared.add(&value(Some("x")));
        assert_eq!(shared.columns[0].value, Some(Some("x".to_owned())));
        shared.add(&value(None));
        assert_eq!(shared.columns[0].value, None);
        shared.add(&value(None));
        assert_eq!(shared.columns[0].value, None);
        let mut long = Shared { columns: vec![column("one")], rows: 0 };
        long.add(&value(Some(&"x".repeat(LONGEST + 1))));
        assert_eq!(long.columns[0].value, None);
    }

    #[test]
    fn odd_values_are_quoted() {
        assert_eq!(shown("a-1"), "a-1");
        assert_eq!(shown(""), "''");
        assert_eq!(shown("a b\n"), "'a b\\n'");
    }
}
