//! The vocabulary every other room speaks: names and quoting, findings, outcomes, events, the run report, errors.
//!
//! Never true in here: input or output of any kind, and any import from another room.

mod advice;
mod decision;
mod diff;
mod error;
mod event;
mod exit;
mod finding;
mod name;
mod outcome;
mod own_schema;
mod picture;
mod report;
mod severity;
mod text;

pub use advice::{Advice, AdviceCounts, AdviceLevel, FoundOn};
pub use decision::{Choice, Decision};
pub use diff::{DiffPart, DiffUnit, TextDiff};
pub use error::{Error, ErrorKind, Result};
pub use event::{Event, Events};
pub use exit::ExitCode;
pub use finding::{Cause, ColumnDifference, Finding, RowChange, RowDifference};
pub use name::{ObjectRef, RelationName, Side, literal, quoted, readable};
pub use outcome::{LEFT_OUT_BY_VERSIONS, Outcome, Unit, Waiver, WaiverUse};
pub use own_schema::{Aside, OwnSchema};
pub use picture::{
    PlanPicture, PlannedTable, Recall, RowCounts, Sight, SightMatrix, SightOutcome, SightPersona, SightRow,
};
pub use report::{
    DefectResult, FaultPoint, FaultResult, LedgerEntry, Phase, PhaseReport, PhaseStatus, REPORT_VERSION, RunReport,
    SideFacts, TableCopied, Verdict,
};
pub use severity::Severity;
pub use text::{count, plural, seconds};
