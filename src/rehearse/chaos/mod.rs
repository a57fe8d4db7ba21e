//! The day again with everything that can go wrong in it: each time the source must stay as it is, and the target must end equal
//! to the source or as it was before.
//!
//! Never true in here: a fault that did not strike counted as one that was borne, an ending taken from the tool's own word.

mod ground;
mod oracle;
mod point;
mod points;
mod strike;
mod tool;

use std::cell::Cell;
use std::path::Path;
use std::time::Instant;

use crate::model::{Error, Event, Events, FaultPoint, FaultResult, Result, RunReport};
use ground::Ground;
use points::{Fault, Point};

/// Grounds that points are run on at once: while one waits for a server to come back, the other works.
const LANES: usize = 2;

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
    let mut grounds = futures_util::future::try_join_all((0..LANES).map(|_| Ground::make(events))).await?;
    let without_disk = grounds.iter().find_map(|ground| ground.disk.as_ref().err());
    if let Some(reason) = without_disk {
        events.note(format!("points with a full disk are left out: {reason}"));
    }
    let has_disk = without_disk.is_none();
    let points: Vec<Point> = points.into_iter().filter(|point| point.fault != Fault::DiskFull || has_disk).collect();
    let home = tempfile::Builder::new()
        .prefix("pg-rehearse-chaos-")
        .tempdir()
        .map_err(|problem| Error::failed("no folder for the runs").caused_by(problem))?;
    let run = Run { points: &points, next: Cell::new(0), done: Cell::new(0), home: home.path(), events };
    let lanes = futures_util::future::try_join_all(grounds.iter_mut().map(|ground| run.lane(ground))).await?;
    let mut results: Vec<(usize, FaultResult)> = lanes.into_iter().flatten().collect();
    results.sort_by_key(|(at, _)| *at);
    let facts = grounds[0].facts().await?;
    for ground in grounds {
        ground.stop().await?;
    }
    Ok(RunReport {
        started,
        seconds: clock.elapsed().as_secs_f64(),
        faults: results.into_iter().map(|(_, result)| result).collect(),
        ..RunReport::empty("rehearse", facts.0, facts.1)
    })
}

/// The points of a run, which its lanes take in turn.
struct Run<'a> {
    points: &'a [Point],
    next: Cell<usize>,
    done: Cell<usize>,
    home: &'a Path,
    events: &'a Events,
}

impl Run<'_> {
    /// Takes points until none is left; gives what became of each, with its place.
    async fn lane(&self, ground: &mut Ground) -> Result<Vec<(usize, FaultResult)>> {
        let mut results = Vec::new();
        loop {
            let at = self.next.replace(self.next.get() + 1);
            let Some(point) = self.points.get(at) else { return Ok(results) };
            let folder = self.home.join(format!("{:03}", at + 1));
            std::fs::create_dir(&folder).map_err(|problem| Error::failed("no folder for a run").caused_by(problem))?;
            let result = point::run(ground, &folder, *point).await;
            self.done.set(self.done.get() + 1);
            let (number, of) = (self.done.get(), self.points.len());
            self.events.send(&Event::FaultTried { number, of, result: result.clone() });
            results.push((at, result));
        }
    }
}
