//! Holds the order of the rooms: a room imports only rooms above it, and siblings never import each other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The rooms by floor; those on one line are siblings.
const FLOORS: [&[&str]; 9] = [
    &["model"],
    &["config"],
    &["postgres"],
    &["catalog", "journal"],
    &["plan", "check", "fingerprint"],
    &["preflight", "backup", "clean", "copy", "verify", "advise", "rollback", "report", "gate"],
    &["migrate", "init"],
    &["rehearse"],
    &["cli"],
];

/// Rooms that import nothing but the named ones, however high they stand.
const ONLY: [(&str, &[&str]); 2] = [("model", &[]), ("report", &["model"])];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The rooms a text names as `crate::room`, also within a group such as `use crate::{a::B, c::D}`.
fn imports(text: &str) -> Vec<String> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let group = match rest.strip_prefix('{') {
            Some(inner) => {
                inner.split("};").next().unwrap_or("").split(',').map(str::trim).map(str::to_owned).collect()
            }
            None => vec![rest.to_owned()],
        };
        for item in group {
            let name: String = item.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            rooms.push(name);
        }
    }
    rooms
}

#[test]
fn rooms_import_only_rooms_above_them() {
    let floor: BTreeMap<&str, usize> =
        FLOORS.iter().enumerate().flat_map(|(floor, rooms)| rooms.iter().map(move |room| (*room, floor))).collect();
    let mut files = Vec::new();
    rust_files(&source(), &mut files);
    let mut looked_at = 0;
    for file in files {
        let inside = file.strip_prefix(source()).unwrap();
        let room = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs");
        if matches!(room, "lib" | "main") {
            continue;
        }
        let own = *floor.get(room).unwrap_or_else(|| panic!("{} stands in no known room", inside.display()));
        for import in imports(&std::fs::read_to_string(&file).unwrap()) {
            let Some(&other) = floor.get(import.as_str()) else { continue };
            looked_at += 1;
            let allowed = import == room || other < own;
            assert!(allowed, "{} (floor {own}) imports {import} (floor {other})", inside.display());
            if let Some((_, only)) = ONLY.iter().find(|(name, _)| *name == room) {
                let fine = import == room || only.contains(&import.as_str());
                assert!(fine, "{} may import only {only:?}, not {import}", inside.display());
            }
        }
    }
    assert!(looked_at > 50, "only {looked_at} imports were found: the scan is broken");
}

#[test]
fn groups_and_paths_are_both_seen() {
    let text = "use crate::{model::Error, config::Config};\nlet x = crate::plan::Plan::new(); // crate::cli\n";
    assert_eq!(imports(text), ["model", "config", "plan"]);
}

#[test]
fn files_stay_readable() {
    let mut files = Vec::new();
    rust_files(&source(), &mut files);
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("xtask/src"), &mut files);
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut files);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", file.display());
        assert!(text.starts_with("//!"), "{} does not say what it is for", file.display());
    }
}
