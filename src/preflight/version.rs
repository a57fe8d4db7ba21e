//! Going back to an older major version is possible for rows, and asks for care.

use super::{PreflightRow, Sides};

pub(super) fn check(sides: &Sides<'_>) -> PreflightRow {
    let (source, target) = (&sides.source.catalog.server, &sides.target.catalog.server);
    let found = format!("{} -> {}", source.version, target.version);
    if target.major() < source.major() {
        return PreflightRow::warn("versions", found, "target not older than source")
            .fix("values of newer types or functions may be refused; rehearse with the same versions");
    }
    PreflightRow::go("versions", found, "target not older than source")
}
