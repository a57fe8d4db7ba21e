//! Postgres as this machine's package manager installed it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::programs::{Programs, major_of, output, program, version_in};

/// Directories whose entries are one version each, and where under an entry the programs are.
const HOMES: [(&str, &str, &str); 6] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// Every directory of Postgres programs outside of PATH, newest version first.
pub(super) fn homes() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for (parent, prefix, below) in HOMES {
        let Ok(entries) = std::fs::read_dir(parent) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let version = name.to_str().and_then(|name| name.strip_prefix(prefix)).and_then(major_of);
            if let Some(version) = version {
                found.push((version, entry.path().join(below)));
            }
        }
    }
    found.sort_by(|one, other| other.cmp(one));
    found.into_iter().map(|(_, directory)| directory).collect()
}

/// The directories of PATH that hold a program. Links are followed, since programs look for their parts beside
/// themselves; a wrapper that picks a version by the cluster it is to talk to is passed over.
pub(super) fn on_path(name: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .filter_map(|directory| program(&directory, name).canonicalize().ok())
        .filter(|file| file.file_name().is_some_and(|file| file != "pg_wrapper"))
        .filter_map(|file| file.parent().map(Path::to_path_buf))
        .collect()
}

/// The directories of installed servers that `usable` accepts.
fn servers(usable: impl Fn(&Path) -> bool) -> impl Iterator<Item = PathBuf> {
    let mut directories = on_path("postgres");
    directories.extend(homes());
    directories.dedup();
    directories
        .into_iter()
        .filter(|directory| ["postgres", "initdb"].iter().all(|name| program(directory, name).is_file()))
        .filter(move |directory| usable(directory))
}

/// An installed server of a major version that `usable` accepts, with pgvector or without.
pub(super) fn of_major(major: u32, usable: impl Fn(&Path) -> bool) -> Option<Programs> {
    servers(usable).find_map(|directory| {
        let text = output(Command::new(program(&directory, "postgres")).arg("--version")).ok()?;
        let version = version_in(&text)?;
        let description = format!("installed PostgreSQL {version} ({})", directory.display());
        (major_of(version)? == major).then_some(Programs { bin: directory, description })
    })
}

/// The newest installed server that has pgvector and that `usable` accepts.
pub(super) fn with_pgvector(usable: impl Fn(&Path) -> bool) -> Option<Programs> {
    let mut found: Vec<(u32, Programs)> = servers(usable).filter_map(|directory| look_at(&directory)).collect();
    // The sort is stable: of two of the same version the one on PATH stays first.
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    found.into_iter().next().map(|(_, programs)| programs)
}

/// The programs of a directory, if pgvector is installed for them.
fn look_at(directory: &Path) -> Option<(u32, Programs)> {
    let text = output(Command::new(program(directory, "pg_config")).args(["--version", "--sharedir"])).ok()?;
    let mut lines = text.lines();
    let version = version_in(lines.next()?)?;
    let share = Path::new(lines.next()?.trim());
    // The fixture sets what pgvector has from 0.8 on.
    let control = std::fs::read_to_string(share.join("extension/vector.control")).ok()?;
    if pgvector_in(&control)? < (0, 8) {
        return None;
    }
    let home = directory.parent().unwrap_or(directory).display();
    let description = format!("installed PostgreSQL {version} ({home})");
    Some((major_of(version)?, Programs { bin: directory.to_path_buf(), description }))
}

/// The version that a control file installs.
fn pgvector_in(control: &str) -> Option<(u32, u32)> {
    let line = control.lines().find(|line| line.trim_start().starts_with("default_version"))?;
    let mut parts = line.split('\'').nth(1)?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_pgvector() {
        assert_eq!(pgvector_in("comment = 'x'\ndefault_version = '0.8.0'\nrelocatable = true\n"), Some((0, 8)));
        assert_eq!(pgvector_in("comment = 'x'\n"), None);
    }
}
