//! Keeping the target's triggers and foreign keys quiet while rows come in.

use crate::model::{Error, RelationName, Result};
use crate::plan::TableMapping;
use crate::postgres::{FiringTrigger, Session, Target, TriggerEvent};

/// How triggers are kept quiet on this target.
#[derive(Debug, Clone)]
pub(super) struct Quiet {
    /// Whether the transactions may be a replica's, so that origin triggers and foreign keys stay quiet.
    pub(super) replica: bool,
    /// Tables with triggers that would fire all the same, when rows come in or the table is emptied.
    pub(super) firing: Vec<RelationName>,
}

impl Quiet {
    /// Finds out by trying, and refuses where a trigger would fire that cannot be switched off.
    pub(super) async fn probe(
        session: &mut Session<Target>,
        mappings: &[TableMapping],
        notes: &mut Vec<String>,
    ) -> Result<Self> {
        session.execute("begin").await?;
        let replica = session.become_replica().await?;
        let tables: Vec<RelationName> = mappings.iter().map(|mapping| mapping.table.clone()).collect();
        let firing = session.firing_triggers(&tables, TriggerEvent::Insert, replica).await?;
        let truncating = session.firing_triggers(&tables, TriggerEvent::Truncate, replica).await?;
        session.execute("rollback").await?;
        if let Some(stuck) = firing.iter().find(|trigger| !trigger.can_alter) {
            return Err(Error::usage(format!(
                "trigger {} on {} would fire for every copied row and cannot be switched off",
                stuck.name,
                stuck.relation()
            ))
            .hint("connect to the target as the table's owner or as a role that may set session_replication_role"));
        }
        if !replica {
            notes.push(
                "the target does not let its role be a replica: foreign keys are checked while rows come in".into(),
            );
        }
        for trigger in &firing {
            let (name, relation) = (&trigger.name, trigger.relation());
            notes.push(format!("{relation}: trigger {name} is switched off while its rows come in"));
        }
        Ok(Self { replica, firing: firing.iter().chain(&truncating).map(FiringTrigger::relation).collect() })
    }
}

/// Has the server let rows of these tables be removed in the open transaction, where they are published and nothing tells them apart;
/// gives the statements that put their replica identities back.
pub(super) async fn identify(session: &mut Session<Target>, tables: &[RelationName]) -> Result<Vec<String>> {
    let mut restore = Vec::new();
    for table in session.unidentified(tables).await? {
        session.execute(&table.identify()).await?;
        restore.push(table.restore());
    }
    Ok(restore)
}

/// Makes the open transaction quiet for these tables; gives the statements that put their triggers back.
///
/// The search path is the database's own: constraints and generated columns call functions that were written for it.
pub(super) async fn hush(session: &mut Session<Target>, tables: &[RelationName], replica: bool) -> Result<Vec<String>> {
    session.execute("set local search_path to default").await?;
    if replica {
        session.execute("set local session_replication_role = replica").await?;
    }
    let firing = session.firing_triggers(tables, TriggerEvent::Insert, replica).await?;
    let mut start: Vec<String> = firing.iter().map(|trigger| trigger.disable()).collect();
    start.push("set constraints all deferred".to_owned());
    session.execute(&start.join("; ")).await?;
    Ok(firing.iter().map(|trigger| trigger.restore()).collect())
}
