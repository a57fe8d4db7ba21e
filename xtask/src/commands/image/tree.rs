//! The root file system under construction: removed whatever happens, and never across a mount.

use std::path::{Path, PathBuf};

use anyhow::Result;
use xshell::{Shell, cmd};

/// A temporary directory of our own.
pub(super) struct Tree {
    shell: Shell,
    path: PathBuf,
}

impl Tree {
    /// A new, empty one.
    pub(super) fn new(shell: &Shell) -> Result<Self> {
        let path = cmd!(shell, "mktemp --directory --tmpdir pg-rehearse-image.XXXXXX").quiet().read()?;
        cmd!(shell, "chmod 0755 {path}").quiet().run()?;
        Ok(Self { shell: shell.clone(), path: path.into() })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let path = &self.path;
        // Nothing to do about a failure: the tree is in the temporary directory, and rm has said why.
        let _ = cmd!(self.shell, "rm --recursive --force --one-file-system {path}").quiet().run();
    }
}
