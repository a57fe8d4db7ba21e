//! `gate`: may a migration start by what saved reports say?

use std::path::{Path, PathBuf};

use super::global::Global;
use super::grid::grid;
use super::progress::tame;
use super::scope::Scope;
use crate::check::SideView;
use crate::config::Config;
use crate::gate::{Answer, GateReport, GateRow, Given, Read, SchemaNow, Standard, judge};
use crate::model::{Error, ExitCode, REPORT_VERSION, Result, plural};
use crate::postgres::{Endpoint, Source};
use crate::{rehearse, report};

/// Judge saved JSON reports by the policy of migration.toml; exit 1 where one stops the migration
///
/// Exit code 0 is go, 1 no-go, 2 a file that is no report, 3 where something could not be told. The source is asked only
/// for its schema, and only where its URL is known.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  pg-rehearse gate rehearsal.json verify.json\n  \
                             pg-rehearse gate rehearsal.json --offline --format json")]
pub(super) struct Args {
    /// The reports, as --format json or a run's folder has them
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Ask no database; whether the source's schema is as it was stays open, with a warning
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    scope: Scope,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config(&args.scope)?;
    let destinations = global.delivery.plain_destinations()?;
    let given = args.files.iter().map(|path| read(path)).collect::<Result<Vec<Given>>>()?;
    let standard = Standard {
        config: &config,
        now: jiff::Timestamp::now(),
        today: jiff::Zoned::now().date(),
        schema: schema_now(&config, args.offline).await?,
        defects: rehearse::defect_names()?,
        faults: faults(),
    };
    let judged = judge(&given, &standard);
    destinations.deliver(|width| text(&judged, &given, width), &judged)?;
    Ok(judged.exit_code())
}

#[cfg(unix)]
fn faults() -> Vec<crate::model::FaultPoint> {
    rehearse::fault_points()
}

#[cfg(not(unix))]
fn faults() -> Vec<crate::model::FaultPoint> {
    Vec::new()
}

fn read(path: &Path) -> Result<Given> {
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|problem| Error::usage(format!("cannot read {place}")).caused_by(problem))?;
    let read = match report::version(&text).map_err(|error| error.at(&place))? {
        REPORT_VERSION => Read::Report(Box::new(report::parse(&text).map_err(|error| error.at(&place))?)),
        other => Read::OtherVersion(other),
    };
    Ok(Given { place, read })
}

/// The source's schema, where it is wanted and may be asked.
async fn schema_now(config: &Config, offline: bool) -> Result<SchemaNow> {
    let Some(wanted) = config.gate.schema.or(config.source.url.is_some().then_some(true)) else {
        return Ok(SchemaNow::LeftOut("no URL of the source is known".to_owned()));
    };
    if !wanted {
        return Ok(SchemaNow::NotWanted);
    }
    if offline {
        return Ok(SchemaNow::LeftOut("--offline".to_owned()));
    }
    config.source.required_url()?;
    let endpoint = Endpoint::<Source>::new(&config.source)?;
    let view = match SideView::<Source>::open_in_part(&endpoint, 1, &config.scope.schemas).await {
        Ok(view) => view,
        Err(error) => return Ok(SchemaNow::Unread(error.chain())),
    };
    let facts = view.facts();
    view.readers.close().await;
    Ok(match facts.schema {
        Some(digest) => SchemaNow::Digest(digest, facts.version),
        None => SchemaNow::Unread("a lock of another session keeps a part of it back".to_owned()),
    })
}

fn text(judged: &GateReport, given: &[Given], width: usize) -> String {
    let line = |row: &GateRow| {
        let fix = row.fix.as_ref().map(|fix| format!("\nto fix: {fix}")).unwrap_or_default();
        vec![row.rule.clone(), word(row.answer).to_owned(), format!("{}{fix}", row.found), row.wanted.clone()]
    };
    let part = |title: String, rows: Vec<Vec<String>>| {
        format!("{}\n{}\n", tame(&title), grid(&["rule", "", "found", "wanted"], &rows, &[], width))
    };
    let mut places: Vec<&Given> = Vec::new();
    for one in given {
        if !places.iter().any(|other| other.place == one.place) {
            places.push(one);
        }
    }
    let of = |place: Option<&str>| -> Vec<Vec<String>> {
        judged.rows.iter().filter(|row| row.report.as_deref() == place).map(line).collect()
    };
    let mut out: String = places.iter().map(|one| part(title(one), of(Some(&one.place)))).collect();
    let all = of(None);
    if !all.is_empty() {
        out.push_str(&part("All reports".to_owned(), all));
    }
    let number = |answer: Answer| judged.rows.iter().filter(|row| row.answer == answer).count() as u64;
    out + &format!(
        "{}: {}, {}, {} not told, {}\n",
        match judged.verdict {
            Answer::Go | Answer::Warn => "go",
            Answer::Unknown => "incomplete",
            Answer::Stop => "no-go",
        },
        plural(judged.rows.len() as u64, "rule"),
        plural(number(Answer::Warn), "warning"),
        number(Answer::Unknown),
        plural(number(Answer::Stop), "obstacle"),
    )
}

fn title(given: &Given) -> String {
    match &given.read {
        Read::Report(report) => format!("{} ({} of {:.0})", given.place, report.verb, report.started),
        Read::OtherVersion(_) => given.place.clone(),
    }
}

fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Go => "go",
        Answer::Warn => "warn",
        Answer::Unknown => "open",
        Answer::Stop => "STOP",
    }
}
