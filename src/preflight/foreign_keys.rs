//! Foreign keys that cross the plan's border.

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

/// Keys to tables outside the plan need their parents to be there already.
pub(super) fn leaving(sides: &Sides<'_>) -> PreflightRow {
    let keys = &sides.plan.leaving;
    if keys.is_empty() {
        return PreflightRow::go("foreign keys out of the plan", "none", "none");
    }
    PreflightRow::warn("foreign keys out of the plan", some(keys), "none")
        .fix("their parents must stand on the target already; `verify` looks for orphans")
}
