//! Reads the values of the example rows and says which columns differ.

use std::collections::HashMap;

use super::drill::{Counted, Place};
use super::excerpt::excerpt;
use crate::catalog::Relation;
use crate::check::{Context, SideView};
use crate::fingerprint::{Instead, ShapeColumn, TableShape, TableSql};
use crate::model::{ColumnDifference, Error, Result, RowChange, RowDifference};
use crate::postgres::{Role, TextRow};
use crate::verify::masked;

/// The example rows, each with its key and the columns that differ.
pub(super) async fn examples(
    context: &Context,
    shape: &TableShape,
    source: &Relation,
    target: &Relation,
    counted: &Counted,
) -> Result<Vec<RowDifference>> {
    // Changed rows are all read, to see what they have in common; of the others only as many as are shown.
    let most = context.config.examples;
    let (missing, extra) = (&counted.missing_at, &counted.extra_at);
    let (missing, extra) = (&missing[..missing.len().min(most)], &extra[..extra.len().min(most)]);
    let there = missing.iter().chain(counted.changed_at.iter().map(|(there, _)| there));
    let here = extra.iter().chain(counted.changed_at.iter().map(|(_, here)| here));
    let (there, here): (Vec<Place>, Vec<Place>) = (there.cloned().collect(), here.cloned().collect());
    let (instead, plain) = (masked::instead(context, source), Instead::new());
    let (there, here) = tokio::try_join!(
        read(&context.source, shape, source, &instead, &there),
        read(&context.target, shape, target, &plain, &here),
    )?;
    let gone = || Error::failed("an example row is not where it was in the same snapshot");
    let mut rows = Vec::new();
    for (change, places, held) in [(RowChange::Missing, missing, &there), (RowChange::Extra, extra, &here)] {
        for place in places {
            let values = held.get(place).ok_or_else(gone)?;
            let key = match change {
                RowChange::Extra => key(shape, &hidden(shape, values, &instead)),
                _ => key(shape, values),
            };
            rows.push(RowDifference { change, key, columns: Vec::new() });
        }
    }
    for (one, two) in &counted.changed_at {
        let (one, two) = (there.get(one).ok_or_else(gone)?, here.get(two).ok_or_else(gone)?);
        let columns = shape.columns.iter().zip(one.iter().zip(two)).filter(|(_, (one, two))| one != two);
        let columns = columns.map(|(column, (one, two))| match instead.contains_key(&column.name) {
            true => difference(&column.name, one, &not_shown(two)),
            false => difference(&column.name, one, two),
        });
        let columns = columns.collect();
        rows.push(RowDifference { change: RowChange::Changed, key: key(shape, one), columns });
    }
    rows.sort_by(|one, two| one.key.cmp(&two.key));
    Ok(rows)
}

/// A value's text and its hash: both must be equal for two values to be.
pub(in crate::verify) type Value = (Option<String>, Option<String>);

/// A value that is not shown; that it is NULL may be.
fn not_shown((text, hash): &Value) -> Value {
    (text.as_ref().map(|_| masked::NOT_SHOWN.to_owned()), hash.clone())
}

/// A row of the target without the values of its masked columns.
fn hidden(shape: &TableShape, values: &[Value], instead: &Instead) -> Vec<Value> {
    let columns = shape.columns.iter().zip(values);
    let shown = |(column, value): (&ShapeColumn, &Value)| match instead.contains_key(&column.name) {
        true => not_shown(value),
        false => value.clone(),
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

fn difference(column: &str, one: &Value, two: &Value) -> ColumnDifference {
    let column = column.to_owned();
    match (&one.0, &two.0) {
        (Some(same), Some(text)) if same == text => ColumnDifference {
            column,
            source: Some(format!("{same} (same text, other binary value)")),
            target: Some(text.clone()),
        },
        (Some(source), Some(target)) => {
            let (source, target) = excerpt(source, target);
            ColumnDifference { column, source: Some(source), target: Some(target) }
        }
        (source, target) => {
            let bounded = |text: &Option<String>| text.as_ref().map(|text| excerpt(text, "").0);
            ColumnDifference { column, source: bounded(source), target: bounded(target) }
        }
    }
}

/// The key as `column=value` pairs; the whole row where there is no key.
fn key(shape: &TableShape, values: &[Value]) -> String {
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
