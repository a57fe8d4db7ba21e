//! May a migration start by what saved reports say? The policy of the configuration held against them, one rule a row.
//!
//! Never true in here: a connection or a file; a go where a rule could not be told; a verdict taken from the words of a report
//! in place of its units.

mod age;
mod coverage;
mod kind;
mod matrix;
mod row;
mod sides;
mod verdict;
mod version;
mod waivers;

pub use row::{Answer, GateReport, GateRow};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::config::{Config, ReportKind};
use crate::model::{FaultPoint, RunReport};
use kind::kind;

/// A report that was given.
#[derive(Debug, Clone)]
pub struct Given {
    /// The file.
    pub place: String,
    /// What stands in it.
    pub read: Read,
}

/// What stands in a report's file.
#[derive(Debug, Clone)]
pub enum Read {
    /// A report of the version this tool reads.
    Report(Box<RunReport>),
    /// One of another version.
    OtherVersion(u32),
}

/// What is known of the source's schema now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaNow {
    /// Nobody wants to know.
    NotWanted,
    /// It was not read, for this reason, and that is in nobody's way.
    LeftOut(String),
    /// It could not be read, for this reason.
    Unread(String),
    /// Its digest, and the server's version.
    Digest(String, String),
}

/// What the reports are held against.
#[derive(Debug, Clone)]
pub struct Standard<'a> {
    /// The configuration with its policy.
    pub config: &'a Config,
    /// This moment.
    pub now: Timestamp,
    /// This day, where the tool runs.
    pub today: Date,
    /// The source's schema.
    pub schema: SchemaNow,
    /// The names of the catalogue of defects.
    pub defects: Vec<String>,
    /// The catalogue of fault points; empty where the tool cannot strike any.
    pub faults: Vec<FaultPoint>,
}

/// Holds every report against the standard.
pub fn judge(given: &[Given], standard: &Standard<'_>) -> GateReport {
    let mut rows = Vec::new();
    let mut kinds = Vec::new();
    for one in given {
        let of_one = match &one.read {
            Read::OtherVersion(version) => vec![version::other(*version)],
            Read::Report(report) => {
                kinds.extend(kind(report));
                of_report(report, standard)
            }
        };
        rows.extend(of_one.into_iter().map(|row| GateRow { report: Some(one.place.clone()), ..row }));
    }
    rows.extend(standard.config.gate.require.iter().map(|wanted| required(*wanted, &kinds)));
    GateReport::new(rows)
}

fn of_report(report: &RunReport, standard: &Standard<'_>) -> Vec<GateRow> {
    let Some(kind) = kind(report) else { return vec![kind::unknown(report)] };
    let mut rows = version::rows(report);
    rows.push(age::row(report, standard));
    rows.extend(verdict::row(report, kind));
    rows.extend(verdict::phases(report, kind));
    rows.extend(sides::databases(report, kind, standard));
    rows.extend(sides::schema(report, kind, standard));
    rows.extend(coverage::row(report, kind, standard));
    rows.extend(matrix::rows(report, kind, standard));
    rows.extend(waivers::rows(report, kind, standard));
    rows
}

fn required(wanted: ReportKind, kinds: &[ReportKind]) -> GateRow {
    if kinds.contains(&wanted) {
        return GateRow::go("required report", format!("one of {wanted}"), format!("one of {wanted}"));
    }
    GateRow::stop("required report", "not given", format!("one of {wanted}"))
        .fix(format!("run {} and give its JSON report too", kind::command(wanted)))
}
