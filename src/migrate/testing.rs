//! What tests of this room share.

use crate::model::{REPORT_VERSION, RunReport, SideFacts};

/// A report of nothing.
pub(super) fn empty_report() -> RunReport {
    let side = |name: &str| SideFacts {
        name: name.to_owned(),
        url: format!("postgres://me@host/{name}"),
        version: "17.6".to_owned(),
        database: name.to_owned(),
        lsn: None,
        snapshot_taken: None,
        identity: None,
        schema: None,
    };
    RunReport {
        report_version: REPORT_VERSION,
        tool_version: "0.1.0".to_owned(),
        verb: "verify".to_owned(),
        started: jiff::Timestamp::UNIX_EPOCH,
        seconds: 0.0,
        source: side("production"),
        target: side("staging"),
        phases: Vec::new(),
        decisions: Vec::new(),
        copied: Vec::new(),
        units: Vec::new(),
        ledger: Vec::new(),
        waivers: Vec::new(),
        advice: Vec::new(),
        defects: Vec::new(),
        faults: Vec::new(),
    }
}
