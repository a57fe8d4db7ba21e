//! `verify`: every check, source or fingerprint against target.

use std::path::{Path, PathBuf};

use super::global::Global;
use super::output::answer;
use super::scope::Scope;
use super::watch;
use crate::check::Selection;
use crate::config::{Config, Flags, VerifySection, duration};
use crate::fingerprint::{Access, Fingerprint};
use crate::model::{Error, ExitCode, Result};
use crate::verify;

/// Compare target with source, and say same only where that was proven
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  pg-rehearse verify --out json=report.json --skip samples
  pg-rehearse verify --against source.json\n  pg-rehearse verify --explain rows
  pg-rehearse verify --only schema,rls,grants,indexes --ddl schema.sql")]
pub(super) struct Args {
    /// Only these checks
    #[arg(long, value_delimiter = ',', value_name = "CHECK")]
    only: Vec<String>,
    /// All checks but these
    #[arg(long, value_delimiter = ',', value_name = "CHECK")]
    skip: Vec<String>,
    /// Write SQL that makes the target's rows and sequences equal; it is never run by itself
    #[arg(long, value_name = "FILE", conflicts_with = "against")]
    repair: Option<PathBuf>,
    /// Write SQL that makes the target's schema equal, in an order in which it can run; it is never run by itself
    #[arg(long, value_name = "FILE")]
    ddl: Option<PathBuf>,
    /// Compare with a fingerprint, or a file of access rules, instead of a live source; checks that need the source are
    /// listed as not made
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Tell what was copied wrong from what has changed since, by the file that `copy --record` has written
    #[arg(long, value_name = "FILE", conflicts_with_all = ["against", "strong"])]
    since: Option<PathBuf>,
    /// Keep in FILE what has been read, and do not read it again while a side shows the same rows
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Look again, up to N times, at rows that differ, until they settle: for databases in use
    #[arg(long, value_name = "N", conflicts_with_all = ["against", "source_snapshot", "target_snapshot"])]
    recheck: Option<u32>,
    /// Hash rows with 256 bits in place of 64
    #[arg(long)]
    strong: bool,
    /// Let each session work so many percent of the time
    #[arg(long, value_name = "PERCENT")]
    throttle: Option<u8>,
    /// Wait while more than N sessions of others are active on a server
    #[arg(long, value_name = "N")]
    max_load: Option<u32>,
    /// Begin nothing more after so long, such as 10m; what is left is incomplete
    #[arg(long, value_name = "TIME")]
    budget: Option<String>,
    /// Read the source in this snapshot, which another session has exported and holds
    #[arg(long, value_name = "ID")]
    source_snapshot: Option<String>,
    /// Read the target in this snapshot, which another session has exported and holds
    #[arg(long, value_name = "ID")]
    target_snapshot: Option<String>,
    /// Verify again and again for so long, such as 48h; each time on a line, the last report in full
    #[arg(long, value_name = "TIME", conflicts_with_all = ["repair", "source_snapshot", "target_snapshot"])]
    watch: Option<String>,
    /// How often, with --watch
    #[arg(long, value_name = "TIME", default_value = "1h", requires = "watch")]
    every: String,
    /// Say what a check proves, and what not; nothing is compared
    #[arg(long, value_name = "CHECK", conflicts_with_all = ["only", "skip", "against", "repair", "ddl"])]
    explain: Option<String>,
    #[command(flatten)]
    scope: Scope,
}

impl Args {
    /// What was said of how to read.
    fn manner(&self) -> VerifySection {
        VerifySection {
            strong: self.strong.then_some(true),
            recheck: self.recheck,
            throttle: self.throttle,
            max_load: self.max_load,
            budget: self.budget.clone(),
            ..VerifySection::default()
        }
    }

    /// Whether statements can be written at all.
    ///
    /// # Errors
    /// Usage, where nothing would be compared that they could put right, or no source is there to print definitions.
    fn allow_ddl(&self, selection: &Selection) -> Result<()> {
        if self.against.is_some() {
            return Err(Error::usage("--ddl does not go with --against: the statements are made of what the source prints of its objects, and a file holds only digests and attributes")
                .hint("run verify --ddl FILE against the live source"));
        }
        if !verify::DDL_CHECKS.iter().any(|check| selection.includes(check)) {
            return Err(Error::usage("--ddl writes what the checks of the schema find, and none of them is selected")
                .hint(format!("select at least one of {}", verify::DDL_CHECKS.join(", "))));
        }
        Ok(())
    }

    fn options(&self) -> verify::Options {
        verify::Options {
            repair: self.repair.clone(),
            ddl: self.ddl.clone(),
            resume: self.resume.clone(),
            since: self.since.clone(),
        }
    }
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    if let Some(check) = &args.explain {
        return explain(check);
    }
    let mut config = Config::resolve(&Flags { verify: args.manner(), ..args.scope.of(global.flags()) })?;
    config.source.snapshot.clone_from(&args.source_snapshot);
    config.target.snapshot.clone_from(&args.target_snapshot);
    let selection = Selection { only: args.only.clone(), skip: args.skip.clone() };
    selection.validate(&verify::checks())?;
    if args.ddl.is_some() {
        args.allow_ddl(&selection)?;
    }
    let before =
        args.against.as_deref().map(|path| Ok::<_, Error>((path.display().to_string(), before(path)?))).transpose()?;
    let destinations = global.delivery.destinations()?;
    let (events, progress) = global.delivery.progress();
    let once = async || match &before {
        Some((place, Before::Fingerprint(before))) => {
            verify::verify_against(&config, before, place, &selection, &args.options(), &events).await
        }
        Some((place, Before::Access(before))) => {
            verify::verify_against_access(&config, before, place, &selection, &events).await
        }
        None => verify::verify(&config, &selection, &args.options(), &events).await,
    };
    let Some(long) = &args.watch else {
        let report = once().await;
        progress.finish();
        let report = report?;
        destinations.deliver(&report)?;
        return Ok(report.exit_code());
    };
    let (long, every) = (duration("--watch", long)?, duration("--every", &args.every)?);
    let (report, worst) = watch::watch(once, long, every, &events).await?;
    progress.finish();
    destinations.deliver(&report)?;
    Ok(worst)
}

/// What stands in a source's place.
enum Before {
    Fingerprint(Box<Fingerprint>),
    Access(Access),
}

/// Reads whichever of the two a file is.
fn before(path: &Path) -> Result<Before> {
    let text = std::fs::read_to_string(path).map_err(|problem| {
        Error::usage(format!("cannot read {}", path.display()))
            .hint("give a file that `pg-rehearse fingerprint` has written")
            .caused_by(problem)
    })?;
    let read = match Access::is_text(&text) {
        true => Access::parse(&text).map(Before::Access),
        false => Fingerprint::parse(&text).map(|found| Before::Fingerprint(Box::new(found))),
    };
    read.map_err(|error| error.at(path.display()))
}

fn explain(check: &str) -> Result<ExitCode> {
    let checks = verify::checks();
    let Some(found) = checks.iter().find(|one| one.name() == check) else {
        let names: Vec<&str> = checks.iter().map(|one| one.name()).collect();
        return Err(Error::usage(format!("there is no check `{check}`")).hint(format!("checks: {}", names.join(", "))));
    };
    answer(&format!("{}: {}\n", found.name(), found.proves()));
    Ok(ExitCode::Same)
}
