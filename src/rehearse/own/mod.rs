//! The user's own schema in the fixture's place: loaded from a dump, filled with rows made up for it, then broken defect by defect.
//!
//! Never true in here: a part of the schema that takes no part in the rehearsal and is not named in the report.

mod data;
mod defects;
mod file;
mod known;
mod lex;
mod load;
mod missing;
mod skip;
mod split;
mod stand_in;
mod subject;

pub use data::{MOST_LIKE, Rows};
pub(super) use defects::choose;
pub(super) use known::waivers;
pub use split::{Statement, statements};

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use self::data::Whose;
use self::file::SchemaFile;
use self::load::Loaded;
use super::databases::Database;
use crate::model::{Error, Events, OwnSchema, Result, count, plural};

/// The configuration of such a rehearsal: every schema takes part, and nothing is known of the rows.
pub(super) const CONFIGURATION: &str = "[source]\nname = \"production\"\nenvironment = \"production\"\n[target]\nname = \"staging\"\nenvironment = \"staging\"\n";

/// Things that are left out, named while the rehearsal goes on; the report names all.
const NAMED: usize = 8;

/// A schema to rehearse, read and looked at.
#[derive(Debug, Clone)]
pub struct Own {
    source: SchemaFile,
    target: Option<SchemaFile>,
    rows: Rows,
}

impl Own {
    /// Reads the files.
    ///
    /// # Errors
    /// Usage, where one is not there or is no schema in plain SQL.
    pub fn read(source: &Path, target: Option<&PathBuf>, rows: Rows) -> Result<Self> {
        let target = target.map(|path| SchemaFile::read(path)).transpose()?;
        Ok(Self { source: SchemaFile::read(source)?, target, rows })
    }
}

/// Loads both databases and fills them. Roles that are made on the servers are noted, for servers that stay.
pub(super) async fn prepare(
    own: &Own,
    production: &Database,
    staging: &Database,
    roles: &mut BTreeSet<String>,
    events: &Events,
) -> Result<OwnSchema> {
    let (there, here) = (production.writable()?, staging.writable()?);
    let target = own.target.as_ref().unwrap_or(&own.source);
    let mut made = (BTreeSet::new(), BTreeSet::new());
    let loads = tokio::join!(load::load(&there, &own.source, &mut made.0), load::load(&here, target, &mut made.1));
    roles.extend(made.0.into_iter().chain(made.1));
    let (source, loaded) = (loads.0?, loads.1?);
    let told = |side: &str, file: &SchemaFile, loaded: &Loaded| {
        events.note(format!(
            "{side}: {} loaded, {} left out, {} stood in for",
            file.name,
            plural(loaded.left_out.len() as u64, "statement"),
            plural(loaded.stood_in.len() as u64, "thing")
        ));
    };
    told("production", &own.source, &source);
    told("staging", target, &loaded);
    let loaded = both(source, loaded);
    for one in loaded.left_out.iter().take(NAMED) {
        events.note(format!("not part of this rehearsal: {}: {}", one.object, one.reason));
    }
    if loaded.left_out.len() > NAMED {
        events.note(format!("and {} more, listed in the report", loaded.left_out.len() - NAMED));
    }
    let made = data::fill(&there, &own.rows, Whose::Source).await?;
    data::fill(&here, &own.target.as_ref().map_or_else(|| own.rows.clone(), |_| Rows::default()), Whose::Stale).await?;
    events.note(format!("rows made: {} in {}", count(made.rows), plural(made.tables, "table")));
    let policies = policies(&there).await?;
    Ok(OwnSchema {
        file: own.source.name.clone(),
        target_file: own.target.as_ref().map(|file| file.name.clone()),
        tables: made.tables,
        foreign_keys: made.foreign_keys,
        policies,
        rows: made.rows,
        left_out: loaded.left_out,
        stood_in: loaded.stood_in,
        fewer_rows: made.fewer,
        not_planted: Vec::new(),
    })
}

/// What was left out on either side.
fn both(source: Loaded, target: Loaded) -> Loaded {
    let mut all = source;
    for (mine, theirs) in [(&mut all.left_out, target.left_out), (&mut all.stood_in, target.stood_in)] {
        mine.dedup();
        for one in theirs {
            if !mine.contains(&one) {
                mine.push(crate::model::Aside { object: format!("{}, on staging", one.object), ..one });
            }
        }
    }
    all
}

async fn policies(endpoint: &crate::postgres::Endpoint<crate::postgres::Target>) -> Result<u64> {
    let mut session = crate::postgres::Session::connect(endpoint).await?;
    let number = session.value("select count(*)::text from pg_policy").await?;
    session.close().await;
    Ok(number.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// The server's message to a session without the session's place in front.
fn said(session: &crate::postgres::Session<crate::postgres::Target>, error: &Error) -> String {
    let text = error.to_string();
    let message = text.strip_prefix(session.place()).and_then(|rest| rest.strip_prefix(": "));
    message.unwrap_or(&text).to_owned()
}
