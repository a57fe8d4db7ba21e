//! The checks: what is compared between source and target, one check a file.
//!
//! Never true in here: an error that reads as "same", a failed unit that takes others with it, a difference hidden
//! because another check is expected to see it (what a check leaves out stands in its `uncovered`, with the reason).

mod against;
mod gather;
mod grants;
mod identity;
mod indexes;
mod inventory_diff;
mod orphan_query;
mod orphans;
mod parents;
mod rls;
mod rows;
mod samples;
mod schema;
mod scope;
mod sequences;
mod trouble;
mod vectors;

pub use against::verify_against;

use std::time::Instant;

use crate::check::{Check, Context, Selection, run};
use crate::config::Config;
use crate::model::{Events, REPORT_VERSION, Result, RunReport};

/// Every check, in the order reports list them.
pub fn checks() -> Vec<Box<dyn Check>> {
    vec![
        Box::new(rows::Rows),
        Box::new(orphans::Orphans),
        Box::new(schema::Schema),
        Box::new(rls::RowSecurity),
        Box::new(grants::Grants),
        Box::new(sequences::Sequences),
        Box::new(indexes::Indexes),
        Box::new(vectors::Vectors),
        Box::new(samples::Samples),
    ]
}

/// Opens both sides, runs the selected checks, makes the report.
///
/// # Errors
/// When a side cannot be reached, or both are the very same database.
pub async fn verify(config: &Config, selection: &Selection, events: &Events) -> Result<RunReport> {
    let (started, clock) = (jiff::Timestamp::now(), Instant::now());
    let context = Context::open(config, events).await?;
    let checked = run(&checks(), selection, &context).await;
    let (source, target) = (context.source.facts(), context.target.facts());
    context.close().await;
    let checked = checked?;
    Ok(RunReport {
        report_version: REPORT_VERSION,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        verb: "verify".to_owned(),
        started,
        seconds: clock.elapsed().as_secs_f64(),
        source,
        target,
        phases: Vec::new(),
        copied: Vec::new(),
        units: checked.units,
        ledger: checked.ledger,
        waivers: checked.waivers,
        defects: Vec::new(),
    })
}
