//! Triggers that would fire while rows are copied.

use super::{PreflightRow, Sides, some};
use crate::model::{RelationName, Result};
use crate::postgres::{FiringTrigger, Session, Target, TriggerEvent};

const CHECK: &str = "triggers";
const WANTED: &str = "none fires while rows are copied";

pub(super) async fn check(sides: &Sides<'_>) -> PreflightRow {
    let mut session = sides.writer.lock().await;
    let found = firing(sides, &mut session).await;
    // The transaction ends here whatever happened in it.
    let _ = session.execute("rollback").await;
    match found {
        Err(error) => PreflightRow::stop(CHECK, error.chain(), WANTED),
        Ok(triggers) if triggers.is_empty() => PreflightRow::go(CHECK, "kept quiet", WANTED),
        Ok(triggers) => {
            let names = |stuck: bool| -> Vec<String> {
                let chosen = triggers.iter().filter(|trigger| trigger.can_alter != stuck);
                chosen.map(|trigger| format!("{} on {}", trigger.name, trigger.relation())).collect()
            };
            let stuck = names(true);
            if stuck.is_empty() {
                PreflightRow::warn(CHECK, format!("switched off and on again: {}", some(&names(false))), WANTED)
            } else {
                PreflightRow::stop(CHECK, format!("cannot be switched off: {}", some(&stuck)), WANTED)
                    .fix("connect as the tables' owner, or allow the role to set session_replication_role")
            }
        }
    }
}

async fn firing(sides: &Sides<'_>, session: &mut Session<Target>) -> Result<Vec<FiringTrigger>> {
    session.execute("begin").await?;
    let replica = session.become_replica().await?;
    let present = |name: &&RelationName| sides.target.catalog.relation(name).is_some();
    let tables: Vec<RelationName> =
        sides.plan.tables.iter().map(|planned| &planned.table).filter(present).cloned().collect();
    session.firing_triggers(&tables, TriggerEvent::Insert, replica).await
}
