//! Source and target must be two databases.

use super::{PreflightRow, Sides};

pub(super) fn check(sides: &Sides<'_>) -> PreflightRow {
    let (source, target) = (&sides.source.catalog.server, &sides.target.catalog.server);
    if source.is_same_database(target) {
        return PreflightRow::stop("distinct", format!("both are \"{}\"", source.database), "two databases")
            .fix("the two URLs lead to the very same database: correct one");
    }
    for (side, server) in [(&sides.config.source, source), (&sides.config.target, target)] {
        if let Some(pinned) = side.identity.as_ref().filter(|pinned| **pinned != server.identity()) {
            let found = format!("the {} is \"{}\", identity {}", side.side, server.database, server.identity());
            return PreflightRow::stop("distinct", found, format!("the database of identity {pinned}"))
                .fix("correct the URL; are source and target swapped?");
        }
    }
    PreflightRow::go(
        "distinct",
        format!(
            "\"{}\" (identity {}) and \"{}\" (identity {})",
            source.database,
            source.identity(),
            target.database,
            target.identity()
        ),
        "two databases",
    )
}
