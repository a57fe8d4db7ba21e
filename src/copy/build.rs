//! What stood aside comes back: indexes on as much memory and as many workers as the server has to give.

use std::collections::BTreeMap;

use crate::journal::{self, SetAside};
use crate::model::{Error, Events, RelationName, Result};
use crate::postgres::{Session, Target};

/// The path under which definitions are run: functions they call may have been written for the database's own. They were printed
/// under an empty one, so names without a schema are the system's, whatever stands before it.
pub(super) const PATH: &str = "set local search_path to default;
    select set_config('search_path', concat_ws(', ', 'pg_catalog', nullif(current_setting('search_path'), '')), true)";

/// Brings one thing back in the open transaction.
pub(super) async fn put_back(session: &mut Session<Target>, number: i32, jobs: usize, events: &Events) -> Result<()> {
    let waiting = journal::waiting(session).await?;
    // Brought back by hand, or by an earlier attempt.
    let Some(aside) = waiting.into_iter().find(|aside| aside.number == number) else { return Ok(()) };
    // Event triggers have nothing to do with what comes back as it was.
    session.become_replica().await?;
    session.execute(PATH).await?;
    means(session, jobs).await?;
    session.execute("savepoint build").await?;
    match journal::put_back(session, &aside).await {
        Ok(()) => Ok(()),
        Err(error) => otherwise(session, &aside, error, events).await,
    }
}

/// What else can be done where something could not be brought back.
async fn otherwise(session: &mut Session<Target>, aside: &SetAside, error: Error, events: &Events) -> Result<()> {
    match error.sqlstate() {
        // Shared memory for the workers is not to be had, as in a container with little of it.
        Some("53100" | "53200") => {
            session.execute("rollback to savepoint build; set local max_parallel_maintenance_workers = 0").await?;
            journal::put_back(session, aside).await
        }
        // The source's own rows break the key that is to be proven: they are copied as they are, and verify will say so.
        Some("23503") if aside.completion.is_none() => {
            session.execute("rollback to savepoint build").await?;
            events.note(format!("{}: {} is not proven: {}", aside.relation, aside.name, error.chain()));
            journal::strike_out(session, aside).await
        }
        _ => Err(error),
    }
}

/// Gives the transaction memory and workers for building: what the server allows, divided among those who build at once.
async fn means(session: &mut Session<Target>, jobs: usize) -> Result<()> {
    let sql = "select name, setting from pg_settings where name in ('maintenance_work_mem', 'effective_cache_size', \
               'max_parallel_workers', 'max_parallel_maintenance_workers')";
    let rows = session.rows(sql).await?;
    let settings: BTreeMap<String, u64> = rows
        .into_iter()
        .filter_map(|row| match &row[..] {
            [Some(name), Some(value)] => Some((name.clone(), value.parse().ok()?)),
            _ => None,
        })
        .collect();
    let setting = |name: &str| settings.get(name).copied().unwrap_or(0);
    let memory = memory(setting("maintenance_work_mem"), setting("effective_cache_size"), jobs);
    // One that the server's owner has set to more than usual is left at that.
    let workers = setting("max_parallel_maintenance_workers").max(setting("max_parallel_workers") / jobs.max(1) as u64);
    session
        .execute(&format!(
            "set local maintenance_work_mem = '{memory}kB'; set local max_parallel_maintenance_workers = {workers}"
        ))
        .await
}

/// Kilobytes for one build: an eighth of what the server takes for its cache, given in pages of 8 kB, shared by those who build
/// at once; never less than the server's own setting, nor more than 4 GB.
fn memory(own: u64, cache_pages: u64, jobs: usize) -> u64 {
    let share = cache_pages.saturating_mul(8) / 8 / jobs.max(1) as u64;
    own.max(share.min(4 << 20))
}

/// Gathers the planner's statistics; where it cannot be done, the copy is none the worse.
pub(super) async fn analyze(session: &mut Session<Target>, tables: &[RelationName], events: &Events) -> Result<()> {
    let names: Vec<String> = tables.iter().map(RelationName::sql).collect();
    session.execute("savepoint statistics; set local search_path to default").await?;
    match session.execute(&format!("analyze {}", names.join(", "))).await {
        Err(error) if !crate::postgres::is_transient(&error) => {
            events.note(format!("statistics were not gathered: {}", error.chain()));
            session.execute("rollback to savepoint statistics").await
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_shared_and_bounded() {
        // 64 MB of its own, 4 GB of cache, four builders: 128 MB each.
        assert_eq!(memory(65_536, 524_288, 4), 131_072);
        assert_eq!(memory(1 << 20, 524_288, 4), 1 << 20, "the owner's setting stands");
        assert_eq!(memory(65_536, 1 << 30, 1), 4 << 20);
    }
}
