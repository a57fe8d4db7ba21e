//! What others do on a side at this moment: long transactions, prepared ones, locks on planned tables, standbys that lag.

use serde::Deserialize;

use super::{PreflightRow, Sides, present, some};
use crate::check::SideView;
use crate::model::{Result, Side};
use crate::postgres::Role;

/// Bytes of WAL that a standby may be behind before somebody should know.
const LAG: u64 = 64 << 20;

#[derive(Deserialize)]
struct Found {
    what: String,
}

/// The row of one side.
pub(super) async fn check<R: Role>(sides: &Sides<'_>, view: &SideView<R>) -> PreflightRow {
    let check = format!("{} activity", R::SIDE);
    let wanted = "no transaction open for long, no lock on a planned table, no standby far behind";
    match look(sides, view).await {
        Err(error) => PreflightRow::warn(check, error.chain(), wanted),
        Ok(found) if found.is_empty() => PreflightRow::go(check, "quiet", wanted),
        Ok(found) => PreflightRow::warn(check, some(&found), wanted).fix(match R::SIDE {
            Side::Source => "let them end, or start at a quieter time",
            Side::Target => "stop what works on the target: the day waits 30 s for a lock and then fails",
        }),
    }
}

async fn look<R: Role>(sides: &Sides<'_>, view: &SideView<R>) -> Result<Vec<String>> {
    let mut session = view.readers.acquire().await?;
    // Whoever reads is in nobody's way on the source; on the target the tables are emptied.
    let harmless = match R::SIDE {
        Side::Source => "'AccessShareLock', 'RowShareLock', 'RowExclusiveLock'",
        Side::Target => "''",
    };
    let sql = include_str!("sql/activity.sql").replace(":tables", &present(sides, view)).replace(":harmless", harmless);
    let mut found: Vec<String> = session.read::<Found>(&sql).await?.into_iter().map(|found| found.what).collect();
    let lag = session.value(include_str!("sql/lag.sql")).await?.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    if lag > LAG {
        found.push(format!("a standby is {} behind", bytesize::ByteSize(lag).display().si()));
    }
    Ok(found)
}
