//! The client programs that come with Postgres: where they are, how old they are, how they are given an address.
//!
//! A password goes to them through the environment and never stands among the arguments, where `ps` shows it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;
use url::Url;

use super::{Role, Session};
use crate::config::{DatabaseUrl, Tls};
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

/// What a program needs of its surroundings. All else is kept from it, for the tool's own environment holds what no other
/// program is to know: the other side's password, the salt, keys, the webhook.
const SURROUNDINGS: [&str; 28] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "TZ",
    "TMPDIR",
    "TMP",
    "TEMP",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "OPENSSL_CONF",
    "KRB5CCNAME",
    "KRB5_CONFIG",
    "SystemRoot",
    "SystemDrive",
    "windir",
    "APPDATA",
    "LOCALAPPDATA",
    "USERPROFILE",
    "COMSPEC",
];

/// What libpq reads an address from where the URL leaves it open, as far as the driver reads it, too, or it concerns how the
/// connection is secured.
const LIBPQ: [&str; 28] = [
    "PGHOST",
    "PGHOSTADDR",
    "PGPORT",
    "PGUSER",
    "PGPASSWORD",
    "PGPASSFILE",
    "PGDATABASE",
    "PGOPTIONS",
    "PGSSLMODE",
    "PGSSLROOTCERT",
    "PGSSLCERT",
    "PGSSLKEY",
    "PGSSLCERTMODE",
    "PGSSLNEGOTIATION",
    "PGSSLCRL",
    "PGSSLCRLDIR",
    "PGSSLSNI",
    "PGSSLMINPROTOCOLVERSION",
    "PGSSLMAXPROTOCOLVERSION",
    "PGREQUIREAUTH",
    "PGREQUIREPEER",
    "PGCHANNELBINDING",
    "PGGSSENCMODE",
    "PGGSSLIB",
    "PGGSSDELEGATION",
    "PGKRBSRVNAME",
    "PGCONNECT_TIMEOUT",
    "PGSYSCONFDIR",
];

/// Those variables of the surroundings that are set.
fn kept(names: impl IntoIterator<Item = &'static str>) -> Vec<(&'static str, OsString)> {
    names.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))).collect()
}

impl Tools {
    /// The programs in a directory.
    pub fn in_directory(directory: impl AsRef<Path>) -> Self {
        Self { directory: directory.as_ref().to_owned() }
    }

    /// A program, ready to be given arguments; it connects to `url`.
    pub fn command(&self, program: &str, url: &DatabaseUrl) -> Command {
        let address = environment(url.expose());
        // The driver goes to the URL's host whatever these say, so the programs must, too.
        let named = |name: &str| address.iter().any(|(variable, _)| *variable == name);
        let near = |name: &&str| *name != "PGHOSTADDR" || !named("PGHOST");
        let mut command = self.offline(program);
        command.envs(kept(LIBPQ.into_iter().filter(near)));
        // Without a file of authorities the driver takes the public ones; libpq, from 16 on, only where it is told to.
        let strict = address.contains(&("PGSSLMODE", Tls::VerifyFull.sslmode().to_owned()));
        let own = std::env::home_dir().is_some_and(|home| home.join(".postgresql/root.crt").exists());
        if strict && !own && !named("PGSSLROOTCERT") && std::env::var_os("PGSSLROOTCERT").is_none() {
            command.env("PGSSLROOTCERT", "system");
        }
        command.envs(address).env("PGAPPNAME", "pg-rehearse").env("PGCLIENTENCODING", "UTF8");
        command
    }

    /// A program that connects to nothing, told of nothing but its surroundings.
    pub fn offline(&self, program: &str) -> Command {
        let mut command = Command::new(self.directory.join(program));
        command.env_clear().envs(kept(SURROUNDINGS));
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Whether the programs can encrypt a connection: some builds cannot, and connect all the same where nothing demands it.
    async fn encrypt(&self) -> bool {
        let mut probe = self.offline("psql");
        // Nothing is connected to: the address is looked at after the demand.
        probe.args(["--no-psqlrc", "--no-password", "--command="]).env("LC_ALL", "C");
        let answer = probe.env("PGHOST", "/nonexistent").env("PGSSLMODE", "require").output().await;
        !answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.stderr).contains("not compiled in"))
    }

    /// Refuses programs that would send in clear what this session reads encrypted.
    ///
    /// # Errors
    /// Usage, saying so; the server's error.
    pub async fn as_secure_as<R: Role>(&self, url: &DatabaseUrl, session: &mut Session<R>) -> Result<()> {
        if url.is_near() || self.encrypt().await {
            return Ok(());
        }
        let sql = "select coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)";
        match session.value(sql).await?.as_deref() {
            Some("t") => {
                let directory = self.directory.display();
                let what = format!("{}: the client programs in {directory} know no TLS", session.place());
                Err(Error::usage(what)
                    .hint("install the PostgreSQL client programs, or name some that do with --tools"))
            }
            _ => Ok(()),
        }
    }

    /// The major version of a program.
    ///
    /// # Errors
    /// Usage, when it is not there or does not say.
    pub async fn major(&self, program: &str) -> Result<u32> {
        let path = self.directory.join(program);
        let hint = "install the PostgreSQL client programs and say where they are";
        let answer =
            self.offline(program).arg("--version").output().await.map_err(|problem| {
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
    fn programs_are_told_of_their_side_alone() {
        let tools = Tools::in_directory("/bin");
        let told = |url: &str| {
            let url = DatabaseUrl::parse(url).unwrap();
            let command = tools.command("psql", &url);
            let pairs = command.as_std().get_envs();
            let text = |value: Option<&std::ffi::OsStr>| value.map(|value| value.to_string_lossy().into_owned());
            pairs.map(|(name, value)| (name.to_string_lossy().into_owned(), text(value))).collect::<Vec<_>>()
        };
        let root = |url: &str| told(url).into_iter().find(|(name, _)| name == "PGSSLROOTCERT").and_then(|it| it.1);
        assert_eq!(root("postgres://h/d?sslmode=verify-full&sslrootcert=/a").as_deref(), Some("/a"));
        assert_eq!(root("postgres://h/d?sslmode=require"), std::env::var("PGSSLROOTCERT").ok());
        // This very process is run by cargo, whose variables are not passed on.
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
        let known = |name: &str| SURROUNDINGS.contains(&name) || LIBPQ.contains(&name) || name.starts_with("PG");
        assert!(told("postgres://h/d").iter().all(|(name, _)| known(name)), "{:?}", told("postgres://h/d"));
    }

    #[test]
    fn versions_are_read() {
        assert_eq!(version_in("pg_dump (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(version_in("pg_dump (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(version_in("who knows"), None);
    }
}
