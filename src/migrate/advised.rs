//! The advisors on the day: asked after verify has said go, and no-go themselves for new findings of level ERROR, or where they
//! could not be asked.

use super::phases::Ended;
use crate::advise::{self, Options};
use crate::config::Config;
use crate::model::{
    Advice, AdviceLevel, Events, LedgerEntry, Outcome, PhaseStatus, RunReport, Unit, WaiverUse, plural,
};

/// What the advisors said, to be joined to verify's report.
#[derive(Debug, Default)]
pub(super) struct Advised {
    units: Vec<Unit>,
    ledger: Vec<LedgerEntry>,
    waivers: Vec<WaiverUse>,
    advice: Vec<Advice>,
}

/// Asks both sides. That the advisors could not be asked is an incomplete unit: the day's other findings stand.
pub(super) async fn advised(config: &Config, events: &Events) -> Advised {
    let options = Options { differ_from: AdviceLevel::Error, ..Options::default() };
    match advise::advise(config, &options, events).await {
        Ok(RunReport { units, ledger, waivers, advice, .. }) => Advised { units, ledger, waivers, advice },
        Err(error) => Advised { units: vec![advise::not_asked(&error)], ..Advised::default() },
    }
}

impl Advised {
    /// Adds what was said to a report.
    pub(super) fn join(self, report: &mut RunReport) {
        report.units.extend(self.units);
        report.ledger.extend(self.ledger);
        report.waivers.extend(self.waivers);
        report.advice.extend(self.advice);
    }
}

/// Whether the advisors say go, and how much they found.
pub(super) fn looked_over(advised: &Advised) -> Ended {
    let worst: usize = advised.units.iter().map(|unit| unit.open_findings().len()).sum();
    let partly = advised.units.iter().filter(|unit| matches!(unit.outcome, Outcome::Incomplete { .. })).count();
    let mut summary = advise::summary(&advised.advice);
    if worst > 0 {
        summary.push_str(&format!("; {} to be mended or waived first", plural(worst as u64, "finding")));
    }
    if partly > 0 {
        summary.push_str(&format!("; {} could not be looked at wholly", plural(partly as u64, "rule")));
    }
    (if worst == 0 && partly == 0 { PhaseStatus::Go } else { PhaseStatus::NoGo }, summary)
}
