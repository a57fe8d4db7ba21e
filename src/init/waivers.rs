//! What is wrong or different today, as waivers: those of both sides as they are, the others for somebody to decide.

use crate::model::{Finding, Unit};

/// A waiver for what a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proposed {
    pub(super) check: String,
    pub(super) object: String,
    pub(super) attribute: String,
    /// What was found.
    pub(super) message: String,
    /// Whether the source is as the target is: then the migration did not make it so.
    pub(super) on_both: bool,
}

/// A waiver for each finding, in the order of the report.
pub(super) fn propose(units: &[Unit]) -> Vec<Proposed> {
    units.iter().flat_map(Unit::open_findings).map(of).collect()
}

fn of(finding: &Finding) -> Proposed {
    Proposed {
        check: finding.check.clone(),
        object: finding.object.to_string(),
        attribute: finding.attribute.clone(),
        message: finding.message.clone(),
        on_both: finding.source.is_some() && finding.source == finding.target,
    }
}
