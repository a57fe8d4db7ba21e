//! Which tool wrote a report, and in which version of the format.

use super::GateRow;
use crate::model::{REPORT_VERSION, RunReport};

const RULE: &str = "report version";
const TOOL: &str = env!("CARGO_PKG_VERSION");

/// A report of another version, of which nothing else can be said.
pub(super) fn other(version: u32) -> GateRow {
    GateRow::stop(RULE, version.to_string(), REPORT_VERSION.to_string())
        .fix(format!("make the report again with pg-rehearse {TOOL}, or gate it with the one that wrote it"))
}

pub(super) fn rows(report: &RunReport) -> Vec<GateRow> {
    let format = GateRow::go(RULE, report.report_version.to_string(), REPORT_VERSION.to_string());
    let tool = match is_of_this_tool(report) {
        true => GateRow::go("tool version", &report.tool_version, TOOL),
        false => GateRow::warn("tool version", &report.tool_version, TOOL)
            .fix("another version may look at more, or at less: make the report again with this one"),
    };
    vec![format, tool]
}

/// Whether this very version wrote it.
pub(super) fn is_of_this_tool(report: &RunReport) -> bool {
    report.tool_version == TOOL
}
