//! The statements of a repair, as text. Pure.

use crate::catalog::{Column, Relation};
use crate::model::{literal, quoted};

/// Settings under which the texts in the statements mean what they meant when they were read, and rows are found also in
/// a partition where they do not belong.
pub(super) const SETTINGS: &str = "set local search_path to default;
set local datestyle = 'ISO, YMD';
set local intervalstyle = 'postgres';
set local timezone = 'UTC';
set local lc_monetary = 'C';
set local standard_conforming_strings = on;
set local array_nulls = on;
set local xmloption = content;
set local transform_null_equals = off;
set local enable_partition_pruning = off;
set local constraint_exclusion = off;";

/// A row's values as text, by column name.
pub(super) type Values<'a> = Vec<(&'a Column, Option<String>)>;

/// A value as a literal of its column's type on the target.
fn value(column: &Column, text: Option<&str>) -> String {
    match text {
        None => "null".to_owned(),
        Some(text) => format!("{}::{}", literal(text), column.declared_type),
    }
}

/// `column = value` for a key, which is never null.
fn condition(key: &[String], row: &Values<'_>) -> String {
    let parts = row.iter().filter(|(column, _)| key.contains(&column.name));
    let parts = parts.map(|(column, text)| format!("{} = {}", quoted(&column.name), value(column, text.as_deref())));
    parts.collect::<Vec<_>>().join(" and ")
}

/// Deletes the row of a key.
pub(super) fn delete(target: &Relation, key: &[String], row: &Values<'_>) -> String {
    format!("delete from {} where {};", target.from_item(), condition(key, row))
}

/// Puts a row in, or gives the row of that key these values.
pub(super) fn upsert(target: &Relation, key: &[String], row: &Values<'_>) -> String {
    let row: Vec<_> = row.iter().filter(|(column, _)| !column.is_generated()).collect();
    let names: Vec<String> = row.iter().map(|(column, _)| quoted(&column.name)).collect();
    let values: Vec<String> = row.iter().map(|(column, text)| value(column, text.as_deref())).collect();
    // An identity column that is always generated takes no value in an update; it is put right by delete and insert.
    let changes: Vec<String> = row
        .iter()
        .filter(|(column, _)| !key.contains(&column.name) && column.identity.as_deref() != Some("a"))
        .map(|(column, _)| format!("{0} = excluded.{0}", quoted(&column.name)))
        .collect();
    let action = match changes.is_empty() {
        true => "do nothing".to_owned(),
        false => format!("do update set {}", changes.join(", ")),
    };
    let conflict: Vec<String> = key.iter().map(|name| quoted(name)).collect();
    format!(
        "insert into {} ({}) overriding system value values ({}) on conflict ({}) {action};",
        target.name.sql(),
        names.join(", "),
        values.join(", "),
        conflict.join(", ")
    )
}

/// Makes a table without a key hold a row exactly `times` times.
pub(super) fn times(target: &Relation, row: &Values<'_>, times: u64) -> String {
    let same: Vec<String> = row
        .iter()
        .map(|(column, text)| {
            // By text, since a type need not have an equality, and where it has one it need not be exact.
            let wanted =
                text.as_deref().map_or("null".to_owned(), |text| format!("{}::text", value(column, Some(text))));
            format!("{}::text is not distinct from {wanted}", quoted(&column.name))
        })
        .collect();
    let (table, same) = (target.from_item(), same.join(" and "));
    let insertable: Vec<_> = row.iter().filter(|(column, _)| !column.is_generated()).collect();
    let names: Vec<String> = insertable.iter().map(|(column, _)| quoted(&column.name)).collect();
    let values: Vec<String> = insertable.iter().map(|(column, text)| value(column, text.as_deref())).collect();
    let surplus = format!(
        "delete from {table} where (tableoid, ctid) in (select o, c from (select tableoid as o, ctid as c, \
         row_number() over () as n from {table} where {same}) held where n > {times});"
    );
    if times == 0 {
        return surplus;
    }
    format!(
        "{surplus}\ninsert into {} ({}) overriding system value select {} from \
         generate_series(1, {times} - (select count(*) from {table} where {same}));",
        target.name.sql(),
        names.join(", "),
        values.join(", ")
    )
}
