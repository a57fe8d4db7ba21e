//! Fills in what rules' queries share, as short calls: which schemas are the project's own, which the API serves.
//!
//! | call | means |
//! |---|---|
//! | `:ours(schema)` | a schema that is neither the system's, nor a platform's, nor this tool's own |
//! | `:exposed(schema)` | a schema of ours that the API serves |
//! | `:of_extension(object)` | a row of a catalog whose object belongs to an extension |
//! | `:api_reads(relation)` | `anon` or `authenticated` may select all of the relation, by its OID |
//! | `:api_touches(relation)` | one of them may read or write some of it |
//! | `:invoker(relation)` | a row of `pg_class`: a view that reads with its caller's rights |
//!
//! `:id(name)` and `-- since N` are the catalog's.

use crate::catalog::{Template, closing};
use crate::model::literal;

/// Schemas that belong to a platform or an extension, as splinter lists them, and the copy's journal.
const PLATFORM: &str = "_timescaledb_cache _timescaledb_catalog _timescaledb_config _timescaledb_internal auth cron \
    extensions graphql graphql_public information_schema net pg_catalog pgbouncer pgmq pgrehearse pgroonga pgsodium \
    pgsodium_masks pgtle realtime repack storage supabase_functions supabase_migrations tiger topology vault";

const OURS: &str = "($1 <> all (:platform) and $1 !~ '^pg_')";

const CALLS: [(&str, &str); 6] = [
    (":ours(", OURS),
    (":exposed(", "($1 = any (:served))"),
    (
        ":of_extension(",
        "exists (select from pg_depend x where x.classid = $1.tableoid and x.objid = $1.oid and x.deptype = 'e')",
    ),
    (
        ":api_reads(",
        "exists (select from pg_roles x where x.rolname in ('anon', 'authenticated') \
         and has_table_privilege(x.oid, $1, 'SELECT'))",
    ),
    (
        ":api_touches(",
        "exists (select from pg_roles x where x.rolname in ('anon', 'authenticated') \
         and (has_any_column_privilege(x.oid, $1, 'SELECT, INSERT, UPDATE') or has_table_privilege(x.oid, $1, 'DELETE')))",
    ),
    (
        ":invoker(",
        "exists (select from unnest($1.reloptions) x (option) where case when x.option like 'security\\_invoker=%' \
         then split_part(x.option, '=', 2)::boolean else false end)",
    ),
];

/// A rule's query with everything filled in, for a server that serves these schemas over its API.
pub(super) fn fill(sql: &str, served: &[String], major: u32) -> String {
    let platform: Vec<&str> = PLATFORM.split_whitespace().collect();
    let served: Vec<&str> = served.iter().map(String::as_str).filter(|schema| !platform.contains(schema)).collect();
    let mut sql = sql.to_owned();
    for (call, meaning) in CALLS {
        sql = expand(&sql, call, meaning);
    }
    let sql = sql.replace(":platform", &names(&platform)).replace(":served", &names(&served));
    Template::new(&[], major).fill(&sql)
}

fn names(list: &[&str]) -> String {
    let list: Vec<String> = list.iter().map(|name| literal(name)).collect();
    format!("array[{}]::name[]", list.join(", "))
}

fn expand(sql: &str, call: &str, meaning: &str) -> String {
    let mut out = String::with_capacity(sql.len() * 2);
    let mut rest = sql;
    while let Some(at) = rest.find(call) {
        let inner = &rest[at + call.len()..];
        let end = closing(inner);
        out.push_str(&rest[..at]);
        out.push_str(&meaning.replace("$1", &inner[..end]));
        rest = inner.get(end + 1..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_filled_in() {
        let filled =
            fill("a and :exposed(n.nspname) and :of_extension(c)", &["public".to_owned(), "it's".to_owned()], 17);
        assert_eq!(
            filled,
            "a and (n.nspname = any (array['public', 'it''s']::name[])) and exists (select from pg_depend x \
             where x.classid = c.tableoid and x.objid = c.oid and x.deptype = 'e')"
        );
    }

    #[test]
    fn a_schema_of_the_platform_is_never_one_of_ours_though_it_is_served() {
        let served = ["public", "graphql_public", "storage"].map(str::to_owned);
        assert_eq!(fill(":exposed(a)", &served, 17), "(a = any (array['public']::name[]))");
    }

    #[test]
    fn no_rule_keeps_a_call_that_was_not_filled_in() {
        for rule in crate::advise::rules().unwrap() {
            let filled = fill(rule.sql, &["public".to_owned()], 17);
            let left = filled.match_indices(':').find(|(at, _)| {
                let before = filled[..*at].chars().next_back();
                let after = filled[at + 1..].chars().next();
                !before.is_some_and(|c| matches!(c, ':' | '?') || c.is_ascii_digit())
                    && after.is_some_and(|c| c.is_ascii_lowercase())
            });
            assert_eq!(left, None, "{}:\n{filled}", rule.name);
        }
    }
}
