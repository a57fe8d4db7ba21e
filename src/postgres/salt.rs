//! The salt of masks on its way to a session of the source.
//!
//! A server that logs statements logs their parameters, too. What a client says while it connects is logged by none, so
//! that is how the salt gets there: as digits, which need no quoting there.

use std::fmt::Write;

use sqlx::postgres::PgConnectOptions;

use super::{Role, Session};
use crate::config::Salt;
use crate::model::{Error, Result, literal};

/// The setting that arrives with the connection.
const DIGITS: &str = "pg_rehearse.salt_digits";

/// Whether a statement's parameters would be in the server's log, or in that of an extension.
const LOGGED: &str = include_str!("sql/parameters_logged.sql");

/// The options of a connection whose sessions know the salt.
pub(super) fn told(options: PgConnectOptions, salt: &Salt) -> PgConnectOptions {
    let mut digits = String::with_capacity(salt.expose().len() * 2);
    for byte in salt.expose().bytes() {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    options.options([(DIGITS, digits)])
}

/// Whether whoever answered takes no settings with a connection, as some poolers do.
pub(super) fn refused(problem: &sqlx::Error) -> bool {
    let sqlx::Error::Database(database) = problem else { return false };
    database.code().as_deref() == Some("08P01")
}

/// Makes the session's setting `pg_rehearse.salt`. Where a pooler has let the digits fall, the salt goes as a parameter,
/// and not at all where that would be logged.
///
/// # Errors
/// Usage, where the salt would be logged; else the server's error.
pub(super) async fn set<R: Role>(session: &mut Session<R>, salt: &Salt) -> Result<()> {
    let digits = literal(DIGITS);
    let arrived = session.value(&format!("select coalesce(current_setting({digits}, true), '') <> ''")).await?;
    if arrived.as_deref() == Some("t") {
        let setting = format!("convert_from(decode(current_setting({digits}), 'hex'), 'UTF8')");
        // Nothing of it is answered, and no statement holds it.
        return session.run(&format!("select set_config('pg_rehearse.salt', {setting}, false) is null")).await;
    }
    if let Some(how) = session.value(LOGGED).await? {
        let what = format!("{}: the salt of the masks would stand in the server's log ({how})", session.place());
        return Err(Error::usage(what).hint(
            "connect to the server itself: a pooler has dropped the options of the connection; or take the parameters out \
             of the log with `alter role ... set log_parameter_max_length = 0`",
        ));
    }
    session.set_salt(salt.expose()).await
}
