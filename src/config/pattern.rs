//! Names in the configuration that stand for columns: `schema.table.column`, each part a glob or quoted as it is.

use std::fmt;

use super::resolve::glob_matches;
use crate::model::{Error, RelationName, Result};

/// Columns by schema, table and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnPattern {
    text: String,
    parts: [Part; 3],
}

/// One part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// As written between double quotes.
    Exact(String),
    /// `*` stands for any text and `?` for one character.
    Glob(String),
}

impl Part {
    fn matches(&self, name: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == name,
            Self::Glob(glob) => glob_matches(glob, name),
        }
    }

    fn is_exact(&self) -> bool {
        match self {
            Self::Exact(_) => true,
            Self::Glob(glob) => !glob.contains(['*', '?']),
        }
    }
}

impl ColumnPattern {
    /// Reads `schema.table.column`; a part in double quotes is taken as it is.
    ///
    /// # Errors
    /// Usage, when there are not exactly three parts.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |what: &str| {
            Error::usage(format!("`{text}` {what}"))
                .hint("write schema.table.column, such as public.users.email, public.*.email or public.\"Users\".email")
        };
        let (mut parts, mut rest) = (Vec::new(), text);
        loop {
            let (part, after) = part(rest).ok_or_else(|| wrong("has a part that is empty or not quoted to its end"))?;
            parts.push(part);
            match after.strip_prefix('.') {
                Some(next) => rest = next,
                None if after.is_empty() => break,
                None => return Err(wrong("has text after a quoted part")),
            }
        }
        let parts = <[Part; 3]>::try_from(parts).map_err(|_| wrong("does not name a column"))?;
        Ok(Self { text: text.to_owned(), parts })
    }

    /// Whether it stands for a column.
    pub fn matches(&self, table: &RelationName, column: &str) -> bool {
        let [schema, relation, name] = &self.parts;
        schema.matches(&table.schema) && relation.matches(&table.name) && name.matches(column)
    }

    /// Whether it stands for one column alone.
    pub fn is_exact(&self) -> bool {
        self.parts.iter().all(Part::is_exact)
    }

    /// Whether it can stand for a column of a schema.
    pub fn reaches(&self, schema: &str) -> bool {
        self.parts[0].matches(schema)
    }
}

impl fmt::Display for ColumnPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The first part and what follows it.
fn part(text: &str) -> Option<(Part, &str)> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find('.').unwrap_or(text.len());
        let plain = text.get(..end).filter(|plain| !plain.is_empty() && !plain.contains('"'))?;
        return Some((Part::Glob(plain.to_owned()), text.get(end..)?));
    };
    let mut name = String::new();
    loop {
        let end = rest.find('"')?;
        name.push_str(rest.get(..end)?);
        rest = rest.get(end + 1..)?;
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return (!name.is_empty()).then_some((Part::Exact(name), rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, schema: &str, table: &str, column: &str) -> bool {
        ColumnPattern::parse(pattern).unwrap().matches(&RelationName::new(schema, table), column)
    }

    #[test]
    fn parts_are_globs_or_quoted() {
        assert!(matches("public.users.email", "public", "users", "email"));
        assert!(matches("public.*.email", "public", "guests", "email"));
        assert!(matches("*.*.phone?", "crm", "guests", "phone2"));
        assert!(!matches("public.*.email", "crm", "guests", "email"));
        assert!(!matches("public.*.email", "public", "a.email", "x"));
        assert!(matches("public.\"Odd.\"\"Table\".*", "public", "Odd.\"Table", "x"));
        assert!(!matches("public.\"*\".email", "public", "users", "email"));
        assert!(ColumnPattern::parse("public.\"*\".email").unwrap().is_exact());
    }

    #[test]
    fn what_names_no_column_is_refused() {
        for text in ["email", "public.users", "a.b.c.d", "public..email", "public.\"users.email", "", "\"a\"b.c.d"] {
            let error = ColumnPattern::parse(text).unwrap_err();
            assert!(error.hint_text().unwrap().contains("schema.table.column"), "{text}");
        }
    }
}
