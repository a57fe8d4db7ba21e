//! What a relation demands of its rows: checks and uniqueness.

use serde::Deserialize;

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct CheckRule {
    /// Its name.
    pub name: String,
    /// The condition, which no row may make false.
    pub expression: String,
    /// The columns it looks at.
    pub columns: Option<Vec<String>>,
}

/// A unique index.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UniqueRule {
    /// Its name.
    pub name: String,
    /// What must be unique together: columns and expressions.
    pub expressions: Vec<String>,
    /// The rows it is for; all where it is absent.
    pub predicate: Option<String>,
    /// Whether two NULLs count as equal.
    pub nulls_not_distinct: bool,
    /// The columns it looks at.
    pub columns: Option<Vec<String>>,
}
