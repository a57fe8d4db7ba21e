//! What roles, users and tenants are shown: a row a table or view, a column each.
//!
//! Never true in here: a cell that only its colour tells of.

use super::page::Section;
use super::table::Tags;
use crate::model::{RunReport, Sight, SightMatrix, SightOutcome, SightPersona, SightRow, count, plural};
use crate::report::digest;
use crate::report::markup::escaped as esc;

pub(super) fn section(report: &RunReport) -> Option<Section> {
    let matrix = report.sight.as_ref().filter(|matrix| !matrix.relations.is_empty() && !matrix.personas.is_empty())?;
    let mut body = format!(
        "<p>{}</p>\n<p class=\"faint\">Numbers are rows. <b>=</b> both sides show the same rows · <b>≠</b> what the source shows → what the \
         target shows · <b>~</b> only rows differ that one side lacks, which the check of rows reports · <b>?</b> not looked at, or not wholly</p>\n",
        digest::shown(matrix)
    );
    body.push_str(&table(matrix));
    if matrix.left_out > 0 {
        let more = plural(matrix.left_out, "more relation");
        body.push_str(&format!(
            "<p class=\"faint\">and {more}; of those left out, what differs is among the findings</p>\n"
        ));
    }
    Some(Section::new("sight", "Who is shown what", digest::asked(matrix), body))
}

fn table(matrix: &SightMatrix) -> String {
    let caption = "Rows that each persona and tenant is shown of each table and view";
    let mut out = format!(
        "<div class=\"wide\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\"><table class=\"sight\">\n\
         <caption class=\"sr\">{caption}</caption>\n<thead><tr><th scope=\"col\">table or view</th>"
    );
    for persona in &matrix.personas {
        out.push_str(&format!("<th scope=\"col\">{}</th>", heading(persona)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &matrix.relations {
        line(&mut out, row);
    }
    out.push_str("</tbody>\n</table></div>\n");
    out
}

/// The persona's name; below it its role and its tenant where the name is neither.
fn heading(persona: &SightPersona) -> String {
    let mut below = Vec::new();
    if persona.name != persona.role {
        below.push(format!("as {}", esc(&persona.role)));
    }
    if let Some(tenant) = persona.tenant.as_deref().filter(|tenant| !persona.name.contains(tenant)) {
        below.push(format!("of tenant {}", esc(tenant)));
    }
    let below = if below.is_empty() { String::new() } else { format!("<br><span>{}</span>", below.join(", ")) };
    format!("{}{below}", esc(&persona.name))
}

/// The relation's name; most are tables, so that only another kind is said.
fn name(row: &SightRow) -> String {
    if row.object.kind == "table" { row.object.identity.clone() } else { row.object.to_string() }
}

fn line(out: &mut String, row: &SightRow) {
    let any = |wanted| row.cells.iter().any(|cell| cell.comes_to == wanted);
    let outcome = match () {
        () if any(SightOutcome::Different) => "different",
        () if any(SightOutcome::Unknown) => "incomplete",
        () => "same",
    };
    let tags = Tags::of("behaviour", outcome).html();
    out.push_str(&format!("<tr{tags}><th scope=\"row\">{}</th>", esc(&name(row))));
    for cell in &row.cells {
        out.push_str(&format!("<td>{}</td>", self::cell(cell)));
    }
    out.push_str("</tr>\n");
}

fn cell(cell: &Sight) -> String {
    let (class, mark, word) = match cell.comes_to {
        SightOutcome::Same => ("good", "=", "same"),
        SightOutcome::Different => ("bad", "≠", "different"),
        SightOutcome::LeftToRows => ("unsure", "~", "differs by rows that one side lacks"),
        SightOutcome::Unknown => ("unsure", "?", "not looked at, or not wholly"),
    };
    // The caption says that numbers are rows.
    let bare = |shown: &str| esc(shown.strip_suffix(" rows").or_else(|| shown.strip_suffix(" row")).unwrap_or(shown));
    let known = |side: &Option<String>| side.as_deref().map_or_else(|| "not known".to_owned(), bare);
    let shown = match (&cell.source, &cell.target) {
        (None, None) => String::new(),
        (source, target) if source == target && cell.comes_to != SightOutcome::Different => known(source),
        (source, target) => format!("{} → {}", known(source), known(target)),
    };
    let others = match cell.of_others {
        Some(others) if others > 0 => format!("<br><span class=\"unsure\">{} of another tenant</span>", count(others)),
        _ => String::new(),
    };
    format!(
        "<span class=\"{class}\" aria-hidden=\"true\">{mark}</span> {shown}<span class=\"sr\"> {word}</span>{others}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cell_says_in_words_what_it_is() {
        let sight = |comes_to, source: Option<&str>, target: Option<&str>, of_others| {
            cell(&Sight { comes_to, source: source.map(Into::into), target: target.map(Into::into), of_others })
        };
        let same = sight(SightOutcome::Same, Some("3 rows"), Some("3 rows"), Some(0));
        assert!(same.contains("</span> 3<span class=\"sr\"> same") && !same.contains('→'), "{same}");
        let other = sight(SightOutcome::Different, Some("3 rows"), Some("3 rows"), Some(2));
        assert!(other.contains("3 → 3") && other.contains("2 of another tenant"), "{other}");
        assert!(sight(SightOutcome::Unknown, None, None, None).contains("not looked at"));
        assert!(sight(SightOutcome::LeftToRows, Some("refused"), None, None).contains("refused → not known"));
    }
}
