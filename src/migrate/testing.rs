//! What tests of this room share.

use crate::model::{RunReport, SideFacts};

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
    RunReport::empty("verify", side("production"), side("staging"))
}
