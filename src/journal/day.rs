//! The migration day that works, or has worked, on this target: so that nobody begins another one over its half, and
//! whoever finds the target half-way knows where the way back lies.

use serde::{Deserialize, Serialize};

use super::{create, exists};
use crate::model::{Error, Result, literal};
use crate::postgres::{Session, Target};

/// A migration day as the target knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRecord {
    /// Its own number.
    pub id: String,
    /// The machine it was begun on.
    pub host: String,
    /// Its folder there.
    pub folder: String,
    /// What its source is called.
    pub source: String,
    /// When it first wrote here, as the server prints it.
    pub started: String,
    /// When it ended; `None` while it has not.
    pub ended: Option<String>,
    /// How it ended.
    pub ending: Option<String>,
}

/// The last day that has written here, if any did.
///
/// # Errors
/// The server's error.
pub async fn day(session: &mut Session<Target>) -> Result<Option<DayRecord>> {
    if !exists(session).await? {
        return Ok(None);
    }
    let sql = "select id, host, folder, source, started::text, ended::text, ending from pgrehearse.day \
               order by ended is null desc, started desc limit 1";
    Ok(session.read::<DayRecord>(sql).await?.into_iter().next())
}

/// Notes that a day is about to write; a day that is noted already is left as it is.
///
/// # Errors
/// Usage where another day has not ended; else the server's error.
pub async fn begin_day(session: &mut Session<Target>, record: &DayRecord) -> Result<()> {
    create(session).await?;
    let DayRecord { id, host, folder, source, .. } = record;
    let sql = format!(
        "insert into pgrehearse.day (id, host, folder, source) values ({}, {}, {}, {}) \
         on conflict (id) do update set ended = null, ending = null",
        literal(id),
        literal(host),
        literal(folder),
        literal(source)
    );
    session.execute(&sql).await.map_err(|error| match error.sqlstate() {
        Some("23505") => Error::usage("another migration day on this target has not ended").caused_by(error),
        _ => error,
    })
}

/// Notes how the last day has ended; one that never wrote is not noted.
///
/// # Errors
/// The server's error.
pub async fn end_day(session: &mut Session<Target>, ending: &str) -> Result<()> {
    if !exists(session).await? {
        return Ok(());
    }
    let ending = literal(ending);
    session
        .execute(&format!(
            "update pgrehearse.day set ended = clock_timestamp(), ending = {ending} where id = \
             (select d.id from pgrehearse.day d order by d.ended is null desc, d.started desc limit 1)"
        ))
        .await
}
