//! All workers of this process, until nothing is left to do or one of them fails.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::worker::Workers;
use crate::model::{Error, ErrorKind, RelationName, Result, plural};

/// How long the others are waited for when one has failed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs `workers` at once. The first error stops the others at their next frame.
pub(super) async fn run(workers: &Workers<'_>, number: usize) -> Result<()> {
    let mut running: FuturesUnordered<_> = (0..number.max(1)).map(|_| workers.work()).collect();
    let mut failure = None::<Error>;
    loop {
        let ended = match &failure {
            None => running.next().await,
            // A worker in the midst of building an index does not look up; its session ends with it.
            Some(_) => tokio::time::timeout(PATIENCE, running.next()).await.unwrap_or(None),
        };
        let Some(ended) = ended else { break };
        let Err(error) = ended else { continue };
        workers.stop.store(true, Ordering::Relaxed);
        // The first error is the cause; those that follow it are workers that were told to stop.
        if failure.as_ref().is_none_or(|first| first.kind() == ErrorKind::Interrupted) {
            failure = Some(error);
        }
    }
    match failure {
        None => Ok(()),
        Some(error) => Err(error),
    }
}

/// Says in the hint how far the copy came, and how it goes on.
pub(super) fn with_done(error: Error, done: &[RelationName], planned: usize) -> Error {
    let names: Vec<String> = done.iter().map(ToString::to_string).collect();
    let done = match names.len() {
        0 => "no table was copied whole".to_owned(),
        number => format!("{} of {planned} copied whole: {}", plural(number as u64, "table"), names.join(", ")),
    };
    error.further_hint(format!("{done}; `copy --resume` goes on, `clean` puts back what stands aside and begins anew"))
}
