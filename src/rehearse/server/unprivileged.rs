//! Postgres refuses to run as root: which account it gets instead, and what that account can reach.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{User, geteuid};

use crate::model::{Error, Result};

/// Existing accounts that may run a server, best first.
const ACCOUNTS: [&str; 3] = ["postgres", "nobody", "daemon"];

/// An account without privileges.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
}

/// Whether this process is root's.
pub(super) fn is_root() -> bool {
    geteuid().is_root()
}

impl Account {
    /// The account servers run as; `None` where that is our own.
    pub(super) fn for_servers() -> Result<Option<Self>> {
        if !is_root() {
            return Ok(None);
        }
        ACCOUNTS
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .filter(|user| !user.uid.is_root())
            .map(|user| Some(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw() }))
            .ok_or_else(|| {
                Error::failed("Postgres does not run as root, and no unprivileged account was found")
                    .hint(format!("run as another user, or make one of the accounts {}", ACCOUNTS.join(", ")))
            })
    }

    /// Makes a command run as this account.
    pub(super) fn run(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives it a file or directory.
    pub(super) fn own(self, path: &Path) -> std::io::Result<()> {
        chown(path, Some(self.uid), Some(self.gid))
    }
}

/// Whether every user can get at `path`: all directories on the way let everyone through.
pub(super) fn reachable_by_all(path: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| {
        path.ancestors().all(|part| std::fs::metadata(part).is_ok_and(|it| !it.is_dir() || it.mode() & 0o001 != 0))
    })
}
