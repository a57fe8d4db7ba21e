//! Reads the values of the example rows and says which columns differ.

use std::collections::{BTreeMap, HashMap};

use super::cause::{self, Changes};
use super::drill::{Counted, Drill, Place};
use super::excerpt::excerpt;
use super::inside::inside;
use super::shared::Shared;
use crate::catalog::{Column, Relation};
use crate::check::SideView;
use crate::fingerprint::{Instead, ShapeColumn, TableShape, TableSql};
use crate::model::{ColumnDifference, Error, Result, RowChange, RowDifference, Side};
use crate::postgres::{Role, TextRow};
use crate::verify::masked;

/// Most rows read in one go, and bytes of the table they come to: as text a vector is some three times as long.
const BATCH: u64 = 200;
const BATCH_BYTES: u64 = 2 << 20;

/// How many rows of a relation that holds so many are read in one go: fewer where they are long.
pub(in crate::verify) fn batch(relation: &Relation, rows: u64) -> usize {
    let width = relation.bytes / rows.max(1);
    (BATCH_BYTES / width.max(1)).clamp(1, BATCH) as usize
}

/// What was seen of the rows that differ.
pub(super) struct Looked {
    /// The example rows, each with its key and the columns that differ.
    pub(super) rows: Vec<RowDifference>,
    /// Every changed row looked at, for what they have in common.
    pub(super) changes: Changes,
    /// Every missing and every extra row looked at, for what they share.
    pub(super) missing: Shared,
    pub(super) extra: Shared,
}

/// Looks at the rows at the places counted. All are read, in batches; the rows shown are those with the smallest keys. What the target has in a masked column is not shown: it may be what should never have come
/// there.
pub(super) async fn look(drill: &Drill<'_>, counted: &Counted) -> Result<Looked> {
    let Drill { context, shape, source, target, instead, .. } = *drill;
    let most = context.config.examples;
    let defaults = if counted.changed_at.is_empty() { BTreeMap::new() } else { cause::defaults(drill).await };
    let mut changes = Changes::new(shape, source, target, defaults);
    let mut keys: Vec<(String, &(Place, Place))> = Vec::new();
    for batch in counted.changed_at.chunks(batch(source, drill.there.rows())) {
        for (places, (one, two)) in batch.iter().zip(both(drill, batch).await?) {
            changes.add(&one, &two);
            keys.push((key(shape, &one), places));
        }
    }
    keys.sort();
    let shown: Vec<(Place, Place)> = keys.into_iter().take(most).map(|(_, places)| places.clone()).collect();
    let mut rows = Vec::new();
    for (one, two) in both(drill, &shown).await? {
        let columns = shape.columns.iter().zip(one.iter().zip(&two)).filter(|(_, (one, two))| one != two);
        let columns =
            columns.map(|(column, (one, two))| difference(target.column(&column.name), &column.name, one, two));
        let moved = partition(shape, &one).zip(partition(shape, &two)).filter(|(one, two)| one != two);
        let moved = moved.map(|(one, two)| difference(None, TableShape::PARTITION, one, two));
        let columns = columns.chain(moved).collect();
        rows.push(RowDifference { change: RowChange::Changed, key: key(shape, &one), columns });
    }
    let (mut missing, mut extra) = (Shared::new(drill), Shared::new(drill));
    let plain = Instead::new();
    let (there, here) = tokio::try_join!(
        lone(&context.source, drill, (source, instead), &counted.missing_at, &mut missing),
        lone(&context.target, drill, (target, &plain), &counted.extra_at, &mut extra)
    )?;
    for (change, keys) in [(RowChange::Missing, there), (RowChange::Extra, here)] {
        rows.extend(keys.into_iter().take(most).map(|key| RowDifference { change, key, columns: Vec::new() }));
    }
    rows.sort_by(|one, two| one.key.cmp(&two.key));
    Ok(Looked { rows, changes, missing, extra })
}

/// Looks at rows that one side alone has; gives their keys in order.
async fn lone<R: Role>(
    side: &SideView<R>,
    drill: &Drill<'_>,
    (relation, instead): (&Relation, &Instead),
    places: &[Place],
    shared: &mut Shared,
) -> Result<Vec<String>> {
    let rows = if R::SIDE == Side::Source { drill.there.rows() } else { drill.here.rows() };
    let mut keys = Vec::new();
    for batch in places.chunks(batch(relation, rows)) {
        let held = read(side, drill.shape, relation, instead, batch).await?;
        for place in batch {
            let values = held.get(place).ok_or_else(gone)?;
            shared.add(values);
            // What the source reads in place of a masked column is the mask.
            keys.push(match R::SIDE {
                Side::Source => key(drill.shape, values),
                Side::Target => key(drill.shape, &hidden(drill.shape, values, None, drill.instead)),
            });
        }
    }
    keys.sort();
    Ok(keys)
}

/// Changed rows as each side has them, in the order of their places.
pub(super) async fn both(drill: &Drill<'_>, places: &[(Place, Place)]) -> Result<Vec<(Vec<Value>, Vec<Value>)>> {
    let Drill { context, shape, source, target, instead, .. } = *drill;
    let (one, two): (Vec<Place>, Vec<Place>) = places.iter().cloned().unzip();
    let plain = Instead::new();
    let (mut there, mut here) = tokio::try_join!(
        read(&context.source, shape, source, instead, &one),
        read(&context.target, shape, target, &plain, &two)
    )?;
    let pair = |(one, two): &(Place, Place)| {
        let (one, two) = (there.remove(one).ok_or_else(gone)?, here.remove(two).ok_or_else(gone)?);
        let two = hidden(shape, &two, Some(&one), instead);
        Ok((one, two))
    };
    places.iter().map(pair).collect()
}

fn gone() -> Error {
    Error::failed("an example row is not where it was in the same snapshot")
}

/// A value's text and its hash: both must be equal for two values to be.
pub(in crate::verify) type Value = (Option<String>, Option<String>);

/// The partition among a row's values, which stands after its columns.
fn partition<'a>(shape: &TableShape, values: &'a [Value]) -> Option<&'a Value> {
    values.get(shape.columns.len()).filter(|_| shape.by_partition)
}

/// A value that is not shown; that it is NULL may be.
fn not_shown((text, hash): &Value) -> Value {
    (text.as_ref().map(|_| masked::NOT_SHOWN.to_owned()), hash.clone())
}

/// A row of the target without the values of its masked columns, save those that are what the mask makes.
pub(in crate::verify) fn hidden(
    shape: &TableShape,
    values: &[Value],
    masked: Option<&Vec<Value>>,
    instead: &Instead,
) -> Vec<Value> {
    let columns = shape.columns.iter().zip(values).enumerate();
    let shown = |(at, (column, value)): (usize, (&ShapeColumn, &Value))| {
        let same = masked.and_then(|masked| masked.get(at)) == Some(value);
        if instead.contains_key(&column.name) && !same { not_shown(value) } else { value.clone() }
    };
    columns.map(shown).chain(values.iter().skip(shape.columns.len()).cloned()).collect()
}

/// The compared columns' values of the rows at the given places.
pub(in crate::verify) async fn read<R: Role>(
    side: &SideView<R>,
    shape: &TableShape,
    relation: &Relation,
    instead: &Instead,
    places: &[Place],
) -> Result<HashMap<Place, Vec<Value>>> {
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let mut held: HashMap<Place, Vec<Value>> = HashMap::new();
    let mut session = side.readers.acquire().await?;
    for statement in TableSql::reading(shape, relation, instead).values_at(places) {
        let rows = session.rows(&statement).await?.into_iter().filter_map(values);
        let mut read: HashMap<Place, Vec<Value>> = HashMap::new();
        for (place, values) in rows.filter(|(place, _)| places.contains(place)) {
            if read.insert(place, values).is_some() {
                return Err(Error::incomplete(
                    "several rows are at one place, as in a partition that is a foreign table",
                ));
            }
        }
        for (place, values) in read {
            held.entry(place).or_default().extend(values);
        }
    }
    Ok(held)
}

/// Takes a row of [`TableSql::values_at`] apart.
fn values(row: TextRow) -> Option<(Place, Vec<Value>)> {
    let mut cells = row.into_iter();
    let place = cells.next().flatten()?;
    let mut values = Vec::new();
    while let (Some(text), Some(hash)) = (cells.next(), cells.next()) {
        values.push((text, hash));
    }
    Some((place, values))
}

fn difference(of: Option<&Column>, column: &str, one: &Value, two: &Value) -> ColumnDifference {
    let column = column.to_owned();
    match (&one.0, &two.0) {
        (Some(same), Some(text)) if same == text => ColumnDifference {
            column,
            source: Some(format!("{same} (same text, other binary value)")),
            target: Some(text.clone()),
            diff: None,
        },
        (Some(source), Some(target)) => {
            let diff = inside(of, source, target);
            let (source, target) = excerpt(source, target);
            ColumnDifference { column, source: Some(source), target: Some(target), diff }
        }
        (source, target) => {
            let bounded = |text: &Option<String>| text.as_ref().map(|text| excerpt(text, "").0);
            ColumnDifference { column, source: bounded(source), target: bounded(target), diff: None }
        }
    }
}

/// The key as `column=value` pairs; the whole row where there is no key.
pub(in crate::verify) fn key(shape: &TableShape, values: &[Value]) -> String {
    let named = shape.columns.iter().zip(values);
    let shown = named.filter(|(column, _)| shape.key.is_empty() || shape.key.contains(&column.name));
    let place = partition(shape, values).filter(|_| shape.key.is_empty());
    let pairs: Vec<String> = shown
        .map(|(column, (text, _))| (column.name.as_str(), text))
        .chain(place.map(|(text, _)| (TableShape::PARTITION, text)))
        .map(|(name, text)| match text {
            Some(text) => format!("{name}={}", excerpt(text, "").0),
            None => format!("{name} is null"),
        })
        .collect();
    pairs.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::RelationKind;
    use crate::model::RelationName;

    #[test]
    fn long_rows_are_read_few_at_a_time() {
        let relation = |bytes| Relation {
            name: RelationName::new("public", "t"),
            kind: RelationKind::Table,
            persistence: "p".to_owned(),
            estimated_rows: 0,
            bytes,
            of_extension: false,
            populated: true,
            chosen: None,
            heap_pages: 0,
            oid: 0,
            leaves: Vec::new(),
            is_partition: false,
            parents: Vec::new(),
            can_select: true,
            row_security: false,
            owner: String::new(),
            columns: Vec::new(),
            keys: Vec::new(),
            checks: Vec::new(),
            uniques: Vec::new(),
        };
        assert_eq!(batch(&relation(100_000), 1000), 200);
        // Rows of three vectors, 27 kB each.
        assert_eq!(batch(&relation(540 << 20), 20_000), 74);
        assert_eq!(batch(&relation(10 << 30), 10), 1);
        assert_eq!(batch(&relation(0), 0), 200);
    }
}
