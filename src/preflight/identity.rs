//! Source and target must be two databases.

use super::{PreflightRow, Sides};

pub(super) fn check(sides: &Sides<'_>) -> PreflightRow {
    let (source, target) = (&sides.source.catalog.server, &sides.target.catalog.server);
    if source.is_same_database(target) {
        return PreflightRow::stop("distinct", format!("both are \"{}\"", source.database), "two databases")
            .fix("the two URLs lead to the very same database: correct one");
    }
    PreflightRow::go("distinct", format!("\"{}\" and \"{}\"", source.database, target.database), "two databases")
}
