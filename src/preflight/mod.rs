//! May the migration start? One check a file, one row a check; what can be tried is tried, and rolled back.
//!
//! Never true in here: a change that outlives a check, a privilege taken from a look-up where it could be tried, a
//! go where something could not be looked at.

mod absent_parents;
mod activity;
mod connections;
mod duration;
mod encoding;
mod environment;
mod extensions;
mod foreign_keys;
mod identity;
mod journal;
mod listeners;
mod masks;
mod pooling;
mod privileges;
mod project;
mod row;
mod row_security;
mod schema;
mod source_privileges;
mod subset;
mod tls;
mod tools;
mod triggers;
mod version;

pub use row::{PreflightReport, PreflightRow, Readiness};

use crate::check::SideView;
use crate::config::Config;
use crate::model::{Error, Events, Result, count, literal, plural};
use crate::plan::Plan;
use crate::postgres::{Endpoint, Session, Source, Target, Tools};

/// What every check may look at.
struct Sides<'a> {
    config: &'a Config,
    plan: &'a Plan,
    source: &'a SideView<Source>,
    target: &'a SideView<Target>,
    /// A session that may write; each check that uses it opens a transaction and rolls it back.
    writer: tokio::sync::Mutex<Session<Target>>,
    tools: Option<&'a Tools>,
}

/// Connects to both sides and goes through every check. `tools` is where `pg_dump` and its kin are, if anywhere.
///
/// # Errors
/// Usage for a missing URL; a side that cannot be reached is a row that says stop, not an error.
pub async fn preflight(config: &Config, tools: Option<&Tools>, events: &Events) -> Result<PreflightReport> {
    let mut report = PreflightReport::default();
    let (source, target) = (Endpoint::new(&config.source)?, Endpoint::new(&config.target)?);
    let (source, target, writer) = tokio::join!(
        SideView::<Source>::open(&source, 2, &config.scope.schemas),
        SideView::<Target>::open(&target, 2, &config.scope.schemas),
        Session::connect(&target),
    );
    let mut reached = |what: &str, failure: Option<&Error>| {
        report.rows.push(match failure {
            None => PreflightRow::go(format!("{what} reachable"), "yes", "yes"),
            Some(error) => PreflightRow::stop(format!("{what} reachable"), error.chain(), "yes")
                .fix(error.hint_text().unwrap_or("check the URL")),
        });
    };
    reached("source", source.as_ref().err());
    reached("target", target.as_ref().err().or(writer.as_ref().err()));
    let (Ok(mut source), Ok(target), Ok(writer)) = (source, target, writer) else { return Ok(report) };
    source.catalog.choose(&config.scope)?;

    let plan = Plan::new(&source.catalog, &config.scope);
    let sides = Sides { config, plan: &plan, source: &source, target: &target, writer: writer.into(), tools };
    let rows = rows(&sides).await;
    sides.writer.into_inner().close().await;
    report.rows.extend(rows);
    for row in report.rows.iter().filter(|row| row.ok != Readiness::Go) {
        events.note(format!("{}: {} (wanted: {})", row.check, row.found, row.wanted));
    }
    tokio::join!(source.readers.close(), target.readers.close());
    Ok(report)
}

/// How much there is to copy, how long it will take and whether there is room for the backups: the rows of a preflight that
/// tell it, and nothing else.
///
/// # Errors
/// When a side cannot be reached.
pub async fn estimate(config: &Config) -> Result<Vec<PreflightRow>> {
    let (source, target) = (Endpoint::new(&config.source)?, Endpoint::new(&config.target)?);
    let (source, target, writer) = tokio::try_join!(
        SideView::<Source>::open(&source, 2, &config.scope.schemas),
        SideView::<Target>::open(&target, 2, &config.scope.schemas),
        Session::connect(&target),
    )?;
    let plan = Plan::new(&source.catalog, &config.scope);
    let sides = Sides { config, plan: &plan, source: &source, target: &target, writer: writer.into(), tools: None };
    let rows = duration::check(&sides).await;
    sides.writer.into_inner().close().await;
    tokio::join!(source.readers.close(), target.readers.close());
    Ok(rows)
}

/// The checks, cheapest first.
async fn rows(sides: &Sides<'_>) -> Vec<PreflightRow> {
    let rows = plural(sides.plan.tables.iter().map(|table| table.estimated_rows).sum(), "row");
    let tables = plural(sides.plan.tables.len() as u64, "table");
    let planned = match sides.plan.tables.len() {
        0 => PreflightRow::stop("plan", "no table in scope", "tables to migrate").fix("check [scope]"),
        _ => PreflightRow::go("plan", format!("{tables}, about {rows}"), "tables to migrate"),
    };
    let mut rows = vec![
        planned,
        environment::check(sides),
        identity::check(sides),
        pooling::check(sides).await,
        tls::check(&sides.config.source, sides.source).await,
        tls::check(&sides.config.target, sides.target).await,
        version::check(sides),
        encoding::check(sides),
        extensions::check(sides),
        schema::check(sides).await,
        foreign_keys::entering(sides),
        absent_parents::check(sides).await,
        row_security::check(sides, crate::model::Side::Source).await,
        row_security::check(sides, crate::model::Side::Target).await,
        source_privileges::check(sides).await,
        privileges::check(sides).await,
        journal::check(sides).await,
        triggers::check(sides).await,
        listeners::check(sides).await,
        activity::check(sides, sides.source).await,
        activity::check(sides, sides.target).await,
        connections::check(sides, sides.source).await,
        connections::check(sides, sides.target).await,
        tools::check(sides).await,
    ];
    rows.extend(duration::check(sides).await);
    rows.extend(project::check(sides));
    rows.extend(subset::check(sides).await);
    rows.extend(masks::check(sides).await);
    rows
}

/// The planned tables that a side has, as SQL that gives their OIDs.
fn present<R: crate::postgres::Role>(sides: &Sides<'_>, view: &SideView<R>) -> String {
    let tables = sides.plan.tables.iter().map(|planned| &planned.table);
    let present = tables.filter(|name| view.catalog.relation(name).is_some());
    present.map(|name| format!("{}::regclass", literal(&name.sql()))).collect::<Vec<_>>().join(", ")
}

/// The first few of many, for a row's one line.
fn some(items: &[String]) -> String {
    let shown = items.iter().take(5).cloned().collect::<Vec<_>>().join("; ");
    match items.len() {
        0..=5 => shown,
        more => format!("{shown}; and {} more", count((more - 5) as u64)),
    }
}
