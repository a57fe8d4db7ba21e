//! What a copy has done, kept in the target itself: its tasks, and the definitions of what it has set aside.
//!
//! Never true in here: a task marked done whose work was not committed with the mark, an object set aside whose definition
//! was not committed with its removal, two workers at one task.
//!
//! A task is claimed by a row lock that the claiming transaction holds until it commits or ends. So a claim lives exactly as long
//! as its worker's session: no clock has to be trusted, and a worker that dies leaves nothing behind. What a lease would add,
//! the end of a worker that can no longer be reached, the server sees by the keepalives that every session asks for.

mod aside;
mod day;
mod exclusive;
mod large_object;
mod run;
mod status;
mod task;

pub use aside::{Kind, SetAside, put_back, set_aside, strike_out, waiting};
pub use day::{DayRecord, begin_day, day, end_day};
pub use exclusive::Exclusive;
pub use large_object::{large_objects_among, make_large_object, unmake_large_objects};
pub use run::{Run, begin, current, end, forget, halt, has_ended, hold, move_on, over};
pub use status::{CopyState, Journal, drop_all, read};
pub use task::{Claim, Done, Moved, NewTask, Task, add, claim, finish, is_planned, left, totals};

use crate::model::Result;
use crate::postgres::{Endpoint, Session, Target};

/// The schema the journal stands in. Postgres keeps names that begin with `pg_` to itself.
pub const SCHEMA: &str = "pgrehearse";

/// Settings of a session that claims tasks: waiting for a lock of another worker is no fault.
pub const SESSION: &str = "set lock_timeout = '10min'";

/// Does something with a target's journal in a session of its own.
///
/// # Errors
/// When the target cannot be reached, and the work's own.
pub async fn within<T>(
    target: &Endpoint<Target>,
    work: impl AsyncFnOnce(&mut Session<Target>) -> Result<T>,
) -> Result<T> {
    let mut session = Session::connect(target).await?;
    let done = work(&mut session).await;
    session.close().await;
    done
}

/// Makes the journal's tables where they are not there yet.
///
/// # Errors
/// The server's error, such as a missing right to create a schema.
pub async fn create(session: &mut Session<Target>) -> Result<()> {
    if exists(session).await? {
        return Ok(());
    }
    session.execute("begin").await?;
    session.become_replica().await?;
    make(session).await?;
    session.execute("commit").await
}

/// Makes what of the journal's tables is not there, in the open transaction.
///
/// # Errors
/// As [`create`].
pub async fn make(session: &mut Session<Target>) -> Result<()> {
    session.execute(include_str!("sql/create.sql")).await.map_err(|error| {
        error
            .at("the journal of the copy could not be made in the target")
            .hint("let the target's role do so (grant create on database), or make it a schema `pgrehearse` of its own")
    })
}

/// Whether this database has a journal.
async fn exists(session: &mut Session<Target>) -> Result<bool> {
    let found = session.value("select to_regclass('pgrehearse.day') is not null").await?;
    Ok(found.as_deref() == Some("t"))
}
