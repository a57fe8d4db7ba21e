//! As whom the databases should be asked: roles that policies and grants name, and how a row and a token name a tenant.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::check::Context;
use crate::config::{Config, Flags};
use crate::model::Result;

/// Roles that are proposed as personas at most.
const MOST: usize = 10;
/// Tables that must have a column before it counts as the tenant's.
const TABLES: usize = 3;
/// Columns that often hold a row's tenant.
const TENANTS: [&str; 9] = [
    "tenant_id",
    "organization_id",
    "organisation_id",
    "org_id",
    "workspace_id",
    "company_id",
    "account_id",
    "team_id",
    "customer_id",
];

/// What is proposed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct People {
    /// Roles beside those that are asked as anyhow.
    pub(super) roles: Vec<String>,
    /// The column that holds a row's tenant, and how many tables have it.
    pub(super) tenant: Option<(String, usize)>,
    /// The claim that policies read it from.
    pub(super) claim: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Text {
    text: String,
}

/// Looks at the source's roles, policies and columns.
pub(super) async fn propose(context: &Context) -> Result<People> {
    let catalog = &context.source.catalog;
    let mut session = context.source.readers.acquire().await?;
    let named: Vec<Named> = session.read(&catalog.fill(include_str!("sql/named_roles.sql"))).await?;
    let texts: Vec<Text> = session.read(&catalog.fill(include_str!("sql/claim_readers.sql"))).await?;
    let known = Config::from_text("", &Flags::default())?.behaviour.roles;
    let roles = named.into_iter().map(|one| one.name).filter(|name| !known.contains(name)).take(MOST).collect();

    let mut tables: BTreeMap<&str, usize> = BTreeMap::new();
    for column in catalog.tables().flat_map(|table| &table.columns) {
        if let Some(name) = TENANTS.iter().find(|name| **name == column.name) {
            *tables.entry(name).or_default() += 1;
        }
    }
    let most = tables.into_iter().filter(|(_, number)| *number >= TABLES).max_by_key(|(_, number)| *number);
    let tenant = most.map(|(name, number)| (name.to_owned(), number));
    let claim = tenant.as_ref().and_then(|(column, _)| texts.iter().find_map(|one| claim(&one.text, column)));
    Ok(People { roles, tenant, claim })
}

/// The path of the claim that a text reads under a name: `app_metadata.tenant_id` in
/// `((auth.jwt() -> 'app_metadata') ->> 'tenant_id')::uuid`.
fn claim(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find("->>") {
        let (before, after) = (&rest[..at], &rest[at + 3..]);
        rest = after;
        if key(after) != Some(name) {
            continue;
        }
        let mut path = vec![name.to_owned()];
        // The steps before it, from the inside out, back to where the token comes from.
        let mut outside = before;
        while let Some(step) = outside.rfind("->") {
            let Some(key) = key(&outside[step + 2..]) else { break };
            if outside[step..].contains("jwt") || outside[step..].contains("request.") {
                break;
            }
            path.push(key.to_owned());
            outside = &outside[..step];
        }
        let origin = outside.trim_end();
        let near: String = origin.chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
        if near.contains("jwt") || near.contains("request.") {
            path.reverse();
            return Some(path.join("."));
        }
    }
    None
}

/// The quoted key that a text begins with.
fn key(text: &str) -> Option<&str> {
    let inside = text.trim_start().strip_prefix('\'')?;
    inside.split_once('\'').map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::claim;

    #[test]
    fn the_path_of_a_claim_is_read_from_a_policy() {
        let nested = "(tenant_id = (((auth.jwt() -> 'app_metadata'::text) ->> 'tenant_id'::text))::uuid)";
        assert_eq!(claim(nested, "tenant_id").as_deref(), Some("app_metadata.tenant_id"));
        let flat = "select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'org_id')::uuid";
        assert_eq!(claim(flat, "org_id").as_deref(), Some("org_id"));
    }

    #[test]
    fn what_is_no_claim_gives_no_path() {
        assert_eq!(claim("(settings ->> 'tenant_id') = 'x'", "tenant_id"), None);
        assert_eq!(claim("auth.jwt() ->> 'aal' = 'aal2'", "tenant_id"), None);
        assert_eq!(claim("(auth.jwt() ->> 'aal') = (data ->> 'tenant_id", "tenant_id"), None);
    }
}
