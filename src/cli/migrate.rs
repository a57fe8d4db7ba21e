//! `migrate`: the whole day, with a report of it in a folder of its own.

use std::path::{Path, PathBuf};

use super::confirm::{Confirm, Confirmation};
use super::global::Global;
use super::progress::{Progress, tame};
use super::{folder, tools};
use crate::migrate::{Day, DayOptions, Sides, Statements, refuse_production, statements};
use crate::model::{Error, ExitCode, Result, RunReport, plural};
use crate::report::{Format, Style, render};

/// Run the whole day: preflight, backup, clean, copy, verify, advise; a go or no-go after each
///
/// The target is written to after preflight and backup have said go, and not before. The run's folder keeps the
/// backup, its fingerprint, the log and report.json; `rollback --folder` goes back from it.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  pg-rehearse migrate --dry-run\n  pg-rehearse migrate --confirm staging --out html=report.html"
)]
pub(super) struct Args {
    /// Show the plan and the statements, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The run's folder [default: .pg-rehearse/<timestamp>]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    confirm: Confirm,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config()?;
    if args.dry_run {
        refuse_production(&config.target)?;
        let destinations = global.delivery.plain_destinations()?;
        let sides = Sides::look(&config).await?;
        let planned = statements(&sides, &config).await?;
        let value = serde_json::json!({ "plan": sides.plan, "statements": planned });
        destinations.deliver(|_| text(&sides, &planned), &value)?;
        return Ok(ExitCode::Same);
    }
    let confirmation = args.confirm.check(&config.target)?;
    let destinations = global.delivery.destinations()?;
    let sides = Sides::look(&config).await?;
    let tools = tools::provide(global, sides.newest_major).await?;
    let folder = folder::provide(args.folder.as_deref(), "")?;
    let log = create(&folder.join("execution.log"))?;
    let (events, progress) = global.delivery.progress_with_log(log);
    events.note(format!("this run's folder: {}", folder.display()));
    let options = DayOptions { tools, folder: folder.clone() };
    let mut day = Day::over(sides, &config, &options, &events);
    let went = whole(&mut day, &confirmation, &progress).await;
    progress.finish();
    let report = match &went {
        Ok(report) => report.clone(),
        Err(_) => day.unfinished(),
    };
    keep(&report, &folder.join("report.json"))?;
    let report = went?;
    destinations.deliver(&report)?;
    Ok(report.exit_code())
}

async fn whole(day: &mut Day<'_>, confirmation: &Confirmation, progress: &Progress) -> Result<RunReport> {
    day.prepare().await?;
    let sides = day.sides();
    let deed = format!("replace the rows of {}", plural(sides.plan.tables.len() as u64, "table"));
    confirmation.ask(progress, &deed, &sides.facts.1.url).await?;
    day.forward().await
}

/// Keeps the report in the run's folder, whatever else is asked for.
fn keep(report: &RunReport, path: &Path) -> Result<()> {
    let text = render(report, Format::Json, Style::default())?;
    let written = create(path).and_then(|mut file| {
        std::io::Write::write_all(&mut file, text.as_bytes()).map_err(|problem| cannot_write(path, problem))
    });
    written.map_err(|error| error.at("report"))
}

/// A file that only its owner may read: a report shows rows.
fn create(path: &Path) -> Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|problem| cannot_write(path, problem))
}

fn cannot_write(path: &Path, problem: std::io::Error) -> Error {
    Error::failed(format!("cannot write {}", path.display())).caused_by(problem)
}

fn text(sides: &Sides, planned: &Statements) -> String {
    let mut lines = vec![format!(
        "{} in {}, from {} to {}; nothing is written",
        plural(sides.plan.tables.len() as u64, "table"),
        plural(sides.plan.levels().len() as u64, "level"),
        sides.facts.0.url,
        sides.facts.1.url
    )];
    lines.push(format!("backup: pg_dump of {}", sides.facts.1.name));
    lines.push(match &planned.truncate {
        Some(statement) => format!("clean: {statement}"),
        None => "clean: the target has none of the planned tables".to_owned(),
    });
    for copy in &planned.copies {
        lines.push(format!("copy {}:", copy.table));
        lines.push(format!("  source: {}", copy.from));
        lines.push(format!("  target: {}", copy.into));
        lines.extend(copy.problems.iter().map(|problem| format!("  in the way: {problem}")));
    }
    lines.extend(planned.sequences.iter().map(|name| format!("set sequence {name}")));
    lines.push("verify: every check, source against target".to_owned());
    lines.push("advise: every rule on both sides; a new finding of level ERROR is a no-go".to_owned());
    lines.iter().map(|line| tame(line) + "\n").collect()
}
