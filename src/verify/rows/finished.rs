//! What an interrupted verification had finished: checksums by table, good for as long as the side shows the very same
//! rows.
//!
//! One JSON line for each table and side, added as soon as it is known: whatever ends the run, the lines before stand.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::catalog::ServerFacts;
use crate::fingerprint::{MANIFEST_VERSION, TableChecksum, TableShape};
use crate::model::{Error, RelationName, Result, Side};

/// One table of one side.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    /// The version of the hash.
    version: u32,
    side: Side,
    /// What the side showed: equal only where every row is the same.
    visible: String,
    table: String,
    shape: TableShape,
    checksum: TableChecksum,
}

/// The finished tables of earlier runs and of this one.
#[derive(Debug)]
pub(in crate::verify) struct Finished {
    path: PathBuf,
    file: Mutex<File>,
    held: HashMap<(Side, String), Line>,
}

impl Finished {
    /// Reads what is there, and goes on from it.
    pub(in crate::verify) fn open(path: &Path) -> Result<Self> {
        const HINT: &str = "give --resume a file of its own";
        let cannot =
            |doing: &str, error| Error::usage(format!("cannot {doing} {}", path.display())).hint(HINT).caused_by(error);
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(absent) if absent.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(cannot("read", error)),
        };
        let mut held = HashMap::new();
        let mut lines = text.lines().enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            match serde_json::from_str::<Line>(line) {
                Ok(line) if line.version == MANIFEST_VERSION => {
                    held.insert((line.side, line.table.clone()), line);
                }
                // Hashed by another version of the tool.
                Ok(_) => {}
                // The last line may have been cut off with the run.
                Err(_) if lines.peek().is_none() && !text.ends_with('\n') => {}
                Err(error) => {
                    return Err(Error::usage(format!("{} line {}: not what verify keeps", path.display(), number + 1))
                        .hint(HINT)
                        .caused_by(error));
                }
            }
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| cannot("write", error))?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            file.set_len(whole as u64).map_err(|error| cannot("write", error))?;
        }
        Ok(Self { path: path.to_owned(), file: Mutex::new(file), held })
    }

    /// The checksum a side had, where it still shows the same rows and is asked in the same shape.
    pub(super) fn recall(
        &self,
        side: Side,
        server: &ServerFacts,
        table: &RelationName,
        shape: &TableShape,
    ) -> Option<&TableChecksum> {
        let line = self.held.get(&(side, table.to_string()))?;
        (Some(&line.visible) == server.visible.as_ref() && line.shape == *shape).then_some(&line.checksum)
    }

    /// Keeps a checksum for another run.
    pub(super) fn keep(
        &self,
        side: Side,
        server: &ServerFacts,
        table: &RelationName,
        shape: &TableShape,
        checksum: &TableChecksum,
    ) -> Result<()> {
        // Where what the side shows has no name (a standby), nothing can be recalled later.
        let Some(visible) = server.visible.clone() else { return Ok(()) };
        let (table, shape, checksum) = (table.to_string(), shape.clone(), checksum.clone());
        let line = Line { version: MANIFEST_VERSION, side, visible, table, shape, checksum };
        let cannot =
            |error: std::io::Error| Error::failed(format!("cannot write {}", self.path.display())).caused_by(error);
        let mut text = serde_json::to_string(&line).map_err(|error| cannot(error.into()))?;
        text.push('\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes()).map_err(cannot)
    }
}
