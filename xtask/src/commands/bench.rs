//! `cargo xtask bench`: measurements of the release build, each as ratios within one run.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{become_command, root};

/// Measures the release build
#[derive(Debug, Args)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Comparing two catalogs of 1,000 tables, and asking the advisors about both
    #[command(disable_help_flag = true)]
    Catalog {
        /// Arguments of the measurement; --help lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Copying against pgcopydb, pg_dump and pg_restore, pipes made by hand, a live HNSW index, and itself with more rows
    #[command(disable_help_flag = true)]
    Copy {
        /// Arguments of the measurement; --help lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Verification against reladiff, against the bare scan, and against itself where rows differ
    #[command(disable_help_flag = true)]
    Verify {
        /// Arguments of the measurement; --help lists them
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
}

impl Bench {
    pub(crate) fn run(self) -> Result<()> {
        let (what, args) = match self.what {
            What::Catalog { args } => ("catalog", args),
            What::Copy { args } => ("copy", args),
            What::Verify { args } => ("verify", args),
        };
        let mut command = Command::new("cargo");
        command.args(["bench", "--quiet", "--package", "pg-rehearse", "--bench", "ratios", "--", what]);
        command.args(args).current_dir(root());
        // What cargo told this program about its own package makes build scripts of dependencies run again, and with
        // them most of the build. Where the user has put cargo's folders stays.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(name);
            }
        }
        become_command(command)
    }
}
