//! What SQL calls an object: `table "public"."t"`, `policy "p" on "public"."t"`.

use super::facts::Known;
use crate::model::{ObjectRef, quoted};
use crate::verify::identity;

/// A dotted identity in SQL, each part quoted. What follows in parentheses stays as the server printed it.
pub(super) fn name(text: &str) -> String {
    let parts: Vec<String> = identity::parts(text).iter().map(|part| quoted(part)).collect();
    format!("{}{}", parts.join("."), arguments(text))
}

/// The table and the own name of an object whose identity is `schema.table.name`.
pub(super) fn on_table(text: &str) -> (String, String) {
    let (table, own) = identity::split_last(text).unwrap_or((text, text));
    (name(table), name(own))
}

/// What stands in parentheses behind a name, with them.
fn arguments(text: &str) -> &str {
    let mut inside = false;
    let found = text.char_indices().find(|(_, letter)| {
        inside ^= *letter == '"';
        *letter == '(' && !inside
    });
    found.map_or("", |(at, _)| &text[at..])
}

/// The statement's words for an object of a side; `None` for kinds that SQL has no words for.
pub(super) fn address(side: &Known, key: &ObjectRef) -> Option<String> {
    let plain = |word: &str| Some(format!("{word} {}", name(&key.identity)));
    let on = |word: &str| {
        let (table, own) = on_table(&key.identity);
        Some(format!("{word} {own} on {table}"))
    };
    match key.kind.as_str() {
        kind @ ("extension"
        | "schema"
        | "index"
        | "sequence"
        | "column"
        | "collation"
        | "conversion"
        | "event trigger"
        | "publication"
        | "subscription"
        | "language"
        | "access method"
        | "foreign data wrapper"
        | "role"
        | "text search dictionary"
        | "text search configuration"
        | "text search parser"
        | "text search template") => plain(kind),
        "table" => plain(if side.attribute(key, "kind") == Some("foreign table") { "foreign table" } else { "table" }),
        "view" => plain(side.attribute(key, "kind")?),
        "type" => plain(if side.flag(key, "domain") { "domain" } else { "type" }),
        "function" => Some(routine(side, key)),
        "statistics object" => plain("statistics"),
        "foreign server" => plain("server"),
        kind @ ("constraint" | "trigger" | "rule" | "policy") => on(kind),
        "database" if key.identity == "itself" => Some(format!("database {}", quoted(&side.database))),
        "operator" => side.text(key, "signature").map(str::to_owned),
        kind @ ("operator class" | "operator family" | "transform") => {
            Some(format!("{kind} {}", side.text(key, "name")?))
        }
        "cast" => Some(format!("cast ({})", key.identity)),
        _ => None,
    }
}

fn routine(side: &Known, key: &ObjectRef) -> String {
    // A window function is a function to every statement.
    let word = side.attribute(key, "kind").filter(|word| *word != "window").unwrap_or("function");
    let name = name(&key.identity);
    match (word, name.strip_suffix("()")) {
        ("aggregate", Some(bare)) => format!("{word} {bare}(*)"),
        _ => format!("{word} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_whatever_they_hold() {
        assert_eq!(name("public.t"), "\"public\".\"t\"");
        assert_eq!(name("public.\"a.b\"\"c(\".x"), "\"public\".\"a.b\"\"c(\".\"x\"");
        assert_eq!(name("public.\"F(\"(a public.t)"), "\"public\".\"F(\"(a public.t)");
        assert_eq!(on_table("s.t.\"p.q\""), ("\"s\".\"t\"".to_owned(), "\"p.q\"".to_owned()));
    }
}
