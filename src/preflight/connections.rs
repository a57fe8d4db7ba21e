//! Enough free connections on either side.

use serde::Deserialize;

use super::{PreflightRow, Sides};
use crate::check::SideView;
use crate::model::Result;
use crate::postgres::Role;

/// Connections besides those of the workers: the coordinator, the lock, `pg_dump`, a look at the state.
const BESIDE: u64 = 4;

#[derive(Deserialize)]
struct Found {
    free: i64,
}

const SQL: &str =
    "select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - (select count(*) from pg_stat_activity where backend_type = 'client backend')::int as free";

/// The row of one side.
pub(super) async fn check<R: Role>(sides: &Sides<'_>, view: &SideView<R>) -> PreflightRow {
    let check = format!("{} connections", R::SIDE);
    let jobs = sides.config.copy.jobs.max(sides.config.verify_jobs) as u64;
    let wanted = format!("{} free", jobs + BESIDE);
    match look(view).await {
        Err(error) => PreflightRow::warn(check, error.chain(), wanted),
        Ok(free) if free >= (jobs + BESIDE) as i64 => PreflightRow::go(check, format!("{free} free"), wanted),
        Ok(free) if free > 2 => {
            PreflightRow::warn(check, format!("{free} free"), wanted).fix("lower --jobs, or let other sessions go")
        }
        Ok(free) => PreflightRow::stop(check, format!("{free} free"), wanted).fix("let other sessions go"),
    }
}

async fn look<R: Role>(view: &SideView<R>) -> Result<i64> {
    let mut session = view.readers.acquire().await?;
    let found = session.read::<Found>(SQL).await?;
    Ok(found.into_iter().next().map_or(0, |found| found.free))
}
