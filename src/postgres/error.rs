//! Server and connection errors as this crate's errors, with SQLSTATE and a hint, never with a password.

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

use crate::model::Error;

/// The SQLSTATE of a connection that broke: the server no longer says so itself.
const CONNECTION_FAILURE: &str = "08006";

/// An error met while connecting.
pub(super) fn connecting(error: sqlx::Error, place: &str) -> Error {
    match &error {
        sqlx::Error::Database(database) => {
            let state = database.code().map(|code| code.into_owned()).unwrap_or_default();
            let message = format!("{place}: {}", database.message());
            let (made, hint) = match state.as_str() {
                "28P01" | "28000" => (Error::usage(message), "check user and password of the URL"),
                "3D000" => (Error::usage(message), "check the database name of the URL"),
                "53300" => (Error::failed(message), "the server has no free connection; lower --jobs"),
                _ => (Error::failed(message), "the server refused the connection"),
            };
            made.hint(hint).with_sqlstate(state)
        }
        sqlx::Error::Configuration(_) => Error::usage(format!("{place}: the connection URL is malformed"))
            .hint("write it as postgres://user:password@host:5432/database"),
        // What a handshake comes to reaches us as data that cannot be: nothing another try would mend.
        sqlx::Error::Io(problem) if problem.kind() == std::io::ErrorKind::InvalidData => no_tls(error, place),
        sqlx::Error::Io(_) => Error::failed(format!("{place}: cannot reach the server"))
            .with_sqlstate(CONNECTION_FAILURE)
            .hint("check host and port of the URL, and that the server runs")
            .caused_by(error),
        // The connection ended in its first bytes.
        sqlx::Error::Protocol(_) => Error::failed(format!("{place}: the server did not answer as one"))
            .with_sqlstate(CONNECTION_FAILURE)
            .hint("check host and port of the URL, and that the server runs")
            .caused_by(error),
        sqlx::Error::Tls(_) => no_tls(error, place),
        _ => Error::failed(format!("{place}: cannot connect")).caused_by(error),
    }
}

fn no_tls(error: sqlx::Error, place: &str) -> Error {
    Error::failed(format!("{place}: TLS could not be set up"))
        .hint("check `tls` of the configuration, and sslmode, sslrootcert and the host's name in the URL")
        .caused_by(error)
}

/// An error met while running a statement.
pub(super) fn running(error: sqlx::Error, place: &str) -> Error {
    let sqlx::Error::Database(database) = &error else {
        return Error::failed(format!("{place}: connection lost")).with_sqlstate(CONNECTION_FAILURE).caused_by(error);
    };
    let mut message = format!("{place}: {}", database.message());
    if let Some(detail) = database.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::detail) {
        message.push_str(&format!(" ({detail})"));
    }
    if let Some(context) = copy_context(database.as_ref()) {
        message.push_str(&format!(" [{context}]"));
    }
    let made = Error::failed(message);
    match database.code() {
        Some(code) => made.with_sqlstate(code.into_owned()),
        None => made,
    }
}

/// The first line of the server's context, which for COPY names table, line and column.
fn copy_context(database: &(dyn DatabaseError + 'static)) -> Option<String> {
    let context = database.try_downcast_ref::<PgDatabaseError>()?.r#where()?;
    context.lines().next().filter(|line| line.starts_with("COPY")).map(|line| line.chars().take(200).collect())
}

/// Whether the role may not read what was asked for.
pub fn is_permission(error: &Error) -> bool {
    error.sqlstate() == Some("42501")
}

/// Whether row-level security would have hidden rows from this role.
pub fn is_row_security(error: &Error) -> bool {
    is_permission(error) && error.to_string().contains("row-level security")
}

/// Whether a statement or lock timeout ended the statement.
pub fn is_timeout(error: &Error) -> bool {
    matches!(error.sqlstate(), Some("57014" | "55P03"))
}

/// Whether the same may go well when it is done again as a whole: a lost connection, a deadlock, a serialization failure, a lock
/// that was not given in time.
pub fn is_transient(error: &Error) -> bool {
    is_lost(error) || matches!(error.sqlstate(), Some("40001" | "40P01" | "55P03"))
}

/// Whether the connection was lost, or the server has none to give at the moment: what another try may mend.
pub fn is_lost(error: &Error) -> bool {
    error.sqlstate().is_some_and(|state| {
        state.starts_with("08") || matches!(state, "57P01" | "57P02" | "57P03" | "53300" | "57P05" | "25P03")
    })
}
