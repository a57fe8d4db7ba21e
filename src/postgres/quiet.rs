//! Keeping the target's triggers and rules quiet while rows are put in or taken out, and leaving them exactly as they were.

use serde::Deserialize;

use super::{Session, Target, is_permission};
use crate::model::{RelationName, Result, literal, quoted};

/// What happens to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TriggerEvent {
    /// Rows come in.
    Insert,
    /// Rows are removed.
    Delete,
    /// It is emptied.
    Truncate,
}

impl TriggerEvent {
    /// The event's bit in `pg_trigger.tgtype`.
    fn bit(self) -> u8 {
        match self {
            Self::Insert => 4,
            Self::Delete => 8,
            Self::Truncate => 32,
        }
    }

    /// The event in `pg_rewrite.ev_type`; none where there are no rules of it, or none that count: COPY does not apply rules.
    fn rules(self) -> &'static str {
        match self {
            Self::Delete => "'4'",
            Self::Insert | Self::Truncate => "null",
        }
    }
}

/// A user trigger, or a rule, that would fire.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FiringTrigger {
    /// The schema of its relation.
    pub schema: String,
    /// Its relation; for a partition's trigger the partition.
    pub relation: String,
    /// Its name.
    pub name: String,
    /// `O` origin, `A` always, `R` replica.
    pub enabled: String,
    /// `trigger` or `rule`.
    pub kind: String,
    /// Whether the connected role owns the relation and so may switch it off.
    pub can_alter: bool,
}

impl FiringTrigger {
    /// Its relation.
    pub fn relation(&self) -> RelationName {
        RelationName::new(&self.schema, &self.relation)
    }

    /// The statement that switches it off.
    pub fn disable(&self) -> String {
        format!("alter table only {} disable {} {}", self.relation().sql(), self.kind, quoted(&self.name))
    }

    /// The statement that puts it back as it was.
    pub fn restore(&self) -> String {
        let how = match self.enabled.as_str() {
            "A" => "always ",
            "R" => "replica ",
            _ => "",
        };
        format!("alter table only {} enable {how}{} {}", self.relation().sql(), self.kind, quoted(&self.name))
    }
}

/// A relation of which no row can be removed, because it is published and nothing tells its rows apart.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Unidentified {
    schema: String,
    relation: String,
    /// Its replica identity as it is: `d` the primary key it does not have, `n` nothing.
    identity: String,
}

impl Unidentified {
    fn sql(&self) -> String {
        RelationName::new(&self.schema, &self.relation).sql()
    }

    /// The statement that has its whole rows tell them apart.
    pub fn identify(&self) -> String {
        format!("alter table only {} replica identity full", self.sql())
    }

    /// The statement that puts it back as it was.
    pub fn restore(&self) -> String {
        let identity = if self.identity == "n" { "nothing" } else { "default" };
        format!("alter table only {} replica identity {identity}", self.sql())
    }
}

impl Session<Target> {
    /// Those of these tables and their partitions of which the server would let no row be removed.
    ///
    /// # Errors
    /// The server's error.
    pub async fn unidentified(&mut self, tables: &[RelationName]) -> Result<Vec<Unidentified>> {
        self.read(&include_str!("sql/unidentified.sql").replace(":tables", &array(tables))).await
    }

    /// Makes the open transaction one of a replica, whose origin triggers and foreign keys stay quiet. Says whether
    /// the server let it: only trying tells, since managed services allow it past what privileges say.
    ///
    /// # Errors
    /// Any server error other than a missing privilege.
    pub async fn become_replica(&mut self) -> Result<bool> {
        self.run("savepoint become_replica").await?;
        match self.run("set local session_replication_role = replica").await {
            Ok(()) => self.run("release savepoint become_replica").await.map(|()| true),
            Err(error) if is_permission(&error) => {
                self.run("rollback to savepoint become_replica; release savepoint become_replica").await?;
                self.recovered();
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// The user triggers of these tables and their partitions, and the tables' rules, that would fire in a transaction that is a
    /// replica's or not.
    ///
    /// # Errors
    /// The server's error.
    pub async fn firing_triggers(
        &mut self,
        tables: &[RelationName],
        event: TriggerEvent,
        replica: bool,
    ) -> Result<Vec<FiringTrigger>> {
        let states = if replica { "array['A', 'R']" } else { "array['A', 'O']" };
        let sql = include_str!("sql/firing_triggers.sql")
            .replace(":event", &event.bit().to_string())
            .replace(":rules", event.rules())
            .replace(":states", states)
            .replace(":tables", &array(tables));
        self.read(&sql).await
    }
}

fn array(tables: &[RelationName]) -> String {
    let list: Vec<String> = tables.iter().map(|table| format!("{}::regclass", literal(&table.sql()))).collect();
    format!("array[{}]::regclass[]", list.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_is_put_back_as_it_was() {
        let one = |kind: &str, enabled: &str| FiringTrigger {
            schema: "public".into(),
            relation: "t".into(),
            name: "Stamp \"it\"".into(),
            enabled: enabled.into(),
            kind: kind.into(),
            can_alter: true,
        };
        let trigger = |enabled: &str| one("trigger", enabled);
        assert_eq!(trigger("O").restore(), r#"alter table only "public"."t" enable trigger "Stamp ""it""""#);
        assert_eq!(trigger("A").restore(), r#"alter table only "public"."t" enable always trigger "Stamp ""it""""#);
        assert_eq!(trigger("R").restore(), r#"alter table only "public"."t" enable replica trigger "Stamp ""it""""#);
        assert_eq!(one("rule", "A").disable(), r#"alter table only "public"."t" disable rule "Stamp ""it""""#);
        assert_eq!(one("rule", "A").restore(), r#"alter table only "public"."t" enable always rule "Stamp ""it""""#);
    }
}
