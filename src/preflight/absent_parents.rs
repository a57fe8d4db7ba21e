//! Foreign keys that leave the plan need their parents to be on the target already: the rows that would come without are found
//! before they are copied.

use super::{PreflightRow, Sides, some};
use crate::catalog::{ForeignKey, Relation};
use crate::model::{Error, Result, count, literal, plural, quoted};

const CHECK: &str = "foreign keys out of the plan";
const WANTED: &str = "every parent outside the plan is on the target";
/// Distinct keys that are looked for; a table that refers to more is not looked at to the end.
const MOST: usize = 100_000;
/// Keys named.
const NAMED: usize = 3;

pub(super) async fn check(sides: &Sides<'_>) -> PreflightRow {
    let catalog = &sides.target.catalog;
    let leaving = catalog.foreign_keys.iter().filter(|key| {
        sides.plan.contains(&catalog.root_of(&key.child)) && !sides.plan.contains(&catalog.root_of(&key.parent))
    });
    let (mut keys, mut absent, mut unknown) = (0, Vec::new(), Vec::new());
    for key in leaving {
        keys += 1;
        let name = format!("{}.{}", key.child, key.name);
        match missing(sides, key).await {
            Ok(None) => {}
            Ok(Some(found)) => absent.push(format!("{name}: {found}")),
            Err(error) => unknown.push(format!("{name}: {}", error.chain())),
        }
    }
    if !absent.is_empty() {
        return PreflightRow::stop(CHECK, some(&absent), WANTED)
            .fix("bring the parents to the target first, or take their tables into the plan");
    }
    if !unknown.is_empty() {
        return PreflightRow::warn(CHECK, some(&unknown), WANTED)
            .fix("the parents could not be looked for: `verify` looks for orphans after the copy");
    }
    PreflightRow::go(CHECK, if keys == 0 { "none".to_owned() } else { plural(keys, "key") }, WANTED)
}

/// What is said of keys of the source whose parents the target lacks; `None` where it has them all.
async fn missing(sides: &Sides<'_>, key: &ForeignKey) -> Result<Option<String>> {
    let columns: Vec<String> = key.columns.iter().map(|column| quoted(column)).collect();
    let texts: Vec<String> = columns.iter().map(|column| format!("{column}::text")).collect();
    let given: Vec<String> = columns.iter().map(|column| format!("{column} is not null")).collect();
    let relation = sides.source.catalog.relation(&key.child);
    let child = relation.map_or_else(|| key.child.sql(), Relation::from_item);
    let sql = format!(
        "select json_agg(json_build_object('k', d.k))::text, count(*)::text \
         from (select distinct json_build_array({})::text as k from {child} where {} limit {}) d",
        texts.join(", "),
        given.join(" and "),
        MOST + 1
    );
    let row = sides.source.readers.answer(&sql).await?.into_iter().next().unwrap_or_default();
    let [Some(list), Some(keys)] = &row[..] else { return Ok(None) };
    let all = keys.parse::<usize>().is_ok_and(|keys| keys <= MOST);
    // Compared as text: what the columns of the parent are is known to the target alone.
    let same: Vec<String> = key
        .parent_columns
        .iter()
        .enumerate()
        .map(|(at, column)| format!("p.{}::text = (k.k::json ->> {at})", quoted(column)))
        .collect();
    let sql = format!(
        "select count(*)::text, (array_agg(k.k order by k.k))[1:{NAMED}]::text[]::text from json_to_recordset({}) as k(k text) \
         where not exists (select 1 from {} p where {})",
        literal(list),
        key.parent.sql(),
        same.join(" and ")
    );
    let row = sides.target.readers.answer(&sql).await?.into_iter().next().unwrap_or_default();
    let number = row.first().cloned().flatten().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    if number == 0 && !all {
        let most = count(MOST as u64);
        return Err(Error::incomplete(format!("refers to more than {most} parents, not all of which were looked for")));
    }
    let named = row.get(1).cloned().flatten().unwrap_or_default();
    Ok((number > 0)
        .then(|| format!("{} not in {} on the target, such as {named}", plural(number, "parent"), key.parent)))
}
