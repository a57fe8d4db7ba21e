//! What saved reports must say before a migration may start: the policy of `gate`.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::manner::duration;
use super::tolerance::percent;
use crate::model::{Error, Result};

/// `[gate]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GateSection {
    /// How long ago a report's run may have begun, such as `"24h"`. Default `"24h"`.
    pub max_age: Option<String>,
    /// The share of the ledger's objects that must have been compared. Default `"90%"`.
    pub minimum_coverage: Option<String>,
    /// Kinds of report of which one must be given. Default none.
    pub require: Vec<ReportKind>,
    /// Whether a report of `rehearse` must hold the whole defect matrix, each defect caught. Default true.
    pub defects: Option<bool>,
    /// Whether a report of `rehearse --chaos` must hold every fault point, each borne. Default true.
    pub faults: Option<bool>,
    /// Whether the source's schema must still be the one a report was made of. Default true where the source's URL is known.
    pub schema: Option<bool>,
}

/// What a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportKind {
    /// The day on throwaway servers, and the defect matrix.
    Rehearse,
    /// The day struck by faults.
    Chaos,
    /// A comparison of both sides.
    Verify,
    /// The migration day.
    Migrate,
    /// The advisors.
    Advise,
}

impl fmt::Display for ReportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rehearse => "rehearse",
            Self::Chaos => "chaos",
            Self::Verify => "verify",
            Self::Migrate => "migrate",
            Self::Advise => "advise",
        })
    }
}

/// The policy, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// How long ago a report's run may have begun.
    pub max_age: Duration,
    /// The share of the ledger's objects that must have been compared, in percent.
    pub minimum_coverage: f64,
    /// Kinds of report of which one must be given.
    pub require: Vec<ReportKind>,
    /// Whether the defect matrix must be whole and caught.
    pub defects: bool,
    /// Whether the fault points must be whole and borne.
    pub faults: bool,
    /// Whether the source's schema must be as it was; `None` where nothing was said.
    pub schema: Option<bool>,
}

impl Gate {
    pub(super) fn resolve(section: GateSection) -> Result<Self> {
        let minimum = section.minimum_coverage.as_deref().unwrap_or("90%");
        let minimum_coverage = percent(minimum).ok_or_else(|| {
            Error::usage(format!("gate.minimum_coverage is `{minimum}`"))
                .hint("write a share of the objects from 0% to 100%, such as \"90%\"")
        })?;
        Ok(Self {
            max_age: duration("gate.max_age", section.max_age.as_deref().unwrap_or("24h"))?,
            minimum_coverage,
            require: section.require,
            defects: section.defects.unwrap_or(true),
            faults: section.faults.unwrap_or(true),
            schema: section.schema,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str) -> Result<Gate> {
        Gate::resolve(super::super::File::parse(&format!("[gate]\n{text}"))?.gate)
    }

    #[test]
    fn the_defaults_are_strict() {
        let gate = resolve("").unwrap();
        assert_eq!((gate.max_age, gate.minimum_coverage), (Duration::from_secs(86_400), 90.0));
        assert!(gate.defects && gate.faults && gate.schema.is_none() && gate.require.is_empty());
    }

    #[test]
    fn senseless_values_are_refused() {
        for text in ["max_age = 'soon'", "max_age = '0s'", "minimum_coverage = '101%'", "minimum_coverage = 'most'"] {
            let error = resolve(text).unwrap_err();
            assert!(error.to_string().starts_with("gate.") && error.hint_text().is_some(), "{text}: {error}");
        }
        assert!(resolve("require = ['backup']").is_err());
        assert_eq!(resolve("require = ['chaos', 'verify']").unwrap().require, [ReportKind::Chaos, ReportKind::Verify]);
    }
}
