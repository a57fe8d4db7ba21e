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
    let (began, mut config) = (open.len(), drill.context.config.clone());
    let mut standing = Open::new();
    let (mut pause, mut last) = (PAUSE, None);
    for look in 1..=looks {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
        // The look has what is left of the time budget, and no new one.
        config.manner.budget = drill.context.source.readers.time_left();
        let context = Context::open(&config, &drill.context.events).await?;
        let seen = again(&context, drill, &open, examples).await;
        let seen = match seen {
            Ok(seen) => seen,
            Err(error) => {
                context.close().await;
                return Err(error);
            }
        };
        let now = seen.open.clone().unwrap_or_default();
        standing = now
            .iter()
            .filter(|(key, sides)| open.get(*key) == Some(*sides))
            .map(|(key, sides)| (*key, *sides))
            .collect();
        open = now;
        if open.is_empty() || look == looks {
            last = Some((context, seen));
            break;
        }
        context.close().await;
    }
    let Some((context, seen)) = last else { return Ok(None) };
    let moving = (open.len() - standing.len()) as u64;
    let counted = match standing.is_empty() {
        _ if moving == 0 => seen,
        true => Counted::default(),
        false => again(&context, drill, &standing, examples).await?,
    };
    let settled = (began - open.len()) as u64;
    let detail = format!("{} settled", plural(settled, "row"));
    Ok(Some(Settled { counted, context, moving, detail }))
}

/// The rows of these keys that differ in the context's snapshots.
async fn again(context: &Context, drill: &Drill<'_>, open: &Open, examples: usize) -> Result<Counted> {
    let drill = Drill { context, ..*drill };
    let mut gathered = drill.gather().await?;
    gathered.only = Some(open);
    gathered.count(examples, true)
}
