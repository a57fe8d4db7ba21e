//! How a copy ends: the sequences are set and it is marked as ended, in one transaction.

use super::sequences::{self, State};
use super::worker::{TRIES, pause};
use crate::journal::{self, Run};
use crate::model::Result;
use crate::postgres::{Endpoint, Session, Target, is_lost, is_transient};

/// A copy that has ended.
pub(super) struct Ended {
    /// To go on with.
    pub(super) session: Session<Target>,
    /// Whether the connection was lost on the way, and the copy has ended all the same.
    pub(super) was_lost: bool,
}

/// Ends the copy.
pub(super) async fn end(
    target: &Endpoint<Target>,
    mut session: Session<Target>,
    run: &Run,
    states: &[State],
) -> Result<Ended> {
    let mut lost = 0;
    loop {
        match mark(&mut session, run, states).await {
            Ok(()) => return Ok(Ended { session, was_lost: lost > 0 }),
            Err(error) if is_lost(&error) && lost < TRIES => lost += 1,
            Err(error) => return Err(error),
        }
        // The commit may have been made, and only its answer lost.
        let ended = has_ended(target, run).await?;
        session = Session::connect(target).await?;
        if ended {
            return Ok(Ended { session, was_lost: true });
        }
    }
}

async fn mark(session: &mut Session<Target>, run: &Run, states: &[State]) -> Result<()> {
    session.execute("begin").await?;
    journal::hold(session, run).await?;
    sequences::set(session, states).await?;
    journal::end(session, run).await?;
    session.execute("commit").await
}

/// Asked until the server answers: one that has crashed takes a moment to come back.
async fn has_ended(target: &Endpoint<Target>, run: &Run) -> Result<bool> {
    let mut tries = 1;
    loop {
        match journal::within(target, async |session| journal::has_ended(session, run).await).await {
            Err(error) if is_transient(&error) && tries < TRIES => {
                tokio::time::sleep(pause(tries)).await;
                tries += 1;
            }
            answer => return answer,
        }
    }
}
