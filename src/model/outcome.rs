//! The outcome of one unit of checking. An error is never a finding, and a skip is never a pass.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Finding, ObjectRef, RowCounts};

/// What a check says of one unit (a table, a constraint, a policy ...).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// Looked at wholly and found the same.
    Same,
    /// Looked at and found different.
    Different {
        /// What differs; never empty.
        findings: Vec<Finding>,
    },
    /// Not looked at, or not wholly.
    Incomplete {
        /// Why.
        reason: String,
        /// What was found different all the same.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        findings: Vec<Finding>,
    },
    /// Different, and the configuration accepts it.
    Waived {
        /// The reason given in the configuration.
        reason: String,
        /// What differs.
        findings: Vec<Finding>,
    },
}

/// One unit of one check, with its outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// The check's name.
    pub check: String,
    /// What was checked.
    pub object: ObjectRef,
    /// What it came to.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// A measured figure worth showing, such as `4,333 rows` or `recall 1.00 / 1.00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The rows of both sides, where they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<RowCounts>,
}

/// How a unit's detail begins where something was left out that only the servers' versions make differ.
pub const LEFT_OUT_BY_VERSIONS: &str = "left out, caused by the versions: ";

impl Unit {
    /// A unit that is the same, or different where there are findings.
    pub fn judged(check: &str, object: ObjectRef, findings: Vec<Finding>) -> Self {
        let outcome = if findings.is_empty() { Outcome::Same } else { Outcome::Different { findings } };
        Self { check: check.to_owned(), object, outcome, detail: None, rows: None }
    }

    /// A unit that could not be looked at.
    pub fn incomplete(check: &str, object: ObjectRef, reason: impl Into<String>) -> Self {
        let outcome = Outcome::Incomplete { reason: reason.into(), findings: Vec::new() };
        Self { check: check.to_owned(), object, outcome, detail: None, rows: None }
    }

    /// Adds a figure.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds how many rows each side has.
    #[must_use]
    pub fn rows(mut self, source: u64, target: u64) -> Self {
        self.rows = Some(RowCounts { source, target });
        self
    }

    /// The findings that count against the verdict: not the waived ones.
    pub fn open_findings(&self) -> &[Finding] {
        match &self.outcome {
            Outcome::Different { findings } | Outcome::Incomplete { findings, .. } => findings,
            Outcome::Same | Outcome::Waived { .. } => &[],
        }
    }
}

/// An accepted difference: check, object, reason and a last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waiver {
    /// The check whose finding is accepted.
    pub check: String,
    /// The object, as findings print it: `table public.code_embeddings`.
    pub object: String,
    /// The attribute accepted, as findings print it: `default`, `rows changed`. None accepts every attribute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day it holds; none means it does not expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<jiff::civil::Date>,
}

/// What became of a waiver in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WaiverUse {
    /// The waiver.
    #[serde(flatten)]
    pub waiver: Waiver,
    /// How many findings it covered.
    pub covered: u64,
}
