//! The program as a process that can be struck.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};

/// How long a run may take before it hangs.
const PATIENCE: Duration = Duration::from_secs(180);

/// A run of the program; killed when dropped.
pub(super) struct Tool {
    arguments: String,
    child: Child,
    output: PathBuf,
}

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) arguments: String,
    /// `None` where a signal ended it.
    pub(super) code: Option<i32>,
    /// What it said.
    pub(super) output: String,
}

impl Tool {
    /// Starts it in a folder that holds its configuration.
    pub(super) fn start(folder: &Path, name: &str, urls: &(String, String), arguments: &str) -> Result<Self> {
        let output = folder.join(format!("{name}.out"));
        let file = std::fs::File::create(&output)?;
        let child = Command::new(env!("CARGO_BIN_EXE_pg-rehearse"))
            .args(arguments.split_whitespace())
            .current_dir(folder)
            .env_clear()
            .env("PG_REHEARSE_SOURCE_URL", &urls.0)
            .env("PG_REHEARSE_TARGET_URL", &urls.1)
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self { arguments: arguments.to_owned(), child, output })
    }

    pub(super) fn is_running(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    pub(super) fn signal(&self, signal: Signal) {
        // Ended and reaped in the meantime, it has no number any more.
        if let Some(id) = self.child.id() {
            let _ = kill(Pid::from_raw(id as i32), signal);
        }
    }

    /// What it has said so far.
    pub(super) fn says(&self) -> String {
        std::fs::read_to_string(&self.output).unwrap_or_default()
    }

    /// Waits for its end.
    pub(super) async fn wait(mut self) -> Result<Ended> {
        let Ok(status) = tokio::time::timeout(PATIENCE, self.child.wait()).await else {
            bail!("`{}` hangs; it said:\n{}", self.arguments, self.says());
        };
        let status: ExitStatus = status.context("the program cannot be waited for")?;
        Ok(Ended { code: status.code(), output: self.says(), arguments: self.arguments })
    }
}
