//! What was answered, as units: one a relation, one a persona, one a role, and one for each table that tenants share.
//!
//! Where a persona is shown other rows of many relations, that is one finding of the persona, which lists them.

use std::collections::{BTreeMap, BTreeSet};

use super::people::{People, TENANTS};
use super::rights::{Rights, Way};
use super::subject::{Subject, Subjects};
use super::{Answer, NAME, OfRole, matrix};
use crate::check::{CheckOutcome, Context};
use crate::model::{Finding, ObjectRef, Outcome, Side, Unit, count, plural, readable};

/// Relations whose differences for one persona are findings of their own; more are one finding.
const APART: usize = 5;
/// Lines of a finding's values, and reasons of one unit.
const LINES: usize = 20;
const REASONS: usize = 3;

/// Answers by number of the persona and number of the relation.
pub(super) type Answers = BTreeMap<(usize, usize), Answer>;
/// A persona or all tenants together, and what differs for it.
type Kind = (String, &'static str);
/// Rows of another tenant on both sides; `None` where that is not known.
type OfOthers = (Option<u64>, Option<u64>);
/// Both values of one line.
type Line = (String, String, String);

pub(super) fn outcome(
    context: &Context,
    people: &People,
    subjects: Subjects<'_>,
    rights: &BTreeMap<&str, OfRole>,
    answers: &Answers,
) -> CheckOutcome {
    let sight = matrix::matrix(people, &subjects.all, answers);
    let mut outcome = CheckOutcome { uncovered: subjects.left_out, sight, ..CheckOutcome::default() };
    if subjects.one_sided {
        outcome.left_to.insert("schema");
    }
    if answers.values().any(|answer| answer.left_to_rows) {
        outcome.left_to.insert("rows");
    }
    // What differs for whom, by relation: one line for each persona of a group.
    let mut kinds: BTreeMap<Kind, BTreeMap<usize, Vec<Line>>> = BTreeMap::new();
    for ((number, place), answer) in answers {
        let Some(who) = people.all.get(*number) else { continue };
        for one in &answer.differences {
            let line = (who.persona.name.clone(), one.source.clone(), one.target.clone());
            kinds.entry((who.group.clone(), one.what)).or_default().entry(*place).or_default().push(line);
        }
    }
    let (many, few): (BTreeMap<_, _>, BTreeMap<_, _>) =
        kinds.into_iter().partition(|(_, relations)| relations.len() > APART);
    let folded: BTreeSet<usize> = many.values().flat_map(|relations| relations.keys().copied()).collect();
    outcome.units.extend(personas(people, rights, &subjects.all, &many));
    for (place, subject) in subjects.all.iter().enumerate() {
        let asked: Vec<&Answer> =
            answers.iter().filter(|((_, there), _)| *there == place).map(|(_, answer)| answer).collect();
        if asked.is_empty() {
            outcome.uncovered.push((subject.object.clone(), "nobody could be asked as".to_owned()));
            continue;
        }
        if let Some(reason) = asked.iter().find_map(|answer| answer.only_counted) {
            outcome.uncovered.push((subject.object.clone(), reason.to_owned()));
        }
        let findings = few.iter().filter_map(|(kind, relations)| Some(apart(subject, kind, relations.get(&place)?)));
        let findings: Vec<Finding> = findings.collect();
        let unit = unit(subject, findings, &asked);
        // The persona's own finding tells of it.
        if unit.outcome != Outcome::Same || !folded.contains(&place) {
            outcome.units.push(unit.detail(plural(asked.len() as u64, "persona")));
        }
        outcome.covered.push(subject.object.clone());
        outcome.units.extend(isolation(people, subject, place, answers));
    }
    for (role, sides) in rights {
        let Ok((source, target)) = sides else { continue };
        let unit = ways(context, role, source, target, &mut outcome.left_to);
        outcome.covered.push(unit.object.clone());
        outcome.units.push(unit);
    }
    outcome
}

/// A finding of a relation, for one persona or for the tenants among whom it differs.
fn apart(subject: &Subject<'_>, (group, what): &Kind, lines: &[Line]) -> Finding {
    let message = format!("{} differ for {}", what, names(lines));
    let alone = lines.len() == 1 && lines.iter().all(|(name, ..)| name == group);
    let value = |of: fn(&Line) -> &String| match alone {
        true => lines.iter().map(of).cloned().collect(),
        false => listed(lines.iter().map(|line| format!("{}: {}", line.0, of(line)))),
    };
    let values = (value(|line| &line.1), value(|line| &line.2));
    Finding::new(NAME, subject.object.clone(), format!("{what} by {group}"), message)
        .values(Some(values.0), Some(values.1))
}

fn names(lines: &[Line]) -> String {
    let names: Vec<&str> = lines.iter().take(REASONS).map(|(name, ..)| name.as_str()).collect();
    let more = lines.len().saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names.join(", "))
}

/// Lines of a value, bounded.
fn listed(lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();
    let mut shown: Vec<String> = lines.iter().take(LINES).cloned().collect();
    if lines.len() > LINES {
        shown.push(format!("... and {} more", count((lines.len() - LINES) as u64)));
    }
    shown.join("\n")
}

/// A unit for each persona, and one for the tenants together: what differs in many relations, and who cannot be asked as.
fn personas(
    people: &People,
    rights: &BTreeMap<&str, OfRole>,
    subjects: &[Subject<'_>],
    many: &BTreeMap<Kind, BTreeMap<usize, Vec<Line>>>,
) -> Vec<Unit> {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for who in &people.all {
        let reason = rights.get(who.persona.role.as_str()).and_then(|sides| sides.as_ref().err());
        groups.entry(&who.group).or_default().extend(reason.map(String::as_str));
    }
    for (group, reason) in &people.unknown {
        groups.entry(group).or_default().insert(reason);
    }
    let unit = |(group, reasons): (&str, BTreeSet<&str>)| {
        let object = ObjectRef::new("persona", group);
        let of_group = many.iter().filter(|((name, _), _)| name == group);
        let findings: Vec<Finding> =
            of_group.map(|((_, what), relations)| together(&object, what, subjects, relations)).collect();
        let reasons: Vec<&str> = reasons.into_iter().collect();
        let unit = match reasons.is_empty() {
            true => Unit::judged(NAME, object, findings),
            false => Unit::incomplete(NAME, object, reasons.join("; ")),
        };
        let note = people.notes.iter().find(|(name, _)| name == group);
        note.into_iter().fold(unit, |unit, (_, note)| unit.detail(note))
    };
    groups.into_iter().map(unit).collect()
}

/// One finding over many relations.
fn together(
    object: &ObjectRef,
    what: &str,
    subjects: &[Subject<'_>],
    relations: &BTreeMap<usize, Vec<Line>>,
) -> Finding {
    let message = format!("{what} differ in {} tables and views", count(relations.len() as u64));
    let value = |of: fn(&Line) -> &String| {
        let lines = relations.iter().flat_map(|(place, lines)| lines.iter().map(move |line| (place, line)));
        listed(lines.filter_map(|(place, line)| {
            let name = &subjects.get(*place)?.name;
            let whose = if object.identity == TENANTS { format!(" by {}", line.0) } else { String::new() };
            Some(format!("{name}{whose}: {}", of(line)))
        }))
    };
    let values = (value(|line| &line.1), value(|line| &line.2));
    Finding::new(NAME, object.clone(), what, message).values(Some(values.0), Some(values.1))
}

fn unit(subject: &Subject<'_>, findings: Vec<Finding>, asked: &[&Answer]) -> Unit {
    let unknown: Vec<&String> = asked.iter().flat_map(|answer| &answer.unknown).collect();
    if unknown.is_empty() {
        return Unit::judged(NAME, subject.object.clone(), findings);
    }
    let mut reasons: Vec<String> = unknown.iter().take(REASONS).map(|reason| (*reason).clone()).collect();
    if unknown.len() > REASONS {
        reasons.push(format!("and {} more like that", count((unknown.len() - REASONS) as u64)));
    }
    let outcome = Outcome::Incomplete { reason: reasons.join("; "), findings };
    Unit { outcome, ..Unit::judged(NAME, subject.object.clone(), Vec::new()) }
}

/// Whether tenants are shown rows of another in one relation: a finding on the target, whatever the source shows.
fn isolation(people: &People, subject: &Subject<'_>, place: usize, answers: &Answers) -> Option<Unit> {
    let asked = answers.iter().filter(|((_, there), _)| *there == place);
    let asked = asked.filter_map(|((number, _), answer)| Some((people.all.get(*number)?, answer, answer.of_others?)));
    let asked: Vec<_> = asked.collect();
    if asked.is_empty() {
        return None;
    }
    let object = ObjectRef::new("isolation", subject.name.to_string());
    let line = |name: &str, rows: u64, others: Option<u64>| match others {
        Some(others) => format!("{name}: {}, {} of another tenant", plural(rows, "row"), count(others)),
        None => format!("{name}: not known"),
    };
    let table = |pick: fn(&OfOthers) -> Option<u64>, rows: fn(&(u64, u64)) -> u64| {
        let lines = asked.iter().map(|(who, answer, others)| line(&who.persona.name, rows(&answer.rows), pick(others)));
        Some(listed(lines))
    };
    let (source, target) = (table(|others| others.0, |rows| rows.0), table(|others| others.1, |rows| rows.1));
    let shown = asked.iter().filter(|(_, _, others)| others.1.is_some_and(|number| number > 0)).count();
    let unknown = asked.iter().any(|(_, _, others)| others.1.is_none());
    let finding = (shown > 0).then(|| {
        let message = format!("{} of {} tenants are shown rows of another", shown, asked.len());
        let finding = Finding::new(NAME, object.clone(), "rows of another tenant", message);
        finding.values(source, target).on(Side::Target)
    });
    let findings: Vec<Finding> = finding.into_iter().collect();
    let unit = match unknown {
        true => {
            let reason = "what some tenants are shown on the target is not known".to_owned();
            Unit { outcome: Outcome::Incomplete { reason, findings }, ..Unit::judged(NAME, object, Vec::new()) }
        }
        false => Unit::judged(NAME, object, findings),
    };
    Some(unit.detail(plural(asked.len() as u64, "tenant")))
}

/// What a role reaches that uses the rights of another, on both sides.
fn ways(context: &Context, role: &str, source: &Rights, target: &Rights, left_to: &mut BTreeSet<&'static str>) -> Unit {
    let object = ObjectRef::new("role", readable(role));
    let mut findings = Vec::new();
    for (kind, attribute) in
        [("function", "functions with their owner's rights"), ("view", "views with their owner's rights")]
    {
        let of_kind = |rights: &Rights| rights.ways.iter().filter(|way| way.kind == kind).cloned().collect::<Vec<_>>();
        let (there, here) = (of_kind(source), of_kind(target));
        let mut only = |some: &[Way], others: &[Way]| -> Vec<String> {
            let exists = |way: &Way| {
                let object = ObjectRef::new(kind, &way.identity);
                let catalogs = [&context.source.catalog, &context.target.catalog];
                catalogs.iter().all(|catalog| catalog.inventory.contains_key(&object))
            };
            let (told, left): (Vec<&Way>, Vec<&Way>) =
                some.iter().filter(|way| !others.contains(way)).partition(|way| exists(way));
            if !left.is_empty() {
                left_to.insert("schema");
            }
            told.into_iter().map(Way::shown).collect()
        };
        let (one, two) = (only(&there, &here), only(&here, &there));
        if one.is_empty() && two.is_empty() {
            continue;
        }
        let message = format!("{role} reaches other {kind}s that use their owner's rights");
        let value = |lines: Vec<String>| (!lines.is_empty()).then(|| listed(lines.into_iter()));
        findings.push(Finding::new(NAME, object.clone(), attribute, message).values(value(one), value(two)));
    }
    let number = |kind: &str| target.ways.iter().filter(|way| way.kind == kind).count() as u64;
    let detail = format!(
        "{} and {} with their owner's rights",
        plural(number("function"), "function"),
        plural(number("view"), "view")
    );
    Unit::judged(NAME, object, findings).detail(detail)
}
