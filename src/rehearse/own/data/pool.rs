//! Values that a column can take: the generator's, and those that its conditions name. The server says which are right.

use std::collections::BTreeSet;

use super::facts::{Column, Facts};
use super::{hints, value};
use crate::model::{Result, literal, quoted};
use crate::postgres::{Session, Target};

/// Values that a condition names, beyond which no more are tried.
const NAMED: usize = 3_000;

/// A function of the session that says whether a text is a value of a type, its domain's conditions included.
pub(super) const IS_VALUE: &str = "create or replace function pg_temp.is_value(given text, type text) returns boolean language plpgsql as $$ \
     begin execute format('select cast($1 as %s)', type) using given; return true; exception when others then return false; end $$";

/// A list of texts as SQL.
pub(super) fn array<'a>(values: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let values: Vec<String> =
        values.into_iter().map(|value| value.map_or_else(|| "null".to_owned(), literal)).collect();
    format!("array[{}]::text[]", values.join(","))
}

/// The values of a column, `wanted` of them where its type has room, that meet the conditions on it alone.
pub(super) async fn values(
    session: &mut Session<Target>,
    facts: &Facts,
    column: &Column,
    conditions: &[&str],
    wanted: usize,
    shift: u64,
) -> Result<Vec<String>> {
    let chain = facts.types.chain(column.of);
    let of_domain: Vec<&str> = chain.iter().filter_map(|of| of.checks.as_ref()).flatten().map(String::as_str).collect();
    let every: Vec<&str> = conditions.iter().copied().chain(of_domain.iter().copied()).collect();
    let made =
        (0..wanted as u64).map_while(|n| value::nth(&facts.types, column.of, column.modifier, shift + n, &column.name));
    let made: Vec<String> = made.collect();
    let innermost = chain.last();
    let is_text =
        innermost.is_some_and(|of| matches!(of.name.as_str(), "text" | "varchar" | "bpchar" | "citext" | "name"));
    let is_list = chain.iter().any(|of| of.element.is_some());
    let unknown = made.is_empty();
    let mut named = match () {
        () if every.is_empty() && !unknown => Vec::new(),
        () if is_text || unknown => hints::texts(every.iter().copied()),
        () => hints::of(every.iter().copied()),
    };
    if innermost.is_some_and(|of| matches!(of.name.as_str(), "json" | "jsonb")) && !every.is_empty() {
        let keys = named.clone().into_iter().take(40);
        named.extend(["{}", "[]", "[1]", "\"a\"", "1", "null", "true"].map(str::to_owned));
        named.extend(keys.map(|key| format!("{{\"{0}\": \"{0}\"}}", key.replace(['"', '\\'], ""))));
    }
    if is_list && !every.is_empty() {
        let items: Vec<String> =
            named.iter().map(|item| format!("{{\"{}\"}}", item.replace(['"', '\\'], ""))).collect();
        named.extend(items);
        named.push("{}".to_owned());
    }
    named.truncate(NAMED);
    let with_hints = !named.is_empty();
    let mut seen = BTreeSet::new();
    let mut all: Vec<String> = Vec::new();
    // What conditions name comes first: it is what they are about.
    all.extend(named.into_iter().chain(made).filter(|value| seen.insert(value.clone())));
    if with_hints || unknown || !of_domain.is_empty() {
        all = kept(session, &all, &format!("pg_temp.is_value(pgr_value, {})", literal(&column.declared))).await?;
    }
    if !conditions.is_empty() && !all.is_empty() {
        all = meeting(session, column, &all, conditions).await?;
    }
    // Beside each other the named ones would leave no room for variety where there is some.
    if with_hints && all.len() > wanted {
        all.truncate(wanted.max(1));
    }
    Ok(all)
}

async fn kept(session: &mut Session<Target>, values: &[String], condition: &str) -> Result<Vec<String>> {
    let list = array(values.iter().map(|value| Some(value.as_str())));
    let sql = format!(
        "select pgr_place::text from unnest({list}) with ordinality u(pgr_value, pgr_place) where {condition} order by pgr_place"
    );
    let rows = session.rows(&sql).await?;
    Ok(chosen(values, rows))
}

fn chosen(values: &[String], rows: Vec<crate::postgres::TextRow>) -> Vec<String> {
    let places = rows.into_iter().filter_map(|row| row.first()?.as_deref()?.parse::<usize>().ok());
    places.filter_map(|place| values.get(place.checked_sub(1)?).cloned()).collect()
}

async fn meeting(
    session: &mut Session<Target>,
    column: &Column,
    values: &[String],
    conditions: &[&str],
) -> Result<Vec<String>> {
    let list = array(values.iter().map(|value| Some(value.as_str())));
    let met: Vec<String> = conditions.iter().map(|condition| format!("({condition}) is not false")).collect();
    let sql = format!(
        "select pgr_place::text from (select cast(pgr_value as {}) as {}, pgr_place \
         from unnest({list}) with ordinality u(pgr_value, pgr_place)) q where {} order by pgr_place",
        column.declared,
        quoted(&column.name),
        met.join(" and ")
    );
    match session.rows(&sql).await {
        Ok(rows) => Ok(chosen(values, rows)),
        // A condition that fails on some value tells nothing of the others: they are looked at together with the row.
        Err(error) if crate::postgres::is_lost(&error) => Err(error),
        Err(_) => Ok(values.to_vec()),
    }
}

/// The values that conditions over several columns name, as far as they are values of this column.
pub(super) async fn named(
    session: &mut Session<Target>,
    facts: &Facts,
    column: &Column,
    conditions: &[&str],
    shared: &[&str],
) -> Result<Vec<String>> {
    let mut named = hints::of(shared.iter().copied());
    if facts
        .types
        .chain(column.of)
        .last()
        .is_some_and(|of| matches!(of.name.as_str(), "timestamp" | "timestamptz" | "date"))
    {
        // Within a range, not only at its ends.
        let ends: Vec<String> = named
            .iter()
            .filter(|text| text.len() >= 10 && text.starts_with(|it: char| it.is_ascii_digit()))
            .cloned()
            .collect();
        named.extend(later(session, column, &ends).await?);
    }
    let mut seen = BTreeSet::new();
    named.retain(|value| seen.insert(value.clone()));
    named.truncate(NAMED);
    if named.is_empty() {
        return Ok(named);
    }
    let mut values =
        kept(session, &named, &format!("pg_temp.is_value(pgr_value, {})", literal(&column.declared))).await?;
    if !conditions.is_empty() && !values.is_empty() {
        values = meeting(session, column, &values, conditions).await?;
    }
    Ok(values)
}

/// Moments some hours and days after others.
async fn later(session: &mut Session<Target>, column: &Column, moments: &[String]) -> Result<Vec<String>> {
    let list = array(moments.iter().map(|moment| Some(moment.as_str())));
    let sql = format!(
        "select cast(cast(v as {0}) + step as {0})::text from unnest({list}) u(v) \
         cross join unnest(array['7 hours','1 day 1 hour','5 days 3 minutes','11 days 13 hours','26 days','-3 days']::interval[]) s(step) \
         where pg_temp.is_value(v, {1})",
        column.declared,
        literal(&column.declared)
    );
    let rows = session.rows(&sql).await?;
    Ok(rows.into_iter().flatten().flatten().collect())
}
