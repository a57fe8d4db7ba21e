//! Foreign keys that lead into the plan.

use super::{PreflightRow, Sides, some};

/// Keys of tables outside the plan stop the TRUNCATE.
pub(super) fn entering(sides: &Sides<'_>) -> PreflightRow {
    let keys = sides.plan.entering_of(&sides.target.catalog);
    if keys.is_empty() {
        return PreflightRow::go("foreign keys into the plan", "none", "none");
    }
    PreflightRow::stop("foreign keys into the plan", some(&keys), "none")
        .fix("take those tables into the plan: they would stop the TRUNCATE, and CASCADE would wipe them")
}
