//! Where `pg_dump` and its kin are: what the user says, else what this machine has.

use std::path::PathBuf;

use super::global::Global;
use crate::model::{Error, Result};
use crate::postgres::Tools;
use crate::rehearse::server::{client_tools, installed_client_tools};

/// The client programs for servers of a major version; the embedded ones are fetched where none are installed.
///
/// # Errors
/// Usage for a directory that is none; incomplete where there are none and none can be fetched.
pub(super) async fn provide(global: &Global, major: u32) -> Result<Tools> {
    match &global.tools {
        Some(directory) => named(directory),
        None => Ok(Tools::in_directory(client_tools(major).await?)),
    }
}

/// The newest client programs already on this machine; fetches nothing.
///
/// # Errors
/// Usage for a directory that is none.
pub(super) async fn installed(global: &Global) -> Result<Option<Tools>> {
    match &global.tools {
        Some(directory) => named(directory).map(Some),
        None => Ok(installed_client_tools().await?.map(Tools::in_directory)),
    }
}

fn named(directory: &PathBuf) -> Result<Tools> {
    if !directory.is_dir() {
        return Err(Error::usage(format!("--tools: there is no folder {}", directory.display()))
            .hint("give the folder that holds pg_dump, pg_restore and psql"));
    }
    Ok(Tools::in_directory(directory))
}
