//! What the journal says, for somebody who finds the target as it is; and its removal.

use serde::{Deserialize, Serialize};

use super::{DayRecord, current, day, exists, waiting};
use crate::model::{Error, Result};
use crate::postgres::{Session, Target};

/// What the journal of a target holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Journal {
    /// The last migration day.
    pub day: Option<DayRecord>,
    /// The last copy.
    pub copy: Option<CopyState>,
    /// Indexes and constraints that stand aside, by table and name.
    pub aside: Vec<String>,
    /// Large objects that copies have made.
    pub large_objects: u64,
}

/// How far a copy has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyState {
    /// Its number.
    pub id: i64,
    /// When it began, as the server prints it.
    pub started: String,
    /// When it ended; `None` while it has not.
    pub ended: Option<String>,
    /// How often it has taken a snapshot.
    pub attempt: i32,
    /// Its tasks.
    pub tasks: u64,
    /// Those that are done.
    pub done: u64,
    /// Rows that have come in.
    pub rows: u64,
}

/// Reads the whole journal; `None` where the target has none.
///
/// # Errors
/// The server's error.
pub async fn read(session: &mut Session<Target>) -> Result<Option<Journal>> {
    if !exists(session).await? {
        return Ok(None);
    }
    let copy = session.read::<CopyState>(include_str!("sql/copy_state.sql")).await?.into_iter().next();
    let aside = waiting(session).await?.into_iter().map(|one| format!("{}: {}", one.relation, one.name)).collect();
    let large_objects = session.value("select count(*) from pgrehearse.large_object").await?;
    let large_objects = large_objects.and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(Some(Journal { day: day(session).await?, copy, aside, large_objects }))
}

/// Drops the journal. What it holds must not be needed any more.
///
/// # Errors
/// Usage where a day or a copy has not ended or something stands aside; else the server's error.
pub async fn drop_all(session: &mut Session<Target>) -> Result<bool> {
    if !exists(session).await? {
        return Ok(false);
    }
    let unfinished = match (day(session).await?, current(session).await?, waiting(session).await?.len()) {
        (Some(day), _, _) if day.ended.is_none() => Some(format!("a migration day of {} has not ended", day.started)),
        (_, Some(run), _) => Some(format!("a copy that began at {} has not ended", run.started)),
        (_, _, 0) => None,
        (_, _, aside) => Some(format!("{aside} indexes or constraints stand aside")),
    };
    if let Some(unfinished) = unfinished {
        return Err(Error::usage(format!("the journal is still needed: {unfinished}"))
            .hint("go on with `migrate --resume` or `copy --resume`, or go back with `rollback`; then clean up"));
    }
    session.execute(include_str!("sql/drop.sql")).await?;
    Ok(true)
}
