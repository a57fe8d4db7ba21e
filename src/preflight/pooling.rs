//! A pooler that hands out another server session for each transaction breaks everything this tool stands on: snapshots,
//! settings, locks that last.

use url::Url;

use super::{PreflightRow, Sides};
use crate::config::SideConfig;
use crate::model::Result;
use crate::postgres::{Role, Session};

const WANTED: &str = "one server session for each connection";

/// How often a session is asked whether it is still the same.
const TRIES: usize = 5;

/// The row of both sides.
pub(super) async fn check(sides: &Sides<'_>) -> PreflightRow {
    const CHECK: &str = "sessions";
    for side in [&sides.config.source, &sides.config.target] {
        if is_transaction_pooler(side) {
            return PreflightRow::stop(
                CHECK,
                format!("the {} is reached through a transaction pooler", side.side),
                WANTED,
            )
            .fix("use the session pooler, port 5432 of the same host, or the direct address");
        }
    }
    let (source, target) = (sides.source.readers.endpoint(), sides.target.readers.endpoint());
    let stays = tokio::try_join!(async { same(Session::connect(source).await?).await }, async {
        same(Session::connect(target).await?).await
    });
    match stays {
        Ok((true, true)) => PreflightRow::go(CHECK, "each its own", WANTED),
        Ok((there, _)) => {
            let side = if there { "target" } else { "source" };
            PreflightRow::stop(CHECK, format!("the {side} changes the session between transactions"), WANTED)
                .fix("a pooler in transaction mode stands between: use its session mode, or the direct address")
        }
        Err(error) => PreflightRow::stop(CHECK, error.chain(), WANTED),
    }
}

/// Supabase's transaction pooler tells itself by its port.
fn is_transaction_pooler(side: &SideConfig) -> bool {
    let url = side.url.as_ref().and_then(|url| Url::parse(url.expose()).ok());
    url.is_some_and(|url| {
        url.host_str().is_some_and(|host| host.ends_with(".supabase.com")) && url.port() == Some(6543)
    })
}

/// Whether a session keeps its server process and its settings from one transaction to the next.
async fn same<R: Role>(mut session: Session<R>) -> Result<bool> {
    let asked = async {
        let ask = "select pg_backend_pid() || ' ' || current_setting('lock_timeout')";
        let first = session.value(ask).await?;
        for _ in 1..TRIES {
            if session.value(ask).await? != first {
                return Ok(false);
            }
        }
        // What every session was set to at its beginning.
        Ok(first.is_some_and(|first| first.ends_with(" 30s")))
    }
    .await;
    session.close().await;
    asked
}
