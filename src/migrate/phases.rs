//! The phases of a day, each as what it does and the line it leaves.

use super::back::go_back;
use super::day::Day;
use super::saved::save;
use super::sides::Start;
use crate::model::{Error, Outcome, PhaseStatus, Result, RunReport, Verdict, plural};
use crate::preflight::{self, PreflightReport, Readiness};

/// How a phase ended, and its line.
pub(super) type Ended = (PhaseStatus, String);

impl Day<'_> {
    pub(super) async fn preflight(&mut self) -> Result<Ended> {
        let report = preflight::preflight(self.config, Some(&self.options.tools), self.events).await?;
        Ok(looked_at(&report))
    }

    pub(super) async fn backup(&mut self) -> Result<Ended> {
        let saved = save(self.config, &self.options.tools, &self.sides.target, &self.options.folder).await?;
        let summary = format!(
            "{} of {} saved in {}, proven readable; fingerprint taken",
            plural(saved.fingerprint.rows(), "row"),
            plural(saved.fingerprint.tables.len() as u64, "table"),
            size(saved.manifest.bytes),
        );
        self.saved = Some(saved);
        Ok((PhaseStatus::Go, summary))
    }

    pub(super) async fn clean(&mut self) -> Result<Ended> {
        let cleaned = self.sides.clean(self.config, self.events).await?;
        let tables = plural(cleaned.tables.len() as u64, "table");
        let rows = plural(cleaned.rows_removed, "row");
        Ok((PhaseStatus::Go, format!("{tables} emptied of {rows}, schema unchanged")))
    }

    pub(super) async fn copy(&mut self) -> Result<Ended> {
        let copied = self.sides.copy(self.config, Start::Anew, None, self.events).await?;
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

    pub(super) async fn rollback(&mut self) -> Result<Ended> {
        let Some(saved) = &self.saved else {
            return Err(Error::failed("there is no backup to go back to"));
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

fn size(bytes: u64) -> String {
    bytesize::ByteSize(bytes).display().si().to_string()
}
