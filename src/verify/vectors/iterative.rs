//! Row security takes rows away after an approximate index has found them. Where the index does not go on searching
//! then, a search answers with fewer rows than there are, or with none.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::NAME;
use super::index::VectorIndex;
use crate::check::SideView;
use crate::model::{Finding, ObjectRef, RelationName, Result, Side, Unit, quoted};
use crate::postgres::Role;
use crate::verify::trouble;

/// The attribute findings name.
pub(in crate::verify) const ATTRIBUTE: &str = "iterative scan";
const OFF: &str = "off";

/// What sessions of a database get for one kind of index.
#[derive(Debug, Clone, Deserialize)]
struct Setting {
    method: String,
    name: String,
    known: bool,
    /// `None` where the connected role's own setting hides it.
    value: Option<String>,
    roles: Option<Vec<RoleSetting>>,
}

#[derive(Debug, Clone, Deserialize)]
struct RoleSetting {
    role: String,
    value: String,
}

/// A unit for each table in scope that has row security and an approximate index.
pub(super) async fn judge<R: Role>(
    view: &SideView<R>,
    indexes: &[VectorIndex],
    excluded: impl Fn(&RelationName) -> bool,
) -> Vec<Unit> {
    let mut tables: BTreeMap<RelationName, BTreeSet<&str>> = BTreeMap::new();
    for index in indexes {
        let name = RelationName::new(&index.schema, &index.relation);
        // A partition is searched through its root, whose policies then hold.
        let secured = view.catalog.relation(&name).is_some_and(|table| table.row_security && !table.is_partition);
        if secured && !excluded(&name) {
            tables.entry(name).or_default().insert(&index.method);
        }
    }
    if tables.is_empty() {
        return Vec::new();
    }
    let settings = settings(view).await;
    let unit = |(table, methods): (RelationName, BTreeSet<&str>)| {
        let object = ObjectRef::table(&table);
        match &settings {
            Ok(settings) => {
                let settings: Vec<&Setting> =
                    settings.iter().filter(|setting| methods.contains(setting.method.as_str())).collect();
                unit(object, &settings, R::SIDE)
            }
            Err(error) => Unit::incomplete(NAME, object, trouble::reason(error)),
        }
    };
    tables.into_iter().map(unit).collect()
}

/// The settings stand in `pg_settings` only once the session has loaded the extension's library.
async fn settings<R: Role>(view: &SideView<R>) -> Result<Vec<Setting>> {
    let extension = view.catalog.inventory.get(&ObjectRef::new("extension", "vector"));
    let schema = extension.and_then(|facts| facts.attributes.get("schema").cloned().flatten());
    let mut session = view.readers.acquire().await?;
    if let Some(schema) = schema {
        session.rows(&format!("select '[1]'::{}.vector::text", quoted(&schema))).await?;
    }
    session.read(include_str!("../sql/vector_settings.sql")).await
}

fn unit(object: ObjectRef, settings: &[&Setting], side: Side) -> Unit {
    let hidden = settings.iter().find(|setting| setting.known && setting.value.is_none());
    if let Some(hidden) = hidden {
        let reason =
            format!("on the {side} the connected role has {} set for itself: what others get is hidden", hidden.name);
        return Unit::incomplete(NAME, object, reason);
    }
    let values: Vec<String> =
        settings.iter().map(|setting| format!("{} = {}", setting.name, setting.shown())).collect();
    let problems: Vec<String> = settings.iter().filter_map(|setting| setting.problem()).collect();
    if problems.is_empty() {
        return Unit::judged(NAME, object, Vec::new()).detail(values.join("; "));
    }
    let message = format!("row security can leave a search with too few rows: {}", problems.join("; "));
    let finding = Finding::new(NAME, object.clone(), ATTRIBUTE, message).values(None, Some(values.join("; "))).on(side);
    Unit::judged(NAME, object, vec![finding])
}

impl Setting {
    fn shown(&self) -> &str {
        if self.known { self.value.as_deref().unwrap_or("hidden") } else { "unknown to this version of pgvector" }
    }

    /// Why a filtered search may answer with too few rows; `None` where nobody's does.
    fn problem(&self) -> Option<String> {
        let is_off = |value: &str| value.eq_ignore_ascii_case(OFF);
        let roles = |off: bool| -> Vec<&str> {
            let given = self.roles.iter().flatten();
            given.filter(|one| is_off(&one.value) == off).map(|one| one.role.as_str()).collect()
        };
        if !self.known {
            return Some(format!("this version of pgvector has no {} (0.8 has)", self.name));
        }
        if self.value.as_deref().is_some_and(is_off) {
            let but = roles(false);
            let but = if but.is_empty() { String::new() } else { format!(" but for {}", but.join(", ")) };
            return Some(format!("{} is off in this database{but}", self.name));
        }
        let off = roles(true);
        (!off.is_empty()).then(|| format!("{} is off for {}", self.name, off.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(known: bool, value: Option<&str>, roles: &[(&str, &str)]) -> Setting {
        let role = |(role, value): &(&str, &str)| RoleSetting { role: (*role).into(), value: (*value).into() };
        let roles = Some(roles.iter().map(role).collect());
        let value = value.map(Into::into);
        Setting { method: "hnsw".into(), name: "hnsw.iterative_scan".into(), known, value, roles }
    }

    #[test]
    fn off_for_anybody_is_a_problem() {
        let problem = |setting: Setting| setting.problem();
        assert_eq!(problem(setting(true, Some("strict_order"), &[("api", "relaxed_order")])), None);
        let off = problem(setting(true, Some("OFF"), &[("api", "relaxed_order")])).unwrap();
        assert_eq!(off, "hnsw.iterative_scan is off in this database but for api");
        let off = problem(setting(true, Some("strict_order"), &[("api", "off")])).unwrap();
        assert_eq!(off, "hnsw.iterative_scan is off for api");
        assert!(problem(setting(false, None, &[])).unwrap().contains("has no hnsw.iterative_scan"));
    }

    #[test]
    fn what_is_hidden_is_incomplete() {
        let unit = unit(ObjectRef::new("table", "public.t"), &[&setting(true, None, &[])], Side::Target);
        assert!(matches!(unit.outcome, crate::model::Outcome::Incomplete { .. }), "{unit:?}");
    }
}
