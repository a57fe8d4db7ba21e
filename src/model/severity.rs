//! What a difference between two schemas means for the migration.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a difference of the schema matters to the migration, the worst first. It changes no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Rows of the source have no place on the target, or the target may refuse them.
    Blocks,
    /// The copy succeeds, and the target then answers, guards or performs differently.
    Behaviour,
    /// Nothing that a client could notice in an answer.
    Cosmetic,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blocks => "blocks the copy",
            Self::Behaviour => "changes behaviour",
            Self::Cosmetic => "cosmetic",
        })
    }
}
