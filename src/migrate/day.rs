//! The day itself: preflight, backup, clean, copy, verify; a go or no-go after each.

use std::path::PathBuf;
use std::time::Instant;

use super::guard::refuse_unsafe_target;
use crate::backup::{self, BackupManifest};
use crate::check::{Selection, SideView};
use crate::clean;
use crate::config::Config;
use crate::copy;
use crate::fingerprint::Fingerprint;
use crate::model::{
    Error, Event, Events, Phase, PhaseReport, PhaseStatus, Result, RunReport, SideFacts, TableCopied, Verdict, plural,
};
use crate::plan::Plan;
use crate::postgres::{Endpoint, Source, Target, Tools};
use crate::preflight::{self, PreflightReport, Readiness};
use crate::rollback;
use crate::verify;

/// What a day needs beyond the configuration.
#[derive(Debug, Clone)]
pub struct DayOptions {
    /// Where `pg_dump` and its kin are.
    pub tools: Tools,
    /// Where backups and manifests go.
    pub folder: PathBuf,
}

/// How a phase ended, and its line.
type Ended = (PhaseStatus, String);

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
        self.phase(Phase::Verify, async |day: &mut Self| {
            let verified = verify::verify(day.config, &Selection::default(), None, day.events).await?;
            let ended = judged(&verified);
            report = Some(verified);
            Ok(ended)
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
            // Verify's verdict stands in its report; any other no-go is the end of the day.
            Ok(_) if status == PhaseStatus::NoGo && phase != Phase::Verify => Err(Error::no_go(phase.name(), summary)),
            Ok(_) => Ok(()),
        }
    }
}

/// The phases.
impl Day<'_> {
    async fn preflight(&mut self) -> Result<Ended> {
        let report = preflight::preflight(self.config, Some(&self.options.tools), self.events).await?;
        Ok(looked_at(&report))
    }

    async fn backup(&mut self) -> Result<Ended> {
        let config = self.config;
        let here = SideView::<Target>::open(&self.target, config.verify_jobs, &config.scope.schemas).await?;
        // One snapshot for both: what is saved is what the fingerprint speaks of.
        let before = Fingerprint::take(&here.readers, &here.catalog, &config.scope, None).await;
        let made = backup::backup(&self.options.tools, &here.readers, &here.catalog, &self.options.folder).await;
        here.readers.close().await;
        let (before, made) = (before?, made?);
        let summary = format!(
            "{} of {} saved in {}, proven readable; fingerprint taken",
            plural(before.tables.values().map(|table| table.rows).sum(), "row"),
            plural(before.tables.len() as u64, "table"),
            size(made.bytes),
        );
        self.before = Some(before);
        self.backup = Some(made);
        Ok((PhaseStatus::Go, summary))
    }

    async fn clean(&mut self) -> Result<Ended> {
        let here = SideView::<Target>::open(&self.target, 1, &self.config.scope.schemas).await?;
        // The snapshot must not stay open: TRUNCATE waits for whoever has read the tables.
        here.readers.close().await;
        let cleaned = clean::clean(&self.target, &self.plan, &here.catalog, self.events).await?;
        Ok((
            PhaseStatus::Go,
            format!(
                "{} emptied of {}, schema unchanged",
                plural(cleaned.tables.len() as u64, "table"),
                plural(cleaned.rows_removed, "row")
            ),
        ))
    }

    async fn copy(&mut self) -> Result<Ended> {
        let config = self.config;
        let there = SideView::<Source>::open(&self.source, config.copy_jobs, &config.scope.schemas).await?;
        let here = SideView::<Target>::open(&self.target, 1, &config.scope.schemas).await?;
        here.readers.close().await;
        let jobs = config.copy_jobs;
        let copied =
            copy::copy(&there.readers, &there.catalog, &self.target, &here.catalog, &self.plan, jobs, self.events)
                .await;
        there.readers.close().await;
        let copied = copied?;
        self.copied.clone_from(&copied.tables);
        Ok((
            PhaseStatus::Go,
            format!(
                "{} of {} copied ({}), {} set",
                plural(copied.rows, "row"),
                plural(copied.tables.len() as u64, "table"),
                size(copied.bytes),
                plural(copied.sequences as u64, "sequence"),
            ),
        ))
    }

    async fn rollback(&mut self) -> Result<Ended> {
        let (Some(before), Some(saved)) = (&self.before, &self.backup) else {
            return Err(Error::failed("there is no backup to go back to"));
        };
        let here = SideView::<Target>::open(&self.target, 1, &self.config.scope.schemas).await?;
        here.readers.close().await;
        clean::clean(&self.target, &self.plan, &here.catalog, self.events).await?;
        let tables: Vec<_> = self.plan.tables.iter().map(|planned| planned.table.clone()).collect();
        backup::restore_data(&self.options.tools, &self.target, saved, &self.options.folder, &tables).await?;
        rollback::put_back(&self.target, before).await?;
        let differences = rollback::difference(&self.target, self.config, before).await?;
        if let Some(first) = differences.first() {
            return Err(Error::failed(format!(
                "the target is not as it was: {}: {} ({} in all)",
                first.object,
                first.message,
                plural(differences.len() as u64, "difference")
            )));
        }
        Ok((
            PhaseStatus::Go,
            format!(
                "{} of {} back as they were, equal by fingerprint",
                plural(before.tables.values().map(|table| table.rows).sum(), "row"),
                plural(before.tables.len() as u64, "table")
            ),
        ))
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

/// What preflight comes to: the rows that stop it, else how many were looked at.
fn looked_at(report: &PreflightReport) -> Ended {
    let stops: Vec<String> = report
        .rows
        .iter()
        .filter(|row| row.ok == Readiness::Stop)
        .map(|row| format!("{}: found {}, wanted {}", row.check, row.found, row.wanted))
        .collect();
    if stops.is_empty() {
        let warnings = report.rows.iter().filter(|row| row.ok == Readiness::Warn).count();
        let rows = plural(report.rows.len() as u64, "check");
        (PhaseStatus::Go, format!("{rows}, {}", plural(warnings as u64, "warning")))
    } else {
        (PhaseStatus::NoGo, stops.join("; "))
    }
}

/// Whether verify says go, and in how many words.
fn judged(report: &RunReport) -> Ended {
    let units = plural(report.units.len() as u64, "unit");
    let findings: usize = report.units.iter().map(|unit| unit.open_findings().len()).sum();
    match report.verdict() {
        Verdict::Same => (PhaseStatus::Go, format!("{units} compared, none differs")),
        Verdict::Different => (PhaseStatus::NoGo, format!("{} in {units}", plural(findings as u64, "finding"))),
        Verdict::Incomplete => (PhaseStatus::NoGo, format!("{units}, not all of which could be looked at")),
    }
}

fn size(bytes: u64) -> String {
    bytesize::ByteSize(bytes).display().si().to_string()
}
