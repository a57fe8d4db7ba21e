//! A backup proven: restored into a throwaway server and compared with the fingerprint taken in the same snapshot.

use super::databases::{Database, writable};
use super::server::{Options, start_one};
use crate::backup::restore_whole;
use crate::config::{Config, DatabaseUrl};
use crate::fingerprint::Fingerprint;
use crate::migrate::Saved;
use crate::model::{Error, Events, Result, literal, plural, quoted};
use crate::postgres::{Endpoint, Session, Target, Tools};
use crate::rollback;

/// What was proven of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Tables whose rows came back equal.
    pub tables: usize,
    /// Rows in them.
    pub rows: u64,
}

/// Restores a backup into a server that exists only for it, and compares every table and sequence with the fingerprint.
///
/// # Errors
/// Incomplete where the server cannot hold what the backup needs; failed where anything came back otherwise.
pub async fn prove(
    saved: &Saved,
    config: &Config,
    tools: &Tools,
    options: &Options,
    events: &Events,
) -> Result<Proven> {
    let server = start_one(options, events).await?;
    let database = Database::create(server.url(), "proven").await?;
    let proven = on(&database, saved, config, tools).await;
    server.stop().await?;
    proven
}

async fn on(database: &Database, saved: &Saved, config: &Config, tools: &Tools) -> Result<Proven> {
    let (before, at) = (&saved.fingerprint, writable(database.url())?);
    furnish(&at, before).await?;
    let url = DatabaseUrl::parse(database.url())?;
    let complaint = restore_whole(tools, &url, "proven", &saved.manifest, &saved.folder).await?;
    // Objects are the dump's to bring, and some need what only the real database has; rows and sequences are what is proven.
    let differences = rollback::difference(&at, config, before).await?;
    let mut differences = differences.iter().filter(|one| matches!(one.object.kind.as_str(), "table" | "sequence"));
    if let Some(first) = differences.next() {
        let more = plural(differences.count() as u64 + 1, "difference");
        let error = Error::failed(format!(
            "the backup of {} does not bring back what was there: {}: {} ({more} in all)",
            saved.manifest.name, first.object, first.message
        ));
        return Err(match complaint {
            Some(said) => error.hint(said),
            None => error,
        });
    }
    Ok(Proven { tables: before.tables.len(), rows: before.rows() })
}

/// Makes what a dump of some schemas takes for granted: roles, schemas, extensions.
async fn furnish(at: &Endpoint<Target>, before: &Fingerprint) -> Result<()> {
    let mut session = Session::connect(at).await?;
    let named = |kind: &str| {
        let kind = format!("{kind} ");
        before.objects.iter().filter_map(move |(name, facts)| Some((name.strip_prefix(&kind)?.to_owned(), facts)))
    };
    for (role, _) in named("role") {
        let sql = format!(
            "do $do$ begin execute format('create role %s', {}); exception when duplicate_object then null; end $do$",
            literal(&role)
        );
        session.execute(&sql).await?;
    }
    for schema in &before.schemas {
        session.execute(&format!("create schema if not exists {}", quoted(schema))).await?;
    }
    for (extension, facts) in named("extension").filter(|(name, _)| name != "plpgsql") {
        let schema = facts.attributes.get("schema").cloned().flatten().unwrap_or_else(|| "public".to_owned());
        let sql = format!(
            "create schema if not exists {0}; create extension if not exists {extension} with schema {0} cascade",
            quoted(&schema)
        );
        session.execute(&sql).await.map_err(|error| {
            Error::incomplete(format!(
                "the throwaway server cannot have the extension {extension}, so nothing is proven"
            ))
            .hint("choose another server with --prove-postgres")
            .caused_by(error)
        })?;
    }
    session.close().await;
    Ok(())
}
