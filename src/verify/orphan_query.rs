//! The query that finds the rows of one foreign key whose parent does not exist.

use serde::Deserialize;

use crate::catalog::ForeignKey;
use crate::model::quoted;

/// Example keys shown for each foreign key and side.
pub(super) const EXAMPLES: usize = 5;

/// What the query answers.
#[derive(Debug, Deserialize)]
pub(super) struct Orphans {
    /// Rows without a parent, exact.
    pub(super) total: u64,
    /// Some of their distinct key values, column by column.
    pub(super) examples: Option<Vec<Vec<Option<String>>>>,
}

/// What of a foreign key changes the query.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Traits {
    /// Its last column is a period that parents cover together.
    pub(super) period: bool,
    /// One of its columns is of a composite type, into which `is null` would look.
    pub(super) composite: bool,
}

/// The query over the given `from` items, called `c` (child) and `p` (parent). It compares with the operators of the foreign key itself and never asks
/// the constraint, which may claim validity it does not have.
pub(super) fn sql(key: &ForeignKey, child: &str, parent: &str, traits: Traits) -> String {
    let columns: Vec<String> = key.columns.iter().map(|column| format!("c.{}", quoted(column))).collect();
    let listed = columns.join(", ");
    let values = columns.iter().map(|column| format!("{column}::text")).collect::<Vec<_>>().join(", ");
    let values = format!("json_build_array({values})::text as key");
    let absent = without_parent(key, &columns, parent, traits.period);
    // `is not null` is what the planner can estimate, and so what keeps this a hash anti join.
    let present = match traits.composite {
        true => format!("num_nulls({listed}) = 0"),
        false => columns.iter().map(|column| format!("{column} is not null")).collect::<Vec<_>>().join(" and "),
    };
    let mut orphans = format!("select {values} from {child} where {present} and {absent}");
    if key.match_full && columns.len() > 1 {
        let mixed = format!("num_nulls({listed}) > 0 and num_nonnulls({listed}) > 0");
        orphans.push_str(&format!("\nunion all\nselect {values} from {child} where {mixed}"));
    }
    format!(
        "select coalesce(sum(counted.rows), 0)::bigint as total,
                json_agg(counted.key::json order by counted.place) filter (where counted.place <= {EXAMPLES}) as examples
         from (select orphan.key, count(*) as rows, row_number() over (order by orphan.key collate \"C\") as place
               from (\n{orphans}\n) orphan group by orphan.key) counted"
    )
}

fn without_parent(key: &ForeignKey, columns: &[String], parent: &str, period: bool) -> String {
    let parents: Vec<String> = key.parent_columns.iter().map(|column| format!("p.{}", quoted(column))).collect();
    let pairs = parents.iter().zip(&key.operators).zip(columns);
    let mut matching: Vec<String> =
        pairs.map(|((parent, operator), child)| format!("{parent} {operator} {child}")).collect();
    match (columns.last(), parents.last()) {
        // A temporal key: the parents' periods together have to cover the child's.
        (Some(child_period), Some(parent_period)) if period => {
            matching.pop();
            matching.push(format!("{parent_period} operator(pg_catalog.&&) {child_period}"));
            format!(
                "not coalesce((select {child_period} operator(pg_catalog.<@) range_agg({parent_period}) \
                 from {parent} where {}), false)",
                matching.join(" and ")
            )
        }
        _ => format!("not exists (select from {parent} where {})", matching.join(" and ")),
    }
}
