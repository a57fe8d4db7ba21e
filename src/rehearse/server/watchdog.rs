//! A shell that outlives us by a moment: it waits for the end of a pipe we hold, so it wakes up however we end, SIGKILL
//! included, and then cleans up. It leads a process group of its own, out of reach of the terminal's Ctrl-C.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use crate::model::{Error, Result};

/// Waits for the end of standard input. The shell must survive the signals it is about to send to its whole group.
const WAIT: &str = "trap '' HUP INT TERM QUIT; while read -r line; do :; done; ";

/// Stops every process of the group as fast as a crash would, waits for the postmaster to take its shared memory with
/// it, removes the directory, then ends what is left of the group, itself included.
const CLUSTER: &str = "kill -QUIT 0; n=0
while [ -e \"$1/data/postmaster.pid\" ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n+1)); done
n=0; until rm -rf \"$1\" || [ $n -ge 20 ]; do sleep 0.1; n=$((n+1)); done
kill -KILL 0";

/// Removes a container with its volume.
#[cfg(feature = "containers")]
const CONTAINER: &str = "docker rm --force --volumes \"$1\"";

/// The shell and our end of its pipe.
#[derive(Debug)]
pub(super) struct Watchdog(Child);

impl Watchdog {
    /// Watches over a cluster in `directory`; its processes have to join [`Watchdog::group`].
    pub(super) fn over_cluster(directory: &std::path::Path) -> Result<Self> {
        Self::spawn(CLUSTER, directory.as_os_str())
    }

    /// Watches over a container that may not exist yet.
    #[cfg(feature = "containers")]
    pub(super) fn over_container(name: &str) -> Result<Self> {
        Self::spawn(CONTAINER, std::ffi::OsStr::new(name))
    }

    fn spawn(cleaning: &str, argument: &std::ffi::OsStr) -> Result<Self> {
        Command::new("/bin/sh")
            .args(["-c", &format!("{WAIT}{cleaning}"), "pg-rehearse-watchdog"])
            .arg(argument)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(Self)
            .map_err(|cause| Error::failed("cannot start the throwaway server's watchdog").caused_by(cause))
    }

    /// The process group it leads.
    pub(super) fn group(&self) -> Result<i32> {
        i32::try_from(self.0.id()).map_err(|cause| Error::failed("a process id out of range").caused_by(cause))
    }

    /// Lets it clean up now, and waits until it has.
    pub(super) fn clean_up(&mut self) -> io::Result<()> {
        drop(self.0.stdin.take());
        self.0.wait().map(|_| ())
    }

    /// Sends it away: there is nothing left to clean up.
    #[cfg(feature = "containers")]
    pub(super) fn dismiss(&mut self) -> io::Result<()> {
        self.0.kill()?;
        self.0.wait().map(|_| ())
    }
}
