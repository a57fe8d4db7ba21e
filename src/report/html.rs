//! The report as one page: nothing to load, nothing to run, light and dark, fit to print.
//!
//! Never true in here: text from a database reaching the page unescaped, a script, or an address the page would load.

mod findings;

use super::markup::escaped as esc;
use super::{advice, digest, own_schema};
use crate::model::{AdviceLevel, PhaseStatus, RunReport, SideFacts, Verdict, count, plural, seconds};

const CSS: &str = include_str!("html/page.css");
/// Objects named for each reason of the ledger.
const NAMED: usize = 50;

/// Writes the report as a page.
pub(super) fn render(report: &RunReport) -> String {
    let word = digest::word(report);
    let class = match digest::mood(report) {
        Verdict::Same => "good",
        Verdict::Different => "bad",
        Verdict::Incomplete => "unsure",
    };
    let (source, target) = (esc(&report.source.name), esc(&report.target.name));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{word}: {source} to {target}</title>\n<style>\n{CSS}</style>\n</head>\n<body>\n\
         <header class=\"{class}\"><h1>{word}</h1><p>{}</p></header>\n<main>\n",
        esc(&digest::headline(report))
    );
    out.push_str(&format!(
        "<p class=\"faint\">{} by pg-rehearse {}, {:.0}, took {}</p>\n",
        esc(&report.verb),
        esc(&report.tool_version),
        report.started,
        seconds(report.seconds)
    ));
    let sides = vec![side("source", &report.source), side("target", &report.target)];
    out.push_str(&table(&["", "name", "address", "server", "lsn", "snapshot"], &[], &sides));
    next(&mut out, report);
    phases(&mut out, report);
    copied(&mut out, report);
    checks(&mut out, report);
    findings::write(&mut out, report);
    advised(&mut out, report);
    incomplete(&mut out, report);
    waived(&mut out, report);
    ledger(&mut out, report);
    own_schema(&mut out, report);
    defects(&mut out, report);
    faults(&mut out, report);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn side(label: &str, facts: &SideFacts) -> Vec<String> {
    let code = |text: &str| format!("<code>{}</code>", esc(text));
    vec![
        label.to_owned(),
        format!("<strong>{}</strong>", esc(&facts.name)),
        code(&facts.url),
        esc(&facts.version),
        facts.lsn.as_deref().map_or_else(String::new, code),
        esc(facts.snapshot_taken.as_deref().unwrap_or_default()),
    ]
}

fn next(out: &mut String, report: &RunReport) {
    let steps = digest::next_steps(report);
    if !steps.is_empty() {
        let items: String = steps.iter().map(|step| format!("<li>{}</li>\n", esc(step))).collect();
        out.push_str(&format!("<h2>Next</h2>\n<ul>\n{items}</ul>\n"));
    }
}

fn phases(out: &mut String, report: &RunReport) {
    let planned = digest::is_planned(report);
    let rows = report.phases.iter().map(|phase| {
        let (word, class) = match phase.status {
            PhaseStatus::Go => ("go", "good"),
            PhaseStatus::NoGo => ("no-go", "bad"),
            PhaseStatus::Failed => ("failed", "bad"),
        };
        let word = format!("<span class=\"{class}\">{word}</span>");
        let length = planned.then(|| digest::planned(phase));
        let begin = [phase.phase.name().to_owned(), word, seconds(phase.seconds)];
        begin.into_iter().chain(length).chain([esc(&phase.summary)]).collect()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    match planned {
        true => section(out, "Phases", &["phase", "", "time", "planned", "summary"], &[2, 3], &rows),
        false => section(out, "Phases", &["phase", "", "time", "summary"], &[2], &rows),
    }
    let decisions: String = digest::decisions(report).iter().map(|line| format!("<li>{}</li>\n", esc(line))).collect();
    if !decisions.is_empty() {
        out.push_str(&format!("<h2>Decisions</h2>\n<ul>\n{decisions}</ul>\n"));
    }
}

fn copied(out: &mut String, report: &RunReport) {
    let mut tables: Vec<_> = report.copied.iter().collect();
    tables.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.table.cmp(&b.table)));
    let row = |table: &&crate::model::TableCopied| {
        let rate = digest::rate(table.rows, table.seconds);
        let name = esc(&table.table.to_string());
        vec![name, table.level.to_string(), count(table.rows), seconds(table.seconds), rate]
    };
    let rows: Vec<_> = tables.iter().map(row).collect();
    if rows.is_empty() {
        return;
    }
    let total = digest::summary(report);
    out.push_str(&format!(
        "<h2>Copied</h2>\n<details{}><summary>{}, {}</summary>\n{}</details>\n",
        if rows.len() <= digest::LARGEST { " open" } else { "" },
        plural(total.rows_copied, "row"),
        plural(total.tables_copied, "table"),
        table(&["table", "level", "rows", "time", "rate"], &[1, 2, 3, 4], &rows)
    ));
}

fn checks(out: &mut String, report: &RunReport) {
    let rows = digest::checks(report).into_iter().map(|row| {
        let figure = |number: u64, class: &str| match number {
            0 => "·".to_owned(),
            number => format!("<span class=\"{class}\">{}</span>", count(number)),
        };
        vec![
            esc(&row.check),
            count(row.units),
            figure(row.same, ""),
            figure(row.different, "bad"),
            figure(row.incomplete, "unsure"),
            figure(row.waived, ""),
            esc(&row.measured),
        ]
    });
    let header = ["check", "units", "same", "different", "incomplete", "waived", "measured"];
    section(out, "Checks", &header, &[1, 2, 3, 4, 5], &rows.collect::<Vec<_>>());
}

fn advised(out: &mut String, report: &RunReport) {
    let rows = advice::rules(report).into_iter().map(|row| {
        let class = match row.level {
            AdviceLevel::Error => "bad",
            AdviceLevel::Warn => "unsure",
            AdviceLevel::Info => "",
        };
        let counts = row.counts;
        let new = if counts.new > 0 { format!("<span class=\"bad\">{}</span>", counts.new) } else { "·".to_owned() };
        vec![
            format!("<span class=\"{class}\">{}</span>", row.level),
            format!("{} {}", row.rule, esc(row.name)),
            counts.source.to_string(),
            counts.target.to_string(),
            counts.both.to_string(),
            new,
            digest::named(&row.objects, NAMED, esc),
        ]
    });
    let title = format!("Advice ({})", plural(report.advice.len() as u64, "finding"));
    let header = ["level", "rule", "source", "target", "both", "new", "objects"];
    section(out, &title, &header, &[2, 3, 4, 5], &rows.collect::<Vec<_>>());
}

fn incomplete(out: &mut String, report: &RunReport) {
    let rows = digest::incomplete(report)
        .into_iter()
        .map(|(unit, reason)| vec![esc(&unit.object.to_string()), esc(&unit.check), esc(reason)]);
    section(out, "Not looked at, or not wholly", &["object", "check", "why"], &[], &rows.collect::<Vec<_>>());
}

fn waived(out: &mut String, report: &RunReport) {
    let rows = digest::waived(report).into_iter().map(|(unit, reason, until)| {
        let until = until.unwrap_or_else(|| "no last day".to_owned());
        vec![esc(&unit.object.to_string()), esc(&unit.check), esc(reason), until]
    });
    section(out, "Waived", &["object", "check", "why", "until"], &[], &rows.collect::<Vec<_>>());
}

fn ledger(out: &mut String, report: &RunReport) {
    if report.ledger.is_empty() {
        return;
    }
    let summary = digest::summary(report);
    let compared = plural(summary.objects_compared, "object");
    let without = count(summary.objects_not_compared);
    out.push_str(&format!("<h2>Coverage</h2>\n<p>{compared} compared, {without} not compared</p>\n"));
    for (reason, objects) in digest::not_compared(report) {
        let names = digest::named(&objects, NAMED, esc);
        let number = count(objects.len() as u64);
        out.push_str(&format!("<details><summary>{number} × {}</summary><p>{names}</p></details>\n", esc(reason)));
    }
}

fn own_schema(out: &mut String, report: &RunReport) {
    let Some(own) = &report.own_schema else { return };
    out.push_str(&format!("<h2>Your schema</h2>\n<p>{}</p>\n", esc(&own_schema::line(own))));
    for (title, asides) in own_schema::lists(report) {
        let rows: Vec<_> = asides.iter().map(|one| vec![esc(&one.object), esc(&one.reason)]).collect();
        section(out, title, &["what", "why"], &[], &rows);
    }
}

fn defects(out: &mut String, report: &RunReport) {
    let rows = report.defects.iter().map(|defect| {
        let mark = if defect.caught() { "<span class=\"good\">✓</span>" } else { "<span class=\"bad\">✗</span>" };
        let lines = defect.missed.iter().map(|line| format!("missed {line}"));
        let lines = lines.chain(defect.unexpected.iter().map(|line| format!("unexpected {line}")));
        let wrong: Vec<String> = lines.map(|line| esc(&line)).collect();
        let caught_by = esc(&defect.caught_by.join(", "));
        let (name, planted) = (esc(&defect.defect), esc(&defect.planted));
        vec![mark.to_owned(), name, planted, caught_by, wrong.join("<br>"), seconds(defect.seconds)]
    });
    let header = ["", "defect", "planted", "caught by", "missed or unexpected", "time"];
    section(out, "Planted defects", &header, &[5], &rows.collect::<Vec<_>>());
}

fn faults(out: &mut String, report: &RunReport) {
    let rows = report.faults.iter().map(|fault| {
        let (mark, class) = if fault.problem.is_none() { ("✓", "good") } else { ("✗", "bad") };
        vec![
            format!("<span class=\"{class}\">{mark}</span>"),
            esc(&fault.fault),
            digest::struck(fault),
            esc(&fault.exits.join(", ")),
            esc(fault.problem.as_deref().unwrap_or(&fault.ending)),
            seconds(fault.seconds),
        ]
    });
    let header = ["", "fault", "when", "runs and their exit codes", "ending", "time"];
    section(out, "Faults that struck the day", &header, &[5], &rows.collect::<Vec<_>>());
}

fn section(out: &mut String, title: &str, header: &[&str], right: &[usize], rows: &[Vec<String>]) {
    if !rows.is_empty() {
        out.push_str(&format!("<h2>{title}</h2>\n{}", table(header, right, rows)));
    }
}

/// A table of cells that are HTML already.
fn table(header: &[&str], right: &[usize], rows: &[Vec<String>]) -> String {
    let mut out = String::from("<div class=\"wide\"><table>\n<thead><tr>");
    let class = |index: usize| if right.contains(&index) { " class=\"n\"" } else { "" };
    for (index, title) in header.iter().enumerate() {
        out.push_str(&format!("<th{}>{title}</th>", class(index)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (index, cell) in row.iter().enumerate() {
            out.push_str(&format!("<td{}>{cell}</td>", class(index)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
    out
}
