//! The report for a CI server's test page: a suite a check, a case a unit.
//!
//! Never true in here: a green page where the exit code is not 0.

use super::difference::{self, Drawn};
use super::markup::escaped;
use super::{digest, value};
use crate::model::{ExitCode, Finding, Outcome, PhaseStatus, RowChange, RunReport, Unit, count};

/// Characters of one case's text.
const SHOWN: usize = 20_000;

/// What a case came to.
enum Mark {
    Passed,
    Failure,
    Error,
    Skipped,
}

struct Case {
    name: String,
    mark: Mark,
    message: String,
    body: String,
    seconds: Option<f64>,
}

/// Writes the report as JUnit XML.
pub(super) fn render(report: &RunReport) -> String {
    let mut suites: Vec<(String, Vec<Case>)> = digest::checks(report)
        .into_iter()
        .map(|row| (row.check.clone(), report.units_of(&row.check).map(unit).collect()))
        .collect();
    suites.push(("phases".to_owned(), phases(report)));
    suites.push(("planted defects".to_owned(), defects(report)));
    suites.push(("faults".to_owned(), faults(report)));
    suites.extend(super::own_schema::lists(report).into_iter().map(|(title, list)| {
        let skipped = |one: &crate::model::Aside| {
            case(&value::visible(&one.object), Mark::Skipped, &value::visible(&one.reason), String::new())
        };
        (title.to_lowercase(), list.iter().map(skipped).collect())
    }));
    if report.units.is_empty() && report.exit_code() != ExitCode::Same {
        suites.push(("verdict".to_owned(), vec![case("units", Mark::Error, "nothing was compared", String::new())]));
    }
    suites.retain(|(_, cases)| !cases.is_empty());

    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all = totals(suites.iter().flat_map(|(_, cases)| cases));
    out.push_str(&format!(
        "<testsuites name=\"pg-rehearse {}\" {all} time=\"{:.3}\">\n",
        escaped(&report.verb),
        report.seconds
    ));
    for (name, cases) in &suites {
        out.push_str(&format!("  <testsuite name=\"{}\" {}>\n", escaped(name), totals(cases)));
        for case in cases {
            write(&mut out, name, case);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(name: &str, mark: Mark, message: &str, body: String) -> Case {
    Case { name: name.to_owned(), mark, message: message.to_owned(), body, seconds: None }
}

fn unit(unit: &Unit) -> Case {
    let name = unit.object.to_string();
    match &unit.outcome {
        Outcome::Same => case(&name, Mark::Passed, "", String::new()),
        Outcome::Different { findings } => {
            let message = findings.first().map_or("", |finding| &finding.message);
            case(&name, Mark::Failure, message, body(findings))
        }
        Outcome::Incomplete { reason, findings } => case(&name, Mark::Error, reason, body(findings)),
        Outcome::Waived { reason, .. } => case(&name, Mark::Skipped, reason, String::new()),
    }
}

fn body(findings: &[Finding]) -> String {
    let mut lines = Vec::new();
    for finding in findings {
        let severity = finding.severity.map(|severity| format!(" ({severity})")).unwrap_or_default();
        lines.push(format!("{}: {}: {}{severity}", finding.object, finding.attribute, finding.message));
        if finding.causes.len() > 1 {
            lines.extend(finding.causes.iter().map(|cause| format!("  {} x {}", count(cause.rows), cause.text)));
        }
        if let Some(Drawn::Lines(drawn)) = difference::values(finding.source.as_deref(), finding.target.as_deref()) {
            lines.extend(drawn.iter().map(|line| format!("  {}", line.plain())));
        } else if finding.source.is_some() || finding.target.is_some() {
            let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "(none)".to_owned());
            lines.push(format!("  source: {}", side(&finding.source)));
            lines.push(format!("  target: {}", side(&finding.target)));
        }
        for row in &finding.rows {
            let change = match row.change {
                RowChange::Missing => "missing",
                RowChange::Extra => "extra",
                RowChange::Changed => "changed",
            };
            lines.push(format!("  {change} {}", row.key));
            for column in &row.columns {
                if let Some(Drawn::Lines(drawn)) = difference::column(row.change, column) {
                    lines.push(format!("    {}:", column.column));
                    lines.extend(drawn.iter().map(|line| format!("    {}", line.plain())));
                    continue;
                }
                let (source, target) = (column.source.as_deref(), column.target.as_deref());
                let values = match (row.change, source, target) {
                    (RowChange::Missing, source, _) => value::shown(source),
                    (RowChange::Extra, _, target) => value::shown(target),
                    (RowChange::Changed, None, None) => "(not shown)".to_owned(),
                    (RowChange::Changed, source, target) => {
                        format!("{} -> {}", value::shown(source), value::shown(target))
                    }
                };
                lines.push(format!("    {}: {values}", column.column));
            }
        }
        let more = finding.total.saturating_sub(finding.rows.len() as u64);
        if more > 0 {
            lines.push(format!("  {more} more rows"));
        }
    }
    let lines: Vec<String> = lines.iter().map(|line| value::visible(line)).collect();
    value::cut(&lines.join("\n"), SHOWN)
}

fn phases(report: &RunReport) -> Vec<Case> {
    let mark = |status| match status {
        PhaseStatus::Go => Mark::Passed,
        PhaseStatus::NoGo => Mark::Failure,
        PhaseStatus::Failed => Mark::Error,
    };
    let phase = |phase: &crate::model::PhaseReport| Case {
        seconds: Some(phase.seconds),
        ..case(phase.phase.name(), mark(phase.status), &phase.summary, String::new())
    };
    report.phases.iter().map(phase).collect()
}

fn defects(report: &RunReport) -> Vec<Case> {
    let defect = |defect: &crate::model::DefectResult| {
        let name = format!("{}: {}", defect.defect, defect.planted);
        let lines = defect.missed.iter().map(|line| format!("missed {line}"));
        let lines = lines.chain(defect.unexpected.iter().map(|line| format!("unexpected {line}")));
        let lines: Vec<String> = lines.map(|line| value::visible(&line)).collect();
        let mark = if defect.caught() { Mark::Passed } else { Mark::Failure };
        Case { seconds: Some(defect.seconds), ..case(&name, mark, "not caught exactly as planted", lines.join("\n")) }
    };
    report.defects.iter().map(defect).collect()
}

fn faults(report: &RunReport) -> Vec<Case> {
    let fault = |fault: &crate::model::FaultResult| {
        let name = format!("{}: {}", fault.fault, super::digest::struck(fault));
        let mark = if fault.problem.is_none() { Mark::Passed } else { Mark::Failure };
        let problem = value::visible(fault.problem.as_deref().unwrap_or_default());
        Case { seconds: Some(fault.seconds), ..case(&name, mark, "not borne", problem) }
    };
    report.faults.iter().map(fault).collect()
}

fn totals<'a>(cases: impl IntoIterator<Item = &'a Case>) -> String {
    let (mut tests, mut failures, mut errors, mut skipped) = (0, 0, 0, 0);
    for case in cases {
        tests += 1;
        match case.mark {
            Mark::Passed => {}
            Mark::Failure => failures += 1,
            Mark::Error => errors += 1,
            Mark::Skipped => skipped += 1,
        }
    }
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
}

fn write(out: &mut String, suite: &str, case: &Case) {
    let time = case.seconds.map_or_else(String::new, |seconds| format!(" time=\"{seconds:.3}\""));
    out.push_str(&format!("    <testcase classname=\"{}\" name=\"{}\"{time}", escaped(suite), escaped(&case.name)));
    let element = match case.mark {
        Mark::Passed => return out.push_str("/>\n"),
        Mark::Failure => "failure",
        Mark::Error => "error",
        Mark::Skipped => "skipped",
    };
    out.push_str(&format!(">\n      <{element} message=\"{}\"", escaped(&value::cut(&case.message, 500))));
    if case.body.is_empty() {
        out.push_str("/>\n");
    } else {
        let body: Vec<String> = case.body.lines().map(escaped).collect();
        out.push_str(&format!(">{}</{element}>\n", body.join("\n")));
    }
    out.push_str("    </testcase>\n");
}
