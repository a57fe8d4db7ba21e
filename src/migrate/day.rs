//! The day itself: preflight, backup, clean, copy, verify, advise; a go or no-go after each, and its state kept.

use std::path::PathBuf;
use std::time::Instant;

use super::advised::{advised, looked_over};
use super::phases::{Ended, judged};
use super::saved::Saved;
use super::sides::Sides;
use super::state::{Ending, State};
use crate::check::Selection;
use crate::config::Config;
use crate::model::{Decision, Error, Event, Events, Phase, PhaseReport, PhaseStatus, Result, RunReport};
use crate::plan::ExpectedOrder;
use crate::postgres::Tools;
use crate::verify;

/// What a day needs beyond the configuration.
#[derive(Debug, Clone)]
pub struct DayOptions {
    /// Where `pg_dump` and its kin are.
    pub tools: Tools,
    /// Where backups, manifests and the day's state go.
    pub folder: PathBuf,
    /// Whether what both sides come to right after the copy is kept there, as `record.json`.
    pub record: bool,
}

/// A migration day under way.
#[derive(Debug)]
pub struct Day<'a> {
    pub(super) config: &'a Config,
    pub(super) options: &'a DayOptions,
    pub(super) events: &'a Events,
    pub(super) sides: Sides,
    pub(super) saved: Option<Saved>,
    pub(super) state: State,
    /// What verify and the advisors have found.
    verified: Option<RunReport>,
    clock: Instant,
}

impl<'a> Day<'a> {
    /// Looks at both sides and plans; writes nothing.
    ///
    /// # Errors
    /// When a side cannot be reached, or the target is one that is never written to.
    pub async fn begin(config: &'a Config, options: &'a DayOptions, events: &'a Events) -> Result<Self> {
        Ok(Self::over(Sides::look(config).await?, config, options, events))
    }

    /// A day over sides that were looked at before.
    pub fn over(sides: Sides, config: &'a Config, options: &'a DayOptions, events: &'a Events) -> Self {
        let state = State::new(&sides);
        Self { config, options, events, sides, saved: None, state, verified: None, clock: Instant::now() }
    }

    /// The day that was begun in the options' folder, to go on with it.
    ///
    /// # Errors
    /// Usage, when there is none, it has ended, or it is of other databases than these.
    pub fn again(sides: Sides, config: &'a Config, options: &'a DayOptions, events: &'a Events) -> Result<Self> {
        let state = State::read(&options.folder)?;
        state.may_go_on(&sides)?;
        let mut day = Self::over(sides, config, options, events);
        day.state = state;
        Ok(day)
    }

    /// Has the log set documented counts beside those copied.
    pub fn expect(&mut self, expected: &ExpectedOrder) {
        for document in &expected.document {
            self.state.documented.extend(document.rows.iter().map(|(table, rows)| (table.clone(), *rows)));
        }
    }

    /// Both sides as the day found them.
    pub fn sides(&self) -> &Sides {
        &self.sides
    }

    /// Preflight, then the backup and the fingerprint of the target as it was.
    ///
    /// # Errors
    /// When a phase fails; a no-go is an error too, since nothing may follow it.
    pub async fn prepare(&mut self) -> Result<()> {
        self.step(Phase::Preflight).await?;
        self.step(Phase::Backup).await
    }

    /// Clean, copy, verify, advise; the report.
    ///
    /// # Errors
    /// When a phase fails. Differences are no error: the report says them.
    pub async fn forward(&mut self) -> Result<RunReport> {
        self.step(Phase::Clean).await?;
        self.step(Phase::Copy).await?;
        self.step(Phase::Verify).await?;
        if self.state.has_done(Phase::Verify) {
            self.step(Phase::Advise).await?;
        }
        Ok(self.report())
    }

    /// Puts the target back as it was before the day, and proves it by fingerprint.
    ///
    /// # Errors
    /// When there is no backup to go back to, or the target is not as it was.
    pub async fn roll_back(&mut self) -> Result<()> {
        self.step(Phase::Rollback).await
    }

    /// One phase.
    ///
    /// # Errors
    /// When it fails, or says no-go, unless what it found is to be read in the report.
    pub(super) async fn step(&mut self, phase: Phase) -> Result<()> {
        match phase {
            Phase::Preflight => self.phase(phase, Self::preflight).await,
            Phase::Backup => self.phase(phase, Self::backup).await,
            Phase::Clean => self.phase(phase, Self::clean).await,
            Phase::Copy => self.phase(phase, Self::copy).await,
            Phase::Verify => self.phase(phase, Self::verify).await,
            Phase::Advise => self.phase(phase, Self::advise).await,
            Phase::Rollback => self.phase(phase, Self::rollback).await,
        }
    }

    async fn verify(&mut self) -> Result<Ended> {
        let verified =
            verify::verify(self.config, &Selection::default(), &verify::Options::default(), self.events).await?;
        let ended = judged(&verified);
        self.verified = Some(verified);
        Ok(ended)
    }

    async fn advise(&mut self) -> Result<Ended> {
        let advised = advised(self.config, self.events).await;
        let ended = looked_over(&advised);
        if let Some(report) = &mut self.verified {
            advised.join(report);
        }
        Ok(ended)
    }

    /// Runs one phase, tells its beginning and end, and keeps its line of the report.
    async fn phase<F>(&mut self, phase: Phase, work: F) -> Result<()>
    where
        F: AsyncFnOnce(&mut Self) -> Result<Ended>,
    {
        self.events.send(&Event::PhaseStarted { phase });
        self.state.under_way = Some(phase);
        self.keep()?;
        let (clock, started) = (Instant::now(), jiff::Timestamp::now());
        let result = work(self).await;
        let (status, summary) = match &result {
            Ok(ended) => ended.clone(),
            Err(error) => (PhaseStatus::Failed, error.chain()),
        };
        let seconds = clock.elapsed().as_secs_f64();
        self.events.send(&Event::PhaseEnded { phase, status, seconds, summary: summary.clone() });
        let planned = self.config.planned.of(phase).map(|length| length.as_secs_f64());
        let ended = PhaseReport { phase, status, seconds, summary: summary.clone(), started: Some(started), planned };
        self.state.phases.push(ended);
        self.state.under_way = None;
        let kept = self.keep();
        match result {
            Err(error) => Err(error.at(phase.name())),
            // What verify and the advisors found stands in the report; any other no-go is the end of the day.
            Ok(_) if status == PhaseStatus::NoGo && !matches!(phase, Phase::Verify | Phase::Advise) => {
                Err(Error::no_go(phase.name(), summary))
            }
            Ok(_) => kept,
        }
    }

    /// Writes down what was decided.
    pub(super) fn decided(&mut self, decision: Decision) -> Result<()> {
        self.events.note(decision.line());
        self.state.decisions.push(decision);
        self.keep()
    }

    /// Ends the day, here and in the target's journal.
    ///
    /// # Errors
    /// When the ending cannot be written down.
    pub async fn end(&mut self, ending: Ending) -> Result<()> {
        if self.state.has_written() {
            self.sides.ended(ending).await?;
        }
        self.state.end(ending);
        self.keep()
    }

    /// Keeps the state and the execution log in the day's folder.
    pub(super) fn keep(&self) -> Result<()> {
        self.state.write(&self.options.folder)?;
        let log = super::execution_log::render(&self.state, self.config);
        super::file::replace(&self.options.folder.join(super::execution_log::FILE), &log)
    }

    /// The report of the day as far as it has come; without a verdict of its own where it has not come to verify.
    pub fn report(&self) -> RunReport {
        let (source, target) = self.sides.facts.clone();
        let verified = self.verified.clone().unwrap_or_else(|| RunReport::empty("", source, target));
        RunReport {
            verb: "migrate".to_owned(),
            started: self.state.started,
            seconds: self.clock.elapsed().as_secs_f64(),
            phases: self.state.phases.clone(),
            decisions: self.state.decisions.clone(),
            plan: Some(self.sides.plan.picture()),
            copied: self.state.copied.clone(),
            ..verified
        }
    }
}
