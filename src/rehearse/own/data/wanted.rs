//! How many rows each table is to get.

use std::collections::BTreeMap;
use std::path::Path;

use crate::config::{Config, Flags};
use crate::model::{Error, RelationName, Result};
use crate::postgres::{Endpoint, Readers, Source};

/// Rows of a table of which nothing is said.
pub(super) const USUAL: usize = 200;
/// The most that are made of a table as large as another database says.
pub const MOST_LIKE: usize = 1_000;
/// The most that may be asked for.
const MOST: usize = 100_000;

/// Rows by table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    of: BTreeMap<String, usize>,
    /// Where the numbers come from, for messages.
    from: Option<String>,
}

impl Rows {
    /// Reads `"schema.table" = number` or `schema.table number` a line.
    ///
    /// # Errors
    /// Usage, for anything else.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::usage(format!("cannot read the numbers of rows {name}")).caused_by(error))?;
        Self::parse(&name, &text)
    }

    pub(super) fn parse(name: &str, text: &str) -> Result<Self> {
        let mut of = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let wrong = || {
                Error::usage(format!("{name}, line {number}: {line:?} names no table with its number of rows"))
                    .hint("write a line as: \"public.orders\" = 500")
            };
            let (table, rows) =
                line.rsplit_once('=').or_else(|| line.rsplit_once(char::is_whitespace)).ok_or_else(wrong)?;
            let rows: usize = rows.trim().replace('_', "").parse().map_err(|_| wrong())?;
            if rows > MOST {
                return Err(Error::usage(format!(
                    "{name}, line {number}: {rows} rows are more than a rehearsal makes"
                ))
                .hint(format!("ask for {MOST} at the most")));
            }
            let table = table.trim().trim_matches(|it| it == '"' || it == '\'').to_owned();
            if table.is_empty() || of.insert(table, rows).is_some() {
                return Err(wrong());
            }
        }
        Ok(Self { of, from: Some(name.to_owned()) })
    }

    /// Asks a database how many rows its tables have, by its own estimates; it is only read from.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn like(url: &str) -> Result<Self> {
        let flags = Flags { source: Some(url.to_owned()), ..Flags::default() };
        let config = Config::from_text("", &flags)?;
        let readers = Readers::<Source>::open(&Endpoint::new(&config.source)?, 1).await?;
        let sql = "select n.nspname::text, c.relname::text, c.reltuples::bigint::text from pg_class c \
                   join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and not c.relispartition \
                   and c.reltuples >= 0 and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'";
        let rows = readers.acquire().await?.rows(sql).await?;
        readers.close().await;
        let one = |row: Vec<Option<String>>| {
            let mut row = row.into_iter().flatten();
            let (schema, table, rows) = (row.next()?, row.next()?, row.next()?.parse::<usize>().ok()?);
            Some((RelationName::new(schema, table).to_string(), rows.min(MOST_LIKE)))
        };
        Ok(Self { of: rows.into_iter().filter_map(one).collect(), from: None })
    }

    /// Rows of a table.
    pub(super) fn of(&self, table: &RelationName) -> usize {
        let plain = format!("{}.{}", table.schema, table.name);
        self.of.get(&table.to_string()).or_else(|| self.of.get(&plain)).copied().unwrap_or(USUAL)
    }

    /// Refuses numbers for tables that are not there.
    pub(super) fn fit(&self, tables: &[&RelationName]) -> Result<()> {
        let Some(from) = &self.from else { return Ok(()) };
        let known = |asked: &String| {
            tables
                .iter()
                .any(|table| table.to_string() == *asked || format!("{}.{}", table.schema, table.name) == *asked)
        };
        match self.of.keys().find(|asked| !known(asked)) {
            Some(asked) => Err(Error::usage(format!("{from}: the schema has no table {asked}"))
                .hint("name tables with their schema, and partitioned ones rather than their partitions")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_name_tables_and_numbers() {
        let rows = Rows::parse("r", "# few\n\"public.a\" = 5\npublic.b 1_000\n").unwrap();
        assert_eq!(rows.of(&RelationName::new("public", "a")), 5);
        assert_eq!(rows.of(&RelationName::new("public", "b")), 1000);
        assert_eq!(rows.of(&RelationName::new("public", "c")), USUAL);
        for text in ["public.a", "public.a = many", "= 4", "public.a = 1\npublic.a = 2", "public.a = 999999999"] {
            let error = Rows::parse("r", text).unwrap_err();
            assert!(error.to_string().starts_with("r, line ") && error.hint_text().is_some(), "{text}");
        }
        let table = RelationName::new("public", "a");
        assert!(rows.fit(&[&table]).unwrap_err().to_string().contains("no table public.b"));
    }
}
