//! One rehearsal from the start of the servers to the last healed defect.

use std::collections::BTreeSet;
use std::time::Instant;

use super::databases::Database;
use super::fixture::{self, Part};
use super::own::{self, Own};
use super::server::{Options, Server, client_tools, start_pair};
use super::{defects, matrix};
use crate::config::{Config, Flags, Salt};
use crate::migrate::{Day, DayOptions, Ending};
use crate::model::{Error, Events, Result, RunReport, Waiver};
use crate::postgres::Tools;
use crate::verify::comes_with_server;

/// Servers the user names instead of throwaway ones.
#[derive(Debug, Clone)]
pub struct Given {
    /// A superuser's URL of the server the source is made on.
    pub source: String,
    /// A superuser's URL of the server the target is made on.
    pub target: String,
}

/// How to rehearse.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Servers given; none means throwaway ones are started.
    pub given: Option<Given>,
    /// The server of the source.
    pub source: Options,
    /// The server of the target.
    pub target: Options,
    /// `--jobs`.
    pub jobs: Option<usize>,
    /// The schema to rehearse in the fixture's place.
    pub own: Option<Own>,
}

/// Rehearses the day on the shipped fixture or the user's own schema, drills the rollback, runs the defect matrix.
///
/// # Errors
/// When servers cannot be started, or a phase fails. What verification finds, or misses, is in the report.
pub async fn rehearse(settings: &Settings, events: &Events) -> Result<RunReport> {
    let clock = Instant::now();
    let servers = match &settings.given {
        Some(_) => None,
        None => Some(start_pair(&settings.source, &settings.target, events).await?),
    };
    let (source, target) = match (&settings.given, &servers) {
        (Some(given), _) => (given.source.clone(), given.target.clone()),
        (None, Some((source, target))) => (source.url().to_owned(), target.url().to_owned()),
        (None, None) => return Err(Error::failed("no servers to rehearse on")),
    };
    // Databases of a given server must not meet others of the same name, nor outlive the rehearsal.
    let suffix = if settings.given.is_some() { format!("_{}", std::process::id()) } else { String::new() };
    let stem = if settings.own.is_some() { "own" } else { "muva" };
    let names = (format!("{stem}_production{suffix}"), format!("{stem}_staging{suffix}"));
    let (production, staging) =
        tokio::try_join!(Database::create(&source, &names.0), Database::create(&target, &names.1))?;
    let mut roles = BTreeSet::new();
    let result = on_databases(settings, &production, &staging, servers.as_ref(), &mut roles, events).await;
    if settings.given.is_some() {
        tokio::try_join!(production.drop(), staging.drop())?;
        // One after the other: both may be the same server.
        production.drop_roles(&roles).await?;
        staging.drop_roles(&roles).await?;
    }
    if let Some((source, target)) = servers {
        tokio::try_join!(source.stop(), target.stop())?;
    }
    result.map(|report| RunReport { verb: "rehearse".to_owned(), seconds: clock.elapsed().as_secs_f64(), ..report })
}

async fn on_databases(
    settings: &Settings,
    production: &Database,
    staging: &Database,
    servers: Option<&(Server, Server)>,
    roles: &mut BTreeSet<String>,
    events: &Events,
) -> Result<RunReport> {
    let (there, here) = (production.writable()?, staging.writable()?);
    let mut own_schema = match &settings.own {
        Some(own) => Some(own::prepare(own, production, staging, roles, events).await?),
        None => {
            tokio::try_join!(
                fixture::load(&there, Part::Production, events),
                fixture::load(&here, Part::Staging, events)
            )?;
            None
        }
    };
    let mut config = configuration(settings, production, staging).await?;
    if own_schema.is_some() {
        config.waivers.extend(own::waivers(&config).await?);
    }

    let folder = tempfile::Builder::new()
        .prefix("pg-rehearse-")
        .tempdir()
        .map_err(|error| Error::failed("cannot make a folder for backups").caused_by(error))?;
    let own = servers.and_then(|(_, target)| target.bin_dir().map(ToOwned::to_owned));
    let tools = match own {
        Some(tools) => tools,
        None => client_tools(super::databases::major(&here).await?).await?,
    };
    let options = DayOptions { tools: Tools::in_directory(tools), folder: folder.path().to_owned(), record: false };

    let mut day = Day::begin(&config, &options, events).await?;
    day.prepare().await?;
    let green = day.forward().await?;
    if green.exit_code() != crate::model::ExitCode::Same {
        events.note("the day is not green: the rollback drill and the defect matrix are left out");
        return Ok(RunReport { own_schema, ..green });
    }
    day.roll_back().await?;
    let report = day.forward().await?;
    day.end(Ending::Complete).await?;
    let defects = match &mut own_schema {
        Some(told) => {
            let chosen = own::choose(&there, &here, events).await?;
            told.not_planted = chosen.not_planted;
            chosen.defects
        }
        None => defects::parse(fixture::DEFECTS)?,
    };
    Ok(RunReport { defects: matrix::run_matrix(&config, &defects, events).await?, own_schema, ..report })
}

/// The configuration for these databases. Where the two servers carry different versions of an extension,
/// that difference is real and known: it is waived by name, and the report shows it.
async fn configuration(settings: &Settings, production: &Database, staging: &Database) -> Result<Config> {
    let flags = Flags {
        source: Some(production.url().to_owned()),
        target: Some(staging.url().to_owned()),
        jobs: settings.jobs,
        ..Flags::default()
    };
    let mut config = match &settings.own {
        Some(_) => Config::from_text(own::CONFIGURATION, &flags)?,
        None => {
            let mut config = Config::from_text(fixture::CONFIGURATION, &flags)?;
            config.source.salt = Some(Salt::parse(fixture::SALT)?);
            config
        }
    };
    let (there, here) = (production.writable()?, staging.writable()?);
    let majors = tokio::try_join!(super::databases::major(&there), super::databases::major(&here))?;
    let (there, here) = tokio::try_join!(super::databases::extensions(&there), super::databases::extensions(&here))?;
    for (name, version) in &there {
        let Some(other) = here.get(name).filter(|other| *other != version) else { continue };
        // What only says which server it came with is no difference, and a waiver of nothing would be one.
        if !comes_with_server(name, (majors.0, version), (majors.1, other)) {
            config.waivers.push(Waiver {
                check: "schema".to_owned(),
                object: format!("extension {name}"),
                attribute: Some("version".to_owned()),
                reason: "The two throwaway servers carry different versions of this extension.".to_owned(),
                until: None,
            });
        }
    }
    Ok(config)
}
