//! `cargo xtask ci`: everything the pipeline runs, here.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use super::{become_command, root};

/// Runs what the pipeline runs
#[derive(Debug, Args)]
pub(crate) struct Ci {}

impl Ci {
    pub(crate) fn run(self) -> Result<()> {
        let mut command = Command::new("bash");
        command.arg(".ci/run").current_dir(root());
        become_command(command)
    }
}
