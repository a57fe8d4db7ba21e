//! Whether the connections are encrypted. What the configuration demands has been held to when they were made.

use super::PreflightRow;
use crate::check::SideView;
use crate::config::{DatabaseUrl, SideConfig};
use crate::model::Result;
use crate::postgres::Role;

const WANTED: &str = "encrypted, unless both ends are on this machine";

/// The row of one side.
pub(super) async fn check<R: Role>(side: &SideConfig, view: &SideView<R>) -> PreflightRow {
    let check = format!("{} encryption", R::SIDE);
    match look(view).await {
        Err(error) => PreflightRow::warn(check, error.chain(), WANTED),
        Ok(Some(how)) => PreflightRow::go(check, how, WANTED),
        Ok(None) if side.url.as_ref().is_some_and(DatabaseUrl::is_near) => {
            PreflightRow::go(check, "none, to this machine", WANTED)
        }
        Ok(None) => PreflightRow::warn(check, "none", WANTED).fix(format!(
            "set tls = \"verify-full\" under [{}], and sslrootcert in its URL where the authority is your own",
            R::SIDE
        )),
    }
}

async fn look<R: Role>(view: &SideView<R>) -> Result<Option<String>> {
    let mut session = view.readers.acquire().await?;
    let sql = "select (select version || ', ' || cipher from pg_stat_ssl where pid = pg_backend_pid() and ssl)";
    session.value(sql).await
}
