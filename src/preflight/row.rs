//! The answer of one check.

use serde::{Deserialize, Serialize};

/// Whether a check lets the migration start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Readiness {
    /// Nothing in the way.
    Go,
    /// Possible, and somebody should know.
    Warn,
    /// Not like this.
    Stop,
}

/// One check's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreflightRow {
    /// What was looked at.
    pub check: String,
    /// What was found.
    pub found: String,
    /// What was wanted.
    pub wanted: String,
    /// The answer.
    pub ok: Readiness,
    /// What can be done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl PreflightRow {
    fn new(check: impl Into<String>, found: impl Into<String>, wanted: impl Into<String>, ok: Readiness) -> Self {
        Self { check: check.into(), found: found.into(), wanted: wanted.into(), ok, fix: None }
    }

    /// Nothing in the way.
    pub fn go(check: impl Into<String>, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self::new(check, found, wanted, Readiness::Go)
    }

    /// Possible, and somebody should know.
    pub fn warn(check: impl Into<String>, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self::new(check, found, wanted, Readiness::Warn)
    }

    /// Not like this.
    pub fn stop(check: impl Into<String>, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self::new(check, found, wanted, Readiness::Stop)
    }

    /// Adds what can be done about it.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// Every check's row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreflightReport {
    /// In the order they were made.
    pub rows: Vec<PreflightRow>,
}

impl PreflightReport {
    /// The worst of the rows; no rows at all is a stop, since nothing was looked at.
    pub fn verdict(&self) -> Readiness {
        self.rows.iter().map(|row| row.ok).max().unwrap_or(Readiness::Stop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_row_decides() {
        assert_eq!(PreflightReport::default().verdict(), Readiness::Stop);
        let mut report = PreflightReport { rows: vec![PreflightRow::go("a", "", "")] };
        assert_eq!(report.verdict(), Readiness::Go);
        report.rows.push(PreflightRow::warn("b", "", ""));
        assert_eq!(report.verdict(), Readiness::Warn);
    }
}
