//! The other formats of the same reports, as scripts and services read them: a comment that fits, XML that is well-formed, lines that
//! fit the terminal, colour that says nothing alone.

use pg_rehearse::model::RunReport;
use pg_rehearse::report::{Format, Style, render};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::support::browser::{Browser, Window};
use crate::support::command::Shell;
use crate::support::reports;

/// Characters that GitHub takes in a comment.
const COMMENT: usize = 65_536;

fn drawn(report: &RunReport, format: Format) -> String {
    render(report, format, Style::default()).unwrap()
}

#[test]
fn a_comment_holds_whatever_was_found() {
    for report in [reports::day(), reports::hostile(5_000), reports::hostile(20)] {
        let text = drawn(&report, Format::Markdown);
        assert!(text.chars().count() < COMMENT, "{}", text.chars().count());
        let found: usize = report.units.iter().map(|unit| unit.open_findings().len()).sum();
        let shown = text.lines().skip_while(|line| !line.starts_with("### What differs")).skip(1);
        let shown = shown.take_while(|line| !line.starts_with("###")).filter(|line| line.starts_with("- ")).count();
        assert!(shown > 0);
        let says = text.lines().find(|line| line.contains("more not shown here")).unwrap_or_default();
        let number: String = says.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(shown + number.parse::<usize>().unwrap_or(0), found, "{says}");
        // The end is there, however much stands before it.
        assert!(
            text.contains("### Coverage") && text.contains("### Planted defects"),
            "{}",
            &text[text.len() - 2000..]
        );
    }
}

#[test]
fn junit_is_read_by_a_real_parser_and_counts_every_case() {
    let Some(browser) = Browser::find() else { return };
    for report in [reports::day(), reports::hostile(2_000)] {
        let xml = serde_json::to_string(&drawn(&report, Format::Junit)).unwrap();
        let steps = format!(
            r#"
            const read = new DOMParser().parseFromString({}, "application/xml");
            const count = (selector) => read.querySelectorAll(selector).length;
            const told = (name) => [...read.querySelectorAll("testsuite")].reduce((sum, suite) => sum + Number(suite.getAttribute(name)), 0);
            return {{ broken: read.querySelector("parsererror")?.textContent ?? null, root: read.documentElement.localName,
              cases: count("testcase"), told: told("tests"), failures: [count("failure"), told("failures")],
              errors: [count("error"), told("errors")], skipped: [count("skipped"), told("skipped")],
              strange: count("testcase > *:not(failure, error, skipped)") }};
            "#,
            xml.replace("</", "<\\/").replace("<!--", "<\\u0021--")
        );
        let answer = browser.drive(
            "<!doctype html><meta content=\"script-src 'none'\"><title>xml</title><html></html>",
            &steps,
            Window::WIDE,
        );
        assert_eq!((&answer["broken"], &answer["root"]), (&Value::Null, &json!("testsuites")));
        let cases = report.units.len() + report.phases.len() + report.defects.len() + report.faults.len();
        assert_eq!((&answer["cases"], &answer["told"]), (&json!(cases), &json!(cases)));
        for kind in ["failures", "errors", "skipped"] {
            assert_eq!(answer[kind][0], answer[kind][1], "{kind}");
        }
        assert_eq!(answer["strange"], 0);
    }
}

/// Text without ANSI sequences of colour.
fn bare(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once('m').map_or(part, |(_, rest)| rest))
}

#[test]
fn text_fits_the_terminal_and_colour_says_nothing_alone() {
    for report in [reports::day(), reports::hostile(500)] {
        let shell = Shell::new().file("report.json", &drawn(&report, Format::Json));
        // The shell's COLUMNS are 80.
        let plain = shell.run("report report.json").exits(0).out;
        for line in plain.lines() {
            assert!(line.width() <= 80, "{} columns: {line}", line.width());
        }
        assert!(!plain.contains('\u{1b}'), "no terminal, no colour");
        let coloured = shell.run("report report.json --color always").exits(0).out;
        assert!(coloured.contains("\u{1b}[31m"));
        let coloured = bare(&coloured);
        for (coloured, plain) in coloured.lines().zip(plain.lines()) {
            assert_eq!(coloured.trim_end(), plain, "without its colour a line is the same");
        }
        assert_eq!(coloured.lines().count(), plain.lines().count());
    }
}
