//! The day itself: preflight, backup, clean, copy, verify; a go or no-go after each.

use std::future::Future;
use std::path::PathBuf;
use std::time::Instant;

use super::guard::refuse_unsafe_target;
use crate::backup::{self, BackupManifest};
use crate::check::{self, Context, Selection, SideView};
use crate::clean;
use crate::config::Config;
use crate::copy;
use crate::fingerprint::Fingerprint;
use crate::model::{
    Error, Event, Events, Phase, PhaseReport, PhaseStatus, REPORT_VERSION, Result, RunReport, SideFacts, TableCopied,
    bytes, count, plural,
};
use crate::plan::Plan;
use crate::postgres::{Endpoint, Source, Target};
use crate::preflight;
use crate::rollback;
use crate::verify;

/// What a day needs beyond the configuration.
#[derive(Debug, Clone)]
pub struct DayOptions {
    /// Where `pg_dump` and its kin are.
    pub tools: PathBuf,
    /// Where backups and manifests go.
    pub folder: PathBuf,
}

/// A migration day under way.
#[derive(Debug)]
pub struct Day<'a> {
    config: &'a Config,
    options: &'a DayOptions,
    events: &'a Events,
    source: Endpoint<Source>,
    target: Endpoint<Target>,
    plan: Plan,
    facts: (SideFacts, SideFacts),
    before: Option<Fingerprint>,
    backup: Option<BackupManifest>,
    phases: Vec<PhaseReport>,
    copied: Vec<TableCopied>,
    clock: Instant,
    started: jiff::Timestamp,
}

impl<'a> Day<'a> {
    /// Looks at both sides and plans; writes nothing.
    ///
    /// # Errors
    /// When a side cannot be reached, or the target is one that is never written to.
    pub async fn begin(config: &'a Config, options: &'a DayOptions, events: &'a Events) -> Result<Self> {
        let (source, target) = (Endpoint::new(&config.source)?, Endpoint::new(&config.target)?);
        let (there, here) = tokio::try_join!(
            SideView::<Source>::open(&source, 1, &config.scope.schemas),
            SideView::<Target>::open(&target, 1, &config.scope.schemas),
        )?;
        refuse_unsafe_target(&config.target, &there.catalog.server, &here.catalog.server)?;
        let plan = Plan::new(&there.catalog, &config.scope);
        let facts = (there.facts(), here.facts());
        tokio::join!(there.readers.close(), here.readers.close());
        Ok(Self {
            config,
            options,
            events,
            source,
            target,
            plan,
            facts,
            before: None,
            backup: None,
            phases: Vec::new(),
            copied: Vec::new(),
            clock: Instant::now(),
            started: jiff::Timestamp::now(),
        })
    }

    /// Preflight, then the backup and the fingerprint of the target as it was.
    ///
    /// # Errors
    /// When a phase fails; a no-go is an error too, since nothing may follow it.
    pub async fn prepare(&mut self) -> Result<()> {
        self.phase(Phase::Preflight, Self::preflight).await?;
        self.phase(Phase::Backup, Self::backup).await
    }

    /// Clean, copy, verify; the report.
    ///
    /// # Errors
    /// When a phase fails. Differences are no error: the report says them.
    pub async fn forward(&mut self) -> Result<RunReport> {
        self.phase(Phase::Clean, Self::clean).await?;
        self.phase(Phase::Copy, Self::copy).await?;
        let mut report = None;
        self.phase(Phase::Verify, async |day| {
            let checked = day.verify().await?;
            let summary = verify::summary(&checked);
            report = Some(checked);
            Ok(summary)
        })
        .await?;
        report.map(|report| self.finish(report)).ok_or_else(|| Error::failed("verify left no report"))
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
        F: AsyncFnOnce(&mut Self) -> Result<String>,
    {
        self.events.send(&Event::PhaseStarted { phase });
        let clock = Instant::now();
        let result = work(self).await;
        let (status, summary) = match &result {
            Ok(summary) => (PhaseStatus::Go, summary.clone()),
            Err(error) => (PhaseStatus::Failed, error.chain()),
        };
        let seconds = clock.elapsed().as_secs_f64();
        self.events.send(&Event::PhaseEnded { phase, status, seconds, summary: summary.clone() });
        self.phases.push(PhaseReport { phase, status, seconds, summary });
        result.map(|_| ()).map_err(|error| error.at(phase.name()))
    }
}
