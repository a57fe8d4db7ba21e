//! Statements of a file that are never run, whatever the server has.

use super::lex;
use super::subject::Subject;

/// Why a statement is not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Skip {
    /// It makes nothing that could be missed.
    Silently,
    /// It writes rows.
    Rows,
    /// It makes a role, for which one of the same name stands in.
    Role(String),
    /// It makes something, and this is why that is left out.
    Said(&'static str),
}

/// Whether a statement is not run.
pub(super) fn skip(subject: &Subject, sql: &str) -> Option<Skip> {
    let tokens = lex::tokens(sql);
    let is = |place: usize, word: &str| tokens.get(place).is_some_and(|token| token.is(sql, word));
    let has = |word: &str| tokens.iter().any(|token| token.is(sql, word));
    let role = matches!(subject.kind.as_str(), "role" | "user" | "group");
    match subject.verb.as_str() {
        "insert" | "copy" | "update" | "delete" | "truncate" | "merge" => Some(Skip::Rows),
        "select" if has("setval") => Some(Skip::Silently),
        "begin" | "commit" | "rollback" | "start" | "end" | "savepoint" | "release" | "abort" | "vacuum"
        | "analyze" | "lock" | "listen" | "notify" | "discard" | "checkpoint" | "reindex" | "cluster" => {
            Some(Skip::Silently)
        }
        // Who owns what is said by ALTER ... OWNER; the rest is the business of whoever loads the file.
        "set" if is(1, "role") || is(1, "session") || is(1, "transaction_timeout") => Some(Skip::Silently),
        "create" if role => subject.name.first().cloned().map(Skip::Role),
        "alter" | "drop" if role => Some(Skip::Silently),
        "create" if subject.kind == "database" => Some(Skip::Silently),
        "drop" if subject.kind == "database" => Some(Skip::Silently),
        "create" if matches!(subject.kind.as_str(), "tablespace" | "subscription") => {
            Some(Skip::Said("it reaches beyond the database"))
        }
        "alter" if matches!(subject.kind.as_str(), "database" | "system" | "tablespace" | "subscription") => {
            Some(Skip::Said("it reaches beyond the schema"))
        }
        "create" if subject.kind == "event trigger" => {
            Some(Skip::Said("it would act on the statements of the rehearsal itself"))
        }
        "alter" | "comment" | "drop" if subject.kind == "event trigger" => Some(Skip::Silently),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_run() {
        let skipped = |sql: &str| skip(&Subject::of(sql), sql);
        assert_eq!(skipped("INSERT INTO t VALUES (1)"), Some(Skip::Rows));
        assert_eq!(skipped("CREATE ROLE \"A b\" LOGIN"), Some(Skip::Role("A b".into())));
        assert_eq!(skipped("SELECT pg_catalog.setval('s', 1)"), Some(Skip::Silently));
        assert!(matches!(skipped("CREATE EVENT TRIGGER e ON sql_drop"), Some(Skip::Said(_))));
        assert!(matches!(skipped("ALTER SYSTEM SET a = 1"), Some(Skip::Said(_))));
        for sql in ["SELECT pg_catalog.set_config('search_path', '', false)", "CREATE TABLE role (a int)", "SET a = 1"]
        {
            assert_eq!(skipped(sql), None, "{sql}");
        }
    }
}
