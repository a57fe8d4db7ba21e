//! A copy as a whole.

use serde::Deserialize;

use super::exists;
use crate::model::{Error, Result, literal};
use crate::postgres::{Session, Target};

/// A copy that has begun and not ended.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// When it began, as the server prints it.
    pub started: String,
    /// A digest of what is copied into what.
    pub plan: String,
    /// The snapshot of the source that it copies.
    pub snapshot: String,
    /// How often it has taken a snapshot.
    pub attempt: i32,
    /// Whether rows come in as a replica's.
    pub replica: bool,
}

const CURRENT: &str = "select id, started::text, plan, snapshot, attempt, replica from pgrehearse.run \
                       where ended is null order by id desc limit 1";

/// The copy that has not ended, if there is one.
///
/// # Errors
/// The server's error.
pub async fn current(session: &mut Session<Target>) -> Result<Option<Run>> {
    if !exists(session).await? {
        return Ok(None);
    }
    Ok(session.read::<Run>(CURRENT).await?.into_iter().next())
}

/// Begins a copy.
///
/// # Errors
/// Usage where another one has begun in the meantime, which the server tells; else the server's error.
pub async fn begin(session: &mut Session<Target>, plan: &str, snapshot: &str, replica: bool) -> Result<Run> {
    let (plan, snapshot) = (literal(plan), literal(snapshot));
    let sql = format!("insert into pgrehearse.run (plan, snapshot, replica) values ({plan}, {snapshot}, {replica})");
    session.execute(&sql).await.map_err(|error| match error.sqlstate() {
        Some("23505") => Error::usage("another copy into this target has begun in the meantime")
            .hint("`copy --join` works beside it")
            .caused_by(error),
        _ => error,
    })?;
    session.read::<Run>(CURRENT).await?.into_iter().next().ok_or_else(|| Error::failed("the copy was not journaled"))
}

/// Moves a copy on to a new snapshot, whose rows come in as a replica's or not. Workers that still read the old one are given
/// no more tasks, and what they have under way has come to its end when this returns: what [`super::finish`] was not asked for by then, it refuses.
///
/// # Errors
/// The server's error; failed where the copy has ended.
pub async fn move_on(session: &mut Session<Target>, run: &Run, snapshot: &str, replica: bool) -> Result<Run> {
    let (id, text) = (run.id, literal(snapshot));
    // Counted on by the server: of two that resume at once, each has an attempt of its own, and the later one stands.
    let sql = format!(
        "update pgrehearse.run set snapshot = {text}, attempt = attempt + 1, replica = {replica} \
         where id = {id} and ended is null returning attempt"
    );
    let moved = session.rows(&sql).await?.into_iter().flatten().flatten().next();
    let attempt = moved.and_then(|text| text.parse().ok()).ok_or_else(over)?;
    let claims = format!("select count(*) from (select 1 from pgrehearse.task where run = {id} for update) claimed");
    session.value(&claims).await.map_err(|error| match error.sqlstate() {
        Some("55P03") => {
            Error::failed("a process that works at the copy is still at a task, such as an index to build")
                .hint(
                    "its task is void now, and it stops after it: stop that process, or wait for it, then resume again",
                )
                .with_sqlstate("55P03")
                .caused_by(error)
        }
        _ => error,
    })?;
    Ok(Run { snapshot: snapshot.to_owned(), attempt, replica, ..run.clone() })
}

/// Makes sure that nobody else ends the copy or moves it on before the open transaction has ended.
///
/// # Errors
/// Failed where somebody has.
pub async fn hold(session: &mut Session<Target>, run: &Run) -> Result<()> {
    let (id, attempt) = (run.id, run.attempt);
    let sql = format!(
        "select id from pgrehearse.run where id = {id} and attempt = {attempt} and ended is null for no key update"
    );
    if session.rows(&sql).await?.is_empty() { Err(over()) } else { Ok(()) }
}

/// Whether a copy has ended in this attempt. A session that is about to end it is waited for, as one whose client is gone while its
/// commit waits for a standby.
///
/// # Errors
/// The server's error.
pub async fn has_ended(session: &mut Session<Target>, run: &Run) -> Result<bool> {
    let (id, attempt) = (run.id, run.attempt);
    let sql = format!(
        "select ended is not null from pgrehearse.run where id = {id} and attempt = {attempt} for no key update"
    );
    let ended = session.rows(&sql).await?.into_iter().flatten().flatten().next();
    Ok(ended.as_deref() == Some("t"))
}

/// Marks a copy as ended.
///
/// # Errors
/// The server's error.
pub async fn end(session: &mut Session<Target>, run: &Run) -> Result<()> {
    session.execute(&format!("update pgrehearse.run set ended = clock_timestamp() where id = {}", run.id)).await
}

/// What is said to a process whose copy goes on without it.
pub fn over() -> Error {
    Error::failed("the copy has been ended or resumed by another process")
}

/// Has processes that may still be at work on a copy do no more of it: they are given no task, and what they have under way has come
/// to its end when this returns. The copy can be resumed.
///
/// # Errors
/// The server's error; failed where a task takes longer than this can wait.
pub async fn halt(session: &mut Session<Target>) -> Result<()> {
    if !exists(session).await? {
        return Ok(());
    }
    session.execute("update pgrehearse.run set attempt = attempt + 1 where ended is null").await?;
    let claims = "select count(*) from (select 1 from pgrehearse.task t where exists \
                  (select from pgrehearse.run r where r.id = t.run and r.ended is null) for update) claimed";
    session.value(claims).await.map(|_| ()).map_err(|error| match error.sqlstate() {
        Some("55P03") => Error::failed("a copy is at work on the target")
            .hint("it stops after the task it is at; stop its process, or try again")
            .caused_by(error),
        _ => error,
    })
}

/// Forgets every copy that has not ended: what they copied is not there any more.
///
/// # Errors
/// The server's error.
pub async fn forget(session: &mut Session<Target>) -> Result<()> {
    if !exists(session).await? {
        return Ok(());
    }
    session.execute("delete from pgrehearse.run where ended is null").await
}
