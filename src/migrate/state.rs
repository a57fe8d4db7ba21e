//! What a day has come to, kept in its folder after every step, so that it can go on after anything.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sides::Sides;
use crate::model::{Decision, Error, Phase, PhaseReport, PhaseStatus, Result, SideFacts, TableCopied};

/// The file's name in the day's folder.
const FILE: &str = "state.json";

/// The version of its format.
const VERSION: u32 = 1;

/// How a day ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Everything was a go.
    Complete,
    /// The target is back as it was.
    RolledBack,
    /// The target's tables were emptied.
    Emptied,
    /// It stopped before anything was written.
    Stopped,
}

impl Ending {
    /// The ending in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::RolledBack => "rolled back",
            Self::Emptied => "emptied",
            Self::Stopped => "stopped before anything was written",
        }
    }
}

/// The state of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    version: u32,
    /// The day's own number, also in the target's journal.
    pub id: String,
    /// When it began.
    pub started: Timestamp,
    /// Both sides as it found them.
    pub sides: (SideFacts, SideFacts),
    /// Every phase that has ended, in order, those that were done again with each time.
    pub phases: Vec<PhaseReport>,
    /// The phase that has begun and not ended.
    pub under_way: Option<Phase>,
    /// The dump of the target as it was before the day: what the way back goes to.
    #[serde(default)]
    pub saved: Option<String>,
    /// What was decided.
    pub decisions: Vec<Decision>,
    /// The copy of each table.
    pub copied: Vec<TableCopied>,
    /// How many rows documents say that tables hold, by the tables' names.
    #[serde(default)]
    pub documented: BTreeMap<String, u64>,
    /// How it ended; `None` while it can go on.
    pub ending: Option<Ending>,
    /// When it ended.
    pub ended: Option<Timestamp>,
}

impl State {
    /// A day that begins now.
    pub fn new(sides: &Sides) -> Self {
        let started = Timestamp::now();
        Self {
            version: VERSION,
            id: format!("{}-{}", started.strftime("%Y%m%dT%H%M%S%3fZ"), std::process::id()),
            started,
            sides: sides.facts.clone(),
            phases: Vec::new(),
            under_way: None,
            saved: None,
            decisions: Vec::new(),
            copied: Vec::new(),
            documented: BTreeMap::new(),
            ending: None,
            ended: None,
        }
    }

    /// Reads the state of the day in a folder.
    ///
    /// # Errors
    /// Usage, when there is none or it is none.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|problem| {
            Error::usage(format!("{} holds no migration day: {FILE} cannot be read", folder.display()))
                .hint("give the folder of a `migrate` run with --folder")
                .caused_by(problem)
        })?;
        let state: Self = serde_json::from_str(&text).map_err(|problem| {
            Error::usage(format!("{} is not readable", path.display()))
                .hint("put the file back as the run wrote it, or go back with `rollback --folder`")
                .caused_by(problem)
        })?;
        if state.version != VERSION {
            return Err(Error::usage(format!("{} is of another version of this tool", path.display()))
                .hint("go on with the version that began the day"));
        }
        Ok(state)
    }

    /// The folder below `home` whose day began last among those that have not ended and write to this database.
    pub fn latest(home: &Path, database: &str) -> Option<PathBuf> {
        let folders = std::fs::read_dir(home).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        let days = folders.filter_map(|folder| Some((Self::read(&folder).ok()?, folder)));
        let open =
            days.filter(|(state, _)| state.ending.is_none() && state.sides.1.identity.as_deref() == Some(database));
        open.max_by_key(|(state, _)| state.started).map(|(_, folder)| folder)
    }

    /// Writes it: wholly or not at all, for its owner alone.
    ///
    /// # Errors
    /// Failed, when it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|problem| Error::failed("the day's state cannot be written").caused_by(problem))?;
        super::file::replace(&folder.join(FILE), &text)
    }

    /// Refuses to go on with a day that has ended, or with other databases.
    ///
    /// # Errors
    /// Usage, saying which.
    pub fn may_go_on(&self, sides: &Sides) -> Result<()> {
        if let Some(ending) = self.ending.filter(|ending| *ending != Ending::Stopped) {
            return Err(Error::usage(format!("this day has ended: {}", ending.name()))
                .hint("begin another one without --resume"));
        }
        let (ours, theirs) = (&self.sides, &sides.facts);
        for (side, one, other) in [("source", &ours.0, &theirs.0), ("target", &ours.1, &theirs.1)] {
            if one.identity != other.identity {
                let [one, other] = [one, other].map(|facts| facts.identity.as_deref().unwrap_or(&facts.database));
                return Err(Error::usage(format!(
                    "the day was begun with another {side} ({one}) than this one ({other})"
                ))
                .hint("give the URLs it was begun with"));
            }
        }
        Ok(())
    }

    /// Whether a phase has said go.
    pub fn has_done(&self, phase: Phase) -> bool {
        self.last(phase).is_some_and(|ended| ended.status == PhaseStatus::Go)
    }

    /// How a phase ended the last time.
    pub fn last(&self, phase: Phase) -> Option<&PhaseReport> {
        self.phases.iter().rev().find(|ended| ended.phase == phase)
    }

    /// Whether the target may have been written to.
    pub fn has_written(&self) -> bool {
        let wrote = |phase: Phase| matches!(phase, Phase::Clean | Phase::Copy);
        self.under_way.is_some_and(wrote) || self.phases.iter().any(|ended| wrote(ended.phase))
    }

    /// Ends the day.
    pub fn end(&mut self, ending: Ending) {
        (self.ending, self.ended, self.under_way) = (Some(ending), Some(Timestamp::now()), None);
    }
}
