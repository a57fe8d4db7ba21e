//! `init`: writes a first migration.toml from what both databases are found to be.

use std::path::{Path, PathBuf};

use super::global::Global;
use super::output::answer;
use super::scope::Scope;
use crate::config::Config;
use crate::fingerprint::write_private;
use crate::init::{Draft, draft};
use crate::model::{Error, ExitCode, Result};

/// Write a first configuration, with comments, from what both databases hold
///
/// Proposes masks for columns that look personal, vector probes, personas, tolerances for tables in use, and waivers for what is wrong on
/// both sides. Both databases are only read.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  pg-rehearse init --source postgres://me@production.example/app --target postgres://me@staging.example/app
  pg-rehearse init - | less\n  pg-rehearse init staging.toml"
)]
pub(super) struct Args {
    /// Where to write it; `-` is standard output
    #[arg(value_name = "FILE", default_value = "migration.toml")]
    file: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    scope: Scope,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let prints = args.file == Path::new("-");
    if !prints && !args.force && args.file.exists() {
        return Err(Error::usage(format!("{} is there already", args.file.display()))
            .hint("name another file, or give --force to replace it"));
    }
    let mut config = global.config(&args.scope)?;
    // A file that is there says how the databases are reached, and nothing of what is drafted anew.
    config.scope = Config::from_text("", &args.scope.of(global.flags()))?.scope;
    let (events, progress) = global.delivery.progress();
    let drafted = draft(&config, &events).await;
    progress.finish();
    let drafted = drafted?;
    if prints {
        answer(&drafted.text);
        return Ok(ExitCode::Same);
    }
    write_private(&args.file, &drafted.text)?;
    answer(&summary(&args.file, &drafted));
    Ok(ExitCode::Same)
}

fn summary(file: &Path, drafted: &Draft) -> String {
    let file = file.display();
    let mut out = format!("{file} is written\n\n");
    drafted.found.iter().for_each(|line| out.push_str(&format!("  {line}\n")));
    let salt = "  set PG_REHEARSE_MASK_SALT to a secret of 16 characters or more, for the masks\n";
    out.push_str(&format!(
        "\nNext\n  read {file}, and change what is not so\n{}",
        if drafted.masks { salt } else { "" }
    ));
    out.push_str("  pg-rehearse preflight    may the migration start?\n  pg-rehearse verify       what differs now?\n");
    out
}
