//! What is refused whatever is confirmed: writing to a production database, or to the source itself.

use crate::catalog::ServerFacts;
use crate::config::{Environment, SideConfig};
use crate::model::{Error, Result};

/// Refuses a target that the configuration marks as production; connects to nothing.
///
/// # Errors
/// Usage, naming the target.
pub fn refuse_production(target: &SideConfig) -> Result<()> {
    if target.environment == Some(Environment::Production) {
        return Err(Error::usage(format!("target {} is marked as production: it is never written to", target.name))
            .hint("swap the URLs if source and target are the wrong way round; otherwise correct target.environment"));
    }
    Ok(())
}

/// Refuses a database that is not the one the configuration pins.
///
/// # Errors
/// Usage, naming both.
pub fn refuse_other(side: &SideConfig, server: &ServerFacts) -> Result<()> {
    match &side.identity {
        Some(pinned) if *pinned != server.identity() => Err(Error::usage(format!(
            "the {} is another database ({}, identity {}) than the configuration names (identity {pinned})",
            side.side,
            server.database,
            server.identity()
        ))
        .hint(
            "correct its URL; are source and target swapped? After a move of the database itself, correct its identity",
        )),
        _ => Ok(()),
    }
}

/// Refuses a target that must never be written to.
///
/// # Errors
/// Usage, naming the reason.
pub fn refuse_unsafe_target(target: &SideConfig, source: &ServerFacts, here: &ServerFacts) -> Result<()> {
    refuse_production(target)?;
    if source.is_same_database(here) {
        return Err(Error::usage("source and target are the very same database")
            .hint("give two URLs that lead to different databases: this one would be emptied and copied from"));
    }
    Ok(())
}
