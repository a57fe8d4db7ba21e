//! What goes on beside the workers: the source is let go once its last row has been read, and left in peace when it is in trouble.

use std::time::Duration;

use tokio::sync::Notify;

use super::work::ROWS;
use crate::journal::{self, Run, SESSION};
use crate::model::{Error, Result, count, seconds};
use crate::postgres::{Endpoint, Readers, Session, Source, Target, is_transient};

/// How often is looked; workers tell when there is reason to look sooner.
const LOOK: Duration = Duration::from_secs(1);

/// How often in a row the target may not answer: the workers have given up by then, if they were still at work.
const MOST_LOST: u32 = 60;

/// What the source may be made to bear.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of WAL by which a standby of the source may fall behind.
    pub replica_lag: Option<u64>,
    /// How long the copy may hold its snapshot, behind which the source cannot clean up.
    pub snapshot_age: Option<Duration>,
}

/// Waits until all rows have come in.
///
/// # Errors
/// Interrupted, when the source is past one of the limits: the copy can be resumed.
pub(super) async fn rows_are_in(
    source: &Readers<Source>,
    target: &Endpoint<Target>,
    run: &Run,
    limits: Limits,
    told: &Notify,
) -> Result<()> {
    let (mut session, mut lost) = (None, 0);
    loop {
        match left(target, &mut session, run).await {
            Ok(0) => break,
            Ok(_) => lost = 0,
            Err(error) if is_transient(&error) && lost < MOST_LOST => (session, lost) = (None, lost + 1),
            Err(error) => return Err(error),
        }
        match within(source, limits).await {
            // It is asked again soon, and the workers notice a source that stays away.
            Err(error) if is_transient(&error) => {}
            looked => looked?,
        }
        // One look at least a second, whoever tells.
        let _ = tokio::time::timeout(LOOK, told.notified()).await;
    }
    if let Some(session) = session {
        Session::close(session).await;
    }
    Ok(())
}

async fn left(target: &Endpoint<Target>, session: &mut Option<Session<Target>>, run: &Run) -> Result<u64> {
    if session.is_none() {
        let mut new = Session::connect(target).await?;
        new.execute(SESSION).await?;
        *session = Some(new);
    }
    match session {
        Some(session) => journal::left(session, run, None, ROWS).await,
        None => Ok(1),
    }
}

async fn within(source: &Readers<Source>, limits: Limits) -> Result<()> {
    let held = source.held();
    let stop = |what: String| {
        Error::stopped(format!("the copy stopped to spare the source: {what}"))
            .hint("when the source is well again, `copy --resume` goes on under a new snapshot")
    };
    if let Some(most) = limits.snapshot_age.filter(|&most| held >= most) {
        let (held, most) = (seconds(held.as_secs_f64()), seconds(most.as_secs_f64()));
        return Err(stop(format!("its snapshot has been held for {held}, {most} are allowed")));
    }
    if let Some(most) = limits.replica_lag {
        let lag = source.now(async |session| session.value(include_str!("sql/replica_lag.sql")).await).await?;
        let lag = lag.and_then(|text| text.parse::<u64>().ok());
        if let Some(lag) = lag.filter(|&lag| lag > most) {
            return Err(stop(format!("a standby is {} bytes of WAL behind, {} are allowed", count(lag), count(most))));
        }
    }
    Ok(())
}
