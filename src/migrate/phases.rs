//! The phases of a day, each as what it does and the line it leaves.

use super::back::go_back;

use super::day::Day;
use super::saved::{Saved, save};
use super::sides::Start;
use crate::model::{Outcome, PhaseStatus, Result, RunReport, Verdict, plural};
use crate::preflight::{self, PreflightReport, Readiness};

/// How a phase ended, and its line.
pub(super) type Ended = (PhaseStatus, String);

impl Day<'_> {
    pub(super) async fn preflight(&mut self) -> Result<Ended> {
        let report = preflight::preflight(self.config, Some(&self.options.tools), self.events).await?;
        Ok(looked_at(&report))
    }

    pub(super) async fn backup(&mut self) -> Result<Ended> {
        let (tools, folder) = (&self.options.tools, &self.options.folder);
        let target = async { save(self.config, tools, &self.sides.target, folder).await };
        let source = async {
            match self.config.backup_source {
                true => save(self.config, tools, &self.sides.source, folder).await.map(Some),
                false => Ok(None),
            }
        };
        let (source, target) = tokio::try_join!(source, target)?;
        let saved: Vec<String> = source.iter().chain([&target]).map(saved_line).collect();
        self.state.saved = Some(target.manifest.file.clone());
        self.saved = Some(target);
        Ok((PhaseStatus::Go, format!("{}; proven readable, fingerprints taken", saved.join("; "))))
    }

    pub(super) async fn clean(&mut self) -> Result<Ended> {
        self.sides.beginning(&self.state.id, &self.options.folder).await?;
        let cleaned = self.sides.clean(self.config, self.events).await?;
        let tables = plural(cleaned.tables.len() as u64, "table");
        let rows = plural(cleaned.rows_removed, "row");
        Ok((PhaseStatus::Go, format!("{tables} emptied of {rows}, schema unchanged")))
    }

    pub(super) async fn copy(&mut self) -> Result<Ended> {
        let start = if self.sides.is_copying().await? { Start::Resume } else { Start::Anew };
        let record = self.options.record.then(|| self.options.folder.join("record.json"));
        let copied = self.sides.copy(self.config, start, record.as_deref(), self.events).await?;
        self.state.copied.clone_from(&copied.tables);
        let resumed = if start == Start::Resume { "resumed; " } else { "" };
        Ok((
            PhaseStatus::Go,
            format!(
                "{resumed}{} of {} copied ({}), {} set",
                plural(copied.rows, "row"),
                plural(copied.tables.len() as u64, "table"),
                size(copied.bytes),
                plural(copied.sequences as u64, "sequence"),
            ),
        ))
    }

    pub(super) async fn rollback(&mut self) -> Result<Ended> {
        let found;
        let saved = match &self.saved {
            Some(saved) => saved,
            None => {
                let side = &self.config.target.name;
                found = Saved::find(&self.options.folder, side, &self.sides.target_server)?;
                &found
            }
        };
        let (sides, tools) = (&self.sides, &self.options.tools);
        let back = go_back(self.config, &sides.target, &sides.plan, saved, tools, self.events).await?;
        let (rows, tables) = (plural(back.rows, "row"), plural(back.tables as u64, "table"));
        Ok((PhaseStatus::Go, format!("{rows} of {tables} back as they were, equal by fingerprint")))
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
pub(super) fn judged(report: &RunReport) -> Ended {
    let units = plural(report.units.len() as u64, "unit");
    let findings: usize = report.units.iter().map(|unit| unit.open_findings().len()).sum();
    let waived = report.units.iter().filter(|unit| matches!(unit.outcome, Outcome::Waived { .. })).count();
    let same = match waived {
        0 => "none differs".to_owned(),
        waived => format!("{waived} waived, none else differs"),
    };
    match report.verdict() {
        Verdict::Same => (PhaseStatus::Go, format!("{units} compared, {same}")),
        Verdict::Different => (PhaseStatus::NoGo, format!("{} in {units}", plural(findings as u64, "finding"))),
        Verdict::Incomplete => (PhaseStatus::NoGo, format!("{units}, not all of which could be looked at")),
    }
}

/// One side's backup on one line.
fn saved_line(saved: &Saved) -> String {
    let (rows, tables) = (saved.fingerprint.rows(), saved.fingerprint.tables.len() as u64);
    let (rows, tables) = (plural(rows, "row"), plural(tables, "table"));
    format!("{}: {rows} of {tables} in {}", saved.manifest.name, size(saved.manifest.bytes))
}

fn size(bytes: u64) -> String {
    bytesize::ByteSize(bytes).display().si().to_string()
}
