//! The defects that were planted and the faults that struck: whether all of them were tried, and what became of each.

use super::{GateRow, Standard};
use crate::config::ReportKind;
use crate::model::{FaultPoint, RunReport, plural};

const DEFECTS: &str = "defects";
const FAULTS: &str = "faults";
/// Names shown of a list.
const SHOWN: usize = 3;

pub(super) fn rows(report: &RunReport, kind: ReportKind, standard: &Standard<'_>) -> Vec<GateRow> {
    match kind {
        ReportKind::Rehearse => vec![defects(report, standard)],
        ReportKind::Chaos => faults(report, standard),
        _ => Vec::new(),
    }
}

fn defects(report: &RunReport, standard: &Standard<'_>) -> GateRow {
    let insists = standard.config.gate.defects;
    let wanted = format!("all {} caught", standard.defects.len());
    let missed: Vec<&str> = report.defects.iter().filter(|one| !one.caught()).map(|one| one.defect.as_str()).collect();
    if !missed.is_empty() {
        let found = format!("{} not caught as planted: {}", missed.len(), some(&missed));
        return GateRow::stop_if(insists, DEFECTS, found, wanted)
            .fix("a check does not see what it must: do not migrate");
    }
    if let Some(own) = &report.own_schema {
        return own_defects(report, own.not_planted.len(), insists);
    }
    let planted = |name: &&str| report.defects.iter().any(|one| one.defect == **name);
    let absent: Vec<&str> = standard.defects.iter().map(String::as_str).filter(|name| !planted(name)).collect();
    if !absent.is_empty() {
        let found = match report.defects.is_empty() {
            true => "none was planted".to_owned(),
            false => format!("{} not planted: {}", absent.len(), some(&absent)),
        };
        return GateRow::stop_if(insists, DEFECTS, found, wanted)
            .fix("rehearse to the end, with this version of pg-rehearse");
    }
    GateRow::go(DEFECTS, format!("{} planted, all caught", report.defects.len()), wanted)
}

/// Of the user's own schema the defects are made from its catalog: whatever has a place there was planted.
fn own_defects(report: &RunReport, without_a_place: usize, insists: bool) -> GateRow {
    let wanted = "all that have a place in the schema caught";
    if report.defects.is_empty() {
        return GateRow::stop_if(insists, DEFECTS, "none was planted", wanted)
            .fix("rehearse to the end: the day was not green");
    }
    let number = report.defects.len();
    GateRow::go(DEFECTS, format!("{number} planted, all caught; {without_a_place} kinds without a place"), wanted)
}

fn faults(report: &RunReport, standard: &Standard<'_>) -> Vec<GateRow> {
    let insists = standard.config.gate.faults;
    let wanted = format!("all {} borne", standard.faults.len());
    let broken: Vec<&str> =
        report.faults.iter().filter(|one| one.problem.is_some()).map(|one| one.fault.as_str()).collect();
    if !broken.is_empty() {
        let found = format!("{} not borne: {}", broken.len(), some(&broken));
        let row = GateRow::stop_if(insists, FAULTS, found, wanted);
        return vec![row.fix("a day that is struck like this does not end well: see the report")];
    }
    let struck = |point: &&FaultPoint| report.faults.iter().any(|one| point.is_of(one));
    let absent = standard.faults.iter().filter(|point| !struck(point));
    let (excused, absent): (Vec<&FaultPoint>, Vec<&FaultPoint>) = absent.partition(|point| point.may_be_left_out);
    let names = |points: &[&FaultPoint]| {
        let names: Vec<&str> = points.iter().map(|point| point.fault.as_str()).collect();
        some(&names)
    };
    if !absent.is_empty() {
        let found = format!("{} not struck: {}", plural(absent.len() as u64, "point"), names(&absent));
        let row = GateRow::stop_if(insists, FAULTS, found, wanted);
        return vec![row.fix("run `rehearse --chaos` without a number, with this version of pg-rehearse")];
    }
    let mut rows = vec![GateRow::go(FAULTS, format!("{} struck, all borne", report.faults.len()), wanted.clone())];
    if !excused.is_empty() {
        let found = format!("{} left out on that machine: {}", excused.len(), names(&excused));
        rows.push(GateRow::warn(FAULTS, found, wanted).fix("rehearse as root, who can mount a small disk"));
    }
    rows
}

fn some(names: &[&str]) -> String {
    let mut kinds: Vec<&str> = names.to_vec();
    kinds.dedup();
    let shown = kinds.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    if kinds.len() > SHOWN { format!("{shown} and {} more", kinds.len() - SHOWN) } else { shown }
}
