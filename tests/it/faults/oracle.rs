//! What both databases hold, asked of the servers and not of the tool.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use super::sql::lines;

const TABLES: &str = "select format('%I.%I', n.nspname, c.relname) from pg_class c
    join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'faults' and c.relkind in (:kinds) order by 1";

/// Count and digest of every table; sequences, which stand outside snapshots, are asked by [`sequences`].
pub(super) async fn rows(url: &str) -> Result<Vec<String>> {
    let query = |table: &String| {
        let name = table.replace('\'', "''");
        format!(
            "select '{name} ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text collate \"C\")), '')
             from {table} t"
        )
    };
    let queries: Vec<String> = lines(url, &TABLES.replace(":kinds", "'r', 'p'")).await?.iter().map(query).collect();
    let mut found = lines(url, &queries.join(" union all ")).await?;
    found.sort();
    Ok(found)
}

/// Where every sequence stands.
pub(super) async fn sequences(url: &str) -> Result<Vec<String>> {
    let found = lines(url, &TABLES.replace(":kinds", "'S'")).await?;
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

/// How often each row is there, by a digest of its values.
async fn multiset(url: &str) -> Result<BTreeMap<String, u64>> {
    let tables = lines(url, &TABLES.replace(":kinds", "'r'")).await?;
    let query = |table: &String| {
        format!(
            "select '{} ' || md5(t::text) || ' ' || count(*) from only {table} t group by t::text",
            table.replace('\'', "''")
        )
    };
    let queries: Vec<String> = tables.iter().map(query).collect();
    let found = lines(url, &queries.join(" union all ")).await?;
    let split = |line: &String| {
        let (row, number) = line.rsplit_once(' ')?;
        Some((row.to_owned(), number.parse().ok()?))
    };
    Ok(found.iter().filter_map(split).collect())
}

/// No row may be on the target more often than on the source.
pub(super) async fn nothing_doubled(source: &str, target: &str) -> Result<()> {
    let (source, target) = (multiset(source).await?, multiset(target).await?);
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
