//! What a statement is about: its verb, the kind of object and the object's name, as far as the first words tell.

use super::lex::{self, Kind, Token};

/// Words between `CREATE` and the kind of object.
const BETWEEN: [&str; 13] = [
    "or",
    "replace",
    "global",
    "local",
    "temp",
    "temporary",
    "unlogged",
    "unique",
    "recursive",
    "constraint",
    "trusted",
    "procedural",
    "default",
];
/// Words between the kind and the name.
const BEFORE_NAME: [&str; 5] = ["if", "not", "exists", "only", "concurrently"];
/// Kinds of two words or more.
const LONG: [&[&str]; 12] = [
    &["text", "search", "configuration"],
    &["text", "search", "dictionary"],
    &["text", "search", "parser"],
    &["text", "search", "template"],
    &["foreign", "data", "wrapper"],
    &["materialized", "view"],
    &["event", "trigger"],
    &["foreign", "table"],
    &["operator", "class"],
    &["operator", "family"],
    &["access", "method"],
    &["default", "privileges"],
];

/// What a statement does to what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Subject {
    /// The first word, in lower case: `create`, `alter`, `grant`.
    pub(super) verb: String,
    /// The kind of object, where the statement makes, changes or drops one.
    pub(super) kind: String,
    /// The object's name with its schema, unquoted; a constraint's or a policy's own name.
    pub(super) name: Vec<String>,
    /// The table that the object is of.
    pub(super) of: Vec<String>,
}

impl Subject {
    /// The subject of a statement.
    pub(super) fn of(sql: &str) -> Self {
        let tokens = lex::tokens(sql);
        let verb = tokens.first().and_then(|token| token.identifier(sql)).unwrap_or_default();
        let mut subject = Self { verb, ..Self::default() };
        let mut at = 1;
        if matches!(subject.verb.as_str(), "comment" | "grant" | "revoke" | "security") {
            // `COMMENT ON`, `GRANT ... ON`, where the kind may be missing.
            let Some(on) = tokens.iter().position(|token| token.is(sql, "on")) else { return subject };
            at = on + 1;
        } else if !matches!(subject.verb.as_str(), "create" | "alter" | "drop") {
            return subject;
        }
        let word = |place: usize| tokens.get(place).filter(|token| token.kind == Kind::Word);
        let default_privileges = word(at + 1).is_some_and(|token| token.is(sql, "privileges"));
        while !default_privileges && word(at).is_some_and(|token| BETWEEN.iter().any(|it| token.is(sql, it))) {
            at += 1;
        }
        let is = |place: usize, text: &str| word(place).is_some_and(|token| token.is(sql, text));
        let long = LONG.iter().find(|words| words.iter().enumerate().all(|(more, text)| is(at + more, text)));
        match long {
            Some(words) => (subject.kind, at) = (words.join(" "), at + words.len()),
            None => {
                subject.kind = word(at).map(|token| token.of(sql).to_lowercase()).unwrap_or_default();
                at += 1;
            }
        }
        while word(at).is_some_and(|token| BEFORE_NAME.iter().any(|it| token.is(sql, it))) {
            at += 1;
        }
        let unnamed = subject.kind == "index" && is(at, "on");
        if !unnamed {
            (subject.name, at) = name(sql, &tokens, at);
        }
        subject.complete(sql, &tokens, at);
        subject
    }

    fn complete(&mut self, sql: &str, tokens: &[Token], at: usize) {
        let find =
            |word: &str| tokens.iter().skip(at).position(|token| token.is(sql, word)).map(|place| place + at + 1);
        match self.kind.as_str() {
            "index" | "trigger" | "policy" | "rule" | "constraint" => {
                let word = if self.kind == "rule" { "to" } else { "on" };
                let Some(mut place) = find(word) else { return };
                while tokens.get(place).is_some_and(|token| token.is(sql, "only")) {
                    place += 1;
                }
                self.of = name(sql, tokens, place).0;
            }
            "table" if self.verb == "alter" => {
                let is = |place: usize, word: &str| tokens.get(place).is_some_and(|token| token.is(sql, word));
                if is(at, "add") && is(at + 1, "constraint") {
                    self.of = std::mem::take(&mut self.name);
                    self.kind = "constraint".to_owned();
                    self.name = name(sql, tokens, at + 2).0;
                }
            }
            _ => {}
        }
    }

    /// Whether it makes an object of a kind.
    pub(super) fn creates(&self, kind: &str) -> bool {
        self.verb == "create" && self.kind == kind
    }

    /// The object in words, for messages.
    pub(super) fn shown(&self, sql: &str) -> String {
        let name =
            |parts: &[String]| parts.iter().map(|part| crate::model::readable(part)).collect::<Vec<_>>().join(".");
        let named = !self.kind.is_empty() && !self.name.is_empty();
        match self.verb.as_str() {
            "create" if named && !self.of.is_empty() => {
                format!("{} {} on {}", self.kind, name(&self.name), name(&self.of))
            }
            "create" if named => format!("{} {}", self.kind, name(&self.name)),
            "alter" if named && self.kind == "constraint" => {
                format!("constraint {}.{}", name(&self.of), name(&self.name))
            }
            _ => beginning(sql),
        }
    }
}

/// A name of one to three parts, and where it ends.
fn name(sql: &str, tokens: &[Token], mut at: usize) -> (Vec<String>, usize) {
    let mut parts = Vec::new();
    while let Some(part) = tokens.get(at).and_then(|token| token.identifier(sql)) {
        parts.push(part);
        at += 1;
        if tokens.get(at).is_none_or(|token| token.of(sql) != ".") {
            break;
        }
        at += 1;
    }
    (parts, at)
}

/// The beginning of a statement on one line.
pub(super) fn beginning(sql: &str) -> String {
    const SHOWN: usize = 100;
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} ...", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_tell_what_they_are_about() {
        for (sql, shown) in [
            ("CREATE TABLE IF NOT EXISTS public.\"A b\" (a int)", "table public.\"A b\""),
            ("CREATE UNLOGGED TABLE public.t (a int)", "table public.t"),
            ("create unique index concurrently i on only public.t (a)", "index i on public.t"),
            ("CREATE INDEX ON t (a)", "CREATE INDEX ON t (a)"),
            ("ALTER TABLE ONLY public.t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES u(a)", "constraint public.t.c"),
            ("CREATE POLICY \"p q\" ON public.t FOR SELECT", "policy \"p q\" on public.t"),
            ("CREATE OR REPLACE FUNCTION public.f(a int) RETURNS int", "function public.f"),
            ("CREATE CONSTRAINT TRIGGER g AFTER INSERT ON public.t", "trigger g on public.t"),
            ("CREATE MATERIALIZED VIEW m AS SELECT 1", "materialized view m"),
            ("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA x", "extension \"uuid-ossp\""),
            (
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO a",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO a",
            ),
        ] {
            assert_eq!(Subject::of(sql).shown(sql), shown);
        }
        let comment = Subject::of("COMMENT ON EXTENSION pg_net IS 'x'");
        assert_eq!((comment.kind.as_str(), comment.name), ("extension", vec!["pg_net".to_owned()]));
        let grant = Subject::of("GRANT ALL ON FUNCTION public.f(a int) TO x");
        assert_eq!((grant.kind.as_str(), grant.name), ("function", vec!["public".to_owned(), "f".to_owned()]));
        assert_eq!(Subject::of("").kind, "");
    }
}
