//! How long ago a report's run began.

use super::{GateRow, Standard};
use crate::model::{RunReport, seconds};

const RULE: &str = "age";

pub(super) fn row(report: &RunReport, standard: &Standard<'_>) -> GateRow {
    let limit = standard.config.gate.max_age.as_secs_f64();
    let wanted = format!("begun at most {} ago", seconds(limit));
    let age = standard.now.duration_since(report.started).as_secs_f64();
    if age < 0.0 {
        return GateRow::stop(RULE, format!("begins {} from now", seconds(-age)), wanted)
            .fix("set the clock of the machine that made it, or of this one, and make the report again");
    }
    let found = format!("begun {} ago", seconds(age));
    if age > limit {
        return GateRow::stop(RULE, found, wanted).fix("make the report again; gate.max_age says how old it may be");
    }
    GateRow::go(RULE, found, wanted)
}
