//! What was decided on a migration day, by whom and why.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Phase;

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// The next phase.
    Go,
    /// The same phase again, from where it came to.
    Resume,
    /// Nothing, until a person has looked; the target stays as it is.
    Hold,
    /// The target goes back to what it was.
    RollBack,
    /// Nothing, and nothing had been written.
    Stop,
}

impl Choice {
    /// The choice in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Resume => "resume",
            Self::Hold => "hold",
            Self::RollBack => "roll back",
            Self::Stop => "stop",
        }
    }
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// After which phase.
    pub phase: Phase,
    /// What was decided.
    pub choice: Choice,
    /// Who or what decided: a rule, a setting, a person.
    pub by: String,
    /// Why, the weightiest first.
    pub reasons: Vec<String>,
}

impl Decision {
    /// A decision of this moment.
    pub fn now(phase: Phase, choice: Choice, by: impl Into<String>, reasons: Vec<String>) -> Self {
        Self { at: Timestamp::now(), phase, choice, by: by.into(), reasons }
    }

    /// On one line: `hold after verify (rules): 1 row differs in one table`.
    pub fn line(&self) -> String {
        format!("{} after {} ({}): {}", self.choice.name(), self.phase.name(), self.by, self.reasons.join("; "))
    }
}
