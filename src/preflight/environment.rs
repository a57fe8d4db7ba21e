//! A production database is never written to.

use super::{PreflightRow, Sides};
use crate::config::Environment;

pub(super) fn check(sides: &Sides<'_>) -> PreflightRow {
    const CHECK: &str = "target environment";
    const WANTED: &str = "not production";
    match sides.config.target.environment {
        Some(Environment::Production) => PreflightRow::stop(CHECK, "production", WANTED)
            .fix("give another target; a database marked production is never written to"),
        Some(_) => PreflightRow::go(CHECK, "not production", WANTED),
        None => PreflightRow::warn(CHECK, "not said", WANTED).fix("set environment under [target]"),
    }
}
