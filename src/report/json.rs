//! The report for scripts: the whole `RunReport`, with the verdict, the exit code and the counts in front.
//!
//! Never true in here: a report of another version read as if it were this one's.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};

use super::digest::{self, Summary};
use crate::model::{Error, REPORT_VERSION, Result, RunReport, Verdict};

/// A report of pg-rehearse.
#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// The one answer.
    verdict: Verdict,
    /// What the process ended with.
    exit_code: u8,
    /// The counts.
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

/// The JSON Schema of a report in JSON.
pub fn schema() -> schemars::Schema {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Document<'_>>();
    schema.insert("title".to_owned(), "JSON report of pg-rehearse".into());
    schema
}

/// What to do with a file that is no report.
const HINT: &str = "give the JSON written by --format json or --out json=PATH";

/// The version of a JSON report's format, whichever it is.
///
/// # Errors
/// Usage, for a text that is no report.
pub fn version(text: &str) -> Result<u32> {
    let version: Version = serde_json::from_str(text).map_err(wrong)?;
    version.report_version.ok_or_else(|| Error::usage("the report names no report_version").hint(HINT))
}

fn wrong(error: serde_json::Error) -> Error {
    Error::usage("this is not a JSON report of pg-rehearse").hint(HINT).caused_by(error)
}

/// Reads a JSON report again; refuses one of another version.
pub fn parse(text: &str) -> Result<RunReport> {
    match version(text)? {
        REPORT_VERSION => serde_json::from_str(text).map_err(wrong),
        other => Err(Error::usage(format!("the report has version {other}, this tool reads {REPORT_VERSION}"))
            .hint("render it with the pg-rehearse that wrote it")),
    }
}
