//! The answer of one rule, and of all of them.

use serde::Serialize;

use crate::model::ExitCode;

/// What a rule says; the order is that of weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// As it must be.
    Go,
    /// In nobody's way, and somebody should know.
    Warn,
    /// It could not be told: never a go.
    Unknown,
    /// Not like this.
    Stop,
}

/// One rule's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateRow {
    /// The report it is about; `None` where it is about all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// The rule.
    pub rule: String,
    /// What was found.
    pub found: String,
    /// What was wanted.
    pub wanted: String,
    /// The answer.
    pub answer: Answer,
    /// What can be done about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl GateRow {
    fn new(rule: &str, found: impl Into<String>, wanted: impl Into<String>, answer: Answer) -> Self {
        Self { report: None, rule: rule.to_owned(), found: found.into(), wanted: wanted.into(), answer, fix: None }
    }

    pub(super) fn go(rule: &str, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self::new(rule, found, wanted, Answer::Go)
    }

    pub(super) fn warn(rule: &str, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self::new(rule, found, wanted, Answer::Warn)
    }

    pub(super) fn unknown(rule: &str, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self::new(rule, found, wanted, Answer::Unknown)
    }

    pub(super) fn stop(rule: &str, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self::new(rule, found, wanted, Answer::Stop)
    }

    /// A stop, or a warning where the policy does not insist.
    pub(super) fn stop_if(insists: bool, rule: &str, found: impl Into<String>, wanted: impl Into<String>) -> Self {
        Self::new(rule, found, wanted, if insists { Answer::Stop } else { Answer::Warn })
    }

    #[must_use]
    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// What all rules say together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateReport {
    /// The worst of the rows; no rows at all is unknown, since nothing was looked at.
    pub verdict: Answer,
    /// In the order of the reports and of the rules.
    pub rows: Vec<GateRow>,
}

impl GateReport {
    pub(super) fn new(rows: Vec<GateRow>) -> Self {
        Self { verdict: rows.iter().map(|row| row.answer).max().unwrap_or(Answer::Unknown), rows }
    }

    /// 0 go, 1 no-go, 3 where something could not be told.
    pub fn exit_code(&self) -> ExitCode {
        match self.verdict {
            Answer::Go | Answer::Warn => ExitCode::Same,
            Answer::Unknown => ExitCode::Incomplete,
            Answer::Stop => ExitCode::Different,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_row_decides_and_no_row_is_no_go() {
        let code = |rows: &[GateRow]| GateReport::new(rows.to_vec()).exit_code();
        let (go, warn) = (GateRow::go("a", "", ""), GateRow::warn("b", "", ""));
        let (unknown, stop) = (GateRow::unknown("c", "", ""), GateRow::stop("d", "", ""));
        assert_eq!(code(&[]), ExitCode::Incomplete);
        assert_eq!(code(&[go.clone(), warn.clone()]), ExitCode::Same);
        assert_eq!(code(&[unknown.clone(), warn]), ExitCode::Incomplete);
        assert_eq!(code(&[stop, unknown, go]), ExitCode::Different);
    }
}
