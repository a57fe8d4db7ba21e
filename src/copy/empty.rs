//! What a copy begins with: tables without rows, also without rows that somebody is about to commit.

use super::rows::not_empty;
use crate::model::{Error, Result, literal};
use crate::plan::TableMapping;
use crate::postgres::{Session, Target, is_permission};

/// How long those are waited for who write to the tables.
const WAIT: &str = "set local lock_timeout = '30s'";

/// Refuses tables that hold rows. Whoever writes to them is waited for, in the open transaction, and kept out until its end, where
/// the role may lock them.
///
/// # Errors
/// Failed where a table is not empty, or somebody goes on writing; else the server's error.
pub(super) async fn all_empty(session: &mut Session<Target>, mappings: &[TableMapping]) -> Result<()> {
    let items: Vec<String> = mappings.iter().map(TableMapping::target_item).collect();
    if !items.is_empty() {
        lock(session, &items).await?;
    }
    let held: Vec<String> = items.iter().map(|item| format!("exists (select from {item})")).collect();
    // As many values as one answer may have.
    for (mappings, held) in mappings.chunks(1000).zip(held.chunks(1000)) {
        // The server locks each index that it plans with; what was only looked at need not stay locked.
        session.execute("savepoint looking").await?;
        let rows = session.rows(&format!("select {}", held.join(", "))).await?;
        session.execute("rollback to savepoint looking; release savepoint looking").await?;
        let full = rows.into_iter().flatten().position(|value| value.as_deref() == Some("t"));
        if let Some(at) = full {
            return Err(not_empty(&mappings[at].table));
        }
    }
    Ok(())
}

async fn lock(session: &mut Session<Target>, items: &[String]) -> Result<()> {
    let usual = session.value("show lock_timeout").await?.unwrap_or_default();
    session.execute(&format!("savepoint locking; {WAIT}")).await?;
    let locked = session.execute(&format!("lock table {} in share row exclusive mode", items.join(", "))).await;
    match locked {
        Ok(()) => {
            session.execute(&format!("set local lock_timeout = {}; release savepoint locking", literal(&usual))).await
        }
        // It may not lock them, or not so many at once.
        Err(error) if is_permission(&error) || error.sqlstate() == Some("53200") => {
            session.execute("rollback to savepoint locking; release savepoint locking").await
        }
        Err(error) if error.sqlstate() == Some("55P03") => {
            Err(Error::failed("somebody else writes to the target's tables, or has not ended a transaction that did")
                .hint("see pg_locks of the target for who it is; nothing was changed")
                .with_sqlstate("55P03")
                .caused_by(error))
        }
        Err(error) => Err(error),
    }
}
