//! What stands beside a dump: how large it is, what it holds, and when and from where it was taken.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::catalog::ServerFacts;
use crate::model::{Error, RelationName, Result};

/// The manifest of one dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupManifest {
    /// The dump's file name, in the manifest's own directory.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// When it was taken.
    pub created: Timestamp,
    /// What people call the side.
    pub name: String,
    /// The database's name.
    pub database: String,
    /// The server's version.
    pub server_version: String,
    /// The server's identifier, where the role could ask for it.
    #[serde(default)]
    pub system_identifier: Option<String>,
    /// The database's OID on that server.
    #[serde(default)]
    pub database_oid: u64,
    /// The major version of the program that wrote it.
    pub tool_major: u32,
    /// The snapshot it shows.
    pub snapshot: String,
    /// Every table in it, with its rows.
    pub tables: Vec<BackupTable>,
    /// Where every readable sequence stood.
    pub sequences: Vec<BackupSequence>,
}

/// One table in a dump.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupTable {
    /// Its name.
    #[serde(flatten)]
    pub table: RelationName,
    /// Its rows, counted exactly in the dump's snapshot.
    pub rows: u64,
    /// The OIDs of the relations that hold those rows: the table's own, or those of its partitions. The dump's table
    /// of contents carries them, where names could be ambiguous.
    pub relations: Vec<u32>,
}

/// Where one sequence stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupSequence {
    /// Its name.
    #[serde(flatten)]
    pub sequence: RelationName,
    /// The table that owns it.
    pub owner: Option<RelationName>,
    /// Its `last_value`.
    pub last_value: i64,
    /// Whether that value has been given out.
    pub is_called: bool,
}

impl BackupManifest {
    /// A table by name.
    pub fn table(&self, name: &RelationName) -> Option<&BackupTable> {
        self.tables.iter().find(|table| table.table == *name)
    }

    /// Whether the backup was taken of another database than this one. Without an identifier on either side the name
    /// must do.
    pub fn is_of_another(&self, server: &ServerFacts) -> bool {
        match (&self.system_identifier, &server.system_identifier) {
            (Some(one), Some(two)) => one != two || self.database_oid != server.database_oid,
            _ => self.database != server.database,
        }
    }

    /// The manifests of a folder, by the path each stands at.
    ///
    /// # Errors
    /// Usage when the folder cannot be read, or holds a manifest that is none.
    pub fn all_in(folder: &Path) -> Result<Vec<(PathBuf, Self)>> {
        let unreadable =
            |problem| Error::usage(format!("cannot read the folder {}", folder.display())).caused_by(problem);
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(".manifest.json")) {
                found.push((path.clone(), Self::read(&path)?));
            }
        }
        found.sort_by(|one, two| one.0.cmp(&two.0));
        Ok(found)
    }

    /// Where the manifest of a dump stands.
    pub fn path_beside(dump: &Path) -> PathBuf {
        dump.with_extension("manifest.json")
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// Usage when it cannot be read or is no manifest.
    pub fn read(path: &Path) -> Result<Self> {
        const HINT: &str = "give the folder that `pg-rehearse backup` or `migrate` has written, as it was written";
        let text = std::fs::read_to_string(path)
            .map_err(|problem| Error::usage(format!("cannot read {}", path.display())).hint(HINT).caused_by(problem))?;
        serde_json::from_str(&text).map_err(|problem| {
            Error::usage(format!("{} is not the manifest of a backup", path.display())).hint(HINT).caused_by(problem)
        })
    }

    /// Writes it to `path`, for its owner alone.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        let failed = || Error::failed(format!("cannot write {}", path.display()));
        let text = serde_json::to_string_pretty(self).map_err(|problem| failed().caused_by(problem))?;
        let mut file = super::program::private_file(path).map_err(|problem| failed().caused_by(problem))?;
        std::io::Write::write_all(&mut file, text.as_bytes()).map_err(|problem| failed().caused_by(problem))
    }
}
