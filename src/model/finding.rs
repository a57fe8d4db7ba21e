//! What a check found: one finding per object and cause, with rows shown down to the column.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ObjectRef, Severity, Side, TextDiff};

/// One thing that is different, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// The check that found it.
    pub check: String,
    /// What it is about.
    pub object: ObjectRef,
    /// The attribute of the object that differs, such as `default` or `rows missing`.
    pub attribute: String,
    /// One sentence for people.
    pub message: String,
    /// The value on the source; `None` where the object is absent there or the value is not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The value on the target; `None` where the object is absent there or the value is not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The side at fault, where the finding holds on one side whatever the other has (an orphan, an invalid index).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// What a difference of the schema means for the migration; `None` for findings of other checks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// How many rows this finding stands for, exact; 0 where it is not about rows.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub total: u64,
    /// Examples, bounded in number; `total` counts them all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowDifference>,
    /// What explains the rows, the one that explains most first; empty where nothing was shown to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
}

/// What a number of differing rows have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// The cause as a fragment: `created_at shifted by +9 h`.
    pub text: String,
    /// How many rows it was shown to hold for.
    pub rows: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Finding {
    /// A finding without values or rows; the builder methods add them.
    pub fn new(check: &str, object: ObjectRef, attribute: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            check: check.to_owned(),
            object,
            attribute: attribute.into(),
            message: message.into(),
            source: None,
            target: None,
            side: None,
            severity: None,
            total: 0,
            rows: Vec::new(),
            causes: Vec::new(),
        }
    }

    /// Adds the value on each side.
    #[must_use]
    pub fn values(mut self, source: Option<String>, target: Option<String>) -> Self {
        self.source = source;
        self.target = target;
        self
    }

    /// Names the side at fault.
    #[must_use]
    pub fn on(mut self, side: Side) -> Self {
        self.side = Some(side);
        self
    }

    /// Says what it means for the migration.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Adds the exact number of rows and some of them.
    #[must_use]
    pub fn with_rows(mut self, total: u64, rows: Vec<RowDifference>) -> Self {
        self.total = total;
        self.rows = rows;
        self
    }

    /// Adds what explains the rows.
    #[must_use]
    pub fn explained(mut self, causes: Vec<Cause>) -> Self {
        self.causes = causes;
        self
    }
}

/// What happened to a row, seen from the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RowChange {
    /// In the source, not in the target.
    Missing,
    /// In the target, not in the source.
    Extra,
    /// In both, with different values.
    Changed,
}

/// One row that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowDifference {
    /// What happened to it.
    pub change: RowChange,
    /// The key as `column=value` pairs; for tables without a key the whole row and how often each side has it.
    pub key: String,
    /// The columns that differ.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnDifference>,
}

/// One value that differs; NULL is `None`, never a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ColumnDifference {
    /// The column's name.
    pub column: String,
    /// Its value on the source as text.
    pub source: Option<String>,
    /// Its value on the target as text.
    pub target: Option<String>,
    /// What changed inside a long value, taken from the whole values where the texts here are cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<TextDiff>,
}
