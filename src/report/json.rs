//! The report for scripts: the whole `RunReport`, with the verdict, the exit code and the counts in front.
//!
//! Never true in here: a report of another version read as if it were this one's.

use serde::{Deserialize, Serialize};

use super::digest::{self, Summary};
use crate::model::{Error, REPORT_VERSION, Result, RunReport, Verdict};

#[derive(Serialize)]
struct Document<'a> {
    verdict: Verdict,
    exit_code: u8,
    summary: Summary,
    #[serde(flatten)]
    report: &'a RunReport,
}

/// What is read before anything else.
#[derive(Deserialize)]
struct Version {
    report_version: Option<u32>,
}

/// Writes the report as one JSON document.
pub(super) fn render(report: &RunReport) -> Result<String> {
    let document = Document {
        verdict: report.verdict(),
        exit_code: report.exit_code() as u8,
        summary: digest::summary(report),
        report,
    };
    let mut text = serde_json::to_string_pretty(&document)
        .map_err(|error| Error::failed("cannot write the report as JSON").caused_by(error))?;
    text.push('\n');
    Ok(text)
}

/// Reads a JSON report again; refuses one of another version.
pub fn parse(text: &str) -> Result<RunReport> {
    const HINT: &str = "give the JSON written by --format json or --out json=PATH";
    let wrong = |error| Error::usage("this is not a JSON report of pg-rehearse").hint(HINT).caused_by(error);
    let version: Version = serde_json::from_str(text).map_err(wrong)?;
    match version.report_version {
        Some(REPORT_VERSION) => serde_json::from_str(text).map_err(wrong),
        Some(other) => Err(Error::usage(format!("the report has version {other}, this tool reads {REPORT_VERSION}"))
            .hint("render it with the pg-rehearse that wrote it")),
        None => Err(Error::usage("the report names no report_version").hint(HINT)),
    }
}
