//! The tool as a user runs it: `pg-rehearse verify --only rows`, a whole process of the release build.

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{self, Ended};
use crate::servers::Pair;
use crate::workload::Subject;

/// One run of the tool.
pub(crate) struct Verified {
    pub(crate) seconds: f64,
    pub(crate) megabytes: Option<f64>,
    /// Rows that it says differ.
    pub(crate) total: u64,
}

/// Compares the tables of a subject.
pub(crate) fn verify(pair: &Pair, subject: Subject) -> Result<Verified> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_pg-rehearse"));
    command.args(["verify", "--only", "rows", "--quiet", "--format", "json", "--tables"]).args(subject.tables());
    command.env("PG_REHEARSE_SOURCE_URL", &pair.source.url).env("PG_REHEARSE_TARGET_URL", &pair.target.url);
    let ended = process::run(command, folder.path())?;
    let total = total(&ended, subject)?;
    Ok(Verified { seconds: ended.seconds, megabytes: ended.megabytes, total })
}

/// The rows that differ by the report; anything but a whole answer ends the measurement.
fn total(ended: &Ended, subject: Subject) -> Result<u64> {
    let (0 | 1, Ok(report)) = (ended.code.unwrap_or(-1), serde_json::from_str::<Value>(&ended.out)) else {
        bail!("pg-rehearse ended with {:?}: {}", ended.code, ended.err.trim());
    };
    let units = report["units"].as_array().context("the report has no units")?;
    for table in subject.tables() {
        let object = format!("public.{table}");
        if !units.iter().any(|unit| unit["object"].to_string().contains(&object)) {
            bail!("the report does not speak of {object}");
        }
    }
    let mut totals = 0;
    sum_totals(&report["units"], &mut totals);
    if (ended.code == Some(0)) != (totals == 0) {
        bail!("pg-rehearse ended with {:?} and reports {totals} rows", ended.code);
    }
    Ok(totals)
}

/// Adds up every `total` of the findings, wherever a unit keeps them.
fn sum_totals(value: &Value, sum: &mut u64) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| sum_totals(item, sum)),
        Value::Object(fields) => {
            *sum += fields.get("total").and_then(Value::as_u64).unwrap_or(0);
            fields.values().for_each(|item| sum_totals(item, sum));
        }
        _ => {}
    }
}
