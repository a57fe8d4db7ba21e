//! The one report every output format is drawn from.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Advice, Decision, ExitCode, ObjectRef, Outcome, OwnSchema, PlanPicture, Recall, RelationName, SightMatrix, Unit,
    WaiverUse,
};

/// The version of the JSON report; raised when a field changes its meaning or goes away.
pub const REPORT_VERSION: u32 = 1;

/// The phases of a migration day, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// May we start?
    Preflight,
    /// Dump the target so that it can be put back.
    Backup,
    /// Empty the planned tables.
    Clean,
    /// Copy the rows.
    Copy,
    /// Prove that both sides are the same.
    Verify,
    /// Ask the advisors of both sides.
    Advise,
    /// Put the target back as it was.
    Rollback,
}

impl Phase {
    /// The phase's name as the command line spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Preflight => "preflight",
            Self::Backup => "backup",
            Self::Clean => "clean",
            Self::Copy => "copy",
            Self::Verify => "verify",
            Self::Advise => "advise",
            Self::Rollback => "rollback",
        }
    }
}

/// How a phase ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseStatus {
    /// Done, go on.
    Go,
    /// Done, and it says stop.
    NoGo,
    /// It could not be done.
    Failed,
}

/// One phase as it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PhaseReport {
    /// Which.
    pub phase: Phase,
    /// How it ended.
    pub status: PhaseStatus,
    /// Wall time in seconds.
    pub seconds: f64,
    /// One line.
    pub summary: String,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<Timestamp>,
    /// How long it was planned to take, in seconds; `None` where the configuration does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<f64>,
}

/// What is known of one database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SideFacts {
    /// The side's configured name, such as `production`.
    pub name: String,
    /// The address without its password.
    pub url: String,
    /// The server's version as it prints it.
    pub version: String,
    /// The database's name.
    pub database: String,
    /// The server's WAL position when the snapshot was taken; `None` where the role may not ask.
    pub lsn: Option<String>,
    /// When the snapshot was taken, by the server's clock.
    pub snapshot_taken: Option<String>,
    /// Which database it is, as `identity` in the configuration pins it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The digest of its schema, in hexadecimal; `None` where the schema was not read, or not wholly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
}

/// The copy of one table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableCopied {
    /// Which.
    pub table: RelationName,
    /// Its dependency level.
    pub level: usize,
    /// Rows, as both servers counted them.
    pub rows: u64,
    /// Bytes of COPY data.
    pub bytes: u64,
    /// Wall time in seconds.
    pub seconds: f64,
}

/// One line of the coverage ledger: an object, and who compared it or why nobody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LedgerEntry {
    /// The object, or the kind and how many where they are many of one kind.
    pub object: ObjectRef,
    /// The checks that compared it.
    pub compared_by: Vec<String>,
    /// Why it was not compared; `None` where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_compared: Option<String>,
}

/// One planted defect and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DefectResult {
    /// The defect's short name.
    pub defect: String,
    /// Where it was planted.
    pub planted: String,
    /// The checks that caught it.
    pub caught_by: Vec<String>,
    /// What was expected and not reported.
    pub missed: Vec<String>,
    /// What was reported and not planted.
    pub unexpected: Vec<String>,
    /// Wall time of planting, verifying and healing, in seconds.
    pub seconds: f64,
}

impl DefectResult {
    /// Whether exactly the planted thing was reported.
    pub fn caught(&self) -> bool {
        self.missed.is_empty() && self.unexpected.is_empty() && !self.caught_by.is_empty()
    }
}

/// One fault that struck a day, and what became of both databases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FaultResult {
    /// What struck.
    pub fault: String,
    /// The phase it struck in; `None` is before the first.
    pub phase: Option<Phase>,
    /// How long after the phase's beginning.
    pub milliseconds: u64,
    /// How each run of the tool ended, in order.
    pub exits: Vec<String>,
    /// What the target was found to be in the end.
    pub ending: String,
    /// What was not as it must be; `None` where everything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Wall time in seconds.
    pub seconds: f64,
}

/// A point at which a fault strikes, as the catalogue of faults has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultPoint {
    /// What strikes.
    pub fault: String,
    /// The phase it strikes in; `None` is before the first.
    pub phase: Option<Phase>,
    /// How long after the phase's beginning.
    pub milliseconds: u64,
    /// Whether it needs what not every machine has, so that a run may have left it out.
    pub may_be_left_out: bool,
}

impl FaultPoint {
    /// Whether a result is of this point.
    pub fn is_of(&self, result: &FaultResult) -> bool {
        (&self.fault, self.phase, self.milliseconds) == (&result.fault, result.phase, result.milliseconds)
    }
}

/// The one answer of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything that was to be compared was, and is the same (or waived).
    Same,
    /// Something differs.
    Different,
    /// Nothing was seen to differ, but not everything could be looked at.
    Incomplete,
}

impl Verdict {
    /// The documented exit code.
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::Same => ExitCode::Same,
            Self::Different => ExitCode::Different,
            Self::Incomplete => ExitCode::Incomplete,
        }
    }
}

/// Everything a run has to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunReport {
    /// The version of this format.
    pub report_version: u32,
    /// The tool's version.
    pub tool_version: String,
    /// The verb that made it.
    pub verb: String,
    /// When the run began.
    pub started: Timestamp,
    /// Wall time in seconds.
    pub seconds: f64,
    /// The database copied from.
    pub source: SideFacts,
    /// The database copied into.
    pub target: SideFacts,
    /// The phases, in order; empty for a verb that is one phase.
    #[serde(default)]
    pub phases: Vec<PhaseReport>,
    /// What was decided on the way, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<Decision>,
    /// The plan; `None` where the verb has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanPicture>,
    /// The copy of each table.
    #[serde(default)]
    pub copied: Vec<TableCopied>,
    /// Every unit of every check.
    pub units: Vec<Unit>,
    /// What personas and tenants are shown; `None` where nobody was asked as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sight: Option<SightMatrix>,
    /// How well the indexes of vectors find.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recalls: Vec<Recall>,
    /// Every object of both catalogs, compared or not.
    pub ledger: Vec<LedgerEntry>,
    /// What became of each waiver.
    #[serde(default)]
    pub waivers: Vec<WaiverUse>,
    /// What the advisors found, on whichever side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Advice>,
    /// The defect matrix.
    #[serde(default)]
    pub defects: Vec<DefectResult>,
    /// Faults that struck the day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultResult>,
    /// What a rehearsal on the user's own schema was made of, and what took no part in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_schema: Option<OwnSchema>,
}

impl RunReport {
    /// A report of nothing yet, of a run that begins now.
    pub fn empty(verb: &str, source: SideFacts, target: SideFacts) -> Self {
        Self {
            report_version: REPORT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            verb: verb.to_owned(),
            started: Timestamp::now(),
            seconds: 0.0,
            source,
            target,
            phases: Vec::new(),
            decisions: Vec::new(),
            plan: None,
            copied: Vec::new(),
            units: Vec::new(),
            sight: None,
            recalls: Vec::new(),
            ledger: Vec::new(),
            waivers: Vec::new(),
            advice: Vec::new(),
            defects: Vec::new(),
            faults: Vec::new(),
            own_schema: None,
        }
    }

    /// The verdict over all units: different beats incomplete beats same. No units is incomplete: nothing was looked at, unless
    /// the run was of faults alone, each of which looks at both databases itself.
    pub fn verdict(&self) -> Verdict {
        if self.units.iter().any(|unit| !unit.open_findings().is_empty()) {
            return Verdict::Different;
        }
        if self.units.is_empty() && !self.faults.is_empty() {
            let borne = self.faults.iter().all(|fault| fault.problem.is_none());
            return if borne { Verdict::Same } else { Verdict::Different };
        }
        let partly = self.units.iter().any(|unit| matches!(unit.outcome, Outcome::Incomplete { .. }));
        if partly || self.units.is_empty() { Verdict::Incomplete } else { Verdict::Same }
    }

    /// The exit code of the whole run. A failed phase, a phase that says stop or a planted defect that was not caught
    /// outweighs units that are all the same.
    pub fn exit_code(&self) -> ExitCode {
        let verdict = self.verdict();
        // A phase that was done again counts as it ended the last time.
        let last = |at: usize| self.phases[at + 1..].iter().all(|later| later.phase != self.phases[at].phase);
        let ended = |status| self.phases.iter().enumerate().any(|(at, phase)| phase.status == status && last(at));
        let stopped = ended(PhaseStatus::NoGo);
        let missed = self.defects.iter().any(|defect| !defect.caught())
            || self.faults.iter().any(|fault| fault.problem.is_some());
        if ended(PhaseStatus::Failed) {
            ExitCode::Failed
        } else if missed || (stopped && verdict == Verdict::Same) {
            ExitCode::Different
        } else {
            // A verify that says stop has its reason in the verdict: different, or not wholly looked at.
            verdict.exit_code()
        }
    }

    /// The units of one check.
    pub fn units_of<'a>(&'a self, check: &'a str) -> impl Iterator<Item = &'a Unit> {
        self.units.iter().filter(move |unit| unit.check == check)
    }
}
