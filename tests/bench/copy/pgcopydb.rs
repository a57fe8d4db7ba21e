//! pgcopydb as Debian packages it, in a container that `cargo xtask image --clients` makes.

use std::process::Command;

use anyhow::{Context, Result};

use super::clients::{seconds, well};
use crate::database::Database;
use crate::process;

/// The image it is in.
const IMAGE: &str = "pg-rehearse/clients:trixie";

/// Timed inside the container, whose own start is nothing of pgcopydb's.
const SCRIPT: &str =
    r#"TIMEFORMAT='seconds %R'; { time pgcopydb clone "$@" >/tmp/log 2>&1; } || { tail -n 12 /tmp/log >&2; exit 1; }"#;

/// An image that holds it.
pub(crate) struct Pgcopydb {
    /// What it says of itself.
    pub(crate) version: String,
}

impl Pgcopydb {
    /// Looks for the image.
    pub(crate) fn find() -> Result<Self> {
        let mut command = Command::new("docker");
        command.args(["run", "--rm", IMAGE, "pgcopydb", "--version"]);
        let ended = process::run(command, &std::env::temp_dir())?;
        let missing = || format!("no image {IMAGE}: `cargo xtask image --clients` builds it");
        let ended = well(ended).with_context(missing)?;
        let line = ended.out.lines().find(|line| line.starts_with("pgcopydb version"));
        Ok(Self { version: line.with_context(missing)?.trim().to_owned() })
    }

    /// Clones a database into an empty one; the seconds it took.
    pub(crate) fn clone(&self, source: &Database, target: &Database, arguments: &[&str]) -> Result<f64> {
        let mut command = Command::new("docker");
        command.args(["run", "--rm", "--network", "host"]);
        command.args(["--env", "PGCOPYDB_SOURCE_PGURI", "--env", "PGCOPYDB_TARGET_PGURI"]);
        command.args([IMAGE, "bash", "-c", SCRIPT, "pgcopydb"]).args(arguments);
        command.env("PGCOPYDB_SOURCE_PGURI", &source.url).env("PGCOPYDB_TARGET_PGURI", &target.url);
        let ended = well(process::run(command, &std::env::temp_dir())?).context("pgcopydb")?;
        seconds(&ended.err, "seconds ")
    }
}
