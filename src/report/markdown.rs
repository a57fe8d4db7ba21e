//! The report as a pull-request comment.
//!
//! Never true in here: more text than a comment may hold, a list cut without its total, or text from a database that can make
//! markup, a mention or a table cell of its own.

use super::difference::{self, Drawn, Line, Piece};
use super::{advice, digest, own_schema, value};
use crate::model::{
    ColumnDifference, Finding, PhaseStatus, RowChange, RowDifference, RunReport, SideFacts, count, plural, seconds,
};

/// Bytes of the whole comment; GitHub takes 65,536 characters.
const LIMIT: usize = 60_000;
/// Bytes of one finding.
const FINDING: usize = 6_000;
/// Bytes and lines of every other list.
const LIST: usize = 6_000;
/// Characters of a name or a sentence.
const SHOWN: usize = 200;

/// Writes the report as Markdown.
pub(super) fn render(report: &RunReport) -> String {
    let mut head = format!("## {}: {}\n\n", digest::word(report), prose(&digest::headline(report)));
    head.push_str(&format!(
        "`{}` by pg-rehearse {}, {:.0}, took {}\n\n",
        code_text(&report.verb),
        prose(&report.tool_version),
        report.started,
        seconds(report.seconds)
    ));
    head.push_str("| side | name | address | server | snapshot |\n|---|---|---|---|---|\n");
    head.push_str(&side("source", &report.source));
    head.push_str(&side("target", &report.target));
    head.push_str(&phases(report));
    head.push_str(&copied(report));
    head.push_str(&checks(report));
    if let Some(matrix) = &report.sight {
        head.push_str(&format!("Who is shown what, {}: {}\n\n", digest::asked(matrix), digest::shown(matrix)));
    }

    let mut tail = advised(report);
    tail.push_str(&incomplete(report));
    tail.push_str(&waived(report));
    tail.push_str(&ledger(report));
    tail.push_str(&own_schema(report));
    tail.push_str(&defects(report));
    tail.push_str(&faults(report));
    tail.push_str(&next(report));
    let findings = findings(report, LIMIT.saturating_sub(head.len() + tail.len()));
    format!("{head}{findings}{tail}")
}

fn side(label: &str, facts: &SideFacts) -> String {
    let snapshot: Vec<&str> = [&facts.lsn, &facts.snapshot_taken].into_iter().flatten().map(String::as_str).collect();
    format!(
        "| {label} | {} | {} | {} | {} |\n",
        prose(&facts.name),
        cell_code(&facts.url),
        prose(&facts.version),
        prose(&snapshot.join(" "))
    )
}

fn phases(report: &RunReport) -> String {
    let planned = digest::is_planned(report);
    let rows = report.phases.iter().map(|phase| {
        let word = match phase.status {
            PhaseStatus::Go => "go",
            PhaseStatus::NoGo => "**no-go**",
            PhaseStatus::Failed => "**failed**",
        };
        let length = if planned { format!(" {} |", digest::planned(phase)) } else { String::new() };
        let (name, took) = (phase.phase.name(), seconds(phase.seconds));
        format!("| {name} | {word} | {took} |{length} {} |\n", prose(&phase.summary))
    });
    let header = match planned {
        true => "| phase | | time | planned | summary |\n|---|---|--:|--:|---|\n",
        false => "| phase | | time | summary |\n|---|---|--:|---|\n",
    };
    let decisions = digest::decisions(report).iter().map(|line| format!("- {}\n", prose(line))).collect();
    table("Phases", header, rows.collect()) + &list("Decisions", "decision", decisions)
}

fn copied(report: &RunReport) -> String {
    let (tables, more) = digest::largest(report);
    let mut rows: Vec<String> = tables
        .iter()
        .map(|table| {
            let rate = digest::rate(table.rows, table.seconds);
            let name = cell_code(&table.table.to_string());
            format!("| {name} | {} | {} | {} | {rate} |\n", table.level, count(table.rows), seconds(table.seconds))
        })
        .collect();
    if !rows.is_empty() {
        let total = digest::summary(report);
        let others = if more > 0 { format!(", {} smaller not listed", count(more as u64)) } else { String::new() };
        let tables = plural(total.tables_copied, "table");
        rows.push(format!("| **{tables}**{others} | | **{}** | | |\n", count(total.rows_copied)));
    }
    table("Copied", "| table | level | rows | time | rate |\n|---|--:|--:|--:|--:|\n", rows)
}

fn checks(report: &RunReport) -> String {
    let rows = digest::checks(report).into_iter().map(|row| {
        let [same, different, incomplete, waived] = [row.same, row.different, row.incomplete, row.waived].map(count);
        let measured = prose(&row.measured);
        let different = if row.different > 0 { format!("**{different}**") } else { different };
        let name = prose(&row.check);
        format!("| {name} | {} | {same} | {different} | {incomplete} | {waived} | {measured} |\n", count(row.units))
    });
    let header =
        "| check | units | same | different | incomplete | waived | measured |\n|---|--:|--:|--:|--:|--:|---|\n";
    table("Checks", header, rows.collect())
}

fn findings(report: &RunReport, room: usize) -> String {
    let findings = digest::open_findings(report);
    if findings.is_empty() {
        return String::new();
    }
    let mut out = format!("### What differs ({})\n\n", plural(findings.len() as u64, "finding"));
    let room = room.saturating_sub(out.len() + 200);
    for (index, finding) in findings.iter().enumerate() {
        let block = one(finding);
        if out.len() + block.len() > room {
            let left = plural((findings.len() - index) as u64, "finding");
            out.push_str(&format!("\n**{left} more not shown here**; the JSON and HTML reports hold them all.\n\n"));
            return out;
        }
        out.push_str(&block);
    }
    out.push('\n');
    out
}

fn one(finding: &Finding) -> String {
    let mut facts = format!(" · {}", prose(&finding.attribute));
    if finding.total > 0 {
        facts.push_str(&format!(" · {}", plural(finding.total, "row")));
    }
    if let Some(side) = finding.side {
        facts.push_str(&format!(" · on the {side}"));
    }
    if let Some(severity) = finding.severity {
        facts.push_str(&format!(" · {severity}"));
    }
    let object = code(&finding.object.to_string());
    let mut out = format!("- {object}{facts} ({}): {}\n", prose(&finding.check), prose(&finding.message));
    if finding.causes.len() > 1 {
        for cause in &finding.causes {
            out.push_str(&format!("  - {} × {}\n", count(cause.rows), prose(&cause.text)));
        }
    }
    if let Some(drawn) = difference::values(finding.source.as_deref(), finding.target.as_deref()) {
        // A block cannot begin a list item.
        let label = if matches!(drawn, Drawn::Lines(_)) { "from source to target" } else { "" };
        out.push_str(&format!("  - {label}{}\n", inside(4, drawn)));
    } else if finding.source.is_some() || finding.target.is_some() {
        for (label, text) in [("source", &finding.source), ("target", &finding.target)] {
            let text = text.as_deref().map_or_else(|| "(none)".to_owned(), |text| code(&value::edges(text)));
            out.push_str(&format!("  - {label} {text}\n"));
        }
    }
    let mut shown = 0;
    for row in &finding.rows {
        let text = self::row(row);
        if out.len() + text.len() > FINDING {
            break;
        }
        out.push_str(&text);
        shown += 1;
    }
    let more = finding.total.max(finding.rows.len() as u64).saturating_sub(shown);
    if more > 0 && !finding.rows.is_empty() {
        out.push_str(&format!("  - and {} more\n", count(more)));
    }
    out
}

fn row(row: &RowDifference) -> String {
    let note = match row.change {
        RowChange::Missing => "missing on the target",
        RowChange::Extra => "only on the target",
        RowChange::Changed => "changed",
    };
    let mut out = format!("  - {} {note}\n", code(&row.key));
    for column in &row.columns {
        out.push_str(&format!("    - {} {}\n", code(&column.column), values(row.change, column)));
    }
    out
}

fn values(change: RowChange, column: &ColumnDifference) -> String {
    if let Some(drawn) = difference::column(change, column) {
        return inside(6, drawn);
    }
    let (source, target) = (column.source.as_deref(), column.target.as_deref());
    let shown = |text| code(&value::shown_short(text));
    match (change, source, target) {
        (RowChange::Missing, source, _) => shown(source),
        (RowChange::Extra, _, target) => shown(target),
        (RowChange::Changed, None, None) => "(not shown)".to_owned(),
        (RowChange::Changed, source, target) => format!("{} → {}", shown(source), shown(target)),
    }
}

/// A difference within two values: inline, or as a block below the list item whose text begins at `indent`.
fn inside(indent: usize, drawn: Drawn) -> String {
    let lines = match drawn {
        Drawn::Lines(lines) => lines,
        Drawn::Inline(pieces) => {
            let pieces = pieces.into_iter().map(|piece| match piece {
                Piece::Same(text) => text,
                Piece::Removed(text) => format!("[-{text}-]"),
                Piece::Added(text) => format!("{{+{text}+}}"),
            });
            return span(&pieces.collect::<String>());
        }
    };
    let lines: Vec<String> = lines.iter().map(Line::plain).collect();
    let longest = lines.iter().map(|line| backticks(line)).max().unwrap_or_default();
    let (fence, margin) = ("`".repeat(longest.max(2) + 1), " ".repeat(indent));
    let body: String = lines.iter().map(|line| format!("{margin}{line}\n")).collect();
    format!("\n\n{margin}{fence}diff\n{body}{margin}{fence}")
}

fn advised(report: &RunReport) -> String {
    let rows = advice::rules(report).into_iter().map(|row| {
        let counts = row.counts;
        let new = if counts.new > 0 { format!("**{}**", counts.new) } else { "0".to_owned() };
        let objects = digest::named(&row.objects, advice::NAMED, cell_code);
        format!(
            "| {} | {} {} | {} | {} | {} | {new} | {objects} |\n",
            row.level,
            row.rule,
            prose(row.name),
            counts.source,
            counts.target,
            counts.both
        )
    });
    let title = format!("Advice ({})", plural(report.advice.len() as u64, "finding"));
    let header = "| level | rule | source | target | both | new | objects |\n|---|---|--:|--:|--:|--:|---|\n";
    table(&title, header, rows.collect())
}

fn incomplete(report: &RunReport) -> String {
    let lines = digest::incomplete(report).into_iter().map(|(unit, reason)| {
        format!("- {} ({}): {}\n", code(&unit.object.to_string()), prose(&unit.check), prose(reason))
    });
    list("Not looked at, or not wholly", "unit", lines.collect())
}

fn waived(report: &RunReport) -> String {
    let lines = digest::waived(report).into_iter().map(|(unit, reason, until)| {
        let until = until.map_or_else(String::new, |day| format!(", until {day}"));
        format!("- {} ({}{until}): {}\n", code(&unit.object.to_string()), prose(&unit.check), prose(reason))
    });
    list("Waived", "unit", lines.collect())
}

fn ledger(report: &RunReport) -> String {
    if report.ledger.is_empty() {
        return String::new();
    }
    let summary = digest::summary(report);
    let compared = plural(summary.objects_compared, "object");
    let lines = digest::not_compared(report).into_iter().map(|(reason, objects)| {
        format!("- {} × {}: {}\n", objects.len(), prose(reason), digest::named(&objects, 3, code))
    });
    let lines: Vec<String> = lines.collect();
    format!(
        "### Coverage\n\n{compared} compared, {} not compared\n\n{}",
        count(summary.objects_not_compared),
        bounded(lines, "reason")
    )
}

fn own_schema(report: &RunReport) -> String {
    let Some(own) = &report.own_schema else { return String::new() };
    let mut out = format!("\n### Your schema\n\n{}\n", prose(&own_schema::line(own)));
    for (title, asides) in own_schema::lists(report) {
        let line = |one: &crate::model::Aside| {
            format!("- {}: {}\n", span(&value::cut(&value::visible(&one.object), SHOWN)), prose(&one.reason))
        };
        out.push('\n');
        out.push_str(&list(title, "entry", asides.iter().map(line).collect()));
    }
    out
}

fn defects(report: &RunReport) -> String {
    let mut rows: Vec<String> = Vec::new();
    let mut open = report.defects.iter().collect::<Vec<_>>();
    open.sort_by_key(|defect| defect.caught());
    for defect in open {
        let mark = if defect.caught() { "✓" } else { "✗" };
        let lines = defect.missed.iter().map(|line| format!("missed {line}"));
        let lines = lines.chain(defect.unexpected.iter().map(|line| format!("unexpected {line}")));
        rows.push(format!(
            "| {mark} | {} | {} | {} | {} | {} |\n",
            prose(&defect.defect),
            prose(&defect.planted),
            prose(&defect.caught_by.join(", ")),
            prose(&lines.collect::<Vec<_>>().join("; ")),
            seconds(defect.seconds)
        ));
    }
    let header = "| | defect | planted | caught by | missed or unexpected | time |\n|---|---|---|---|---|--:|\n";
    table("Planted defects", header, rows)
}

fn faults(report: &RunReport) -> String {
    let row = |fault: &crate::model::FaultResult| {
        format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            if fault.problem.is_none() { "✓" } else { "✗" },
            prose(&fault.fault),
            digest::struck(fault),
            prose(&fault.exits.join(", ")),
            prose(fault.problem.as_deref().unwrap_or(&fault.ending)),
            seconds(fault.seconds)
        )
    };
    let header = "| | fault | when | runs and their exit codes | ending | time |\n|---|---|---|---|---|--:|\n";
    table("Faults that struck the day", header, report.faults.iter().map(row).collect())
}

fn next(report: &RunReport) -> String {
    let lines: Vec<String> = digest::next_steps(report).iter().map(|step| format!("- {}\n", prose(step))).collect();
    if lines.is_empty() { String::new() } else { format!("### Next\n\n{}", bounded(lines, "step")) }
}

fn table(title: &str, header: &str, rows: Vec<String>) -> String {
    if rows.is_empty() { String::new() } else { format!("\n### {title}\n\n{header}{}", bounded(rows, "row")) }
}

fn list(title: &str, noun: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    format!("### {title} ({})\n\n{}", plural(lines.len() as u64, noun), bounded(lines, noun))
}

/// As many lines as there is room for, and how many were left out.
fn bounded(lines: Vec<String>, noun: &str) -> String {
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        if out.len() + line.len() > LIST {
            out.push_str(&format!("\nand {} more\n", plural((lines.len() - index) as u64, noun)));
            break;
        }
        out.push_str(line);
    }
    out.push('\n');
    out
}

/// A sentence or a name outside code: no character of it is markup.
fn prose(text: &str) -> String {
    let mut out = String::new();
    for c in value::cut(&value::visible(text), SHOWN).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            // An empty comment keeps a name from being mentioned and an address from becoming a link.
            '@' => out.push_str("@<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out.replace("://", ":<!-- -->//")
}

/// A name or a value as code, outside a table.
fn code(text: &str) -> String {
    span(&value::cut(&value::visible(text), SHOWN))
}

/// The longest run of backticks.
fn backticks(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// Text already made visible, between enough backticks.
fn span(text: &str) -> String {
    let longest = backticks(text);
    let fence = "`".repeat(longest + 1);
    if text.is_empty() {
        "` `".to_owned()
    } else if longest > 0 || (text.starts_with(' ') && text.ends_with(' ')) {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// A name or a value as code in a table, where a pipe ends the cell even in code.
fn cell_code(text: &str) -> String {
    code(text).replace('|', "\\|")
}

fn code_text(text: &str) -> String {
    value::visible(text).replace('`', "'")
}
