//! What is said of a masked column. No value of it is ever shown.

use super::NAME;
use super::column::MaskedPair;
use super::counts::Counts;
use crate::catalog::ForeignKey;
use crate::fingerprint::{Instead, TableShape};
use crate::model::{Finding, ObjectRef, Outcome, Result, RowChange, RowDifference, Unit, count, plural};
use crate::verify::rows::{Place, Value, hidden, key, read};

/// The unit of a column.
pub(super) async fn unit(pair: &MaskedPair<'_>, counts: &Counts, object: &ObjectRef) -> Unit {
    let mut unknown = Vec::new();
    let mut findings = Vec::new();
    if counts.raw() > 0 {
        let examples = examples(pair, counts).await.unwrap_or_else(|error| {
            let error = crate::verify::masked::withheld(error, &pair.instead);
            unknown.push(format!("the keys of these rows could not be read: {}", error.chain()));
            Vec::new()
        });
        let finding = Finding::new(NAME, object.clone(), "raw values", raw(pair, counts));
        findings.push(finding.with_rows(counts.raw(), examples));
    }
    findings.extend(nulls(pair, counts, object));
    findings.extend(distinct(pair, counts, object, findings.is_empty()));
    if counts.doubled > 0 {
        unknown.push(format!("the key of {} is not unique, so they were not matched", plural(counts.doubled, "row")));
    }
    let mut unit = Unit::judged(NAME, object.clone(), findings).detail(detail(pair, counts));
    if !unknown.is_empty() {
        let findings = unit.open_findings().to_vec();
        unit.outcome = Outcome::Incomplete { reason: unknown.join("; "), findings };
    }
    unit
}

fn raw(pair: &MaskedPair<'_>, counts: &Counts) -> String {
    let values = plural(counts.raw(), "value");
    let kind = pair.masked.kind.name();
    if !pair.is_keyed() {
        return format!("{values} on the target that the source has, and that the mask `{kind}` replaces");
    }
    let places = [(counts.own, "in the same row"), (counts.elsewhere, "in another row")];
    let places = places.iter().filter(|(number, _)| *number > 0);
    let places: Vec<String> = places.map(|(number, place)| format!("{} {place}", count(*number))).collect();
    let places = places.join(", ");
    format!("{values} on the target that the source has, and that the mask `{kind}` replaces: {places}")
}

/// NULLs by row where rows are matched: a row that is missing is no NULL that is.
fn nulls(pair: &MaskedPair<'_>, counts: &Counts, object: &ObjectRef) -> Option<Finding> {
    let [made, held] = counts.nulls;
    let message = match (pair.is_keyed(), counts.filled, counts.emptied) {
        (true, 0, 0) => return None,
        (true, filled, 0) => format!("a value in place of NULL in {}", plural(filled, "row")),
        (true, 0, emptied) => format!("NULL in place of a value in {}", plural(emptied, "row")),
        (true, filled, emptied) => format!(
            "a value in place of NULL in {}, and NULL in place of a value in {}",
            plural(filled, "row"),
            plural(emptied, "row")
        ),
        (false, ..) if made == held => return None,
        (false, ..) => "not as many NULLs as the mask makes".to_owned(),
    };
    let finding = Finding::new(NAME, object.clone(), "NULLs", message);
    let finding = finding.with_rows(counts.filled + counts.emptied, Vec::new());
    Some(finding.values(Some(count(made)), Some(count(held))))
}

/// Distinct values, where the mask promises that different ones stay different and equal ones equal. Without a key
/// nothing tells apart what another finding entails.
fn distinct(pair: &MaskedPair<'_>, counts: &Counts, object: &ObjectRef, alone: bool) -> Option<Finding> {
    if !pair.masked.kind.is_salted() {
        return None;
    }
    let finding = |message: String, source: u64, target: u64| {
        let finding = Finding::new(NAME, object.clone(), "distinct values", message);
        Some(finding.values(Some(count(source)), Some(count(target))))
    };
    let [raw, made, held] = counts.distinct;
    let (wanted, found) = match pair.is_keyed() {
        true => (counts.distinct_matched[0], counts.distinct_matched[1]),
        false => (made, held),
    };
    if wanted != found && (pair.is_keyed() || alone) {
        let what =
            if found < wanted { "different values have become one" } else { "equal values have become different" };
        return finding(format!("{what} on the target: joins over it go astray"), wanted, found);
    }
    if made < raw && !pair.is_folded() {
        let kind = pair.masked.kind.name();
        let message = format!(
            "the mask `{kind}` makes {} of {}: the column is too short for it",
            plural(made, "value"),
            count(raw)
        );
        return finding(message, raw, made);
    }
    None
}

fn detail(pair: &MaskedPair<'_>, counts: &Counts) -> String {
    let both = |[one, two]: [u64; 2], noun: &str| match one == two {
        true => plural(one, noun),
        false => format!("{} / {} {noun}s", count(one), count(two)),
    };
    let [raw, made, held] = counts.distinct;
    let of = if raw == made { String::new() } else { format!(" of {}", count(raw)) };
    let distinct = both([made, held], "distinct value") + &of;
    let (rows, nulls) = (both(counts.rows, "row"), both(counts.nulls, "NULL"));
    let kind = pair.masked.kind.name();
    let mut parts = vec![format!("`{kind}`: {rows}, {}, {nulls}, {distinct}", plural(counts.raw(), "raw value"))];
    if counts.unchanged > 0 {
        parts.push(format!("{} left as they are by the mask", count(counts.unchanged)));
    }
    if !pair.is_keyed() {
        parts.push("no key to match rows by".to_owned());
    }
    let keys = foreign_keys(pair);
    if keys > 0 {
        parts.push(format!("{} over it, see orphans", plural(keys, "foreign key")));
    }
    parts.join("; ")
}

/// How many foreign keys the column takes part in, on the target.
fn foreign_keys(pair: &MaskedPair<'_>) -> u64 {
    let (table, column) = (&pair.source.name, &pair.masked.column);
    let over = |key: &&ForeignKey| {
        (key.child == *table && key.columns.contains(column))
            || (key.parent == *table && key.parent_columns.contains(column))
    };
    pair.context.target.catalog.foreign_keys.iter().filter(over).count() as u64
}

/// The keys of some rows whose value should have been replaced. A key that is masked is not shown either: it may be an
/// original itself.
async fn examples(pair: &MaskedPair<'_>, counts: &Counts) -> Result<Vec<RowDifference>> {
    if !pair.is_keyed() {
        return Ok(Vec::new());
    }
    let of_key = |name: &String| pair.shape.key.contains(name);
    let columns = pair.shape.columns.iter().filter(|column| of_key(&column.name)).cloned().collect();
    let shape = TableShape { columns, ..pair.shape.clone() };
    let places: Vec<Place> = counts.raw_at.iter().map(ToString::to_string).collect();
    let held = read(&pair.context.target, &shape, pair.target, &Instead::new(), &places).await?;
    let shown = |values: &Vec<Value>| key(&shape, &hidden(&shape, values, None, &pair.instead));
    let mut keys: Vec<String> = held.values().map(shown).collect();
    keys.sort();
    let row = |key| RowDifference { change: RowChange::Changed, key, columns: Vec::new() };
    Ok(keys.into_iter().map(row).collect())
}
