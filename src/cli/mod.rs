//! The command line: one verb a file, its arguments beside its code.
//!
//! Never true in here: a decision about the databases, an exit code that is not in [`ExitCode`].

mod advise;
mod backup;
mod clean;
mod cleanup;
mod color;
mod completions;
mod confirm;
mod copy;
mod deliver;
mod dry_run;
mod fingerprint;
mod folder;
mod gate;
mod global;
mod grid;
mod init;
mod interrupt;
mod locale;
mod man;
mod migrate;
mod output;
mod person;
mod plan;
mod preflight;
mod progress;
mod rehearse;
mod report;
mod rollback;
mod schema;
mod scope;
mod status;
mod tools;
mod verify;
mod watch;

use clap::{Parser, Subcommand};

use crate::model::{Error, ErrorKind, ExitCode, Result};
use global::Global;

/// Rehearses, runs and proves a Postgres migration from production to staging.
///
/// Exit codes: 0 same or go, 1 different or no-go, 2 usage or configuration, 3 incomplete (something could not be
/// checked), 4 the run itself failed, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "pg-rehearse", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Init(init::Args),
    Plan(plan::Args),
    Preflight(preflight::Args),
    Backup(backup::Args),
    Clean(clean::Args),
    Copy(copy::Args),
    // By far the most arguments.
    Verify(Box<verify::Args>),
    Fingerprint(fingerprint::Args),
    Advise(advise::Args),
    Rollback(rollback::Args),
    Status(status::Args),
    Cleanup(cleanup::Args),
    Migrate(migrate::Args),
    Rehearse(rehearse::Args),
    Report(report::Args),
    Gate(gate::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Whether a command line is one, without running it. By this the pages are held to the tool.
///
/// # Errors
/// What is wrong with it, as the tool would say it.
pub fn parses(arguments: &[String]) -> Result<(), String> {
    match Cli::try_parse_from(arguments) {
        Ok(_) => Ok(()),
        Err(error) if error.use_stderr() => Err(error.to_string()),
        // Asking for help or the version.
        Err(_) => Ok(()),
    }
}

/// Parses the command line, runs the verb, prints what it has to say.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let work = async {
        match &cli.verb {
            Verb::Init(args) => init::run(&cli.global, args).await,
            Verb::Plan(args) => plan::run(&cli.global, args).await,
            Verb::Preflight(args) => preflight::run(&cli.global, args).await,
            Verb::Backup(args) => backup::run(&cli.global, args).await,
            Verb::Clean(args) => clean::run(&cli.global, args).await,
            Verb::Copy(args) => copy::run(&cli.global, args).await,
            Verb::Verify(args) => verify::run(&cli.global, args).await,
            Verb::Fingerprint(args) => fingerprint::run(&cli.global, args).await,
            Verb::Advise(args) => advise::run(&cli.global, args).await,
            Verb::Rollback(args) => rollback::run(&cli.global, args).await,
            Verb::Status(args) => status::run(&cli.global, args).await,
            Verb::Cleanup(args) => cleanup::run(&cli.global, args).await,
            Verb::Migrate(args) => migrate::run(&cli.global, args).await,
            Verb::Rehearse(args) => rehearse::run(&cli.global, args).await,
            Verb::Report(args) => report::run(&cli.global, args),
            Verb::Gate(args) => gate::run(&cli.global, args).await,
            Verb::Schema(args) => schema::run(args),
            Verb::Completions(args) => Ok(completions::run(args)),
            Verb::Man(args) => man::run(args),
        }
    };
    let result = tokio::select! {
        // A verb that knows how it goes on says so first.
        biased;
        result = work => result,
        () = interrupt::interrupted() => Err(Error::interrupted()),
    };
    finish(result)
}

fn finish(result: Result<ExitCode>) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(error) => {
            // Who stopped it by hand knows that, and still wants to know how it goes on.
            if error.kind() != ErrorKind::Interrupted || error.hint_text().is_some() {
                output::error_line(&error);
            }
            error.exit_code()
        }
    }
}
