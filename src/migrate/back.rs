//! The way back: to what was saved, or to empty tables.

use super::guard::{refuse_production, refuse_unsafe_target};
use super::saved::Saved;
use crate::backup;
use crate::catalog::Catalog;
use crate::check::SideView;
use crate::clean;
use crate::config::Config;
use crate::copy;
use crate::model::{Error, Events, RelationName, Result, plural};
use crate::plan::Plan;
use crate::postgres::{Endpoint, Session, Source, Target, Tools};
use crate::rollback;

/// The target as it is now, with its own plan: what a way back needs to know without the source.
#[derive(Debug)]
pub struct Here {
    /// Where it is.
    pub target: Endpoint<Target>,
    /// What it contains.
    pub catalog: Catalog,
    /// Its tables in scope.
    pub plan: Plan,
}

impl Here {
    /// Looks at the target. Where the source can be looked at too, the two must not be the same.
    ///
    /// # Errors
    /// When the target cannot be reached, or is one that is never written to.
    pub async fn look(config: &Config, events: &Events) -> Result<Self> {
        refuse_production(&config.target)?;
        let target = Endpoint::<Target>::new(&config.target)?;
        let view = SideView::open(&target, 1, &config.scope.schemas).await?;
        let catalog = view.catalog;
        view.readers.close().await;
        if let Ok(source) = Endpoint::<Source>::new(&config.source) {
            match SideView::open(&source, 1, &[]).await {
                Ok(there) => {
                    let facts = there.catalog.server;
                    there.readers.close().await;
                    refuse_unsafe_target(&config.target, &facts, &catalog.server)?;
                }
                // The way back must be open on a day on which the source is down.
                Err(error) => events.note(format!("the source was not looked at: {}", error.chain())),
            }
        }
        let plan = Plan::new(&catalog, &config.scope);
        Ok(Self { target, catalog, plan })
    }
}

/// What a way back came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WentBack {
    /// Tables.
    pub tables: usize,
    /// Rows in them now.
    pub rows: u64,
}

/// Empties the planned tables, fills them from what was saved, sets the sequences back, and proves by fingerprint that
/// the target is as it was. Nothing is emptied before the backup has been found whole.
///
/// # Errors
/// When the backup cannot be put back, or the target is not as it was.
pub async fn go_back(
    config: &Config,
    target: &Endpoint<Target>,
    plan: &Plan,
    saved: &Saved,
    tools: &Tools,
    events: &Events,
) -> Result<WentBack> {
    let view = SideView::<Target>::open(target, 1, &config.scope.schemas).await?;
    let here = view.catalog;
    view.readers.close().await;
    let tables: Vec<RelationName> = plan.tables.iter().map(|planned| planned.table.clone()).collect();
    let tables: Vec<RelationName> = tables.into_iter().filter(|table| here.relation(table).is_some()).collect();
    let (manifest, folder) = (&saved.manifest, &saved.folder);
    backup::restorable(tools, manifest, folder, &tables, here.server.major()).await?;
    copy::halt(target).await?;
    clean::clean(target, plan, &here, events).await?;
    copy::restore(target, config.copy.jobs, events).await?;
    backup::restore_data(tools, target, manifest, folder, &tables).await?;
    rollback::put_back(target, &saved.fingerprint).await?;
    refresh(target, &here, events).await?;
    let before = &saved.fingerprint;
    let differences = rollback::difference(target, config, before).await?;
    if let Some(first) = differences.first() {
        return Err(Error::failed(format!(
            "the target is not as it was: {}: {} ({} in all)",
            first.object,
            first.message,
            plural(differences.len() as u64, "difference")
        )));
    }
    Ok(WentBack { tables: before.tables.len(), rows: before.rows() })
}

/// Empties the tables in scope and starts their sequences again, for a target that held nothing before.
///
/// # Errors
/// As [`clean::clean`]; nothing was changed then.
pub async fn go_back_to_empty(here: &Here, events: &Events) -> Result<WentBack> {
    copy::halt(&here.target).await?;
    let cleaned = clean::clean(&here.target, &here.plan, &here.catalog, events).await?;
    copy::restore(&here.target, 1, events).await?;
    rollback::start_again(&here.target, &here.catalog, &here.plan).await?;
    refresh(&here.target, &here.catalog, events).await?;
    Ok(WentBack { tables: cleaned.tables.len(), rows: 0 })
}

/// Materialized views show the rows there are.
async fn refresh(target: &Endpoint<Target>, catalog: &Catalog, events: &Events) -> Result<()> {
    let (mut session, mut notes) = (Session::connect(target).await?, Vec::new());
    let refreshed = copy::refresh(&mut session, catalog, &mut notes).await;
    session.close().await;
    notes.into_iter().for_each(|note| events.note(note));
    refreshed.map(drop)
}
