//! What stands in for things that a file takes for granted and a throwaway server does not have.
//!
//! Never true in here: something that stands in for another and is not listed.

use super::lex::{self, Kind};
use super::missing::Missing;
use crate::model::{literal, quoted};

/// A part of Supabase's platform: its schema, what it gives, the SQL that makes it.
pub(super) struct Platform {
    pub(super) schema: &'static str,
    gives: &'static [&'static str],
    pub(super) sql: &'static str,
    pub(super) shown: &'static str,
}

/// The platform's parts.
pub(super) const PLATFORM: [Platform; 3] = [
    Platform {
        schema: "auth",
        gives: &["users", "uid", "role", "jwt", "email"],
        sql: include_str!("sql/auth.sql"),
        shown: "auth.users, auth.uid(), auth.role(), auth.jwt(), auth.email()",
    },
    Platform {
        schema: "storage",
        gives: &["buckets", "objects", "foldername", "filename", "extension"],
        sql: include_str!("sql/storage.sql"),
        shown: "storage.buckets, storage.objects, storage.foldername(), storage.filename(), storage.extension()",
    },
    Platform {
        schema: "realtime",
        gives: &["messages", "topic"],
        sql: include_str!("sql/realtime.sql"),
        shown: "realtime.messages, realtime.topic()",
    },
];

/// The part of the platform that gives what is missing.
pub(super) fn platform(missing: &Missing) -> Option<&'static Platform> {
    let (Missing::Relation(name) | Missing::Function(name, _)) = missing else { return None };
    let [schema, name] = name.as_slice() else { return None };
    PLATFORM.iter().find(|part| part.schema == schema && part.gives.contains(&name.as_str()))
}

/// Functions of well-known extensions, what they answer and what answers in their place.
const FUNCTIONS: [(&str, &str, &str); 7] = [
    ("uuid_generate_v4", "uuid", "pg_catalog.gen_random_uuid()"),
    ("uuid_generate_v1", "uuid", "pg_catalog.gen_random_uuid()"),
    ("uuid_generate_v1mc", "uuid", "pg_catalog.gen_random_uuid()"),
    ("uuid_generate_v7", "uuid", "pg_catalog.gen_random_uuid()"),
    ("gen_random_uuid", "uuid", "pg_catalog.gen_random_uuid()"),
    ("uuid_nil", "uuid", "'00000000-0000-0000-0000-000000000000'::uuid"),
    (
        "gen_random_bytes",
        "bytea",
        "substr(decode(repeat(replace(pg_catalog.gen_random_uuid()::text, '-', ''), $1 / 16 + 1), 'hex'), 1, $1)",
    ),
];

/// Something that stands in for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StandIn {
    pub(super) sql: String,
    pub(super) object: String,
    pub(super) reason: String,
}

fn shown(name: &[String]) -> String {
    name.iter().map(|part| crate::model::readable(part)).collect::<Vec<_>>().join(".")
}

/// The name as SQL; one without a schema is made where the session makes things, or in `public`.
fn sql_name(name: &[String]) -> String {
    match name {
        [one] => format!("public.{}", quoted(one)),
        parts => parts.iter().map(|part| quoted(part)).collect::<Vec<_>>().join("."),
    }
}

/// What can stand in for something missing, where anything can.
pub(super) fn stand_in(missing: &Missing) -> Option<StandIn> {
    let made = |sql: String, object: String, reason: &str| Some(StandIn { sql, object, reason: reason.to_owned() });
    match missing {
        Missing::Role(role) => {
            let attributes = match role.as_str() {
                "service_role" => "nologin noinherit bypassrls",
                "anon" | "authenticated" | "authenticator" => "nologin noinherit",
                _ => "nologin",
            };
            let create = literal(&format!("create role {} {attributes}", quoted(role)));
            // Roles are the whole server's: another database may have made it at the same moment.
            let sql = format!(
                "do $do$ begin execute {create}; exception when duplicate_object or unique_violation then null; end $do$"
            );
            made(sql, format!("role {}", crate::model::readable(role)), "a role without any right of its own")
        }
        Missing::Schema(schema) => made(
            format!("create schema if not exists {}", quoted(schema)),
            format!("schema {}", crate::model::readable(schema)),
            "an empty schema",
        ),
        Missing::Type(name) => made(
            format!("create domain {} as text", sql_name(name)),
            format!("type {}", shown(name)),
            "a domain over text: the extension that has the type is not on this server",
        ),
        Missing::Collation(name) => made(
            format!("create collation {} from \"C\"", sql_name(name)),
            format!("collation {}", shown(name)),
            "the collation C",
        ),
        Missing::TextSearch(name) => made(
            format!("create text search configuration {} (copy = pg_catalog.simple)", sql_name(name)),
            format!("text search configuration {}", shown(name)),
            "a copy of `simple`",
        ),
        Missing::Publication(name) => made(
            format!("create publication {}", quoted(name)),
            format!("publication {}", crate::model::readable(name)),
            "an empty publication",
        ),
        Missing::Function(name, arguments) => {
            let known = FUNCTIONS.iter().find(|(known, ..)| name.last().is_some_and(|name| name == known))?;
            let sql = format!(
                "create function {}({arguments}) returns {} language sql volatile as {}",
                sql_name(name),
                known.1,
                literal(&format!("select {}", known.2))
            );
            made(
                sql,
                format!("function {}({arguments})", shown(name)),
                "a function of the same kind that needs no extension",
            )
        }
        _ => None,
    }
}

/// A function of an unknown extension that a table cannot do without: it answers NULL.
pub(super) fn empty_function(name: &[String], arguments: &str, answers: &str) -> StandIn {
    let called = sql_name(name);
    StandIn {
        sql: format!(
            "drop function if exists {called}({arguments}); \
             create function {called}({arguments}) returns {answers} language sql immutable as 'select null::{answers}'"
        ),
        object: format!("function {}({arguments})", shown(name)),
        reason: format!("a function that answers NULL, as {answers}: the extension that has it is not on this server"),
    }
}

/// The statement with the modifiers of a type taken away.
pub(super) fn without_modifiers(sql: &str, name: &[String]) -> Option<String> {
    let tokens = lex::tokens(sql);
    let last = name.last()?;
    let mut made = String::new();
    let (mut from, mut place) = (0, 0);
    while let Some(token) = tokens.get(place) {
        place += 1;
        let opens = tokens.get(place).is_some_and(|next| next.kind == Kind::Open);
        if token.identifier(sql).as_ref() != Some(last) || !opens {
            continue;
        }
        let mut depth = 0_usize;
        while let Some(next) = tokens.get(place) {
            place += 1;
            match next.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                made.push_str(sql.get(from..token.end)?);
                from = next.end;
                break;
            }
        }
    }
    made.push_str(sql.get(from..)?);
    (made != sql).then_some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_of_a_type_are_taken_away_and_nothing_else() {
        let name = ["public".to_owned(), "geometry".to_owned()];
        let sql = "create table t (a public.geometry(Point,4326), b numeric(5,2), c \"geometry\"((1)), d geometry)";
        let without = "create table t (a public.geometry, b numeric(5,2), c \"geometry\", d geometry)";
        assert_eq!(without_modifiers(sql, &name).unwrap(), without);
        assert_eq!(without_modifiers(without, &name), None);
    }

    #[test]
    fn the_platform_gives_what_is_missing() {
        let name = |text: &str| text.split('.').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(platform(&Missing::Function(name("auth.uid"), String::new())).unwrap().schema, "auth");
        assert!(platform(&Missing::Relation(name("auth.other"))).is_none());
        assert!(platform(&Missing::Relation(name("users"))).is_none());
    }

    #[test]
    fn a_hostile_name_stays_a_name() {
        let made = stand_in(&Missing::Role("a\"; drop table t; --'".into())).unwrap();
        assert!(made.sql.contains("create role \"a\"\"; drop table t; --''\" nologin"), "{}", made.sql);
    }
}
