//! What a role may do with each relation, as its server answers it, and which policies hold for it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::sight::Verb;
use crate::catalog::{Inventory, Unread};
use crate::check::SideView;
use crate::model::{Error, ObjectRef, RelationName, Result, readable};
use crate::postgres::{Acting, Role};
use crate::verify::trouble;

/// What a role may do on one side.
#[derive(Debug)]
pub(super) struct Rights {
    pub(super) relations: BTreeMap<RelationName, RelationRights>,
    /// What it reaches that runs or reads with the rights of another.
    pub(super) ways: BTreeSet<Way>,
}

/// What a role may do with one relation.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RelationRights {
    schema: String,
    name: String,
    /// Whether policies hold for the role.
    active: bool,
    /// All columns.
    #[serde(default)]
    columns: Option<Vec<String>>,
    /// Those it may read.
    #[serde(default)]
    readable: Option<Vec<String>>,
    may_insert: bool,
    may_update: bool,
    may_delete: bool,
    #[serde(default)]
    policies: Option<Vec<Policy>>,
}

/// A policy that names the role.
#[derive(Debug, Clone, Deserialize)]
struct Policy {
    name: String,
    /// As `pg_policy` has it: `r`, `a`, `w`, `d` or `*`.
    command: String,
    permissive: bool,
}

/// Something that runs or reads with the rights of another role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct Way {
    pub(super) kind: String,
    pub(super) identity: String,
    owner: String,
    bypasses: bool,
}

impl Way {
    /// As reports show it.
    pub(super) fn shown(&self) -> String {
        let bypasses = if self.bypasses { ", who bypasses row security" } else { "" };
        format!("{} as {}{bypasses}", self.identity, readable(&self.owner))
    }
}

/// Reads what a role may do; the inner error is why nobody can be asked as that role.
///
/// # Errors
/// When the side cannot be asked at all.
pub(super) async fn read<R: Role>(
    view: &SideView<R>,
    role: &str,
    time: std::time::Duration,
) -> Result<Result<Rights, String>> {
    let acting = Acting { role: role.to_owned(), settings: Vec::new() };
    let relations = ask::<R, RelationRights>(view, &acting, include_str!("sql/rights.sql"), time).await?;
    let ways = ask::<R, Way>(view, &acting, include_str!("sql/owners_rights.sql"), time).await?;
    Ok(match (relations, ways) {
        (Ok(relations), Ok(ways)) => {
            let named = |one: RelationRights| (RelationName::new(&one.schema, &one.name), one);
            Ok(Rights { relations: relations.into_iter().map(named).collect(), ways: ways.into_iter().collect() })
        }
        (Err(error), _) | (_, Err(error)) => Err(why(&error, role, &R::SIDE.to_string())),
    })
}

fn why(error: &Error, role: &str, side: &str) -> String {
    match error.sqlstate() {
        Some("22023" | "42704") => format!("the {side} has no role {}", readable(role)),
        Some("42501") => format!("on the {side}, the connected role may not become {}", readable(role)),
        _ => format!("on the {side}, {}", trouble::reason(error)),
    }
}

async fn ask<R: Role, T: DeserializeOwned>(
    view: &SideView<R>,
    acting: &Acting,
    sql: &str,
    time: std::time::Duration,
) -> Result<Result<Vec<T>, Error>> {
    let sql = format!("select row_to_json(q)::text from (\n{}\n) q", view.catalog.fill(sql).trim_end());
    let rows = match view.readers.answer_as(acting, &sql, time).await? {
        Ok(rows) => rows,
        Err(error) => return Ok(Err(error)),
    };
    let parse = |text: String| {
        serde_json::from_str(&text)
            .map_err(|problem| Error::failed("a catalog row has an unexpected shape").caused_by(problem))
    };
    rows.into_iter().flatten().flatten().map(parse).collect::<Result<Vec<T>>>().map(Ok)
}

impl RelationRights {
    /// All columns, in their order.
    pub(super) fn columns(&self) -> &[String] {
        self.columns.as_deref().unwrap_or_default()
    }

    /// The columns that may be read, in their order; none where nothing may.
    pub(super) fn readable(&self) -> &[String] {
        self.readable.as_deref().unwrap_or_default()
    }

    /// The condition that holds for the rows that policies leave open to a command, or `None` where none is, whatever the
    /// rows. For `insert` it holds for rows that could be put in as they are, for `update` for those that could be
    /// written back as they are.
    ///
    /// # Errors
    /// Why a policy is not known.
    pub(super) fn open_to(&self, verb: Verb, inventory: &Inventory, unread: &Unread) -> Result<Option<String>, String> {
        let (may, command) = match verb {
            Verb::See => return Ok(Some("true".to_owned())),
            Verb::Insert => (self.may_insert, "a"),
            Verb::Update => (self.may_update, "w"),
            Verb::Delete => (self.may_delete, "d"),
        };
        if !may {
            return Ok(None);
        }
        if !self.active {
            return Ok(Some("true".to_owned()));
        }
        let mut conditions = Vec::new();
        for checked in [false, true] {
            // Rows are looked at as they were for UPDATE and DELETE, and as they are to be for INSERT and UPDATE.
            let counts = if checked { verb != Verb::Delete } else { verb != Verb::Insert };
            if !counts {
                continue;
            }
            let (mut permissive, mut all) = (Vec::new(), Vec::new());
            for policy in self.policies.iter().flatten().filter(|it| it.command == command || it.command == "*") {
                let Some(expression) = self.expression(policy, checked, inventory, unread)? else { continue };
                if policy.permissive { permissive.push(expression) } else { all.push(expression) }
            }
            if permissive.is_empty() {
                return Ok(None);
            }
            conditions.push(format!("({})", permissive.join(" or ")));
            conditions.extend(all);
        }
        Ok(Some(conditions.join(" and ")))
    }

    /// A policy's USING, or its WITH CHECK, for which USING stands where there is none.
    fn expression(
        &self,
        policy: &Policy,
        checked: bool,
        inventory: &Inventory,
        unread: &Unread,
    ) -> Result<Option<String>, String> {
        let identity = format!("{}.{}.{}", readable(&self.schema), readable(&self.name), readable(&policy.name));
        let object = ObjectRef::new("policy", identity);
        if let Some(reason) = unread.get(&object) {
            return Err(format!("{object} is not known: {reason}"));
        }
        let Some(facts) = inventory.get(&object) else { return Err(format!("{object} is not known")) };
        let attribute = |name: &str| facts.attributes.get(name).cloned().flatten();
        let using = attribute("using");
        let found = if checked { attribute("with check").or(using) } else { using };
        Ok(found.map(|text| format!("coalesce(({text}), false)")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::InventoryObject;

    /// Command, whether it is permissive, USING, WITH CHECK.
    type Planned<'a> = (&'a str, bool, Option<&'a str>, Option<&'a str>);

    /// What is open to a command under these policies.
    fn open(active: bool, verb: Verb, planned: &[Planned<'_>]) -> Option<String> {
        let (mut policies, mut inventory) = (Vec::new(), Inventory::new());
        for (number, (command, permissive, using, check)) in planned.iter().enumerate() {
            let name = format!("p{number}");
            let attributes = [("using", using), ("with check", check)];
            let attributes = attributes.map(|(name, text)| (name.to_owned(), text.map(str::to_owned))).into();
            let object = ObjectRef::new("policy", format!("public.t.{name}"));
            inventory.insert(object, InventoryObject { parent: None, attributes });
            policies.push(Policy { name, command: (*command).to_owned(), permissive: *permissive });
        }
        let (schema, name) = ("public".to_owned(), "t".to_owned());
        let (may_insert, may_update, may_delete) = (true, true, verb != Verb::Delete || active);
        let rights = RelationRights {
            schema,
            name,
            active,
            columns: None,
            readable: None,
            may_insert,
            may_update,
            may_delete,
            policies: Some(policies),
        };
        rights.open_to(verb, &inventory, &Unread::new()).unwrap()
    }

    const SOME: [Planned<'_>; 4] = [
        ("*", true, Some("a"), None),
        ("w", true, Some("b"), Some("c")),
        ("w", false, Some("d"), None),
        ("a", true, None, Some("e")),
    ];

    #[test]
    fn policies_are_joined_as_the_server_joins_them() {
        let one = |text: &str| format!("coalesce(({text}), false)");
        let (a, b, c, d, e) = (one("a"), one("b"), one("c"), one("d"), one("e"));
        assert_eq!(open(true, Verb::Delete, &SOME).unwrap(), format!("({a})"));
        // Without a WITH CHECK, USING holds for the new row too; WITH CHECK alone opens no row that is there.
        assert_eq!(open(true, Verb::Insert, &SOME).unwrap(), format!("({a} or {e})"));
        assert_eq!(open(true, Verb::Update, &SOME).unwrap(), format!("({a} or {b}) and {d} and ({a} or {c}) and {d}"));
        assert_eq!(open(true, Verb::Insert, &[("r", true, Some("a"), None)]), None, "no policy for the command");
        assert_eq!(open(true, Verb::Delete, &[("d", false, Some("a"), None)]), None, "none that permits");
    }

    #[test]
    fn privileges_come_first_and_policies_only_where_they_hold() {
        assert_eq!(open(false, Verb::Update, &SOME).as_deref(), Some("true"));
        assert_eq!(open(false, Verb::Delete, &SOME), None, "no privilege");
    }

    #[test]
    fn a_policy_that_is_not_known_is_told() {
        let policies = Some(vec![Policy { name: "p".into(), command: "d".into(), permissive: true }]);
        let rights = RelationRights {
            schema: "public".into(),
            name: "t".into(),
            active: true,
            columns: None,
            readable: None,
            may_insert: false,
            may_update: false,
            may_delete: true,
            policies,
        };
        let error = rights.open_to(Verb::Delete, &Inventory::new(), &Unread::new()).unwrap_err();
        assert_eq!(error, "policy public.t.p is not known");
    }

    #[test]
    fn a_way_tells_whose_rights() {
        let way = Way { kind: "view".into(), identity: "public.v".into(), owner: "Chef".into(), bypasses: true };
        assert_eq!(way.shown(), "public.v as \"Chef\", who bypasses row security");
    }
}
