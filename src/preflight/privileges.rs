//! The target's role must be allowed to empty and to fill, which is found out by trying in a transaction that is
//! rolled back.

use super::{PreflightRow, Sides, some};
use crate::model::Result;
use crate::plan::mappings;
use crate::postgres::{Session, Target, TriggerEvent, is_timeout};

const CHECK: &str = "target privileges";
const WANTED: &str = "every planned table can be emptied and filled";

pub(super) async fn check(sides: &Sides<'_>) -> PreflightRow {
    let mut session = sides.writer.lock().await;
    let tried = attempt(sides, &mut session).await;
    // The transaction ends here whatever happened in it; were the connection gone, so were its transaction.
    let _ = session.execute("rollback").await;
    match tried {
        Err(error) if is_timeout(&error) => PreflightRow::warn(CHECK, error.chain(), WANTED)
            .fix("the tables are in use on the target; stop its applications before the migration"),
        Err(error) => PreflightRow::stop(CHECK, error.chain(), WANTED).fix("grant the role what it lacks"),
        Ok((refused, _)) if !refused.is_empty() => PreflightRow::stop(CHECK, some(&refused), WANTED)
            .fix("grant select, insert and truncate on them to the role of the target URL"),
        Ok((_, true)) => PreflightRow::go(CHECK, "tried, and triggers and foreign keys can be kept quiet", WANTED),
        Ok((_, false)) => PreflightRow::warn(
            CHECK,
            "tried; the role may not set session_replication_role, so foreign keys are checked row by row",
            WANTED,
        )
        .fix("allow the role to set session_replication_role, for speed"),
    }
}

/// What was refused, and whether the role may be a replica.
async fn attempt(sides: &Sides<'_>, session: &mut Session<Target>) -> Result<(Vec<String>, bool)> {
    session.execute("begin; set local lock_timeout = '5s'").await?;
    let replica = session.become_replica().await?;
    let (mut tries, mut tables, mut items) = (Vec::new(), Vec::new(), Vec::new());
    for mapping in mappings(&sides.source.catalog, &sides.target.catalog, sides.plan) {
        if sides.target.catalog.relation(&mapping.table).is_none() {
            continue;
        }
        let (table, columns) = (mapping.table.sql(), mapping.column_list());
        if !columns.is_empty() {
            // EXPLAIN asks for the same privileges as the statement and fires nothing.
            tries.push(format!(
                "explain insert into {table} ({columns}) overriding system value select {columns} from {table}"
            ));
        }
        items.push(mapping.target_item());
        tables.push(mapping.table);
    }
    // A trigger on TRUNCATE may do what no rollback undoes, and keys into the plan have a row of their own.
    let fires = session.firing_triggers(&tables, TriggerEvent::Truncate, replica).await?;
    let entered = sides.plan.entering_of(&sides.target.catalog);
    if fires.is_empty() && entered.is_empty() && !items.is_empty() {
        tries.push(format!("truncate {}", items.join(", ")));
    }
    let mut refused = Vec::new();
    for sql in tries {
        session.execute("savepoint attempt").await?;
        match session.execute(&sql).await {
            Ok(()) => session.execute("release savepoint attempt").await?,
            Err(error) if is_timeout(&error) => return Err(error),
            Err(error) => {
                refused.push(error.chain());
                session.execute("rollback to savepoint attempt").await?;
            }
        }
    }
    Ok((refused, replica))
}
