//! What a rehearsal on the user's own schema says beside everything else: what was not rehearsed, and what was made for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that takes no part, or not as it is, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Aside {
    /// What, as people call it.
    pub object: String,
    /// Why.
    pub reason: String,
}

/// A rehearsal on the user's own schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnSchema {
    /// The file, as the command line names it.
    pub file: String,
    /// The target's file, where it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_file: Option<String>,
    /// Tables that hold rows of their own.
    pub tables: u64,
    /// Foreign keys.
    pub foreign_keys: u64,
    /// Policies.
    pub policies: u64,
    /// Rows made on the source.
    pub rows: u64,
    /// Statements of the file that could not be loaded, or were not meant to be: nothing is shown of what they make.
    #[serde(default)]
    pub left_out: Vec<Aside>,
    /// What was made up in place of what a throwaway server does not have.
    #[serde(default)]
    pub stood_in: Vec<Aside>,
    /// Tables with fewer rows than were asked for.
    #[serde(default)]
    pub fewer_rows: Vec<Aside>,
    /// Kinds of defects for which the schema has no place.
    #[serde(default)]
    pub not_planted: Vec<Aside>,
}
