//! A role that row-level security applies to would read or write only part of a table.

use super::{PreflightRow, Sides, some};
use crate::catalog::Catalog;
use crate::model::{Result, Side};
use crate::postgres::{Readers, Role};

const WANTED: &str = "not limited by row-level security";

pub(super) async fn check(sides: &Sides<'_>, side: Side) -> PreflightRow {
    let check = format!("{side} row security");
    let limited = match side {
        Side::Source => limited(sides, &sides.source.readers, &sides.source.catalog).await,
        Side::Target => limited(sides, &sides.target.readers, &sides.target.catalog).await,
    };
    match limited {
        Err(error) => PreflightRow::stop(check, error.chain(), WANTED).fix("let the role read its own tables"),
        Ok(tables) if tables.is_empty() => PreflightRow::go(check, WANTED, WANTED),
        Ok(tables) => PreflightRow::stop(check, format!("limited on {}", some(&tables)), WANTED)
            .fix("use a role with BYPASSRLS, or the owner of tables whose row security is not forced"),
    }
}

/// The planned tables on which policies apply to the connected role: the server itself says so.
async fn limited<R: Role>(sides: &Sides<'_>, readers: &Readers<R>, catalog: &Catalog) -> Result<Vec<String>> {
    let mut reader = readers.acquire().await?;
    let (mut tables, planned) = (Vec::new(), sides.plan.tables.iter().map(|planned| &planned.table));
    for name in planned.filter(|name| catalog.relation(name).is_some_and(|relation| relation.row_security)) {
        let sql = format!("select row_security_active({}::regclass)", crate::model::literal(&name.sql()));
        if reader.value(&sql).await?.as_deref() == Some("t") {
            tables.push(name.to_string());
        }
    }
    Ok(tables)
}
