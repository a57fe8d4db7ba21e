//! Where fetched programs are kept between runs.

use std::path::{Path, PathBuf};

use crate::model::{Error, Result};

/// The variable that names another place.
pub(super) const VARIABLE: &str = "PG_REHEARSE_CACHE";

/// The cache directory, made where it is missing.
pub(super) fn directory() -> Result<PathBuf> {
    let directory = place().ok_or_else(|| {
        Error::usage("no home directory to keep fetched programs in").hint(format!("set {VARIABLE} to a directory"))
    })?;
    std::fs::create_dir_all(&directory).map_err(|cause| {
        Error::failed(format!("cannot make the cache directory {}", directory.display()))
            .hint(format!("set {VARIABLE} to a directory you may write to"))
            .caused_by(cause)
    })?;
    let directory = std::path::absolute(&directory).unwrap_or(directory);
    check(&directory)?;
    Ok(directory)
}

/// The cache directory, where it is there already and safe to run programs from.
pub(super) fn existing() -> Option<PathBuf> {
    let directory = place().filter(|directory| directory.is_dir())?;
    check(&directory).ok()?;
    std::path::absolute(directory).ok()
}

fn place() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(chosen) = variable(VARIABLE) {
        return Some(chosen);
    }
    #[cfg(unix)]
    if super::unprivileged::is_root() {
        // Root's home is closed to the account the server runs as.
        return Some(PathBuf::from("/var/cache/pg-rehearse"));
    }
    let home = || std::env::home_dir().map(|home| home.join(".cache"));
    let parent = variable("XDG_CACHE_HOME").or_else(|| if cfg!(windows) { variable("LOCALAPPDATA") } else { None });
    parent.or_else(home).map(|parent| parent.join("pg-rehearse"))
}

/// Refuses a directory whose programs could have been put there by somebody else.
#[cfg(unix)]
fn check(directory: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(directory)
        .map_err(|cause| Error::failed(format!("cannot look at {}", directory.display())).caused_by(cause))?;
    let own = nix::unistd::geteuid().as_raw();
    if (metadata.uid() != own && metadata.uid() != 0) || metadata.mode() & 0o002 != 0 {
        return Err(Error::usage(format!("the cache directory {} is open to other users", directory.display()))
            .hint(format!("give it to yourself with mode 0755, or set {VARIABLE} to another")));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check(_: &Path) -> Result<()> {
    Ok(())
}
