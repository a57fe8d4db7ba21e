//! Reads the values of the example rows and says which columns differ.

use std::collections::HashMap;

use super::cause::Changes;
use super::drill::{Counted, Drill, Place};
use super::excerpt::excerpt;
use super::inside::inside;
use crate::catalog::{Column, Relation};
use crate::check::SideView;
use crate::fingerprint::{Instead, ShapeColumn, TableShape, TableSql};
use crate::model::{ColumnDifference, Error, Result, RowChange, RowDifference};
use crate::postgres::{Role, TextRow};
use crate::verify::masked;

/// Rows read in one go.
pub(in crate::verify) const BATCH: usize = 200;

/// What was seen of the rows that differ.
pub(super) struct Looked {
    /// The example rows, each with its key and the columns that differ.
    pub(super) rows: Vec<RowDifference>,
    /// Every changed row looked at, for what they have in common.
    pub(super) changes: Changes,
}

/// Looks at the rows at the places counted. Of the changed ones all are read, in batches; the rows shown are those
/// with the smallest keys. What the target has in a masked column is not shown: it may be what should never have come
/// there.
pub(super) async fn look(drill: &Drill<'_>, counted: &Counted) -> Result<Looked> {
    let Drill { context, shape, source, target, instead, .. } = *drill;
    let most = context.config.examples;
    let mut changes = Changes::new(shape, source, target);
    let mut keys: Vec<(String, &(Place, Place))> = Vec::new();
    for batch in counted.changed_at.chunks(BATCH) {
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
        rows.push(RowDifference { change: RowChange::Changed, key: key(shape, &one), columns: columns.collect() });
    }
    let (missing, extra) = (&counted.missing_at, &counted.extra_at);
    let (missing, extra) = (&missing[..missing.len().min(most)], &extra[..extra.len().min(most)]);
    let plain = Instead::new();
    let (there, here) = tokio::try_join!(
        read(&context.source, shape, source, instead, missing),
        read(&context.target, shape, target, &plain, extra)
    )?;
    for (change, places, held) in [(RowChange::Missing, missing, &there), (RowChange::Extra, extra, &here)] {
        for place in places {
            let values = held.get(place).ok_or_else(gone)?;
            let key = match change {
                RowChange::Extra => key(shape, &hidden(shape, values, None, instead)),
                _ => key(shape, values),
            };
            rows.push(RowDifference { change, key, columns: Vec::new() });
        }
    }
    rows.sort_by(|one, two| one.key.cmp(&two.key));
    Ok(Looked { rows, changes })
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
    columns.map(shown).collect()
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
    let pairs: Vec<String> = shown
        .map(|(column, (text, _))| match text {
            Some(text) => format!("{}={}", column.name, excerpt(text, "").0),
            None => format!("{} is null", column.name),
        })
        .collect();
    pairs.join(", ")
}
