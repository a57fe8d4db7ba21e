//! The private folders runs leave their files in.

use std::path::{Path, PathBuf};

use crate::backup::private_directory;
use crate::model::{Error, Result};

/// Where runs leave their files unless told otherwise.
pub(super) const HOME: &str = ".pg-rehearse";

/// The folder that was named, else a new one below `.pg-rehearse`, made for its owner alone.
///
/// # Errors
/// Usage, when it cannot be made.
pub(super) fn provide(named: Option<&Path>, prefix: &str) -> Result<PathBuf> {
    let folder = match named {
        Some(folder) => folder.to_owned(),
        None => Path::new(HOME).join(format!("{prefix}{}", jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ"))),
    };
    private_directory(&folder).map_err(|problem| {
        Error::usage(format!("cannot make the folder {}", folder.display()))
            .hint("name another with --folder")
            .caused_by(problem)
    })?;
    Ok(folder)
}
