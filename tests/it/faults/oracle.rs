//! What both databases hold, asked of the servers and not of the tool.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use super::sql::lines;
use super::strike::End;

const SEQUENCES: &str =
    "select oid::regclass::text from pg_class where relnamespace = 'faults'::regnamespace and relkind = 'S' order by 1";

/// A query for each table, of a form that is given its name with a space, its columns, itself and a condition. Of the source only
/// what is to be copied: columns that are masked, or say which rows stay, are known by their names. How a tree that the sides divide
/// otherwise is divided does not count.
const QUERIES: &str = r#"select format(:form, c.oid::regclass || ' ', columns.list, c.oid::regclass,
      case when :source and columns.stays then 'where stays' end)
    from pg_class c,
    lateral (select bool_or(a.attname = 'stays') as stays, string_agg(case
          when :source and a.attname = 'masked' then 'upper(masked)'
          when :source and a.attname = 'hidden' then 'null'
          else quote_ident(a.attname) end, ', ' order by a.attname collate "C") as list
        from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname <> 'extra') columns
    where c.relnamespace = 'faults'::regnamespace and c.relkind in ('r', 'p') and c.relname !~ '^divided\d+_'"#;

const DIGEST: &str = r#"$$select %L || count(*) || ' ' || coalesce(md5(string_agg(v, ',' order by v collate "C")), '')
    from (select row(%s)::text as v from %s t %s) rows$$"#;

/// How often each row is there, by a digest of its values.
const MULTISET: &str =
    "$$select %L || md5(v) || ' ' || count(*) from (select row(%s)::text as v from %s t %s) rows group by v$$";

const LARGE_OBJECTS: &str =
    "select 'large objects ' || count(*) || ' ' || coalesce(md5(string_agg(oid || md5(lo_get(oid)), ',' order by oid)), '')
    from pg_largeobject_metadata";

async fn queries(url: &str, end: End, form: &str) -> Result<Vec<String>> {
    let source = (end == End::Source).to_string();
    lines(url, &QUERIES.replace(":form", form).replace(":source", &source)).await
}

/// Count and digest of every table and of all large objects; sequences, which stand outside snapshots, are asked by [`sequences`].
pub(super) async fn rows(url: &str, end: End) -> Result<Vec<String>> {
    let mut queries = queries(url, end, DIGEST).await?;
    queries.push(LARGE_OBJECTS.to_owned());
    let mut found = lines(url, &queries.join(" union all ")).await?;
    found.sort();
    Ok(found)
}

/// Where every sequence stands.
pub(super) async fn sequences(url: &str) -> Result<Vec<String>> {
    let found = lines(url, SEQUENCES).await?;
    let query = |name: &String| format!("select '{name} ' || last_value || ' ' || is_called from {name}");
    lines(url, &found.iter().map(query).collect::<Vec<_>>().join(" union all ")).await
}

/// Indexes, constraints, triggers, comments and columns, as far as a copy could leave them other than they were.
pub(super) async fn objects(url: &str) -> Result<Vec<String>> {
    let objects = include_str!("../../../src/rehearse/chaos/sql/objects.sql");
    lines(url, &objects.replace("'public'::regnamespace", "'faults'::regnamespace")).await
}

/// The names of indexes and constraints, each with where it is: there, or aside.
pub(super) async fn places(url: &str) -> Result<Vec<(String, String)>> {
    const THERE: &str =
        "select 'there ' || c.relname || ' ' || k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid
          where k.connamespace = 'faults'::regnamespace and k.contype <> 'n'
        union all
        select 'there ' || c.relname || ' ' || i.relname from pg_index x join pg_class i on i.oid = x.indexrelid
          join pg_class c on c.oid = x.indrelid
          where c.relnamespace = 'faults'::regnamespace
            and not exists (select from pg_constraint k where k.conindid = i.oid and k.conrelid = c.oid)";
    // A key that is only still to be completed is there: as an index, or as a foreign key that is not proven.
    const ASIDE: &str =
        " union all select 'aside ' || (parse_ident(relation))[2] || ' ' || name from pgrehearse.set_aside
        where not (completion is null and (kind = 'key' or rebuild[1] like '% validate constraint %'))";
    let journaled = lines(url, "select (to_regclass('pgrehearse.set_aside') is not null)::text").await?;
    let aside = if journaled == ["true"] { ASIDE } else { "" };
    let found = lines(url, &format!("{THERE}{aside}")).await?;
    let split = |line: String| line.split_once(' ').map(|(place, name)| (name.to_owned(), place.to_owned()));
    let mut found: Vec<(String, String)> = found.into_iter().filter_map(split).collect();
    found.sort();
    Ok(found)
}

async fn multiset(url: &str, end: End) -> Result<BTreeMap<String, u64>> {
    let found = lines(url, &queries(url, end, MULTISET).await?.join(" union all ")).await?;
    let split = |line: &String| {
        let (row, number) = line.rsplit_once(' ')?;
        Some((row.to_owned(), number.parse().ok()?))
    };
    Ok(found.iter().filter_map(split).collect())
}

/// No row may be on the target more often than on the source.
pub(super) async fn nothing_doubled(source: &str, target: &str) -> Result<()> {
    let (source, target) = (multiset(source, End::Source).await?, multiset(target, End::Target).await?);
    for (row, number) in &target {
        let there = source.get(row).copied().unwrap_or(0);
        ensure!(*number <= there, "{row} is {number} times on the target and {there} times on the source");
    }
    Ok(())
}

/// The lines of one list that the other does not have, both ways.
pub(super) fn difference(expected: &[String], found: &[String]) -> String {
    let less = expected.iter().filter(|line| !found.contains(line)).map(|line| format!("- {line}\n"));
    let more = found.iter().filter(|line| !expected.contains(line)).map(|line| format!("+ {line}\n"));
    less.chain(more).collect()
}
