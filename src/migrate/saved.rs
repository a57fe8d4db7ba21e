//! A side as it was saved: the dump with its manifest, and the fingerprint of the same snapshot beside it.

use std::path::{Path, PathBuf};

use super::state::State;
use crate::backup::{self, BackupManifest};
use crate::catalog::ServerFacts;
use crate::check::SideView;
use crate::config::Config;
use crate::fingerprint::Fingerprint;
use crate::model::{Error, Result};
use crate::postgres::{Endpoint, Role, Tools};

/// A side as it was saved.
#[derive(Debug)]
pub struct Saved {
    /// Where the files are.
    pub folder: PathBuf,
    /// What the dump holds.
    pub manifest: BackupManifest,
    /// What the side came to.
    pub fingerprint: Fingerprint,
}

/// Saves a side into a folder: dump, manifest and fingerprint, all of one snapshot.
///
/// # Errors
/// When a table cannot be read, or the dump cannot be taken or read again.
pub async fn save<R: Role>(config: &Config, tools: &Tools, endpoint: &Endpoint<R>, folder: &Path) -> Result<Saved> {
    let view = SideView::open(endpoint, config.verify_jobs, &config.scope.schemas).await?;
    let fingerprint = Fingerprint::take(&view.readers, &view.catalog, &config.scope, None).await;
    let made = match &fingerprint {
        Ok(_) => Some(backup::backup(tools, &view.readers, &view.catalog, folder).await),
        Err(_) => None,
    };
    view.readers.close().await;
    let fingerprint = fingerprint?;
    let manifest = made.unwrap_or_else(|| Err(Error::failed("no dump was taken")))?;
    let saved = Saved { folder: folder.to_owned(), manifest, fingerprint };
    saved.fingerprint.write(&saved.fingerprint_path())?;
    Ok(saved)
}

impl Saved {
    /// Where the dump stands.
    pub fn dump_path(&self) -> PathBuf {
        self.folder.join(&self.manifest.file)
    }

    /// Where the fingerprint stands.
    pub fn fingerprint_path(&self) -> PathBuf {
        beside(&self.dump_path())
    }

    /// Finds what was saved of a side in a folder.
    ///
    /// # Errors
    /// Usage, when the folder holds no backup of that side, more than one, or one of another database than `server`.
    pub fn find(folder: &Path, name: &str, server: &ServerFacts) -> Result<Self> {
        let all = BackupManifest::all_in(folder)?;
        let held: Vec<String> = all.iter().map(|(_, one)| format!("{} ({})", one.name, one.database)).collect();
        let mut ours: Vec<BackupManifest> =
            all.into_iter().map(|(_, one)| one).filter(|one| one.name == name).collect();
        // A backup that was cut off may have left one of its own; the day knows which is the one from before.
        if let Some(file) = State::read(folder).ok().and_then(|state| state.saved)
            && ours.iter().any(|one| one.file == file)
        {
            ours.retain(|one| one.file == file);
        }
        let Some(manifest) = ours.pop() else {
            let held = if held.is_empty() { "no backup at all".to_owned() } else { held.join(", ") };
            return Err(Error::usage(format!("{} holds no backup of {name}", folder.display()))
                .hint(format!("it holds {held}; give the folder of a `backup` or `migrate` run")));
        };
        if !ours.is_empty() {
            return Err(Error::usage(format!("{} holds {} backups of {name}", folder.display(), ours.len() + 1))
                .hint("move all but the one to go back to into another folder"));
        }
        if manifest.is_of_another(server) {
            return Err(Error::usage(format!(
                "the backup is of another database ({}) than the target ({})",
                manifest.database, server.database
            ))
            .hint("give the target's own backup: the rows of another database are not put here"));
        }
        let fingerprint = Fingerprint::read(&beside(&folder.join(&manifest.file)))?;
        Ok(Self { folder: folder.to_owned(), manifest, fingerprint })
    }
}

/// The fingerprint's path beside a dump.
fn beside(dump: &Path) -> PathBuf {
    dump.with_extension("fingerprint.json")
}
