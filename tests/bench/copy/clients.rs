//! Postgres' own client programs, of at least the servers' version.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use pg_rehearse::rehearse::server::client_tools;

use crate::database::Database;
use crate::process::{self, Ended};
use crate::servers::Pair;

/// The directory they are in.
pub(crate) struct Clients {
    directory: PathBuf,
}

impl Clients {
    /// This machine's, or the embedded ones.
    pub(crate) async fn find(pair: &Pair) -> Result<Self> {
        let version = "select current_setting('server_version_num')::int4 / 10000";
        let major: i32 = sqlx::query_scalar(version).fetch_one(&mut pair.source.connect().await?).await?;
        Ok(Self { directory: client_tools(major.unsigned_abs()).await? })
    }

    /// What they are.
    pub(crate) fn describe(&self) -> Result<String> {
        let ended = process::run(self.command("pg_dump", &["--version"]), &std::env::temp_dir())?;
        Ok(ended.out.trim().to_owned())
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.directory.join(program));
        command.args(arguments);
        command
    }

    /// `pg_dump` of the source into a folder, then `pg_restore` of it into the target; the seconds of both.
    pub(crate) fn dump_and_restore(
        &self,
        (source, target): (&Database, &Database),
        dump: &[&str],
        restore: &[&str],
    ) -> Result<f64> {
        let folder = tempfile::tempdir()?;
        let mut dumping = self.command("pg_dump", dump);
        dumping.args(["--file", "dump", "--dbname", &source.url]);
        let mut restoring = self.command("pg_restore", restore);
        restoring.args(["--exit-on-error", "--dbname", &target.url, "dump"]);
        let mut seconds = 0.0;
        for command in [dumping, restoring] {
            seconds += well(process::run(command, folder.path())?)?.seconds;
        }
        Ok(seconds)
    }

    /// Runs a script that finds `psql` on PATH and the two databases in SOURCE and TARGET.
    pub(crate) fn script(&self, script: &str, source: &Database, target: &Database) -> Result<Ended> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::iter::once(self.directory.clone()).chain(std::env::split_paths(&path));
        let mut command = Command::new("bash");
        command.args(["-c", script]).env("PATH", std::env::join_paths(path)?);
        command.env("SOURCE", &source.url).env("TARGET", &target.url);
        well(process::run(command, &std::env::temp_dir())?)
    }
}

/// A process that ended well.
pub(crate) fn well(ended: Ended) -> Result<Ended> {
    if ended.code != Some(0) {
        bail!("ended with {:?}: {} {}", ended.code, last(&ended.out), last(&ended.err));
    }
    Ok(ended)
}

/// The number of seconds that a script printed after a word.
pub(crate) fn seconds(text: &str, word: &str) -> Result<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(word));
    let number = line.with_context(|| format!("the script did not print: {word}"))?;
    Ok(number.trim().parse()?)
}

/// The end of a long text.
fn last(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}
