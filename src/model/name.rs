//! Names of database objects, and the only place where SQL identifiers and literals are quoted.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The database copied from.
    Source,
    /// The database copied into.
    Target,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "source",
            Self::Target => "target",
        })
    }
}

/// A schema-qualified relation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct RelationName {
    /// The schema, as the catalog has it.
    pub schema: String,
    /// The relation's own name, as the catalog has it.
    pub name: String,
}

impl RelationName {
    /// A name from its two parts.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }

    /// The name as SQL, always quoted: safe whatever the catalog holds.
    pub fn sql(&self) -> String {
        format!("{}.{}", quoted(&self.schema), quoted(&self.name))
    }
}

impl fmt::Display for RelationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", readable(&self.schema), readable(&self.name))
    }
}

/// An object in a finding, a waiver or the coverage ledger: its kind and its qualified identity,
/// such as `policy public.hotels.tenant_read`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ObjectRef {
    /// The field's word for what it is: table, column, constraint, policy, index ...
    pub kind: String,
    /// Its qualified name.
    pub identity: String,
}

impl ObjectRef {
    /// An object from its kind and identity.
    pub fn new(kind: impl Into<String>, identity: impl Into<String>) -> Self {
        Self { kind: kind.into(), identity: identity.into() }
    }

    /// The table of this name.
    pub fn table(name: &RelationName) -> Self {
        Self::new("table", name.to_string())
    }

    /// All large objects of a database, which inventories hold as one.
    pub fn large_objects() -> Self {
        Self::new("large objects", "of the database")
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.identity)
    }
}

/// An SQL identifier, always double-quoted.
pub fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// An SQL string literal, safe whatever `standard_conforming_strings` says.
pub fn literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if doubled.contains('\\') { format!("E'{}'", doubled.replace('\\', "\\\\")) } else { format!("'{doubled}'") }
}

/// An identifier for people: quoted only where its characters need it. Key words are not: the list differs between
/// versions, and the catalog's SQL prints names by this same rule.
pub fn readable(identifier: &str) -> String {
    let plain = identifier.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && identifier.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain { identifier.to_owned() } else { quoted(identifier) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_survives_hostile_names() {
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("a\\'b"), "E'a\\\\''b'");
        assert_eq!(RelationName::new("public", "Plan 9").to_string(), "public.\"Plan 9\"");
        assert_eq!(RelationName::new("public", "t").sql(), "\"public\".\"t\"");
    }
}
