//! `migrate`: the whole day, with a report of it in a folder of its own.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::confirm::Confirm;
use super::global::Global;
use super::interrupt::interrupted;
use super::person::AtTerminal;
use super::scope::Scope;
use super::{dry_run, folder, plan, tools};
use crate::config::{Config, DecideSection, Flags, OnFailure};
use crate::fingerprint::write_private;
use crate::migrate::{self, Day, DayOptions, Sides, State, refuse_production, statements};
use crate::model::{Error, ExitCode, Result, RunReport};
use crate::preflight::estimate;
use crate::report::{Format, Style, render};

/// Run the whole day: preflight, backup, clean, copy, verify, advise; a go or no-go after each
///
/// The target is written to after preflight and backup have said go, and not before. The run's folder keeps the
/// backups, their fingerprints, the logs, the messages and report.json. A day that was cut off goes on with --resume;
/// `rollback` goes back.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  pg-rehearse migrate --dry-run\n  pg-rehearse migrate --confirm staging --out html=report.html\n  \
                       pg-rehearse migrate --resume --confirm staging"
)]
pub(super) struct Args {
    /// Show the plan and the statements, and write nothing
    #[arg(long, conflicts_with = "resume")]
    dry_run: bool,
    /// Go on with a day that was cut off, or that waits
    #[arg(long)]
    resume: bool,
    /// The run's folder [default: .pg-rehearse/<timestamp>; with --resume the last day's that has not ended]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Keep in record.json what both sides come to right after the copy, for `verify --since`
    #[arg(long)]
    record: bool,
    /// What to do when the day does not go well: ask somebody, hold, or roll back where the rules say so
    #[arg(long, value_enum, value_name = "WHAT")]
    on_failure: Option<WhenFailed>,
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    scope: Scope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WhenFailed {
    /// Ask at the terminal; hold where nobody can answer
    Ask,
    /// Leave the target as it is for a person
    Hold,
    /// Go back where the rules say so
    Rollback,
}

impl From<WhenFailed> for OnFailure {
    fn from(given: WhenFailed) -> Self {
        match given {
            WhenFailed::Ask => Self::Ask,
            WhenFailed::Hold => Self::Hold,
            WhenFailed::Rollback => Self::Rollback,
        }
    }
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let decide = DecideSection { on_failure: args.on_failure.map(Into::into), ..DecideSection::default() };
    let config = Config::resolve(&Flags { decide, ..args.scope.of(global.flags()) })?;
    if args.dry_run {
        refuse_production(&config.target)?;
        let destinations = global.delivery.plain_destinations()?;
        let sides = Sides::look(&config).await?;
        let planned = statements(&sides, &config).await?;
        let estimate = estimate(&config).await?;
        let value = serde_json::json!({ "plan": sides.plan, "estimate": estimate, "statements": planned });
        destinations.deliver(|_| dry_run::text(&sides, &estimate, &config.planned, &planned), &value)?;
        return Ok(ExitCode::Same);
    }
    let confirmation = args.confirm.check(&config.target)?;
    config.notify.require()?;
    let expected = config.expected.as_deref().map(plan::expected).transpose()?;
    let destinations = global.delivery.destinations()?;
    let sides = Sides::look(&config).await?;
    let folder = the_folder(args, &sides)?;
    let tools = tools::provide(global, sides.newest_major).await?;
    let (events, progress) = global.delivery.progress_with_log(log(&folder.join("execution.log"))?);
    events.note(format!("this run's folder: {}", folder.display()));
    let options = DayOptions { tools, folder: folder.clone(), record: args.record };
    let person = AtTerminal::new(&confirmation, &progress, sides.facts.1.url.clone());
    let mut day = match args.resume {
        true => Day::again(sides, &config, &options, &events)?,
        false => Day::over(sides, &config, &options, &events),
    };
    if let Some(expected) = &expected {
        day.expect(expected);
    }
    let went = tokio::select! {
        went = migrate::run(&mut day, &person) => went,
        () = interrupted() => Err(Error::interrupted().hint(format!(
            "`migrate --resume --folder {0}` goes on, `rollback --folder {0}` goes back", folder.display()
        ))),
    };
    let report = day.report();
    drop(person);
    progress.finish();
    keep(&report, &folder.join("report.json"))?;
    went?;
    destinations.deliver(&report)?;
    Ok(report.exit_code())
}

/// The folder of the day that goes on, or of a new one.
fn the_folder(args: &Args, sides: &Sides) -> Result<PathBuf> {
    match (&args.folder, args.resume) {
        (Some(named), true) => Ok(named.clone()),
        (None, true) => State::latest(Path::new(folder::HOME), &sides.target_server.identity()).ok_or_else(|| {
            Error::usage(format!("{} holds no day on this target that has not ended", folder::HOME))
                .hint("name its folder with --folder; `status` says where the target was last written from")
        }),
        (Some(named), false) if State::read(named).is_ok() => {
            Err(Error::usage(format!("{} holds a migration day already", named.display()))
                .hint("go on with it by --resume, or name another folder"))
        }
        (named, false) => folder::provide(named.as_deref(), ""),
    }
}

/// Keeps the report in the run's folder, whatever else is asked for.
fn keep(report: &RunReport, path: &Path) -> Result<()> {
    let text = render(report, Format::Json, Style::default())?;
    write_private(path, &text).map_err(|error| error.at("report"))
}

/// The log, which a day that goes on continues; for its owner alone.
fn log(path: &Path) -> Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|problem| Error::failed(format!("cannot write {}", path.display())).caused_by(problem))
}
