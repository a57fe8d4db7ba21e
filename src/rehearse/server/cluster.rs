//! A throwaway cluster run by plain processes of this machine, in a directory of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::port;
use super::programs::{Programs, last_lines, output};
use super::secret;
use super::settings::{LOCALE, SETTINGS, SUPERUSER};
use super::unprivileged::{Account, reachable_by_all};
use super::watchdog::Watchdog;
use crate::model::{Error, Result};

/// Somebody else may take a free port before the server does.
const TRIES: usize = 5;

/// The longest directory whose socket still has a valid name.
const LONGEST: usize = 70;

/// The cluster and its directory: `data`, `socket` and `log`.
#[derive(Debug)]
pub(super) struct Cluster {
    programs: Programs,
    account: Option<Account>,
    home: PathBuf,
    password: String,
    port: u16,
    postmaster: Option<Child>,
    watchdog: Watchdog,
}

impl Cluster {
    /// Makes a cluster and starts it; returns once it takes connections.
    pub(super) async fn start(programs: Programs) -> Result<Self> {
        let mut cluster = tokio::task::spawn_blocking(|| Self::make(programs))
            .await
            .map_err(|cause| Error::failed("cannot make a cluster").caused_by(cause))??;
        for attempt in 1.. {
            cluster.port = port::free()?;
            match cluster.start_again().await {
                Ok(()) => break,
                Err(error) if attempt < TRIES && error.chain().contains("could not bind") => {}
                Err(error) => return Err(error),
            }
        }
        Ok(cluster)
    }

    /// The directory, the watchdog over it, and `initdb`.
    fn make(programs: Programs) -> Result<Self> {
        let account = Account::for_servers()?;
        if account.is_some() && !reachable_by_all(&programs.bin) {
            let bin = programs.bin.display();
            return Err(Error::failed(format!("the unprivileged account Postgres runs as cannot reach {bin}"))
                .hint(format!("set {} to a directory everyone can read", super::cache::VARIABLE)));
        }
        let home = new_home(account.is_some())?;
        let watchdog = Watchdog::over_cluster(&home)?;
        let password = secret::word();
        let cluster = Self { programs, account, home, password, port: 0, postmaster: None, watchdog };
        cluster
            .furnish()
            .map_err(|cause| Error::failed(format!("cannot write to {}", cluster.home.display())).caused_by(cause))?;
        cluster.initialise()?;
        cluster.configure().map_err(|cause| Error::failed("cannot write postgresql.conf").caused_by(cause))?;
        Ok(cluster)
    }

    fn furnish(&self) -> std::io::Result<()> {
        fs::write(self.home.join("password"), &self.password)?;
        for name in ["data", "socket"] {
            let directory = self.home.join(name);
            fs::create_dir(&directory)?;
            fs::set_permissions(&directory, fs::Permissions::from_mode(0o700))?;
        }
        if let Some(account) = self.account {
            for name in ["data", "socket", "password"] {
                account.own(&self.home.join(name))?;
            }
        }
        fs::set_permissions(self.home.join("password"), fs::Permissions::from_mode(0o600))
    }

    fn initialise(&self) -> Result<()> {
        let result = match self.initdb(LOCALE) {
            Err(error) if error.chain().contains("locale") => self.initdb("C"),
            result => result,
        };
        result.map_err(|cause| {
            Error::failed(format!("{} makes no cluster", self.programs.description)).caused_by(cause.chain())
        })?;
        // The server keeps only a hash of it.
        fs::remove_file(self.home.join("password"))
            .map_err(|cause| Error::failed("cannot remove the password file").caused_by(cause))
    }

    fn initdb(&self, locale: &str) -> Result<String> {
        let mut command = self.command("initdb")?;
        command.arg("--pgdata").arg(self.home.join("data"));
        command.arg("--pwfile").arg(self.home.join("password"));
        command.args(["--username", SUPERUSER, "--encoding=UTF8", "--locale", locale]);
        command.args(["--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync"]);
        output(&mut command)
    }

    fn configure(&self) -> std::io::Result<()> {
        let path = self.home.join("data/postgresql.conf");
        let mut text = fs::read_to_string(&path)?;
        for (name, value) in SETTINGS {
            text.push_str(&format!("{name} = '{value}'\n"));
        }
        text.push_str("listen_addresses = '127.0.0.1'\nunix_socket_permissions = 0700\n");
        fs::write(&path, text)
    }

    /// Starts the server where it was; returns once it takes connections.
    pub(super) async fn start_again(&mut self) -> Result<()> {
        let log = self.home.join("log");
        let spawned = fs::File::options().create(true).append(true).open(&log).and_then(|file| {
            let port = self.port.to_string();
            let mut command = self.command("postgres").map_err(std::io::Error::other)?;
            command.arg("-D").arg(self.home.join("data")).arg("-k").arg(self.socket_dir()).args(["-p", &port]);
            command.stdout(Stdio::from(file.try_clone()?)).stderr(Stdio::from(file)).spawn()
        });
        let child = spawned.map_err(|cause| Error::failed("cannot start postgres").caused_by(cause))?;
        let child = self.postmaster.insert(child);
        port::wait_until_ready(&port::url(&self.password, "127.0.0.1", self.port), || {
            let status = child.try_wait().ok().flatten()?;
            let text = last_lines(&fs::read_to_string(&log).unwrap_or_default(), 12);
            Some(Error::failed(format!("postgres ended with {status}")).caused_by(text))
        })
        .await
    }

    /// Stops the server as a crash would: nothing is flushed, the next start recovers.
    pub(super) fn stop_immediate(&mut self) -> Result<()> {
        let Some(mut child) = self.postmaster.take() else { return Ok(()) };
        let cannot =
            |cause: Box<dyn std::error::Error + Send + Sync>| Error::failed("cannot stop postgres").caused_by(cause);
        let running = child.try_wait().map_err(|cause| cannot(cause.into()))?.is_none();
        if running {
            let id = i32::try_from(child.id()).map_err(|cause| cannot(cause.into()))?;
            kill(Pid::from_raw(id), Signal::SIGQUIT).map_err(|cause| cannot(cause.into()))?;
            child.wait().map_err(|cause| cannot(cause.into()))?;
        }
        Ok(())
    }

    /// One of the programs, run as the account, in the watchdog's group, undisturbed by our environment.
    fn command(&self, program: &str) -> Result<Command> {
        let mut command = Command::new(self.programs.path(program));
        command.current_dir("/").stdin(Stdio::null()).process_group(self.watchdog.group()?);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        // Spares initdb the search through all time zones for the machine's own.
        command.env("TZ", "UTC");
        if let Some(account) = self.account {
            account.run(&mut command);
        }
        Ok(command)
    }

    pub(super) fn url(&self) -> String {
        port::url(&self.password, "127.0.0.1", self.port)
    }

    pub(super) fn bin_dir(&self) -> &Path {
        &self.programs.bin
    }

    pub(super) fn socket_dir(&self) -> PathBuf {
        self.home.join("socket")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The way out is the same as after a SIGKILL: the watchdog's. What it leaves, if anything, is tried once more.
        let cleaned = self.watchdog.clean_up();
        let stopped = self.stop_immediate();
        if cleaned.is_err() || stopped.is_err() || self.home.exists() {
            tracing::debug!(?cleaned, ?stopped, home = %self.home.display(), "the watchdog did not finish");
            let _ = fs::remove_dir_all(&self.home);
        }
    }
}

/// A new directory with a short name; where the server is another user's, one that everyone can get through.
fn new_home(shared: bool) -> Result<PathBuf> {
    let temporary = std::env::temp_dir();
    let places = [temporary.as_path(), Path::new("/tmp"), Path::new("/var/tmp")];
    let parent = places
        .into_iter()
        .find(|place| place.is_dir() && place.as_os_str().len() < LONGEST && (!shared || reachable_by_all(place)))
        .unwrap_or(&temporary);
    let mode = if shared { 0o711 } else { 0o700 };
    tempfile::Builder::new()
        .prefix("pg-rehearse-")
        .permissions(fs::Permissions::from_mode(mode))
        .tempdir_in(parent)
        .map(tempfile::TempDir::keep)
        .map_err(|cause| {
            Error::failed(format!("cannot make a directory for a throwaway server in {}", parent.display()))
                .hint("set TMPDIR to a directory you may write to")
                .caused_by(cause)
        })
}
