//! The tenants that the data names, and which column of each relation tells whose a row is.

use std::collections::{BTreeMap, BTreeSet};

use super::subject::Subject;
use crate::catalog::Catalog;
use crate::check::Context;
use crate::config::TenantRule;
use crate::model::{Error, RelationName, Result, quoted};
use crate::verify::{masked, trouble};

/// The tenants to ask as.
#[derive(Debug, Default)]
pub(super) struct Tenants {
    /// Some of them, by their text.
    pub(super) values: Vec<String>,
    /// All there are.
    pub(super) number: u64,
}

/// Refuses a tenant column that no table has: nothing would be looked at, and nothing said of it.
///
/// # Errors
/// Usage, naming the key.
pub(in crate::verify) fn check(context: &Context) -> Result<()> {
    let Some(rule) = &context.config.behaviour.tenants else { return Ok(()) };
    let has = |catalog: &Catalog| catalog.relations.values().any(|table| table.column(&rule.column).is_some());
    if has(&context.source.catalog) || has(&context.target.catalog) {
        return Ok(());
    }
    Err(Error::usage(format!("behaviour.tenant_column is `{}`, and no table has such a column", rule.column))
        .hint("give the name that the column has in every table that holds a tenant's rows, such as tenant_id"))
}

/// The columns that tenants' columns refer to: those of the tables in which tenants are kept.
pub(super) fn registries(context: &Context, rule: &TenantRule) -> BTreeMap<RelationName, String> {
    let keys = context.source.catalog.foreign_keys.iter().filter(|key| key.columns == [rule.column.as_str()]);
    keys.filter_map(|key| Some((key.parent.clone(), key.parent_columns.first()?.clone()))).collect()
}

/// The tenants that the source names, of the tables in which they are kept, else of all that name one.
///
/// # Errors
/// Why they are not known.
pub(super) async fn find(
    context: &Context,
    rule: &TenantRule,
    subjects: &[Subject<'_>],
    registries: &BTreeMap<RelationName, String>,
) -> Result<Tenants, String> {
    let kept = |subject: &&Subject<'_>| registries.get(&subject.name).is_some_and(|column| subject.has_column(column));
    let mut places: BTreeSet<(&RelationName, &str)> = subjects
        .iter()
        .filter(kept)
        .filter_map(|subject| Some((&subject.name, registries.get(&subject.name)?.as_str())))
        .collect();
    if places.is_empty() {
        let naming = subjects.iter().filter(|subject| subject.has_column(&rule.column) && !subject.is_partition());
        places = naming.map(|subject| (&subject.name, rule.column.as_str())).collect();
    }
    for (table, column) in &places {
        if masked::touches(context, table, &[(*column).to_owned()]) {
            return Err(format!("{table}.{column} is masked, so no tenant can be told on both sides"));
        }
    }
    if places.is_empty() {
        return Err("no table of both sides names a tenant".to_owned());
    }
    let selects: Vec<String> = places
        .iter()
        .map(|(table, column)| format!("select distinct {}::text as tenant from {}", quoted(column), table.sql()))
        .collect();
    let sql = format!(
        "select tenant, count(*) over () from (select distinct tenant collate \"C\" as tenant from ({}) named \
         where tenant is not null) tenants order by tenant limit {}",
        selects.join(" union all "),
        rule.most
    );
    let asked =
        async { context.source.readers.acquire().await?.rows_within(&sql, context.config.behaviour.timeout).await };
    let rows = asked.await.map_err(|error| {
        format!("the tenants of the source are not known: {}", trouble::reason(&context.source.readers.judged(error)))
    })?;
    let number = rows.first().and_then(|row| row.get(1)?.as_deref()?.parse().ok()).unwrap_or(0);
    Ok(Tenants { values: rows.into_iter().filter_map(|row| row.into_iter().next()?).collect(), number })
}
