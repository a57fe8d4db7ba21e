//! Accepted differences. A waiver that has expired, or that covers nothing, is itself a finding.

use jiff::civil::Date;

use super::Selection;
use crate::model::{Finding, ObjectRef, Outcome, Unit, Waiver, WaiverUse};

/// The name under which bad waivers are reported.
const CHECK: &str = "waivers";

/// Marks waived units and adds a unit for each waiver that no longer stands.
pub(super) fn apply(
    units: Vec<Unit>,
    waivers: &[Waiver],
    selection: &Selection,
    today: Date,
) -> (Vec<Unit>, Vec<WaiverUse>) {
    let mut uses: Vec<WaiverUse> =
        waivers.iter().map(|waiver| WaiverUse { waiver: waiver.clone(), covered: 0 }).collect();
    let mut judged: Vec<Unit> = units.into_iter().flat_map(|unit| waive(unit, &mut uses, today)).collect();
    for used in &uses {
        let waiver = &used.waiver;
        let object = ObjectRef::new("waiver", format!("of {} for {}", waiver.object, waiver.check));
        let finding = if expired(waiver, today) {
            let until = waiver.until.map(|day| day.to_string()).unwrap_or_default();
            Finding::new(CHECK, object.clone(), "expired", format!("the waiver held until {until}"))
        } else if used.covered == 0 && selection.includes(&waiver.check) && !partly(&judged, &waiver.check) {
            Finding::new(CHECK, object.clone(), "unused", "nothing differs that this waiver would cover: remove it")
        } else {
            continue;
        };
        judged.push(Unit::judged(CHECK, object, vec![finding]));
    }
    (judged, uses)
}

/// Whether a check did not look at everything: what it would have found there may be what a waiver covers.
fn partly(units: &[Unit], check: &str) -> bool {
    units.iter().any(|unit| unit.check == check && matches!(unit.outcome, Outcome::Incomplete { .. }))
}

/// Whether a waiver that still holds covers a finding.
pub fn accepted(waivers: &[Waiver], finding: &Finding) -> bool {
    let today = jiff::Zoned::now().date();
    waivers.iter().any(|waiver| covers(waiver, finding) && !expired(waiver, today))
}

fn expired(waiver: &Waiver, today: Date) -> bool {
    waiver.until.is_some_and(|until| until < today)
}

fn covers(waiver: &Waiver, finding: &Finding) -> bool {
    waiver.check == finding.check
        && waiver.object == finding.object.to_string()
        && waiver.attribute.as_ref().is_none_or(|attribute| *attribute == finding.attribute)
}

/// Splits a unit into what is waived and what stays open.
fn waive(unit: Unit, uses: &mut [WaiverUse], today: Date) -> Vec<Unit> {
    let Outcome::Different { findings } = unit.outcome else { return vec![unit] };
    let (mut open, mut waived, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
    for finding in findings {
        let matching = uses.iter_mut().find(|used| covers(&used.waiver, &finding) && !expired(&used.waiver, today));
        match matching {
            Some(used) => {
                used.covered += 1;
                if !reasons.contains(&used.waiver.reason) {
                    reasons.push(used.waiver.reason.clone());
                }
                waived.push(finding);
            }
            None => open.push(finding),
        }
    }
    let mut parts = Vec::new();
    if !open.is_empty() {
        let outcome = Outcome::Different { findings: open };
        parts.push(Unit {
            outcome,
            check: unit.check.clone(),
            object: unit.object.clone(),
            detail: unit.detail.clone(),
            rows: unit.rows,
        });
    }
    if !waived.is_empty() {
        let outcome = Outcome::Waived { reason: reasons.join("; "), findings: waived };
        parts.push(Unit { outcome, check: unit.check, object: unit.object, detail: unit.detail, rows: unit.rows });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit() -> Unit {
        let object = ObjectRef::new("table", "public.t");
        Unit::judged("rls", object.clone(), vec![Finding::new("rls", object, "row security", "off")])
    }

    #[test]
    fn a_waiver_is_not_unused_where_its_check_could_not_look_at_everything() {
        let day = "2026-11-22".parse().unwrap();
        let judge = |unit: Unit| apply(vec![unit], &[waiver(None)], &Selection::default(), day).0;
        let object = || ObjectRef::new("table", "public.other");
        assert_eq!(judge(Unit::judged("rls", object(), Vec::new())).len(), 2, "unused");
        assert_eq!(judge(Unit::incomplete("rls", object(), "locked")).len(), 1);
        assert_eq!(judge(Unit::incomplete("rows", object(), "locked")).len(), 2, "another check");
    }

    fn waiver(until: Option<&str>) -> Waiver {
        let until = until.map(|day| day.parse().unwrap());
        let (check, object) = ("rls".into(), "table public.t".into());
        Waiver { check, object, attribute: None, reason: "known".into(), until }
    }

    fn today() -> Date {
        "2026-11-22".parse().unwrap()
    }

    #[test]
    fn a_standing_waiver_covers() {
        let (units, uses) = apply(vec![unit()], &[waiver(Some("2026-11-22"))], &Selection::default(), today());
        assert!(matches!(&units[..], [Unit { outcome: Outcome::Waived { reason, .. }, .. }] if reason == "known"));
        assert_eq!(uses[0].covered, 1);
    }

    #[test]
    fn a_waiver_of_one_attribute_leaves_the_others_open() {
        let mut narrow = waiver(None);
        narrow.attribute = Some("forced".into());
        let (units, uses) = apply(vec![unit()], &[narrow], &Selection::default(), today());
        assert_eq!(uses[0].covered, 0);
        assert_eq!(units[0].open_findings()[0].attribute, "row security");
    }

    #[test]
    fn an_expired_waiver_covers_nothing_and_is_reported() {
        let (units, _) = apply(vec![unit()], &[waiver(Some("2026-11-21"))], &Selection::default(), today());
        assert_eq!(units.iter().map(|unit| unit.open_findings().len()).sum::<usize>(), 2);
        assert_eq!(units[1].open_findings()[0].attribute, "expired");
    }

    #[test]
    fn an_unused_waiver_is_reported_unless_its_check_did_not_run() {
        let (units, _) = apply(vec![], &[waiver(None)], &Selection::default(), today());
        assert_eq!(units[0].open_findings()[0].attribute, "unused");
        let skipped = Selection { skip: vec!["rls".into()], ..Selection::default() };
        assert!(apply(vec![], &[waiver(None)], &skipped, today()).0.is_empty());
    }
}
