//! Text and hashes must mean the same on both sides.

use super::{PreflightRow, Sides};

pub(super) fn check(sides: &Sides<'_>) -> PreflightRow {
    let (source, target) = (&sides.source.catalog.server, &sides.target.catalog.server);
    let found = format!("{} and {}", source.encoding, target.encoding);
    if source.encoding != target.encoding {
        return PreflightRow::stop("encodings", found, "equal")
            .fix("create the target database with the source's encoding");
    }
    if source.hash_probe != target.hash_probe {
        return PreflightRow::stop("encodings", "the servers hash one text differently", "equal hashes")
            .fix("the machines differ in byte order: verification cannot compare hashes between them");
    }
    PreflightRow::go("encodings", format!("{found}, equal hashes"), "equal")
}
