//! One rule on both sides: what each has, what is new, and what that comes to. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::look::{Answer, Row};
use super::{NAME, Options, Rule};
use crate::check::{accepted, trouble};
use crate::model::{Advice, Finding, FoundOn, ObjectRef, Outcome, Side, Unit, Waiver, plural};

/// A rule and its answers; a side that was not asked has none.
pub(super) struct Case<'a> {
    pub(super) rule: &'a Rule,
    pub(super) source: Option<&'a Answer>,
    pub(super) target: Option<&'a Answer>,
    pub(super) options: &'a Options,
    pub(super) accepted: &'a [Waiver],
}

/// What a rule comes to.
#[derive(Debug)]
pub(super) struct Judged {
    /// Everything found, on whichever side.
    pub(super) advice: Vec<Advice>,
    /// The verdict; `None` where there is nothing to compare.
    pub(super) unit: Option<Unit>,
    /// Why the rule was not asked of a side that is looked at.
    pub(super) uncovered: Option<String>,
}

/// The key that matches findings of two sides.
type Key = (String, String, String);

/// One side's answer, taken apart.
#[derive(Default)]
struct Taken<'a> {
    found: BTreeMap<Key, &'a Row>,
    /// Objects that could not be looked at.
    unread: BTreeSet<ObjectRef>,
    /// Why the answer is not whole.
    reasons: Vec<String>,
    /// Whether what is not in `found` is not there.
    whole: bool,
}

pub(super) fn judge(case: &Case<'_>) -> Judged {
    let (source, target) = (take(case.source, Side::Source), take(case.target, Side::Target));
    let keys: BTreeSet<&Key> = source.found.keys().chain(target.found.keys()).collect();
    let mut advice = Vec::new();
    let mut findings = Vec::new();
    for key in keys {
        let (there, here) = (source.found.get(key), target.found.get(key));
        let Some(row) = here.or(there) else { continue };
        let found_on = match (there, here) {
            (Some(_), Some(_)) => FoundOn::Both,
            (Some(_), None) => FoundOn::Source,
            (None, _) => FoundOn::Target,
        };
        let object = row.object();
        let new = found_on == FoundOn::Target && source.whole && !source.unread.contains(&object);
        let one = described(case.rule, row, found_on, new);
        let finding = finding(&one);
        let differs = (new || case.options.side.is_some()) && case.rule.level >= case.options.differ_from;
        // What is accepted is shown as such, wherever it stands.
        if differs || accepted(case.accepted, &finding) {
            findings.push(finding);
        }
        advice.push(one);
    }
    let uncovered = uncovered(case);
    let reasons = [source.reasons, target.reasons].concat();
    // A rule that was asked of one of two sides has nothing to be held against.
    let compared = uncovered.is_none() || !findings.is_empty() || !reasons.is_empty();
    Judged { unit: compared.then(|| unit(case.rule, findings, &reasons, advice.len())), advice, uncovered }
}

fn take(answer: Option<&Answer>, side: Side) -> Taken<'_> {
    let mut taken = Taken::default();
    match answer {
        None => {}
        Some(Err(error)) => taken.reasons.push(format!("on the {side}: {}", trouble::reason(error))),
        Some(Ok(rows)) => {
            taken.whole = true;
            let mut reasons: BTreeMap<&str, Vec<ObjectRef>> = BTreeMap::new();
            for row in rows {
                match &row.unread {
                    Some(reason) => reasons.entry(reason.as_str()).or_default().push(row.object()),
                    None => {
                        taken.found.insert(row.key(), row);
                    }
                }
            }
            for (reason, objects) in reasons {
                let first = objects.first().map(ToString::to_string).unwrap_or_default();
                let all = plural(objects.len() as u64, "object");
                taken.reasons.push(format!("on the {side}: {reason}: {all}, the first is {first}"));
                taken.unread.extend(objects);
            }
        }
    }
    taken
}

fn described(rule: &Rule, row: &Row, found_on: FoundOn, new: bool) -> Advice {
    Advice {
        name: rule.name.to_owned(),
        title: rule.title.to_owned(),
        level: rule.level,
        facing: rule.facing.to_owned(),
        categories: rule.categories.clone(),
        description: rule.description.to_owned(),
        detail: row.detail.clone().unwrap_or_default(),
        remediation: format!("{} See docs/advisors/{}_{}.md.", rule.remediation, rule.digits(), rule.name),
        metadata: row.metadata.clone(),
        cache_key: row.cache_key.clone().unwrap_or_default(),
        rule: rule.digits(),
        object: row.object(),
        found_on,
        new,
    }
}

fn finding(one: &Advice) -> Finding {
    let new = if one.new { "new on the target: " } else { "" };
    let message = format!("{} {new}{}", one.level, one.detail);
    let finding = Finding::new(NAME, one.object.clone(), &one.name, message);
    match one.found_on {
        FoundOn::Source => finding.on(Side::Source),
        FoundOn::Target => finding.on(Side::Target),
        FoundOn::Both => finding,
    }
}

fn unit(rule: &Rule, findings: Vec<Finding>, reasons: &[String], found: usize) -> Unit {
    let mut unit = Unit::judged(NAME, rule.object(), findings);
    if !reasons.is_empty() {
        let findings = match unit.outcome {
            Outcome::Different { findings } => findings,
            _ => Vec::new(),
        };
        unit.outcome = Outcome::Incomplete { reason: reasons.join("; "), findings };
    }
    match found {
        0 => unit,
        found => unit.detail(plural(found as u64, "finding")),
    }
}

/// Why a rule that was to be asked was not asked of the target.
fn uncovered(case: &Case<'_>) -> Option<String> {
    let wanted = case.options.side != Some(Side::Source);
    (wanted && case.rule.quiet_when_fresh).then(|| {
        let elsewhere = if case.options.side.is_none() { ": asked of the source alone" } else { "" };
        format!("it means nothing on a fresh copy{elsewhere}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AdviceLevel, Error};

    fn rows(list: &[(&str, &str)]) -> Answer {
        let row = |(name, key): &(&str, &str)| {
            serde_json::from_value(serde_json::json!({
                "detail": "d", "metadata": {}, "cache_key": key, "kind": "table", "identity": name
            }))
            .unwrap()
        };
        Ok(list.iter().map(row).collect())
    }

    fn rule(name: &str) -> Rule {
        crate::advise::rules().unwrap().into_iter().find(|rule| rule.name == name).unwrap()
    }

    fn open(judged: &Judged) -> Vec<String> {
        let findings = judged.unit.as_ref().map(Unit::open_findings).unwrap_or_default();
        findings.iter().map(|finding| finding.object.identity.clone()).collect()
    }

    fn judged(rule: &Rule, source: Option<&Answer>, target: Option<&Answer>, options: &Options) -> Judged {
        judge(&Case { rule, source, target, options, accepted: &[] })
    }

    #[test]
    fn only_what_the_source_has_not_is_new() {
        let (rule, options) = (rule("no_primary_key"), Options::default());
        let (source, target) = (rows(&[("a", "1"), ("b", "2")]), rows(&[("b", "2"), ("c", "3")]));
        let judged = judged(&rule, Some(&source), Some(&target), &options);
        let seen: Vec<(&str, FoundOn, bool)> =
            judged.advice.iter().map(|one| (one.object.identity.as_str(), one.found_on, one.new)).collect();
        assert_eq!(seen, [("a", FoundOn::Source, false), ("b", FoundOn::Both, false), ("c", FoundOn::Target, true)]);
        assert_eq!(open(&judged), ["c"]);
    }

    #[test]
    fn a_side_that_failed_makes_the_rule_incomplete_and_nothing_new() {
        let (rule, options) = (rule("no_primary_key"), Options::default());
        let (failed, target) = (Err(Error::failed("gone")), rows(&[("c", "3")]));
        let judged = judged(&rule, Some(&failed), Some(&target), &options);
        assert!(!judged.advice[0].new);
        let unit = judged.unit.unwrap();
        let Outcome::Incomplete { reason, findings } = &unit.outcome else { panic!("{unit:?}") };
        assert!(reason.contains("on the source: gone") && findings.is_empty(), "{reason}");
    }

    #[test]
    fn what_one_side_could_not_read_is_not_new_on_the_other() {
        let (rule, options) = (rule("sequence_near_maximum"), Options::default());
        let mut source = rows(&[("s", "1")]).unwrap();
        source[0].unread = Some("no privilege".to_owned());
        let judged = judged(&rule, Some(&Ok(source)), Some(&rows(&[("s", "1")])), &options);
        assert!(!judged.advice[0].new, "{judged:?}");
        assert!(matches!(judged.unit.unwrap().outcome, Outcome::Incomplete { .. }));
    }

    #[test]
    fn below_the_level_that_counts_new_findings_are_listed_only() {
        let (rule, target) = (rule("no_primary_key"), rows(&[("c", "3")]));
        let options = Options { differ_from: AdviceLevel::Error, ..Options::default() };
        let judged = judged(&rule, Some(&rows(&[])), Some(&target), &options);
        assert!(judged.advice[0].new);
        assert_eq!(judged.unit.unwrap().outcome, Outcome::Same);
    }

    #[test]
    fn one_side_alone_counts_all_it_has() {
        let (rule, source) = (rule("no_primary_key"), rows(&[("a", "1")]));
        let options = Options { side: Some(Side::Source), ..Options::default() };
        assert_eq!(open(&judged(&rule, Some(&source), None, &options)), ["a"]);
    }

    #[test]
    fn a_rule_for_worn_databases_is_not_asked_of_the_target() {
        let (rule, source) = (rule("unused_index"), rows(&[("a", "1")]));
        let judged = judged(&rule, Some(&source), None, &Options::default());
        assert!(judged.unit.is_none() && judged.advice.len() == 1);
        assert!(judged.uncovered.unwrap().contains("fresh copy"));
    }

    #[test]
    fn accepted_advice_is_shown_as_such_wherever_it_stands() {
        let (rule, both) = (rule("no_primary_key"), rows(&[("a", "1")]));
        let accepted = [Waiver {
            check: NAME.into(),
            object: "table a".into(),
            attribute: Some("no_primary_key".into()),
            reason: "a log".into(),
            until: None,
        }];
        let options = Options::default();
        let case =
            Case { rule: &rule, source: Some(&both), target: Some(&both), options: &options, accepted: &accepted };
        assert_eq!(open(&judge(&case)), ["a"], "for the waiver to cover");
    }
}
