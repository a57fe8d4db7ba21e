//! Types of an extension need the extension on the target.

use std::collections::BTreeMap;

use super::{PreflightRow, Sides, some};
use crate::catalog::Catalog;

const WANTED: &str = "the source's, in versions not older";

pub(super) fn check(sides: &Sides<'_>) -> PreflightRow {
    let (source, target) = (installed(&sides.source.catalog), installed(&sides.target.catalog));
    let missing: Vec<String> = source.keys().filter(|name| !target.contains_key(*name)).cloned().collect();
    if !missing.is_empty() {
        return PreflightRow::stop("extensions", format!("missing on the target: {}", some(&missing)), WANTED).fix(
            format!(
                "on the target: {}",
                missing.iter().map(|name| format!("create extension {name};")).collect::<String>()
            ),
        );
    }
    let differing: Vec<String> = source
        .iter()
        .filter(|(name, version)| target.get(*name) != Some(version))
        .map(|(name, version)| format!("{name} {version} -> {}", target.get(name).cloned().unwrap_or_default()))
        .collect();
    if differing.is_empty() {
        PreflightRow::go("extensions", format!("{} on both sides", source.len()), WANTED)
    } else {
        PreflightRow::warn("extensions", some(&differing), WANTED).fix("alter extension ... update")
    }
}

/// Name and version of each.
fn installed(catalog: &Catalog) -> BTreeMap<String, String> {
    let extensions = catalog.inventory.iter().filter(|(object, _)| object.kind == "extension");
    extensions
        .map(|(object, found)| {
            let version = found.attributes.get("version").cloned().flatten();
            (object.identity.clone(), version.unwrap_or_default())
        })
        .collect()
}
