//! The tool as a user runs it: a whole process of the release build.

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::database::Database;
use crate::process::{self, Ended};

/// One run of `copy`.
pub(crate) struct Copied {
    pub(crate) seconds: f64,
    /// What the process itself computed.
    pub(crate) cpu: Option<f64>,
    pub(crate) megabytes: Option<f64>,
    pub(crate) rows: u64,
}

/// Copies every table into the standing, empty ones, with two tasks at once as all others do.
pub(crate) fn copy(source: &Database, target: &Database) -> Result<Copied> {
    let ended = run("copy", &["--confirm", "target", "--jobs", "2"], source, target)?;
    let (Some(0), Ok(report)) = (ended.code, serde_json::from_str::<Value>(&ended.out)) else {
        bail!("pg-rehearse copy ended with {:?}: {}", ended.code, ended.err.trim());
    };
    let rows = report["rows"].as_u64().context("the report names no rows")?;
    Ok(Copied { seconds: ended.seconds, cpu: ended.cpu, megabytes: ended.megabytes, rows })
}

/// One run of `verify`.
pub(crate) struct Verified {
    pub(crate) seconds: f64,
    pub(crate) megabytes: Option<f64>,
    /// Rows that it says differ.
    pub(crate) total: u64,
}

/// Compares the rows of tables, doing two things at once on each side as reladiff does.
pub(crate) fn verify(source: &Database, target: &Database, tables: &[&str]) -> Result<Verified> {
    let mut arguments = vec!["--only", "rows", "--jobs", "2", "--tables"];
    arguments.extend(tables);
    let ended = run("verify", &arguments, source, target)?;
    let total = total(&ended, tables)?;
    Ok(Verified { seconds: ended.seconds, megabytes: ended.megabytes, total })
}

/// Runs a verb that writes its report as JSON.
pub(crate) fn run(verb: &str, arguments: &[&str], source: &Database, target: &Database) -> Result<Ended> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_pg-rehearse"));
    command.arg(verb).args(["--quiet", "--format", "json"]).args(arguments);
    command.env("PG_REHEARSE_SOURCE_URL", &source.url).env("PG_REHEARSE_TARGET_URL", &target.url);
    process::run(command, folder.path())
}

/// The rows that differ by the report; anything but a whole answer ends the measurement.
fn total(ended: &Ended, tables: &[&str]) -> Result<u64> {
    let (0 | 1, Ok(report)) = (ended.code.unwrap_or(-1), serde_json::from_str::<Value>(&ended.out)) else {
        bail!("pg-rehearse ended with {:?}: {}", ended.code, ended.err.trim());
    };
    let units = report["units"].as_array().context("the report has no units")?;
    for table in tables {
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
