//! The day again with everything that can go wrong in it: each time the source must stay as it is, and the target must end equal
//! to the source or as it was before.
//!
//! Never true in here: a fault that did not strike counted as one that was borne, an ending taken from the tool's own word.

mod disk;
mod ground;
mod oracle;
mod point;
mod points;
mod strike;
mod tool;

use std::time::Instant;

use crate::model::{Error, Event, Events, FaultPoint, REPORT_VERSION, Result, RunReport};
use ground::Ground;
use points::{Fault, Point};

/// The catalogue of fault points.
pub fn fault_points() -> Vec<FaultPoint> {
    let named = |point: Point| FaultPoint {
        fault: point.fault.name(),
        phase: point.phase,
        milliseconds: u64::try_from(point.after.as_millis()).unwrap_or(u64::MAX),
        may_be_left_out: point.fault == Fault::DiskFull,
    };
    points::all().into_iter().map(named).collect()
}

/// Runs the fault points, all of them or a number spread over the catalogue.
///
/// # Errors
/// When the servers cannot be had. What went wrong at a point is in its result.
pub async fn chaos(number: Option<usize>, events: &Events) -> Result<RunReport> {
    let (clock, started) = (Instant::now(), jiff::Timestamp::now());
    let points: Vec<Point> = number.map_or_else(points::all, points::sample);
    let mut ground = Ground::make(events).await?;
    if let Err(reason) = &ground.disk {
        events.note(format!("points with a full disk are left out: {reason}"));
    }
    let home = tempfile::Builder::new()
        .prefix("pg-rehearse-chaos-")
        .tempdir()
        .map_err(|problem| Error::failed("no folder for the runs").caused_by(problem))?;
    let points: Vec<Point> =
        points.into_iter().filter(|point| point.fault != Fault::DiskFull || ground.disk.is_ok()).collect();
    let mut results = Vec::new();
    for (number, point) in (1..).zip(&points) {
        let folder = home.path().join(format!("{number:03}"));
        std::fs::create_dir(&folder).map_err(|problem| Error::failed("no folder for a run").caused_by(problem))?;
        let result = point::run(&mut ground, &folder, *point).await;
        events.send(&Event::FaultTried { number, of: points.len(), result: result.clone() });
        results.push(result);
    }
    let (source, target) = ground.facts().await?;
    ground.stop().await?;
    Ok(RunReport {
        report_version: REPORT_VERSION,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        verb: "rehearse".to_owned(),
        started,
        seconds: clock.elapsed().as_secs_f64(),
        source,
        target,
        phases: Vec::new(),
        decisions: Vec::new(),
        copied: Vec::new(),
        units: Vec::new(),
        ledger: Vec::new(),
        waivers: Vec::new(),
        advice: Vec::new(),
        defects: Vec::new(),
        faults: results,
    })
}
