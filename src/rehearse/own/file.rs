//! The user's file, read and cut: whatever is no plain SQL is refused before a server starts.

use std::collections::BTreeSet;
use std::path::Path;

use super::split::{Statement, statements};
use super::subject::Subject;
use crate::model::{Error, Result};

/// What every complaint about a file ends with.
const HOW: &str = "write it with `pg_dump --schema-only --file=schema.sql`";

/// A schema as a file holds it.
#[derive(Debug, Clone)]
pub(super) struct SchemaFile {
    /// How the user names it.
    pub(super) name: String,
    pub(super) statements: Vec<Statement>,
    /// What the file itself makes, by kind and name.
    defined: BTreeSet<(String, String)>,
}

impl SchemaFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Usage, where it is not there or holds no table in plain SQL.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|error| Error::usage(format!("cannot read the schema {name}")).hint(HOW).caused_by(error))?;
        Self::parse(&name, &bytes)
    }

    /// The same of what was read.
    pub(super) fn parse(name: &str, bytes: &[u8]) -> Result<Self> {
        if bytes.starts_with(b"PGDMP") {
            return Err(Error::usage(format!("{name} is an archive of pg_dump, not plain SQL"))
                .hint("`pg_restore --schema-only --file=schema.sql ARCHIVE` makes plain SQL of it"));
        }
        if bytes.starts_with(&[0x1f, 0x8b]) {
            return Err(Error::usage(format!("{name} is compressed")).hint("unpack it first, with gunzip"));
        }
        let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).map_err(|error| {
            Error::usage(format!("{name} is not SQL in UTF-8: a byte at {} is no text", error.valid_up_to())).hint(HOW)
        })?;
        if text.contains('\0') {
            return Err(Error::usage(format!("{name} is not SQL: it holds a zero byte")).hint(HOW));
        }
        let statements = statements(text);
        let mut defined = BTreeSet::new();
        for statement in &statements {
            let subject = Subject::of(&statement.sql);
            if subject.verb == "create" && !subject.name.is_empty() {
                defined.insert((group(&subject.kind).to_owned(), last(&subject.name)));
            }
        }
        if !defined.iter().any(|(kind, _)| kind == "relation") {
            return Err(Error::usage(format!("{name} makes no table: it is not a schema in SQL")).hint(HOW));
        }
        Ok(Self { name: name.to_owned(), statements, defined })
    }

    /// Whether the file itself makes something of this kind and name, in whichever schema.
    pub(super) fn makes(&self, kind: &str, name: &[String]) -> bool {
        self.defined.contains(&(group(kind).to_owned(), last(name)))
    }
}

/// Kinds that share their names.
pub(super) fn group(kind: &str) -> &str {
    match kind {
        "table" | "view" | "materialized view" | "foreign table" | "sequence" | "relation" => "relation",
        "type" | "domain" => "type",
        "function" | "procedure" | "aggregate" => "function",
        other => other,
    }
}

fn last(name: &[String]) -> String {
    name.last().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_schema_in_sql_is_refused_with_a_way_out() {
        for (bytes, said) in [
            (&b"PGDMP\x01\x0e"[..], "an archive of pg_dump"),
            (b"\x1f\x8b\x08", "compressed"),
            (b"create table t (a text default '\xff')", "not SQL in UTF-8"),
            (b"create table t (a int);\0", "zero byte"),
            (b"Dear Sir or Madam", "makes no table"),
            (b"", "makes no table"),
            (b"create schema s;", "makes no table"),
        ] {
            let error = SchemaFile::parse("x.sql", bytes).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
            assert!(error.hint_text().is_some() && error.exit_code() == crate::model::ExitCode::Usage);
        }
    }

    #[test]
    fn a_file_knows_what_it_makes() {
        let file = SchemaFile::parse("x", b"\xef\xbb\xbfcreate table a.t (i int); create domain d as int;").unwrap();
        assert!(file.makes("view", &["b".into(), "t".into()]) && file.makes("type", &["d".into()]));
        assert!(!file.makes("function", &["t".into()]));
    }
}
