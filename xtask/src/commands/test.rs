//! `cargo xtask test`: every test of the workspace.

use std::ffi::OsString;

use anyhow::Result;
use clap::Args;
use xshell::cmd;

use super::shell;

/// Builds, then runs every test of the workspace
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Run the long, randomised tests too
    #[arg(long)]
    soak: bool,
    /// Arguments of the test runner, such as a test's name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

impl Test {
    pub(crate) fn run(self) -> Result<()> {
        let shell = shell()?;
        if self.soak {
            shell.set_var("PG_REHEARSE_SOAK", "1");
        }
        cmd!(shell, "cargo build --package pg-rehearse --bins").run()?;
        let args = self.args;
        if cmd!(shell, "cargo nextest --version").quiet().ignore_stderr().read().is_ok() {
            cmd!(shell, "cargo nextest run --workspace {args...}").run()?;
        } else {
            cmd!(shell, "cargo test --workspace --bins --lib --tests {args...}").run()?;
        }
        cmd!(shell, "cargo test --package pg-rehearse --doc").run()?;
        Ok(())
    }
}
