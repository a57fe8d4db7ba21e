//! Working beside a copy that another process has begun.

use std::time::{Duration, Instant};

use super::worker::Workers;
use super::{CopyReport, Copying, begin, ready, resume, run, watch};
use crate::journal::{self, Run};
use crate::model::{Error, Events, Result};
use crate::plan::TableMapping;
use crate::postgres::is_transient;

/// How often is looked whether the tasks stand in the journal, and how often in a row an end may not answer.
const LOOK: Duration = Duration::from_millis(500);
const MOST_LOST: u32 = 60;

/// Works beside a copy that another process has begun, in its snapshot, until nothing is left to do; gives what this process did.
///
/// # Errors
/// Usage, when there is no copy to join or it copies something else, or who resumes it ends before saying what is to be done; failed
/// as [`super::copy`] is.
pub async fn join(copying: &Copying<'_>, events: &Events) -> Result<CopyReport> {
    let started = Instant::now();
    let readiness = ready(copying).await?;
    let run = found(copying, &readiness.mappings).await?;
    planned(copying, &run).await?;
    let workers = Workers::new(copying, &readiness.mappings, &run, events);
    // What this process holds of the source is held no longer than the others hold theirs.
    let rows_in = async {
        watch::rows_are_in(copying.source, copying.target, &run, copying.manner.limits, &workers.told).await?;
        if copying.manner.let_go {
            copying.source.let_go().await;
        }
        Ok(())
    };
    tokio::try_join!(run::run(&workers, copying.manner.jobs), rows_in)?;
    let (rows, bytes) = workers.tables.moved_here();
    Ok(CopyReport {
        rows,
        bytes,
        notes: readiness.notes,
        seconds: started.elapsed().as_secs_f64(),
        ..CopyReport::default()
    })
}

/// Why a copy cannot be joined whose snapshot nobody holds.
pub fn snapshot_is_gone() -> Error {
    Error::usage("the snapshot of the copy that has not ended is gone")
        .hint("whoever began it has stopped: `copy --resume` goes on with it")
}

/// The copy that is under way, if it copies the same from the snapshot that this process has joined.
async fn found(copying: &Copying<'_>, mappings: &[TableMapping]) -> Result<Run> {
    let run = journal::within(copying.target, async |session| journal::current(session).await).await?;
    let run = run.ok_or_else(|| {
        Error::usage("there is no copy to join").hint("start one without --join, then join it from other machines")
    })?;
    resume::same_plan(&run, &begin::digest(copying, mappings))?;
    // It may have been resumed since this process joined its snapshot.
    if copying.source.endpoint().snapshot.as_ref() != Some(&run.snapshot) {
        return Err(journal::over());
    }
    Ok(run)
}

/// Waits until it is known what is to be done. Whoever resumes a copy compares tables first, and may be stopped meanwhile: no one
/// else could say it, and the tasks of the attempt before would be waited for as long as ever.
async fn planned(copying: &Copying<'_>, run: &Run) -> Result<()> {
    let mut lost = 0;
    loop {
        match is_planned(copying, run).await {
            Ok(true) => return Ok(()),
            Ok(false) => lost = 0,
            Err(error) if is_transient(&error) && lost < MOST_LOST => lost += 1,
            Err(error) => return Err(error),
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn is_planned(copying: &Copying<'_>, run: &Run) -> Result<bool> {
    let look = || journal::within(copying.target, async |session| journal::is_planned(session, run).await);
    if look().await? {
        return Ok(true);
    }
    if copying.source.origin_holds().await? {
        return Ok(false);
    }
    // The snapshot is let go of once the tasks are done, which may all have happened since the first look.
    if look().await? { Ok(true) } else { Err(snapshot_is_gone()) }
}
