//! One chore a file, its arguments beside it. Never true in here: a dependency on the tool's own crate.

mod bench;
mod book;
mod ci;
mod image;
mod new_lint;
mod rehearse;
mod test;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use xshell::Shell;

/// The project's own chores.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Xtask {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    Rehearse(rehearse::Rehearse),
    Test(test::Test),
    Bench(bench::Bench),
    Image(image::Image),
    NewLint(new_lint::NewLint),
    Book(book::Book),
    Ci(ci::Ci),
}

impl Xtask {
    pub(crate) fn run(self) -> Result<()> {
        match self.chore {
            Chore::Rehearse(chore) => chore.run(),
            Chore::Test(chore) => chore.run(),
            Chore::Bench(chore) => chore.run(),
            Chore::Image(chore) => chore.run(),
            Chore::NewLint(chore) => chore.run(),
            Chore::Book(chore) => chore.run(),
            Chore::Ci(chore) => chore.run(),
        }
    }
}

/// The project's root directory.
fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// A shell standing in the project's root.
fn shell() -> Result<Shell> {
    let shell = Shell::new()?;
    shell.change_dir(root());
    Ok(shell)
}

/// A program built beside this one.
fn built(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot find this program's own file")?;
    Ok(own.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// Becomes `command`: its exit code is ours, and signals reach it directly.
#[cfg(unix)]
fn become_command(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(error).with_context(|| format!("cannot run {}", command.get_program().to_string_lossy()))
}

/// Runs `command` to its end and exits with its code.
#[cfg(not(unix))]
fn become_command(mut command: Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {}", command.get_program().to_string_lossy()))?;
    std::process::exit(status.code().unwrap_or(4))
}
