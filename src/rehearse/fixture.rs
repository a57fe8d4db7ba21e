//! The shipped fixture: a Supabase-shaped hotel-chat database, loaded the same way into any server.

use crate::model::{Events, Result};
use crate::postgres::{Endpoint, Session, Target};

/// One script of the fixture.
struct Script {
    name: &'static str,
    sql: &'static str,
}

/// Lists the scripts by name; the compiler reads them.
macro_rules! scripts {
    ($($name:literal),* $(,)?) => {
        &[$(Script { name: $name, sql: include_str!(concat!("../../fixtures/muva/", $name, ".sql")) }),*]
    };
}

/// Platform and schema, alike on both sides.
const SCHEMA: &[Script] = scripts![
    "00_platform",
    "10_types",
    "20_tables_level0",
    "21_tables_level1",
    "22_tables_level2",
    "23_tables_level3",
    "24_tables_level4",
    "25_tables_embeddings",
    "30_functions",
    "31_views",
    "40_triggers",
    "50_rls",
    "60_indexes",
];

/// Production's rows.
const PRODUCTION: &[Script] = scripts![
    "70_data_1_catalogs",
    "70_data_2_tenants",
    "70_data_3_operations",
    "70_data_4_messages",
    "70_data_5_embeddings",
];

/// Staging's drifts from production's schema, and its stale rows.
const STAGING: &[Script] = scripts!["80_staging_drift", "90_staging_stale"];

/// The fixture's configuration.
pub(super) const CONFIGURATION: &str = include_str!("../../fixtures/muva/migration.toml");

/// What the fixture's masks are made with: its rows are no secret, and every rehearsal makes the same masks.
pub(super) const SALT: &str = "the salt of the shipped fixture";

/// The defects to plant.
pub(super) const DEFECTS: &str = include_str!("../../fixtures/muva/defects.toml");

/// Which of the two databases to make.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part {
    Production,
    Staging,
}

/// Loads one side into an empty database.
pub(super) async fn load(endpoint: &Endpoint<Target>, part: Part, events: &Events) -> Result<()> {
    let rows = match part {
        Part::Production => PRODUCTION,
        Part::Staging => STAGING,
    };
    let mut session = Session::connect(endpoint).await?;
    // The scripts speak to a plain session: what this tool pins for reading would only get in their way.
    session.execute("reset all; set client_min_messages = warning; set jit = off").await?;
    for script in SCHEMA.iter().chain(rows) {
        session.execute(script.sql).await.map_err(|error| error.at(format!("fixture script {}", script.name)))?;
        session.execute("reset role; reset search_path").await?;
    }
    session.close().await;
    events.note(match part {
        Part::Production => "fixture: production loaded",
        Part::Staging => "fixture: staging loaded, with its drifts and stale rows",
    });
    Ok(())
}
