//! The day itself: preflight, backup, clean, copy, verify, advise; a go or no-go after each.

use std::path::PathBuf;
use std::time::Instant;

use super::advised::{advised, looked_over};
use super::phases::{Ended, judged};
use super::saved::Saved;
use super::sides::Sides;
use crate::check::Selection;
use crate::config::Config;
use crate::model::{
    Error, Event, Events, Phase, PhaseReport, PhaseStatus, REPORT_VERSION, Result, RunReport, TableCopied,
};
use crate::postgres::Tools;
use crate::verify;

/// What a day needs beyond the configuration.
#[derive(Debug, Clone)]
pub struct DayOptions {
    /// Where `pg_dump` and its kin are.
    pub tools: Tools,
    /// Where backups and manifests go.
    pub folder: PathBuf,
}

/// A migration day under way.
#[derive(Debug)]
pub struct Day<'a> {
    pub(super) config: &'a Config,
    pub(super) options: &'a DayOptions,
    pub(super) events: &'a Events,
    pub(super) sides: Sides,
    pub(super) saved: Option<Saved>,
    phases: Vec<PhaseReport>,
    pub(super) copied: Vec<TableCopied>,
    clock: Instant,
    started: jiff::Timestamp,
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
        Self {
            config,
            options,
            events,
            sides,
            saved: None,
            phases: Vec::new(),
            copied: Vec::new(),
            clock: Instant::now(),
            started: jiff::Timestamp::now(),
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
        self.phase(Phase::Preflight, Self::preflight).await?;
        self.phase(Phase::Backup, Self::backup).await
    }

    /// Clean, copy, verify, advise; the report.
    ///
    /// # Errors
    /// When a phase fails. Differences are no error: the report says them.
    pub async fn forward(&mut self) -> Result<RunReport> {
        self.phase(Phase::Clean, Self::clean).await?;
        self.phase(Phase::Copy, Self::copy).await?;
        let mut report = None;
        self.phase(Phase::Verify, async |day: &mut Self| {
            let verified =
                verify::verify(day.config, &Selection::default(), &verify::Options::default(), day.events).await?;
            let ended = judged(&verified);
            report = Some(verified);
            Ok(ended)
        })
        .await?;
        let mut report = report.ok_or_else(|| Error::failed("verify left no report"))?;
        if self.phases.last().is_some_and(|phase| phase.status == PhaseStatus::Go) {
            self.phase(Phase::Advise, async |day: &mut Self| {
                let advised = advised(day.config, day.events).await;
                let ended = looked_over(&advised);
                advised.join(&mut report);
                Ok(ended)
            })
            .await?;
        }
        Ok(self.finish(report))
    }

    /// Puts the target back as it was before the day, and proves it by fingerprint.
    ///
    /// # Errors
    /// When there is no backup to go back to, or the target is not as it was.
    pub async fn roll_back(&mut self) -> Result<()> {
        self.phase(Phase::Rollback, Self::rollback).await
    }

    /// Runs one phase, tells its beginning and end, and keeps its line of the report.
    async fn phase<F>(&mut self, phase: Phase, work: F) -> Result<()>
    where
        F: AsyncFnOnce(&mut Self) -> Result<Ended>,
    {
        self.events.send(&Event::PhaseStarted { phase });
        let clock = Instant::now();
        let result = work(self).await;
        let (status, summary) = match &result {
            Ok(ended) => ended.clone(),
            Err(error) => (PhaseStatus::Failed, error.chain()),
        };
        let seconds = clock.elapsed().as_secs_f64();
        self.events.send(&Event::PhaseEnded { phase, status, seconds, summary: summary.clone() });
        self.phases.push(PhaseReport { phase, status, seconds, summary: summary.clone() });
        match result {
            Err(error) => Err(error.at(phase.name())),
            // What verify and the advisors found stands in the report; any other no-go is the end of the day.
            Ok(_) if status == PhaseStatus::NoGo && !matches!(phase, Phase::Verify | Phase::Advise) => {
                Err(Error::no_go(phase.name(), summary))
            }
            Ok(_) => Ok(()),
        }
    }

    /// The report of a day that did not come to verify: its phases, and no verdict of its own.
    pub fn unfinished(&self) -> RunReport {
        let (source, target) = self.sides.facts.clone();
        self.finish(RunReport {
            report_version: REPORT_VERSION,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            verb: String::new(),
            started: self.started,
            seconds: 0.0,
            source,
            target,
            phases: Vec::new(),
            copied: Vec::new(),
            units: Vec::new(),
            ledger: Vec::new(),
            waivers: Vec::new(),
            advice: Vec::new(),
            defects: Vec::new(),
        })
    }

    /// The report of the day, from what verify found.
    fn finish(&self, verified: RunReport) -> RunReport {
        RunReport {
            verb: "migrate".to_owned(),
            started: self.started,
            seconds: self.clock.elapsed().as_secs_f64(),
            phases: self.phases.clone(),
            copied: self.copied.clone(),
            ..verified
        }
    }
}
