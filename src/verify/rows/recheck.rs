//! Looks again at rows that differ between databases in use: a row under way settles, a row that was lost does not.
//!
//! Each look opens new snapshots of both sides and reads the differing buckets. A row stands as different when it
//! differed in every look, and in the same way in the last two; one that kept changing is not known.

use std::time::Duration;

use super::drill::{Counted, Drill, MOST_OPEN, Open};
use crate::check::Context;
use crate::model::{Result, plural};

/// The pause before the first look; each next one is twice as long, up to the longest.
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// What is left after the looks.
pub(super) struct Settled {
    /// What differs still, with places in [`Settled::context`].
    pub(super) counted: Counted,
    /// The snapshots of the last look.
    pub(super) context: Context,
    /// Rows that kept changing.
    pub(super) moving: u64,
    /// What to tell.
    pub(super) detail: String,
}

/// Looks again at the rows of one table, up to `looks` times.
pub(super) async fn settle(drill: &Drill<'_>, first: &Counted, looks: u32, examples: usize) -> Result<Option<Settled>> {
    let Some(mut open) = first.open.clone() else { return Ok(None) };
    if looks == 0 || open.len() >= MOST_OPEN {
        return Ok(None);
    }
    let began = open.len();
    let mut pause = PAUSE;
    for look in 1..=looks {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
        let context = drill.context.again().await?;
        let seen = match again(&context, drill, &open, examples).await {
            Ok(seen) => seen,
            Err(error) => {
                context.close().await;
                return Err(error);
            }
        };
        let moving = (seen.open.len() - seen.standing) as u64;
        open = seen.open;
        if open.is_empty() || look == looks {
            let detail = format!("{} settled", plural((began - open.len()) as u64, "row"));
            return Ok(Some(Settled { counted: seen.counted, context, moving, detail }));
        }
        context.close().await;
    }
    Ok(None)
}

/// What one look has seen.
struct Seen {
    /// The rows that differ still.
    open: Open,
    /// How many of them differ as they did before.
    standing: usize,
    /// What is to be told of those.
    counted: Counted,
}

/// The rows of these keys that differ in the context's snapshots. Both sides are read once.
async fn again(context: &Context, drill: &Drill<'_>, open: &Open, examples: usize) -> Result<Seen> {
    let drill = Drill { context, ..*drill };
    let mut gathered = drill.gather().await?;
    gathered.only = Some(open);
    let mut counted = gathered.count(examples, true)?;
    let now = counted.open.take().unwrap_or_default();
    let as_before = now.iter().filter(|(key, sides)| open.get(*key) == Some(*sides));
    let standing: Open = as_before.map(|(key, sides)| (*key, *sides)).collect();
    if standing.len() < now.len() {
        gathered.only = Some(&standing);
        counted = gathered.count(examples, false)?;
    }
    Ok(Seen { standing: standing.len(), open: now, counted })
}
