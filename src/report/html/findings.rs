//! The open findings: one fold each, rows and columns inside.

use super::page::Section;
use super::rows;
use super::table::Tags;
use crate::model::{Cause, Finding, RunReport, Severity, count, plural};
use crate::report::markup::escaped as esc;
use crate::report::{difference, digest, value};

/// Findings unfolded from the start.
const OPEN: usize = 5;

pub(super) fn section(report: &RunReport) -> Option<Section> {
    let findings = digest::open_findings(report);
    let mut body = String::new();
    for (index, finding) in findings.iter().enumerate() {
        one(&mut body, finding, index);
    }
    let note = plural(findings.len() as u64, "finding");
    (!findings.is_empty()).then(|| Section::new("differs", "What differs", note, body))
}

/// A severity as the filters know it.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocks => "blocks",
        Severity::Behaviour => "behaviour",
        Severity::Cosmetic => "cosmetic",
    }
}

fn one(out: &mut String, finding: &Finding, index: usize) {
    let mut facts = format!(" · {}", esc(&finding.attribute));
    if finding.total > 0 {
        facts.push_str(&format!(" · {}", plural(finding.total, "row")));
    }
    if let Some(side) = finding.side {
        facts.push_str(&format!(" · on the {side}"));
    }
    if let Some(severity) = finding.severity {
        facts.push_str(&format!(" · {severity}"));
    }
    let tags = Tags::of(&finding.check, "different").severity(finding.severity.map_or("", word));
    let number = index + 1;
    out.push_str(&format!(
        "<details class=\"finding\" id=\"f-{number}\"{}{}><summary><strong>{}</strong>{facts} <span class=\"faint\">{}</span></summary>\n<p>{}</p>\n",
        tags.html(),
        if index < OPEN { " open" } else { "" },
        esc(&finding.object.to_string()),
        esc(&finding.check),
        esc(&finding.message)
    ));
    if finding.causes.len() > 1 {
        let item = |cause: &Cause| format!("<li>{} × {}</li>\n", count(cause.rows), esc(&cause.text));
        let items: String = finding.causes.iter().map(item).collect();
        out.push_str(&format!("<ul class=\"causes\">\n{items}</ul>\n"));
    }
    if let Some(drawn) = difference::values(finding.source.as_deref(), finding.target.as_deref()) {
        out.push_str(&format!("<div class=\"value\">{}</div>\n", rows::inside(drawn)));
    } else if finding.source.is_some() || finding.target.is_some() {
        let shown = |text: &Option<String>| match text {
            Some(text) => format!("<code>{}</code>", value::edges(&esc(text))),
            None => "(none)".to_owned(),
        };
        out.push_str(&format!("<dl><dt>source</dt><dd>{}</dd>", shown(&finding.source)));
        out.push_str(&format!("<dt>target</dt><dd>{}</dd></dl>\n", shown(&finding.target)));
    }
    rows::write(out, finding);
    out.push_str("</details>\n");
}
