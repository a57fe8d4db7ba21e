//! What on the target would act on copied rows by itself: scheduled jobs, publications, triggers that call out.

use serde::Deserialize;

use super::{PreflightRow, Sides, present, some};
use crate::model::Result;

const CHECK: &str = "target reactions";
const WANTED: &str = "nothing on the target acts on copied rows by itself";

#[derive(Deserialize)]
struct Found {
    what: String,
}

/// The row.
pub(super) async fn check(sides: &Sides<'_>) -> PreflightRow {
    match look(sides).await {
        Err(error) => PreflightRow::warn(CHECK, error.chain(), WANTED).fix("let the role see them, or look by hand"),
        Ok(found) if found.is_empty() => PreflightRow::go(CHECK, "none seen", WANTED),
        Ok(found) => PreflightRow::warn(CHECK, some(&found), WANTED)
            .fix("switch them off for the day: they would send mails, call services or change rows"),
    }
}

async fn look(sides: &Sides<'_>) -> Result<Vec<String>> {
    let mut session = sides.target.readers.acquire().await?;
    let sql = include_str!("sql/listeners.sql").replace(":tables", &present(sides, sides.target));
    let mut found: Vec<String> = session.read::<Found>(&sql).await?.into_iter().map(|found| found.what).collect();
    // pg_cron keeps the jobs of all databases in one; those of this database may be seen here alone.
    if session.value("select to_regclass('cron.job') is not null").await?.as_deref() == Some("t") {
        let jobs = session
            .value("select count(*) from cron.job where active and database = current_database()")
            .await?
            .and_then(|text| text.parse::<u64>().ok())
            .unwrap_or(0);
        if jobs > 0 {
            found.push(format!("{} of pg_cron", crate::model::plural(jobs, "active job")));
        }
    }
    Ok(found)
}
