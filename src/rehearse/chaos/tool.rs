//! The program as a process that can be struck, and what its folder says meanwhile.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};

use crate::migrate::State;
use crate::model::{Error, Phase, Result};

/// How long a run may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(90);

/// How often its state is looked at.
const PAUSE: Duration = Duration::from_millis(2);

/// The day's folder within a point's own.
pub(super) const DAY: &str = "day";

/// A run of the program; killed when dropped.
pub(super) struct Tool {
    child: Child,
    folder: PathBuf,
}

/// What a run is started with.
pub(super) struct Start<'a> {
    /// The point's folder, which holds its configuration.
    pub(super) folder: &'a Path,
    /// Both URLs.
    pub(super) urls: [&'a str; 2],
    /// Where the client programs are.
    pub(super) tools: Option<&'a Path>,
    /// Where messages are posted to.
    pub(super) webhook: Option<&'a str>,
    /// The largest file it may write, in 512-byte blocks.
    pub(super) file_limit: Option<u64>,
}

impl Start<'_> {
    /// Starts it.
    pub(super) fn run(&self, arguments: &str) -> Result<Tool> {
        let cannot = |problem: std::io::Error| Error::failed("the program cannot be started").caused_by(problem);
        let program = std::env::current_exe().map_err(cannot)?;
        let mut command = match self.file_limit {
            None => Command::new(&program),
            Some(blocks) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("ulimit -f {blocks}; exec \"$0\" \"$@\"")]).arg(&program);
                shell
            }
        };
        let file =
            std::fs::File::options().create(true).append(true).open(self.folder.join("output")).map_err(cannot)?;
        command.args(arguments.split(' ')).current_dir(self.folder).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("PG_REHEARSE_SOURCE_URL", self.urls[0]).env("PG_REHEARSE_TARGET_URL", self.urls[1]);
        if let Some(tools) = self.tools {
            command.env("PG_REHEARSE_TOOLS", tools);
        }
        if let Some(webhook) = self.webhook {
            command.env("CHAOS_WEBHOOK", webhook);
        }
        command.stdin(Stdio::null()).stdout(file.try_clone().map_err(cannot)?).stderr(file).kill_on_drop(true);
        Ok(Tool { child: command.spawn().map_err(cannot)?, folder: self.folder.to_owned() })
    }
}

impl Tool {
    /// Waits until a phase is under way; false where the program ends before.
    pub(super) async fn meets(&mut self, phase: Phase) -> bool {
        loop {
            if state(&self.folder).is_some_and(|state| state.under_way == Some(phase)) {
                return true;
            }
            if !matches!(self.child.try_wait(), Ok(None)) {
                return false;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, signal: Signal) {
        // Ended and reaped in the meantime, it has no number any more.
        if let Some(id) = self.child.id().and_then(|id| i32::try_from(id).ok()) {
            let _ = kill(Pid::from_raw(id), signal);
        }
    }

    /// Waits for its end; gives its exit code, `None` where a signal ended it.
    ///
    /// # Errors
    /// Failed, where it hangs.
    pub(super) async fn ends(mut self) -> Result<Option<i32>> {
        match tokio::time::timeout(PATIENCE, self.child.wait()).await {
            Ok(Ok(status)) => Ok(status.code()),
            Ok(Err(problem)) => Err(Error::failed("the program cannot be waited for").caused_by(problem)),
            Err(_) => Err(Error::failed(format!("the program hangs for {} s", PATIENCE.as_secs()))),
        }
    }
}

/// What the day in a point's folder has come to, if it has begun.
pub(super) fn state(folder: &Path) -> Option<State> {
    State::read(&folder.join(DAY)).ok()
}
