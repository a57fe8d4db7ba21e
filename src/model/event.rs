//! One stream of events feeds progress bars, plain lines and the execution log.

use std::fmt;
use std::sync::Arc;

use super::{DefectResult, FaultResult, Phase, PhaseStatus, RelationName};

/// Something that happened while a run goes on.
#[derive(Debug, Clone)]
pub enum Event {
    /// A phase began.
    PhaseStarted {
        /// Which.
        phase: Phase,
    },
    /// A phase ended.
    PhaseEnded {
        /// Which.
        phase: Phase,
        /// How.
        status: PhaseStatus,
        /// Wall time in seconds.
        seconds: f64,
        /// One line.
        summary: String,
    },
    /// The copy as a whole is about to begin.
    CopyPlanned {
        /// Tables to copy.
        tables: usize,
        /// Estimated rows over all tables.
        rows: u64,
    },
    /// Every table of a dependency level has been copied.
    LevelCopied {
        /// The level, from 0.
        level: usize,
        /// Tables in it.
        tables: usize,
        /// Rows copied in it.
        rows: u64,
    },
    /// A table's copy began.
    TableStarted {
        /// Which table.
        table: RelationName,
        /// Its dependency level.
        level: usize,
        /// Estimated rows.
        rows: u64,
    },
    /// Some more of a table has been copied.
    TableProgress {
        /// Which table.
        table: RelationName,
        /// Rows since the last event.
        rows: u64,
        /// Bytes since the last event.
        bytes: u64,
    },
    /// A table's copy ended.
    TableEnded {
        /// Which table.
        table: RelationName,
        /// Rows in all.
        rows: u64,
        /// Wall time in seconds.
        seconds: f64,
    },
    /// A check began.
    CheckStarted {
        /// Its name.
        check: String,
    },
    /// A check finished one unit.
    UnitChecked {
        /// The check's name.
        check: String,
    },
    /// A check ended.
    CheckEnded {
        /// Its name.
        check: String,
        /// The units it reports.
        units: usize,
        /// Wall time in seconds.
        seconds: f64,
    },
    /// A defect was planted, looked for and healed.
    DefectTried {
        /// Its number, from 1.
        number: usize,
        /// How many there are in all.
        of: usize,
        /// What became of it.
        result: DefectResult,
    },
    /// A fault struck a day, which was then brought to an end.
    FaultTried {
        /// Its number, from 1.
        number: usize,
        /// How many there are in all.
        of: usize,
        /// What became of it.
        result: FaultResult,
    },
    /// A line worth showing.
    Note(
        /// The line.
        String,
    ),
}

/// Where events go. Cheap to clone; silent by default.
#[derive(Clone)]
pub struct Events(Arc<dyn Fn(&Event) + Send + Sync>);

impl Events {
    /// Sends every event to `sink`.
    pub fn new(sink: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    /// Drops every event.
    pub fn silent() -> Self {
        Self::new(|_| {})
    }

    /// Sends one event.
    pub fn send(&self, event: &Event) {
        (self.0)(event);
    }

    /// Sends a line worth showing.
    pub fn note(&self, line: impl Into<String>) {
        self.send(&Event::Note(line.into()));
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}
