//! How a copy ends: the sequences are set and it is marked as ended, in one transaction.

use super::sequences::{self, State};
use super::worker::{TRIES, pause};
use crate::journal::{self, Run};
use crate::model::Result;
use crate::postgres::{Endpoint, Session, Target, is_lost, is_transient};

/// Ends the copy of tables that are `still_there`; gives a session to go on with. Who loses the connection asks whether it has ended, and
/// ends it otherwise.
///
/// # Errors
/// Failed where a crash has taken rows meanwhile, or somebody else goes on with the copy; else the server's error.
pub(super) async fn end(
    target: &Endpoint<Target>,
    mut session: Session<Target>,
    run: &Run,
    states: &[State],
    still_there: impl AsyncFn(&mut Session<Target>) -> Result<()>,
) -> Result<Session<Target>> {
    still_there(&mut session).await?;
    let mut lost = 0;
    loop {
        match mark(&mut session, run, states).await {
            Ok(()) => return Ok(session),
            Err(error) if is_lost(&error) && lost < TRIES => lost += 1,
            Err(error) => return Err(error),
        }
        // The commit may have been made, and only its answer lost; by a crash, as it may be.
        let ended = has_ended(target, run).await?;
        session = Session::connect(target).await?;
        let there = still_there(&mut session).await;
        if ended {
            let there = there.map_err(|error| error.hint("the copy has ended: `clean` the target and copy again"));
            return there.map(|()| session);
        }
        there?;
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
