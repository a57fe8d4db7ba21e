//! `completions`: what a shell needs to complete the command line.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::Cli;
use super::output::answer;
use crate::model::ExitCode;

/// Print the completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  pg-rehearse completions bash > /etc/bash_completion.d/pg-rehearse")]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args) -> ExitCode {
    let mut text = Vec::new();
    generate(args.shell, &mut Cli::command(), "pg-rehearse", &mut text);
    answer(&String::from_utf8_lossy(&text));
    ExitCode::Same
}
