//! Schemas that belong to a hosting platform and not to the application. Pure.

use crate::catalog::Catalog;
use crate::model::ObjectRef;

/// The roles by which a Supabase project is known.
const SUPABASE_ROLES: [&str; 3] = ["anon", "authenticated", "service_role"];
/// What Supabase keeps in a project's database.
const SUPABASE_SCHEMAS: [&str; 18] = [
    "_analytics",
    "_realtime",
    "auth",
    "cron",
    "extensions",
    "graphql",
    "graphql_public",
    "net",
    "pgbouncer",
    "pgmq",
    "pgsodium",
    "pgsodium_masks",
    "pgtle",
    "realtime",
    "storage",
    "supabase_functions",
    "supabase_migrations",
    "vault",
];

/// The schemas of a catalog that are the platform's; none where it is no platform's database, or holds nothing else.
pub(super) fn schemas(catalog: &Catalog) -> Vec<String> {
    let has = |role: &&str| catalog.inventory.contains_key(&ObjectRef::new("role", *role));
    if !SUPABASE_ROLES.iter().all(has) {
        return Vec::new();
    }
    let (of_platform, own): (Vec<String>, Vec<String>) =
        catalog.schemas.iter().cloned().partition(|schema| SUPABASE_SCHEMAS.contains(&schema.as_str()));
    if own.is_empty() { Vec::new() } else { of_platform }
}
