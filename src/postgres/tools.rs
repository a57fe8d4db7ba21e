//! The client programs that come with Postgres: where they are, how old they are, how they are given an address.
//!
//! A password goes to them through the environment and never stands among the arguments, where `ps` shows it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use url::Url;

use crate::config::DatabaseUrl;
use crate::model::{Error, Result};

/// The directory that holds `pg_dump`, `pg_restore` and `psql`.
#[derive(Debug, Clone)]
pub struct Tools {
    directory: PathBuf,
}

/// URL parameters and the variable libpq reads each from; parameters of the Rust driver alone are not passed on.
const PARAMETERS: [(&str, &str); 14] = [
    ("sslmode", "PGSSLMODE"),
    ("ssl-mode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("ssl-root-cert", "PGSSLROOTCERT"),
    ("ssl-ca", "PGSSLROOTCERT"),
    ("sslcert", "PGSSLCERT"),
    ("ssl-cert", "PGSSLCERT"),
    ("sslkey", "PGSSLKEY"),
    ("ssl-key", "PGSSLKEY"),
    ("host", "PGHOST"),
    ("port", "PGPORT"),
    ("dbname", "PGDATABASE"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
];

impl Tools {
    /// The programs in a directory.
    pub fn in_directory(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().to_owned() }
    }

    /// A program, ready to be given arguments; it connects to `url`.
    pub fn command(&self, program: &str, url: &DatabaseUrl) -> Command {
        let mut command = Command::new(self.directory.join(program));
        command.envs(environment(url.expose())).env("PGAPPNAME", "pg-rehearse").env("PGCLIENTENCODING", "UTF8");
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// A program that connects to nothing.
    pub fn offline(&self, program: &str) -> Command {
        let mut command = Command::new(self.directory.join(program));
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// The major version of a program.
    ///
    /// # Errors
    /// Usage, when it is not there or does not say.
    pub async fn major(&self, program: &str) -> Result<u32> {
        let path = self.directory.join(program);
        let hint = "install the PostgreSQL client programs and say where they are";
        let answer =
            Command::new(&path).arg("--version").stdin(Stdio::null()).output().await.map_err(|problem| {
                Error::usage(format!("cannot run {}", path.display())).hint(hint).caused_by(problem)
            })?;
        let text = String::from_utf8_lossy(&answer.stdout);
        version_in(&text).ok_or_else(|| {
            Error::usage(format!("{} does not say which version it is: {}", path.display(), text.trim())).hint(hint)
        })
    }

    /// Refuses a program older than the server it is to talk to.
    ///
    /// # Errors
    /// Usage, naming both versions.
    pub async fn require(&self, program: &str, server_major: u32) -> Result<u32> {
        let major = self.major(program).await?;
        if major < server_major {
            return Err(Error::usage(format!("{program} is of version {major}, the server of {server_major}")).hint(
                format!("point to client programs of version {server_major} or later: newer ones serve older servers"),
            ));
        }
        Ok(major)
    }
}

/// `pg_dump (PostgreSQL) 18.6 (Debian ...)` is 18.
fn version_in(text: &str) -> Option<u32> {
    let number = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// What libpq reads the address from. A parameter that the URL leaves out is left to the surroundings, as the driver does.
fn environment(url: &str) -> Vec<(&'static str, String)> {
    let Ok(url) = Url::parse(url) else { return Vec::new() };
    let mut variables = Vec::new();
    if let Some(host) = url.host_str().filter(|host| !host.is_empty()) {
        variables.push(("PGHOST", decoded(host.trim_matches(['[', ']']))));
    }
    if let Some(port) = url.port() {
        variables.push(("PGPORT", port.to_string()));
    }
    if !url.username().is_empty() {
        variables.push(("PGUSER", decoded(url.username())));
    }
    if let Some(password) = url.password() {
        variables.push(("PGPASSWORD", decoded(password)));
    }
    let database = url.path().trim_start_matches('/');
    if !database.is_empty() {
        variables.push(("PGDATABASE", decoded(database)));
    }
    let mut options = Vec::new();
    for (key, value) in url.query_pairs() {
        if let Some((_, variable)) = PARAMETERS.iter().find(|(name, _)| *name == key) {
            variables.push((variable, value.into_owned()));
        } else if key == "options" {
            options.push(value.into_owned());
        } else if let Some(name) = key.strip_prefix("options[").and_then(|rest| rest.strip_suffix(']')) {
            options.push(format!("-c {name}={value}"));
        }
    }
    if !options.is_empty() {
        variables.push(("PGOPTIONS", options.join(" ")));
    }
    variables
}

/// Undoes percent-encoding.
fn decoded(text: &str) -> String {
    let (bytes, mut out, mut at) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_variables() {
        let url = "postgres://me%40corp:p%25%C3%A4%2Fs@[::1]:5433/My%20db?sslmode=require&statement-cache-capacity=0";
        let expected = [
            ("PGHOST", "::1"),
            ("PGPORT", "5433"),
            ("PGUSER", "me@corp"),
            ("PGPASSWORD", "p%ä/s"),
            ("PGDATABASE", "My db"),
            ("PGSSLMODE", "require"),
        ];
        assert_eq!(environment(url), expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(version_in("pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(version_in("pg_dump (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(version_in("who knows"), None);
    }
}
