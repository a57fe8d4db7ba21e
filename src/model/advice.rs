//! What an advisor's rule says of one object: the fields splinter gives, and on which side it was found.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Error, ObjectRef, Result};

/// How much a rule matters; the order is that of weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum AdviceLevel {
    /// Worth knowing.
    Info,
    /// Worth mending.
    Warn,
    /// To be mended.
    Error,
}

impl AdviceLevel {
    /// Every level, the heaviest first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warn, Self::Info];

    /// The level as reports print it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

impl fmt::Display for AdviceLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AdviceLevel {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|level| level.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| Error::usage(format!("there is no level `{text}`")).hint("levels: info, warn, error"))
    }
}

/// The sides something was found on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FoundOn {
    /// On the source alone, as far as the target was asked.
    Source,
    /// On the target alone, as far as the source was asked.
    Target,
    /// On both.
    Both,
}

impl FoundOn {
    /// Whether the source has it.
    pub fn source(self) -> bool {
        self != Self::Target
    }

    /// Whether the target has it.
    pub fn target(self) -> bool {
        self != Self::Source
    }
}

/// One finding of one rule. The first ten fields are splinter's, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Advice {
    /// The rule's name.
    pub name: String,
    /// The rule in words.
    pub title: String,
    /// How much it matters.
    pub level: AdviceLevel,
    /// Whom it concerns: `EXTERNAL` for those who own the database.
    pub facing: String,
    /// What it is about: `SECURITY`, `PERFORMANCE`, `INTEGRITY`.
    pub categories: Vec<String>,
    /// What the rule looks for.
    pub description: String,
    /// What was found.
    pub detail: String,
    /// What to do.
    pub remediation: String,
    /// The facts, by name.
    pub metadata: serde_json::Value,
    /// What tells this finding from others, the same on each run.
    pub cache_key: String,
    /// The rule's number, such as `0013`.
    pub rule: String,
    /// What it is about.
    pub object: ObjectRef,
    /// Where it was found.
    pub found_on: FoundOn,
    /// Whether the target has it and the source, which was asked too, has not.
    pub new: bool,
}

/// How many findings there are on each side.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AdviceCounts {
    /// On the source, those on both included.
    pub source: u64,
    /// On the target, those on both included.
    pub target: u64,
    /// On both.
    pub both: u64,
    /// New on the target.
    pub new: u64,
}

impl AdviceCounts {
    /// Counts findings.
    pub fn of<'a>(advice: impl IntoIterator<Item = &'a Advice>) -> Self {
        let mut counts = Self::default();
        for one in advice {
            counts.source += u64::from(one.found_on.source());
            counts.target += u64::from(one.found_on.target());
            counts.both += u64::from(one.found_on == FoundOn::Both);
            counts.new += u64::from(one.new);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_and_read_in_any_case() {
        assert!(AdviceLevel::Error > AdviceLevel::Warn && AdviceLevel::Warn > AdviceLevel::Info);
        assert_eq!("warn".parse::<AdviceLevel>().unwrap(), AdviceLevel::Warn);
        assert!("fatal".parse::<AdviceLevel>().is_err());
        assert_eq!(serde_json::to_string(&AdviceLevel::Info).unwrap(), "\"INFO\"");
    }
}
