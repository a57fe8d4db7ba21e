//! `cargo xtask rehearse`: the whole migration day on throwaway servers, from this source tree.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process::Command;

use anyhow::Result;
use clap::Args;
use xshell::cmd;

use super::{become_command, built, shell};

/// Builds the tool and runs `pg-rehearse rehearse`; every argument goes through, and so does the exit code
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Rehearse {
    /// Arguments of `pg-rehearse rehearse`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

impl Rehearse {
    pub(crate) fn run(self) -> Result<()> {
        let shell = shell()?;
        // The first build takes minutes: somebody who waits is shown how far it is.
        let quiet = (!std::io::stderr().is_terminal()).then_some("--quiet");
        cmd!(shell, "cargo build {quiet...} --package pg-rehearse --bin pg-rehearse").quiet().run()?;
        let mut command = Command::new(built("pg-rehearse")?);
        command.arg("rehearse").args(self.args);
        become_command(command)
    }
}
