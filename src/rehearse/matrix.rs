//! The defect matrix: plants each defect on its own, verifies, requires exactly the planted thing, heals.

use std::collections::BTreeSet;
use std::time::Instant;

use super::defects::{Defect, reported};
use crate::check::{Check, Context, Selection, SideView, run};
use crate::config::Config;
use crate::model::{DefectResult, Error, Event, Events, Result};
use crate::postgres::{Endpoint, Session, Source, Target};
use crate::verify::checks;

/// What the session that plants and heals is set to.
pub(super) const VANDAL: &str =
    "set search_path = public, extensions; set session_replication_role = replica; set enable_sort = on";

/// Runs the matrix over two databases that verify calls same.
///
/// The source does not change, so its snapshot, catalog and answers are kept for the whole matrix.
///
/// # Errors
/// When a defect cannot be planted or healed: the databases are then in an unknown state.
pub(super) async fn run_matrix(config: &Config, defects: &[Defect], events: &Events) -> Result<Vec<DefectResult>> {
    let target = Endpoint::<Target>::new(&config.target)?;
    let mut source =
        SideView::<Source>::open(&Endpoint::new(&config.source)?, config.verify_jobs, &config.scope.schemas).await?;
    source.readers.remember();
    let mut vandal = Session::connect(&target).await?;
    vandal.execute(VANDAL).await?;

    let checks = checks();
    let mut results = Vec::new();
    for (number, defect) in (1..).zip(defects) {
        let started = Instant::now();
        vandal.execute(&defect.plant).await.map_err(|error| error.at(format!("planting `{}`", defect.name)))?;
        let found;
        (source, found) = look(config, &checks, source, &target).await?;
        vandal.execute(&defect.heal).await.map_err(|error| error.at(format!("healing `{}`", defect.name)))?;
        let result = DefectResult {
            defect: defect.name.clone(),
            planted: defect.planted.clone(),
            caught_by: caught_by(defect, &found),
            missed: defect.expects.difference(&found).cloned().collect(),
            unexpected: found.iter().filter(|one| !defect.explains(one)).cloned().collect(),
            seconds: started.elapsed().as_secs_f64(),
        };
        events.send(&Event::DefectTried { number, of: defects.len(), result: result.clone() });
        results.push(result);
    }
    vandal.close().await;
    // Whatever a heal left behind stands as unexpected with the next defect. After the last there is none.
    let (source, left) = look(config, &checks, source, &target).await?;
    source.readers.close().await;
    if let Some(left) = left.first() {
        return Err(Error::failed(format!("the last defect is healed, and this is still reported: {left}")));
    }
    Ok(results)
}

/// What all checks report of the target as it stands; gives the source back.
async fn look(
    config: &Config,
    checks: &[Box<dyn Check>],
    source: SideView<Source>,
    target: &Endpoint<Target>,
) -> Result<(SideView<Source>, BTreeSet<String>)> {
    let view = SideView::open(target, config.verify_jobs, &config.scope.schemas).await?;
    let context = Context { config: config.clone(), source, target: view, events: Events::silent() };
    let checked = run(checks, &Selection::default(), &context).await?;
    context.target.readers.close().await;
    Ok((context.source, reported(&checked.units)))
}

/// The checks that reported what was expected of them.
fn caught_by(defect: &Defect, found: &BTreeSet<String>) -> Vec<String> {
    let mut checks: Vec<String> = defect
        .expects
        .intersection(found)
        .filter_map(|expected| expected.split(" | ").next().map(str::to_owned))
        .collect();
    checks.dedup();
    checks
}
