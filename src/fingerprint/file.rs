//! A manifest as a file: JSON that another day's run reads again.

use std::io::Write;
use std::path::Path;

use serde::Deserialize;

use super::{Fingerprint, MANIFEST_VERSION};
use crate::model::{Error, Result};

/// What is read before anything else.
#[derive(Deserialize)]
struct Version {
    manifest_version: Option<u32>,
}

const HINT: &str = "give a file that `pg-rehearse fingerprint` or a backup has written";

impl Fingerprint {
    /// The manifest as JSON; the text ends with a newline.
    ///
    /// # Errors
    /// Failed, should it have no form in JSON.
    pub fn to_json(&self) -> Result<String> {
        let text = serde_json::to_string_pretty(self)
            .map_err(|problem| Error::failed("the fingerprint cannot be written as JSON").caused_by(problem))?;
        Ok(text + "\n")
    }

    /// Reads a manifest from JSON; one of another version hashes in another way and is refused.
    ///
    /// # Errors
    /// Usage, when it is no manifest or one of another version.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |problem| Error::usage("this is not a fingerprint").hint(HINT).caused_by(problem);
        let version: Version = serde_json::from_str(text).map_err(wrong)?;
        match version.manifest_version {
            Some(MANIFEST_VERSION) => {
                let read: Self = serde_json::from_str(text).map_err(wrong)?;
                match read.tables.iter().find(|(_, table)| !table.shape.is_sound()) {
                    Some((table, _)) => {
                        Err(Error::usage(format!("the fingerprint of {table} has a shape that no tool has written"))
                            .hint(HINT))
                    }
                    None => Ok(read),
                }
            }
            Some(other) => Err(Error::usage(format!(
                "the fingerprint has version {other}, this tool compares version {MANIFEST_VERSION}"
            ))
            .hint("take it again with this tool, or compare with the one that took it")),
            None => Err(Error::usage("this is not a fingerprint: it names no manifest_version").hint(HINT)),
        }
    }

    /// Reads a manifest's file.
    ///
    /// # Errors
    /// Usage, when it cannot be read or is no manifest of this version.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .map_err(|problem| Error::usage(format!("cannot read {}", path.display())).hint(HINT).caused_by(problem))?;
        Self::parse(&text).map_err(|error| error.at(path.display()))
    }

    /// Writes the manifest's file, for its owner alone.
    ///
    /// # Errors
    /// Failed, when it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        write_private(path, &self.to_json()?)
    }
}

/// Writes a file, which is made for its owner alone.
///
/// # Errors
/// Failed, naming the file.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let written = private_file(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|problem| Error::failed(format!("cannot write {}", path.display())).caused_by(problem))
}

/// Opens a file to be written anew, which is made for its owner alone.
///
/// # Errors
/// Those of the file system.
pub fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
