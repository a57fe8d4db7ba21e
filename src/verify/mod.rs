//! The checks: what is compared between source and target, one check a file.
//!
//! Never true in here: an error that reads as "same", a failed unit that takes others with it, a difference hidden
//! because another check is expected to see it (what a check leaves out stands in its `uncovered`, with the reason).

mod against;
mod behaviour;
mod ddl;
mod gather;
mod grants;
mod hashed;
mod identity;
mod indexes;
mod inventory_diff;
mod majors;
mod masked;
mod masked_manifest;
mod masks;
mod orphan_query;
mod orphans;
mod own_roles;
mod owners;
mod parents;
mod repair;
mod rls;
mod rows;
mod samples;
mod schema;
mod scope;
mod sequences;
mod severity;
mod tolerances;
mod vectors;
mod view_text;

pub use against::{verify_against, verify_against_access};
pub use ddl::CHECKS as DDL_CHECKS;
pub use majors::comes_with_server;
pub use masked_manifest::fingerprint_of_source;
pub use vectors::{ITERATIVE_SCAN, searched_columns};

use std::path::PathBuf;
use std::time::Instant;

use jiff::Timestamp;

use crate::check::{Check, Context, Selection, run, trouble};
use crate::config::Config;
use crate::fingerprint::CopyRecord;
use crate::model::{Events, Result, RunReport, plural};
use crate::plan::{Plan, check_masks};

/// Every check, in the order reports list them.
pub fn checks() -> Vec<Box<dyn Check>> {
    with_rows(rows::Rows::default())
}

fn with_rows(rows: rows::Rows) -> Vec<Box<dyn Check>> {
    vec![
        Box::new(rows),
        Box::new(masks::Masks),
        Box::new(orphans::Orphans),
        Box::new(schema::Schema),
        Box::new(rls::RowSecurity),
        Box::new(grants::Grants),
        Box::new(behaviour::Behaviour),
        Box::new(sequences::Sequences),
        Box::new(indexes::Indexes),
        Box::new(vectors::Vectors),
        Box::new(samples::Samples),
    ]
}

/// What a comparison is asked for beyond the configuration.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the rows and sequences checks found is written there as SQL that makes the target equal.
    pub repair: Option<PathBuf>,
    /// What the checks of the schema found is written there as SQL that makes the target equal.
    pub ddl: Option<PathBuf>,
    /// What has been read is kept there, and not read again while both sides show the same rows.
    pub resume: Option<PathBuf>,
    /// The record of the copy, by which differences are told apart.
    pub since: Option<PathBuf>,
}

/// Opens both sides, runs the selected checks, makes the report.
///
/// # Errors
/// When a side cannot be reached, a file of the options cannot be read or written, or the selection is not sound.
pub async fn verify(config: &Config, selection: &Selection, options: &Options, events: &Events) -> Result<RunReport> {
    let (started, clock) = (Timestamp::now(), Instant::now());
    config.require_salt()?;
    let finished = options.resume.as_deref().map(rows::Finished::open).transpose()?;
    let since = options.since.as_deref().map(CopyRecord::read).transpose()?;
    let context = Context::open(config, events).await?;
    let fit = check_masks(&config.scope, &context.source.catalog)
        .and_then(|()| tolerances::check(&context))
        .and_then(|()| behaviour::check(&context));
    if let Err(error) = fit {
        context.close().await;
        return Err(error);
    }
    let mut checked = run(&with_rows(rows::Rows { finished, since }), selection, &context).await;
    if let (Some(path), Ok(found)) = (&options.repair, &checked) {
        match repair::repair(&context, &found.units, path).await {
            Ok(done) => events.note(format!(
                "repair: {} of {} and {} in {}",
                plural(done.rows, "row"),
                plural(done.tables as u64, "table"),
                plural(done.sequences as u64, "sequence"),
                path.display()
            )),
            Err(error) => checked = Err(error),
        }
    }
    if let (Some(path), Ok(found)) = (&options.ddl, &checked) {
        match ddl::write(&context, selection, &found.units, path).await {
            Ok(done) => events.note(format!(
                "ddl: {} written to {}, {} {} a hand",
                plural(done.statements as u64, "statement"),
                path.display(),
                plural(done.by_hand as u64, "difference"),
                if done.by_hand == 1 { "needs" } else { "need" }
            )),
            Err(error) => checked = Err(error),
        }
    }
    let (source, target) = (context.source.facts(), context.target.facts());
    let plan = Some(Plan::new(&context.source.catalog, &config.scope).picture());
    context.close().await;
    let checked = checked?;
    Ok(RunReport { plan, ..checked.report("verify", started, clock, source, target) })
}
