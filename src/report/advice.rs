//! What every format says of the advisors' findings: one row a level, one row a rule.

use crate::model::{Advice, AdviceCounts, AdviceLevel, FoundOn, RunReport};

/// Objects named for a rule; the JSON report has all of them.
pub(super) const NAMED: usize = 5;

/// A rule with what it found.
pub(super) struct RuleRow<'a> {
    pub(super) level: AdviceLevel,
    pub(super) rule: &'a str,
    pub(super) name: &'a str,
    pub(super) counts: AdviceCounts,
    /// What it is about, new ones first; each once.
    pub(super) objects: Vec<String>,
}

/// The levels with their counts, the heaviest first.
pub(super) fn levels(report: &RunReport) -> Vec<(AdviceLevel, AdviceCounts)> {
    let of = |level| AdviceCounts::of(report.advice.iter().filter(|one| one.level == level));
    AdviceLevel::ALL.into_iter().map(|level| (level, of(level))).collect()
}

/// One row a rule that found anything, the heaviest level first.
pub(super) fn rules(report: &RunReport) -> Vec<RuleRow<'_>> {
    report.advice.chunk_by(|one, two| one.rule == two.rule).filter_map(row).collect()
}

fn row(found: &[Advice]) -> Option<RuleRow<'_>> {
    let first = found.first()?;
    let mut objects: Vec<String> = Vec::new();
    for new in [true, false] {
        for one in found.iter().filter(|one| one.new == new) {
            let object = match (new, one.found_on) {
                (true, _) => format!("NEW {}", one.object),
                (false, FoundOn::Source) => format!("{} (source)", one.object),
                (false, FoundOn::Target) => format!("{} (target)", one.object),
                (false, FoundOn::Both) => one.object.to_string(),
            };
            if !objects.contains(&object) {
                objects.push(object);
            }
        }
    }
    Some(RuleRow { level: first.level, rule: &first.rule, name: &first.name, counts: AdviceCounts::of(found), objects })
}
