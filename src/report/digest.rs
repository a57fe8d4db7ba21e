//! What every format says of a report, counted once: the headline, one row a check, the largest tables, the ledger by
//! reason, what to do next.
//!
//! Never true in here: a number that another format counts differently.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{
    Decision, ExitCode, FaultResult, Finding, LEFT_OUT_BY_VERSIONS, Outcome, PhaseReport, PhaseStatus, RunReport,
    SightMatrix, SightOutcome, TableCopied, Unit, Verdict, WaiverUse, count, plural, seconds,
};

/// Tables of the copy that are listed; the rest is in the total.
pub(super) const LARGEST: usize = 10;

/// The counts of a whole report, also the `summary` of the JSON report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub(super) struct Summary {
    pub(super) checks: u64,
    pub(super) units: u64,
    pub(super) same: u64,
    pub(super) different: u64,
    pub(super) incomplete: u64,
    pub(super) waived: u64,
    /// Open findings.
    pub(super) findings: u64,
    /// Rows the open findings stand for.
    pub(super) rows_different: u64,
    pub(super) tables_copied: u64,
    pub(super) rows_copied: u64,
    pub(super) objects_compared: u64,
    pub(super) objects_not_compared: u64,
    pub(super) defects_planted: u64,
    pub(super) defects_caught: u64,
}

/// One check, all its units together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CheckRow {
    pub(super) check: String,
    pub(super) units: u64,
    pub(super) same: u64,
    pub(super) different: u64,
    pub(super) incomplete: u64,
    pub(super) waived: u64,
    pub(super) measured: String,
}

impl CheckRow {
    fn add(&mut self, outcome: &Outcome) {
        self.units += 1;
        match outcome {
            Outcome::Same => self.same += 1,
            Outcome::Different { .. } => self.different += 1,
            Outcome::Incomplete { .. } => self.incomplete += 1,
            Outcome::Waived { .. } => self.waived += 1,
        }
    }
}

fn size(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A sum; a saved report may hold any number.
pub(super) fn added(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, u64::saturating_add)
}

/// Counts the whole report.
pub(super) fn summary(report: &RunReport) -> Summary {
    let mut total = CheckRow::default();
    for unit in &report.units {
        total.add(&unit.outcome);
    }
    let open = || report.units.iter().flat_map(Unit::open_findings);
    let compared = report.ledger.iter().filter(|entry| entry.not_compared.is_none()).count();
    Summary {
        checks: size(report.units.iter().map(|unit| &unit.check).collect::<BTreeSet<_>>().len()),
        units: total.units,
        same: total.same,
        different: total.different,
        incomplete: total.incomplete,
        waived: total.waived,
        findings: size(open().count()),
        rows_different: added(open().map(|finding| finding.total)),
        tables_copied: size(report.copied.len()),
        rows_copied: added(report.copied.iter().map(|table| table.rows)),
        objects_compared: size(compared),
        objects_not_compared: size(report.ledger.len() - compared),
        defects_planted: size(report.defects.len()),
        defects_caught: size(report.defects.iter().filter(|defect| defect.caught()).count()),
    }
}

/// One row a check, in the order the checks ran.
pub(super) fn checks(report: &RunReport) -> Vec<CheckRow> {
    let mut rows: Vec<CheckRow> = Vec::new();
    let mut details: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for unit in &report.units {
        let row = match rows.iter().position(|row| row.check == unit.check) {
            Some(index) => &mut rows[index],
            None => {
                rows.push(CheckRow { check: unit.check.clone(), ..CheckRow::default() });
                let last = rows.len() - 1;
                &mut rows[last]
            }
        };
        row.add(&unit.outcome);
        details.entry(&unit.check).or_default().extend(unit.detail.as_deref());
    }
    for row in &mut rows {
        let details = details.remove(row.check.as_str()).unwrap_or_default();
        let (versions, details): (Vec<&str>, Vec<&str>) =
            details.into_iter().partition(|detail| detail.starts_with(LEFT_OUT_BY_VERSIONS));
        let said = [measured(&details), by_versions(&versions)];
        row.measured = said.into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join("; ");
    }
    rows
}

/// How many units leave out what only the versions make differ, and what that is; the units say more.
fn by_versions(details: &[&str]) -> String {
    let what = details.iter().filter_map(|detail| detail.strip_prefix(LEFT_OUT_BY_VERSIONS)?.split(" (").next());
    let what: Vec<&str> = what.collect::<BTreeSet<_>>().into_iter().collect();
    if details.is_empty() {
        return String::new();
    }
    format!("{} units: {LEFT_OUT_BY_VERSIONS}{}", count(size(details.len())), what.join(", "))
}

/// The figures of many units in one: summed where all are a count of the same thing, else the first and how many more.
fn measured(details: &[&str]) -> String {
    let counted: Option<Vec<(u64, &str)>> = details.iter().map(|detail| counted(detail)).collect();
    match (details, counted) {
        ([], _) => String::new(),
        (&[only], _) => only.to_owned(),
        (&[first, ref rest @ ..], _) if rest.iter().all(|detail| *detail == first) => first.to_owned(),
        (_, Some(numbers)) if numbers.iter().all(|(_, noun)| same_noun(noun, numbers[0].1)) => {
            let total = added(numbers.iter().map(|(number, _)| *number));
            let noun = numbers.iter().map(|(_, noun)| *noun).max_by_key(|noun| noun.len()).unwrap_or("");
            format!("{} {noun}", count(total))
        }
        (&[first, ref rest @ ..], _) => format!("{first}; and {} more", rest.len()),
    }
}

/// `4,333 rows` as a number and a noun.
fn counted(detail: &str) -> Option<(u64, &str)> {
    let (number, noun) = detail.split_once(' ')?;
    let plain = !noun.contains(|c: char| c.is_ascii_digit() || c.is_whitespace());
    Some((number.replace(',', "").parse().ok().filter(|_| plain)?, noun))
}

fn same_noun(a: &str, b: &str) -> bool {
    let stem = |noun: &str| noun.trim_end_matches('s').to_owned();
    stem(a) == stem(b)
}

/// The verdict in one word: `GO` and `NO-GO` where the run decides something, else what the databases are.
pub(super) fn word(report: &RunReport) -> &'static str {
    let decides = !report.phases.is_empty()
        || !report.defects.is_empty()
        || !report.faults.is_empty()
        || report.verb == "preflight";
    match report.exit_code() {
        ExitCode::Same if decides => "GO",
        ExitCode::Same => "SAME",
        ExitCode::Different if decides => "NO-GO",
        ExitCode::Different => "DIFFERENT",
        ExitCode::Failed => "FAILED",
        ExitCode::Incomplete | ExitCode::Usage | ExitCode::Interrupted => "INCOMPLETE",
    }
}

/// The counts behind the verdict, in one line.
pub(super) fn headline(report: &RunReport) -> String {
    let summary = summary(report);
    let mut parts = Vec::new();
    if report.units.is_empty() && !report.faults.is_empty() {
        // A run of faults alone compares both databases after each.
    } else if report.units.is_empty() {
        parts.push("nothing was compared".to_owned());
    } else if summary.findings > 0 {
        let differing = report.units.iter().filter(|unit| !unit.open_findings().is_empty()).count();
        let units = plural(summary.units, "unit");
        parts.push(format!("{} in {} of {units}", plural(summary.findings, "finding"), count(size(differing))));
    } else {
        parts.push(format!("{} of {} the same", count(summary.same), plural(summary.units, "unit")));
    }
    if summary.incomplete > 0 {
        parts.push(format!("{} incomplete", count(summary.incomplete)));
    }
    if summary.waived > 0 {
        parts.push(format!("{} waived", count(summary.waived)));
    }
    if summary.defects_planted > 0 {
        let planted = plural(summary.defects_planted, "planted defect");
        parts.push(format!("{} of {planted} caught", count(summary.defects_caught)));
    }
    if !report.faults.is_empty() {
        let borne = report.faults.iter().filter(|fault| fault.problem.is_none()).count();
        parts.push(format!("{} of {} borne", count(size(borne)), plural(size(report.faults.len()), "fault")));
    }
    parts.extend(super::own_schema::left_out(report));
    parts.join("; ")
}

/// Who was asked as and for what, in a few words.
pub(super) fn asked(matrix: &SightMatrix) -> String {
    let relations = size(matrix.relations.len()).saturating_add(matrix.left_out);
    format!("{} by {}", plural(size(matrix.personas.len()), "persona"), plural(relations, "relation"))
}

/// What the cells of the matrix come to, in one line.
pub(super) fn shown(matrix: &SightMatrix) -> String {
    let cells = || matrix.relations.iter().flat_map(|row| &row.cells);
    let number = |wanted| count(size(cells().filter(|cell| cell.comes_to == wanted).count()));
    format!(
        "{} same, {} different, {} differ only by rows that one side lacks, {} not looked at",
        number(SightOutcome::Same),
        number(SightOutcome::Different),
        number(SightOutcome::LeftToRows),
        number(SightOutcome::Unknown)
    )
}

/// Whether any phase was planned to take a certain time.
pub(super) fn is_planned(report: &RunReport) -> bool {
    report.phases.iter().any(|phase| phase.planned.is_some())
}

/// How long a phase was planned to take.
pub(super) fn planned(phase: &PhaseReport) -> String {
    phase.planned.map_or_else(|| "·".to_owned(), seconds)
}

/// What was decided, each on a line.
pub(super) fn decisions(report: &RunReport) -> Vec<String> {
    report.decisions.iter().map(Decision::line).collect()
}

/// When a fault struck.
pub(super) fn struck(fault: &FaultResult) -> String {
    match fault.phase {
        Some(phase) => format!("{}, {} ms in", phase.name(), count(fault.milliseconds)),
        None => "before the day".to_owned(),
    }
}

/// What to do now: one line each.
pub(super) fn next_steps(report: &RunReport) -> Vec<String> {
    let with = |wanted: fn(&Unit) -> bool| {
        let names: BTreeSet<&str> =
            report.units.iter().filter(|unit| wanted(unit)).map(|unit| unit.check.as_str()).collect();
        // Waivers are judged with every check; they are none that could be asked for. Advisors have a verb of their own.
        let names = names.into_iter().filter(|name| !matches!(*name, "waivers" | "advise"));
        names.collect::<Vec<_>>().join(",")
    };
    let different = with(|unit| !unit.open_findings().is_empty());
    let incomplete = with(|unit| matches!(unit.outcome, Outcome::Incomplete { .. }));
    let mut steps = Vec::new();
    if report.phases.iter().any(|phase| phase.status != PhaseStatus::Go) {
        steps.push("a phase stopped: its line says why".to_owned());
    }
    let bad_waivers = report.units_of("waivers").any(|unit| !unit.open_findings().is_empty());
    if bad_waivers {
        steps.push("a waiver has expired or covers nothing: renew or remove it in the configuration".to_owned());
    }
    if !different.is_empty() {
        if different.split(',').any(|check| check == "rows") {
            steps.push("rows can be put right by SQL to review: pg-rehearse verify --repair repair.sql".to_owned());
        }
        if different.split(',').any(|check| matches!(check, "schema" | "rls" | "grants" | "indexes")) {
            steps.push("the schema can be put right by SQL to review: pg-rehearse verify --ddl schema.sql".to_owned());
        }
        steps.push(format!("mend what differs, then look again: pg-rehearse verify --only {different}"));
        steps.push("a difference that is meant to be: a [[waive]] entry with reason and until".to_owned());
    }
    if !incomplete.is_empty() {
        steps.push(format!("remove the reason it is incomplete, then: pg-rehearse verify --only {incomplete}"));
    }
    if report.units_of("advise").any(|unit| unit.outcome != Outcome::Same) {
        steps.push("a finding of an advisor: mend or [[waive]] it (pg-rehearse advise --explain RULE), then: pg-rehearse advise".to_owned());
    }
    if report.defects.iter().any(|defect| !defect.caught()) {
        steps.push("a planted defect was not caught exactly: do not rely on this verification yet".to_owned());
    }
    if report.faults.iter().any(|fault| fault.problem.is_some()) {
        steps.push("a fault was not borne: do not rely on resuming or going back yet".to_owned());
    }
    if report.units.is_empty() && report.faults.is_empty() {
        steps.push("no check ran: see --only, --skip and the configured scope".to_owned());
    }
    steps
}

/// Every open finding, in the order of the checks.
pub(super) fn open_findings(report: &RunReport) -> Vec<&Finding> {
    report.units.iter().flat_map(Unit::open_findings).collect()
}

/// The units that could not be looked at, with the reason.
pub(super) fn incomplete(report: &RunReport) -> Vec<(&Unit, &str)> {
    let reason = |unit: &'_ Unit| matches!(unit.outcome, Outcome::Incomplete { .. });
    report.units.iter().filter(|unit| reason(unit)).filter_map(|unit| Some((unit, unit_reason(unit)?))).collect()
}

/// The waived units, with the reason and the last day the waiver holds where one is known.
pub(super) fn waived(report: &RunReport) -> Vec<(&Unit, &str, Option<String>)> {
    // A waiver names the object of a finding; the days of all waivers that cover this unit, the first to end first.
    let until = |unit: &Unit| {
        let Outcome::Waived { findings, .. } = &unit.outcome else { return None };
        let covers = |used: &&WaiverUse| {
            let waiver = &used.waiver;
            findings.iter().any(|finding| finding.check == waiver.check && finding.object.to_string() == waiver.object)
        };
        report.waivers.iter().filter(covers).filter_map(|used| used.waiver.until).min().map(|day| day.to_string())
    };
    let is_waived = |unit: &&Unit| matches!(unit.outcome, Outcome::Waived { .. });
    let waived = report.units.iter().filter(is_waived);
    waived.filter_map(|unit| Some((unit, unit_reason(unit)?, until(unit)))).collect()
}

fn unit_reason(unit: &Unit) -> Option<&str> {
    match &unit.outcome {
        Outcome::Incomplete { reason, .. } | Outcome::Waived { reason, .. } => Some(reason),
        Outcome::Same | Outcome::Different { .. } => None,
    }
}

/// The objects nobody compared, grouped by why; the largest group first.
pub(super) fn not_compared(report: &RunReport) -> Vec<(&str, Vec<String>)> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for entry in &report.ledger {
        if let Some(reason) = &entry.not_compared {
            groups.entry(reason).or_default().push(entry.object.to_string());
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, objects)| std::cmp::Reverse(objects.len()));
    groups
}

/// The largest copied tables by rows, and how many more there are.
pub(super) fn largest(report: &RunReport) -> (Vec<&TableCopied>, usize) {
    let mut tables: Vec<_> = report.copied.iter().collect();
    tables.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.table.cmp(&b.table)));
    let more = tables.len().saturating_sub(LARGEST);
    tables.truncate(LARGEST);
    (tables, more)
}

/// Rows a second, as people read it; nothing where the time was too short to tell.
pub(super) fn rate(rows: u64, seconds: f64) -> String {
    if seconds < 0.001 || rows == 0 {
        return String::new();
    }
    format!("{}/s", count((rows as f64 / seconds).round() as u64))
}

/// The verdict the exit code amounts to: for colour.
pub(super) fn mood(report: &RunReport) -> Verdict {
    match report.exit_code() {
        ExitCode::Same => Verdict::Same,
        ExitCode::Different | ExitCode::Failed => Verdict::Different,
        ExitCode::Incomplete | ExitCode::Usage | ExitCode::Interrupted => Verdict::Incomplete,
    }
}

/// The first names of a list, and how many more there are.
pub(super) fn named(objects: &[String], limit: usize, show: impl Fn(&str) -> String) -> String {
    let mut names: Vec<String> = objects.iter().take(limit).map(|name| show(name)).collect();
    if objects.len() > limit {
        names.push(format!("and {} more", count(size(objects.len() - limit))));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_versions_cause_is_counted_and_named() {
        let view = format!("{LEFT_OUT_BY_VERSIONS}definition (15 prints a, 18 prints b)");
        let column = format!("{LEFT_OUT_BY_VERSIONS}not null constraint (15 has none, 18 prints c)");
        let said = by_versions(&[&view, &column, &view]);
        assert_eq!(said, "3 units: left out, caused by the versions: definition, not null constraint");
        assert_eq!(by_versions(&[]), "");
    }
}
