//! Backups need client programs that are not older than either server.

use super::{PreflightRow, Sides};
use crate::check::SideView;
use crate::model::Result;
use crate::postgres::{Role, Tools};

pub(super) async fn check(sides: &Sides<'_>) -> PreflightRow {
    let newest = sides.source.catalog.server.major().max(sides.target.catalog.server.major());
    let wanted = format!("pg_dump, pg_restore and psql {newest} or later");
    let Some(tools) = sides.tools else {
        return PreflightRow::stop("tools", "none found", wanted)
            .fix("install the PostgreSQL client programs, or say where they are with --tools");
    };
    let mut versions = Vec::new();
    for program in ["pg_dump", "pg_restore", "psql"] {
        match tools.require(program, newest).await {
            Ok(major) => versions.push(format!("{program} {major}")),
            Err(error) => {
                let hint = error.hint_text().unwrap_or_default().to_owned();
                return PreflightRow::stop("tools", error.chain(), wanted).fix(hint);
            }
        }
    }
    for secure in [encrypted(tools, sides.source).await, encrypted(tools, sides.target).await] {
        if let Err(error) = secure {
            let hint = error.hint_text().unwrap_or_default().to_owned();
            return PreflightRow::stop("tools", error.chain(), wanted).fix(hint);
        }
    }
    PreflightRow::go("tools", versions.join(", "), wanted)
}

/// A side that is read encrypted is saved encrypted.
async fn encrypted<R: Role>(tools: &Tools, view: &SideView<R>) -> Result<()> {
    tools.as_secure_as(&view.readers.endpoint().url, &mut *view.readers.acquire().await?).await
}
