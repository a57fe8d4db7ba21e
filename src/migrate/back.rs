//! The way back: to what was saved, or to empty tables.

use std::path::{Path, PathBuf};

use super::guard::{refuse_other, refuse_production, refuse_unsafe_target};
use super::saved::Saved;
use super::sides::host;
use super::state::{Ending, State};
use crate::backup;
use crate::catalog::Catalog;
use crate::check::SideView;
use crate::clean;
use crate::config::Config;
use crate::copy;
use crate::journal;
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
        refuse_other(&config.target, &catalog.server)?;
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
    if let Err(error) = backup::restore_data(tools, target, manifest, folder, &tables).await {
        return Err(not_restored(config, target, saved, error).await);
    }
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
    ended(target, Ending::RolledBack).await?;
    Ok(WentBack { tables: before.tables.len(), rows: before.rows() })
}

/// Says with a restore that failed how the target is left, and what of its schema no longer takes the rows that were saved.
async fn not_restored(config: &Config, target: &Endpoint<Target>, saved: &Saved, error: Error) -> Error {
    let error = error.further_hint("the planned tables are empty now, and the backup is whole");
    let changed = rollback::schema_difference(target, config, &saved.fingerprint).await.unwrap_or_default();
    let Some(first) = changed.first() else { return error };
    error.further_hint(format!(
        "the schema is not as it was saved: {}: {} ({} in all); put that back, then roll back again",
        first.object,
        first.message,
        plural(changed.len() as u64, "difference")
    ))
}

/// Where the way back lies, when nobody says: in the folder of the day that the target's journal knows, where that was run on
/// this machine, else of the last one below `home`.
///
/// # Errors
/// Usage, when there is none.
pub async fn folder_of_day(here: &Here, home: &Path) -> Result<PathBuf> {
    let day = journal::within(&here.target, async |session| journal::day(session).await).await?;
    let no_folder = |message: String, hint: String| Error::usage(message).hint(hint);
    if let Some(day) = day.filter(|day| day.ended.is_none()) {
        let folder = PathBuf::from(&day.folder);
        if day.host == host() && folder.is_dir() {
            return Ok(folder);
        }
        return Err(no_folder(
            format!("the day on this target was run on {} in {}", day.host, day.folder),
            "go back from there, or bring that folder here and name it with --folder".to_owned(),
        ));
    }
    State::latest(home, &here.catalog.server.identity()).ok_or_else(|| {
        no_folder(
            "no backup to go back to: no day on this target has not ended".to_owned(),
            "give --folder DIR, or --to empty".to_owned(),
        )
    })
}

/// Notes in the day's folder that the target is back as it was; a folder of a mere backup has no day to end.
///
/// # Errors
/// When it cannot be written.
pub fn note_way_back(folder: &Path) -> Result<()> {
    match State::read(folder) {
        Ok(mut state) if state.has_written() => {
            state.end(Ending::RolledBack);
            state.write(folder)
        }
        _ => Ok(()),
    }
}

/// Ends in the target's journal the day that has not ended.
async fn ended(target: &Endpoint<Target>, ending: Ending) -> Result<()> {
    journal::within(target, async |session| journal::end_day(session, ending.name()).await).await
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
    ended(&here.target, Ending::Emptied).await?;
    Ok(WentBack { tables: cleaned.tables.len(), rows: 0 })
}

/// Materialized views show the rows there are.
async fn refresh(target: &Endpoint<Target>, catalog: &Catalog, events: &Events) -> Result<()> {
    let (mut session, mut notes) = (Session::connect(target).await?, Vec::new());
    let refreshed = copy::refresh(&mut session, catalog, None, &mut notes).await;
    session.close().await;
    notes.into_iter().for_each(|note| events.note(note));
    refreshed.map(drop)
}
