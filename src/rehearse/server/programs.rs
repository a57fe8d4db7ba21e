//! A directory of Postgres programs, and running programs with their complaints kept.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::model::{Error, Result};

/// A set of server and client programs of one version.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    /// The directory they are in.
    pub(super) bin: PathBuf,
    /// What they are, for people.
    pub(super) description: String,
}

impl Programs {
    /// One of the programs.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        program(&self.bin, name)
    }
}

/// The file of a program in a directory.
pub(super) fn program(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The version in what a program prints for `--version`: `17.11` of `pg_dump (PostgreSQL) 17.11 (Debian 17.11-1)`.
pub(super) fn version_in(text: &str) -> Option<&str> {
    text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

/// The major version of `17.11` or `18beta2`.
pub(super) fn major_of(version: &str) -> Option<u32> {
    let digits = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

/// Runs a program to its end and returns what it printed; an error carries its last complaints.
pub(super) fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|cause| Error::failed(format!("cannot run {name}")).caused_by(cause))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaints = String::from_utf8_lossy(&output.stderr);
    Err(Error::failed(format!("{name} ended with {}", output.status)).caused_by(last_lines(&complaints, 8)))
}

/// The last lines of a log that say something.
pub(super) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(version_in("pg_dump (PostgreSQL) 17.11 (Debian 17.11-1.pgdg)"), Some("17.11"));
        assert_eq!(version_in("PostgreSQL 18beta2"), Some("18beta2"));
        assert_eq!(major_of("18beta2"), Some(18));
        assert_eq!(major_of("17.11"), Some(17));
        assert_eq!(major_of("devel"), None);
    }

    #[test]
    fn only_the_end_of_a_log_is_kept() {
        assert_eq!(last_lines("a\n\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("", 2), "");
    }
}
