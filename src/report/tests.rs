//! Every format over the same two reports, and what must hold of each whatever the report.

use unicode_width::UnicodeWidthStr;

use super::*;
use crate::model::{Finding, ObjectRef, Outcome, RowChange, RowDifference, Unit, Verdict};

fn drawn(report: &RunReport, format: Format) -> String {
    render(report, format, Style::default()).unwrap()
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A report with far more in it than fits a comment.
fn crowded() -> RunReport {
    let mut report = sample::troubled();
    let row = |n: u64| RowDifference {
        change: RowChange::Missing,
        key: format!("id={n} {}", "k|`".repeat(60)),
        columns: Vec::new(),
    };
    let finding = |n| {
        let object = ObjectRef::new("table", format!("public.{}_{n}", "wide|name".repeat(20)));
        Finding::new("rows", object, "rows missing", "gone ".repeat(200)).with_rows(5_000, (0..40).map(row).collect())
    };
    for n in 0..200 {
        let object = ObjectRef::new("table", format!("public.t{n}"));
        report.units.push(Unit::judged("rows", object.clone(), vec![finding(n)]));
        report.units.push(Unit::incomplete("counts", object, "no | permission\n".repeat(30)));
    }
    let (defect, entry) = (report.defects[2].clone(), report.ledger[3].clone());
    report.defects.extend(std::iter::repeat_n(defect, 500));
    report.ledger.extend((0..500).map(|n| {
        let mut entry = entry.clone();
        entry.not_compared = Some(format!("reason {n} {}", "<b>".repeat(200)));
        entry
    }));
    report
}

#[test]
fn each_format_of_a_troubled_day() {
    for format in Format::ALL {
        snapshot(&format!("report_troubled_{format}"), &drawn(&sample::troubled(), format));
    }
}

#[test]
fn each_format_of_equal_databases() {
    for format in [Format::Text, Format::Markdown, Format::Junit] {
        snapshot(&format!("report_same_{format}"), &drawn(&sample::equal(), format));
    }
}

#[test]
fn advice_is_counted_and_what_is_new_comes_first() {
    let words = |format| drawn(&sample::advised(), format).split_whitespace().collect::<Vec<_>>().join(" ");
    let text = words(Format::Text);
    assert!(text.contains("Advice (12 findings)"), "{text}");
    assert!(text.contains("ERROR 2 2 1 1") && text.contains("WARN 8 8 8 ·") && text.contains("INFO 1 · · ·"), "{text}");
    let places = "0013 rls_disabled_in_public · 1 new on the target, 1 on both, 1 on the source NEW table public.";
    assert!(text.contains(places), "{text}");
    assert!(text.contains("0011 function_search_path_mutable · 8 on both function public.f1(),"), "{text}");
    assert!(text.contains("function public.f5(), and 3 more"), "{text}");
    assert!(text.contains("0005 unused_index · 1 on the source index public.unused (source)"), "{text}");
    let markdown = words(Format::Markdown);
    assert!(markdown.contains("| ERROR | 0013 rls\\_disabled\\_in\\_public | 2 | 2 | 1 | **1** |"), "{markdown}");
    assert!(markdown.contains("| INFO | 0005 unused\\_index | 1 | 0 | 0 | 0 |"), "{markdown}");
    let page = drawn(&sample::advised(), Format::Html);
    assert!(page.contains(">Advice (12 findings) <"));
    assert!(page.matches("<script").count() == 1 && page.contains("NEW table public.") && !page.contains('\u{1b}'));
}

#[test]
fn advice_is_splinters_object_and_more() {
    let json: serde_json::Value = serde_json::from_str(&drawn(&sample::advised(), Format::Json)).unwrap();
    let keys: Vec<&String> = json["advice"][0].as_object().unwrap().keys().collect();
    let splinter = [
        "name",
        "title",
        "level",
        "facing",
        "categories",
        "description",
        "detail",
        "remediation",
        "metadata",
        "cache_key",
    ];
    assert_eq!(keys[..10], splinter);
    assert_eq!(json["advice"][0]["level"], "ERROR");
    assert_eq!(json["advice"][0]["found_on"], "both");
}

#[test]
fn text_in_colour() {
    let text = render(&sample::equal(), Format::Text, Style { color: true, width: 80 }).unwrap();
    snapshot("report_same_text_color", &text.replace('\u{1b}', "^["));
}

#[test]
fn no_line_of_text_is_too_wide() {
    for width in [60, 80, 120] {
        for report in [sample::equal(), sample::troubled(), sample::advised(), crowded()] {
            let text = render(&report, Format::Text, Style { color: false, width }).unwrap();
            for line in text.lines() {
                assert!(line.width() <= width, "{} columns: {line}", line.width());
                assert!(!line.contains(char::is_control), "{line:?}");
            }
        }
    }
}

#[test]
fn a_comment_is_bounded_and_says_what_it_leaves_out() {
    let text = drawn(&crowded(), Format::Markdown);
    assert!(text.len() < 65_000, "{}", text.len());
    assert!(text.contains("findings more not shown here"));
    assert!(text.contains("and 4,9"), "rows are counted");
    assert!(!drawn(&sample::troubled(), Format::Markdown).contains('\u{1b}'));
}

#[test]
fn a_page_holds_no_tag_from_a_database() {
    let page = drawn(&sample::troubled(), Format::Html);
    assert_eq!(page.matches("<script").count(), 1, "its own");
    assert!(page.contains("&lt;script&gt;"));
    assert!(!page.contains('\u{1b}'));
}

#[test]
fn a_long_list_says_what_it_leaves_out_and_keeps_what_differs() {
    let mut report = sample::equal();
    let unit = |n| Unit::judged("rows", ObjectRef::new("table", format!("public.t{n}")), Vec::new());
    report.units = (0..12_000).map(unit).collect();
    let finding = Finding::new("rows", ObjectRef::new("table", "public.last"), "rows missing", "gone");
    report.units.push(Unit::judged("rows", ObjectRef::new("table", "public.last"), vec![finding]));
    let page = drawn(&report, Format::Html);
    let units = page.split_once("id=\"units\"").unwrap().1;
    assert!(units.contains("and 2,001 more; the JSON report has them all"));
    assert!(units.contains("table public.last") && !units.contains("table public.t11999<"));
    assert_eq!(units.matches("<tr data-o").count(), 10_000);
}

/// A saved report is a file like any other: its numbers may be anything.
#[test]
fn numbers_beyond_reason_are_drawn() {
    let mut report = sample::troubled();
    for table in report.plan.iter_mut().flat_map(|plan| &mut plan.tables) {
        table.level = usize::MAX - table.level;
        table.bytes = u64::MAX;
    }
    for table in &mut report.copied {
        (table.rows, table.bytes, table.level, table.seconds) = (u64::MAX, u64::MAX, usize::MAX, -1e300);
    }
    for phase in &mut report.phases {
        (phase.seconds, phase.planned) = (1e300, Some(-1.0));
    }
    report.phases[0].started = Some(jiff::Timestamp::MIN);
    report.phases[1].started = Some(jiff::Timestamp::MAX);
    for recall in &mut report.recalls {
        (recall.source, recall.target, recall.required) = (Some(-1e300), Some(1e300), f64::MAX);
    }
    for row in report.sight.iter_mut().flat_map(|matrix| &mut matrix.relations) {
        row.cells.truncate(1);
    }
    for unit in &mut report.units {
        unit.rows = Some(crate::model::RowCounts { source: u64::MAX, target: 0 });
    }
    report.sight.as_mut().unwrap().left_out = u64::MAX;
    for format in Format::ALL {
        let text = drawn(&report, format);
        assert!(!text.contains("NaN"), "{format}");
    }
}

#[test]
fn json_reads_back_equal() {
    for report in [sample::equal(), sample::troubled(), sample::advised()] {
        assert_eq!(parse(&drawn(&report, Format::Json)).unwrap(), report);
    }
}

#[test]
fn a_report_of_another_version_is_refused() {
    let text = drawn(&sample::equal(), Format::Json).replace("\"report_version\": 1", "\"report_version\": 9");
    assert!(parse(&text).unwrap_err().to_string().contains("version 9"));
    assert!(parse("{}").unwrap_err().to_string().contains("report_version"));
    assert!(parse("not json").is_err());
}

#[test]
fn a_failed_phase_or_a_missed_defect_is_never_go() {
    let mut report = sample::troubled();
    report.units = sample::equal().units;
    assert_eq!(report.verdict(), Verdict::Same);
    assert_eq!(digest::word(&report), "NO-GO");
    report.phases[1].status = crate::model::PhaseStatus::Failed;
    assert_eq!(digest::word(&report), "FAILED");
    report.phases.clear();
    assert_eq!(digest::word(&report), "NO-GO");
    report.defects.truncate(2);
    assert_eq!(digest::word(&report), "GO");
    report.units.clear();
    assert_eq!(digest::word(&report), "INCOMPLETE");
    assert!(drawn(&report, Format::Junit).contains("errors=\"1\""));
}

#[test]
fn nothing_waived_counts_as_a_finding() {
    let mut report = sample::troubled();
    report.units.retain(|unit| matches!(unit.outcome, Outcome::Waived { .. } | Outcome::Same));
    assert!(digest::open_findings(&report).is_empty());
    assert_eq!(digest::summary(&report).waived, 1);
}

#[test]
fn formats_are_known_by_name() {
    for format in Format::ALL {
        assert_eq!(format.name().parse::<Format>().unwrap(), format);
    }
    assert!("yaml".parse::<Format>().unwrap_err().to_string().contains("yaml"));
}

/// Whatever a report holds, its JSON keeps the schema that is shipped, and the schema describes all of it.
#[test]
fn every_sample_keeps_the_shipped_schema() {
    let mut schema: serde_json::Value = serde_json::from_str(include_str!("../../docs/schemas/report.json")).unwrap();
    for definition in schema["$defs"].as_object_mut().unwrap().values_mut() {
        definition["unevaluatedProperties"] = false.into();
    }
    schema["unevaluatedProperties"] = false.into();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let fault = crate::model::FaultResult {
        fault: "tool killed".to_owned(),
        phase: Some(crate::model::Phase::Copy),
        milliseconds: 60,
        exits: vec!["migrate: killed".to_owned()],
        ending: "not proven".to_owned(),
        problem: Some("<b>".to_owned()),
        seconds: 1.5,
    };
    let struck = RunReport { verb: "rehearse".to_owned(), units: Vec::new(), faults: vec![fault], ..sample::equal() };
    let rehearsed = RunReport { verb: "rehearse".to_owned(), ..sample::troubled() };
    for report in [sample::equal(), sample::troubled(), sample::advised(), crowded(), struck, rehearsed] {
        let value: serde_json::Value = serde_json::from_str(&drawn(&report, Format::Json)).unwrap();
        let problems: Vec<String> =
            validator.iter_errors(&value).map(|problem| format!("{}: {problem}", problem.instance_path())).collect();
        assert!(problems.is_empty(), "{}:\n{}", report.verb, problems.join("\n"));
    }
}
