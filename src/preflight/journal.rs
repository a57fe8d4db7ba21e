//! The copy keeps its journal in the target, which is tried and rolled back. A copy that has not ended is told.

use super::{PreflightRow, Sides};
use crate::journal;
use crate::model::Result;

const CHECK: &str = "journal";
const WANTED: &str = "the copy can keep its journal in the target";

pub(super) async fn check(sides: &Sides<'_>) -> PreflightRow {
    match look(sides).await {
        Ok(None) => PreflightRow::go(CHECK, "tried in schema pgrehearse", WANTED),
        Ok(Some(began)) => PreflightRow::warn(CHECK, format!("a copy that began at {began} has not ended"), WANTED)
            .fix("`copy --resume` goes on with it; the day's clean puts back what stands aside and forgets it"),
        Err(error) => {
            let fix = error.hint_text().unwrap_or("let the target's role create a schema").to_owned();
            PreflightRow::stop(CHECK, error.chain(), WANTED).fix(fix)
        }
    }
}

async fn look(sides: &Sides<'_>) -> Result<Option<String>> {
    let mut session = sides.writer.lock().await;
    session.execute("begin").await?;
    let tried = journal::make(&mut session).await;
    // The transaction ends here whatever happened in it; were the connection gone, so were its transaction.
    let _ = session.execute("rollback").await;
    tried?;
    Ok(journal::current(&mut session).await?.map(|run| run.started))
}
