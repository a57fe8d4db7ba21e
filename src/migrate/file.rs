//! Files of a day's folder: for their owner alone, and there wholly or not at all.

use std::io::Write;
use std::path::Path;

use crate::model::{Error, Result};

/// Replaces a file. Whoever reads it meanwhile sees the old text or the new one.
///
/// # Errors
/// Failed, naming the file.
pub(super) fn replace(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = || -> std::io::Result<()> {
        // Such files are made for their owner alone.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_data()?;
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|problem| Error::failed(format!("cannot write {}", path.display())).caused_by(problem))
}
