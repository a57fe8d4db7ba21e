//! Who is asked as: roles that a database names, personas of the configuration, tenants that the data names.

use super::TenantColumns;
use super::subject::Subject;
use super::tenants;
use crate::catalog::Catalog;
use crate::check::Context;
use crate::config::Persona;
use crate::model::{ObjectRef, RelationName, count, readable};

/// The name of all tenants together, as findings have it.
pub(super) const TENANTS: &str = "tenants";

/// A persona and the name under which its differences are told.
#[derive(Debug)]
pub(super) struct Who {
    pub(super) persona: Persona,
    pub(super) group: String,
}

/// Everybody who is asked as.
#[derive(Debug, Default)]
pub(super) struct People {
    pub(super) all: Vec<Who>,
    /// Why some of a group are not known.
    pub(super) unknown: Vec<(String, String)>,
    /// What is worth telling of a group.
    pub(super) notes: Vec<(String, String)>,
    /// The column that holds the tenant, where a relation has another than the rest.
    registries: TenantColumns,
    /// The column that holds it in the rest.
    column: Option<String>,
}

impl People {
    /// The column of a relation that would hold the tenant.
    pub(super) fn tenant_column(&self, relation: &RelationName) -> Option<&str> {
        self.registries.get(relation).or(self.column.as_ref()).map(String::as_str)
    }
}

/// Everybody. Where a configured persona has the name of a role, it stands for that role's own.
pub(super) async fn people(context: &Context, subjects: &[Subject<'_>]) -> People {
    let behaviour = &context.config.behaviour;
    let mut people = People::default();
    let named = |role: &str| {
        let object = ObjectRef::new("role", readable(role));
        let on = |catalog: &Catalog| {
            let named = catalog.inventory.get(&object).and_then(|facts| facts.attributes.get("named here"));
            named.and_then(Option::as_deref) == Some("true")
        };
        on(&context.source.catalog) || on(&context.target.catalog)
    };
    let taken = |role: &&String| !behaviour.personas.iter().any(|persona| persona.name == **role);
    let roles = behaviour.roles.iter().filter(taken).filter(|role| named(role)).map(|role| Persona::of_role(role));
    let alone = roles.chain(behaviour.personas.iter().cloned());
    people.all.extend(alone.map(|persona| Who { group: persona.name.clone(), persona }));
    let Some(rule) = &behaviour.tenants else { return people };
    people.registries = tenants::registries(context, rule);
    people.column = Some(rule.column.clone());
    match tenants::find(context, rule, subjects, &people.registries).await {
        Ok(found) => {
            let number = format!("{} of {} tenants", found.values.len(), count(found.number));
            people.notes.push((TENANTS.to_owned(), number));
            let tenant = |value: &String| Who { persona: rule.persona(value), group: TENANTS.to_owned() };
            people.all.extend(found.values.iter().map(tenant));
        }
        Err(reason) => people.unknown.push((TENANTS.to_owned(), reason)),
    }
    people
}
