//! What an earlier copy has left aside comes back without it.

use super::build;
use crate::journal;
use crate::model::{Events, Result};
use crate::postgres::{Endpoint, Session, Target};

/// Has processes that may still copy into the target do no more, before it is emptied.
///
/// # Errors
/// As [`journal::halt`].
pub async fn halt(target: &Endpoint<Target>) -> Result<()> {
    let mut session = Session::connect(target).await?;
    let halted = journal::halt(&mut session).await;
    session.close().await;
    halted
}

/// Brings back everything that stands aside on the target, removes the large objects that copies have made, and forgets copies that
/// have not ended; gives how many things came back. For a target whose tables have been emptied.
///
/// # Errors
/// The server's error, naming what could not be brought back.
pub async fn restore(target: &Endpoint<Target>, jobs: usize, events: &Events) -> Result<usize> {
    let mut session = Session::connect(target).await?;
    let mut back = 0;
    // A key comes back in two steps: it is made, then completed.
    loop {
        let waiting = journal::waiting(&mut session).await?;
        let Some(first) = waiting.first() else { break };
        session.execute("begin").await?;
        build::put_back(&mut session, first.number, jobs, events).await?;
        session.execute("commit").await?;
        if first.completion.is_none() {
            events.note(format!("{}: {}, set aside by an earlier copy, is back", first.relation, first.name));
            back += 1;
        }
    }
    session.execute("begin").await?;
    journal::unmake_large_objects(&mut session).await?;
    session.execute("commit").await?;
    journal::forget(&mut session).await?;
    session.close().await;
    Ok(back)
}
