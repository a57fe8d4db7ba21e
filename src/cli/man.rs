//! `man`: the manual pages.

use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;

use super::Cli;
use super::output::answer;
use crate::model::{Error, ExitCode, Result};

/// Print the manual page, or write one for every verb
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  pg-rehearse man | man -l -\n  pg-rehearse man --folder /usr/share/man/man1")]
pub(super) struct Args {
    /// Write the pages of all verbs into this folder
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    match &args.folder {
        Some(folder) => clap_mangen::generate_to(Cli::command(), folder).map_err(|problem| {
            Error::usage(format!("cannot write manual pages into {}", folder.display())).caused_by(problem)
        })?,
        None => {
            let mut text = Vec::new();
            Man::new(Cli::command())
                .render(&mut text)
                .map_err(|problem| Error::failed("cannot draw the manual page").caused_by(problem))?;
            answer(&String::from_utf8_lossy(&text));
        }
    }
    Ok(ExitCode::Same)
}
