//! Processes that work beside a copy, when whoever resumes it is in the midst of finding out what is left to do.

use std::pin::pin;
use std::time::Duration;

use pg_rehearse::copy::{CopyReport, Manner, join};
use pg_rehearse::journal;
use pg_rehearse::model::{Events, Result};
use pg_rehearse::postgres::{Endpoint, Readers, Source};

use super::races::{run_copy, session, with_copying};
use crate::support::endpoints::Pair;

const FAILING: &str =
    "create function no() returns bool language plpgsql as $$begin raise 'no'; end$$; alter table t add check (no())";

/// Long enough to have waited, and more than long enough for all that is waited for.
const A_WHILE: Duration = Duration::from_millis(1500);
const TOO_LONG: Duration = Duration::from_secs(60);

/// A copy of a hundred rows that has failed and is being resumed from this snapshot; nobody knows yet what there is to do.
pub(super) async fn being_resumed(pair: &Pair) -> (Readers<Source>, Endpoint<Source>) {
    pair.both("create table t (id int primary key)").await;
    pair.on_source("insert into t select generate_series(1, 100)").await;
    pair.on_target(FAILING).await;
    run_copy(pair, Manner::new(1)).await.unwrap_err();
    let resuming = Readers::open(&pair.source, 1).await.unwrap();
    let mut session = session(pair).await;
    let run = journal::current(&mut session).await.unwrap().unwrap();
    journal::move_on(&mut session, &run, resuming.snapshot(), true).await.unwrap();
    let mut joined = pair.source.clone();
    joined.snapshot = Some(resuming.snapshot().to_owned());
    (resuming, joined)
}

/// Joins it, sees that the tasks are waited for, lets something `happen` meanwhile and gives what the process came to.
async fn joined(pair: &Pair, source: &Endpoint<Source>, happen: impl Future<Output = ()>) -> Result<CopyReport> {
    let joining = with_copying(pair, source, Manner::new(1), async |copying| join(copying, &Events::silent()).await);
    let mut joining = pin!(joining);
    tokio::time::timeout(A_WHILE, &mut joining).await.expect_err("the tables are still being compared");
    happen.await;
    tokio::time::timeout(TOO_LONG, joining).await.expect("it waits for nobody")
}

#[tokio::test]
async fn who_joins_a_copy_whose_tasks_never_come_is_told_so() {
    let pair = Pair::create("never_planned").await;
    let (resuming, source) = being_resumed(&pair).await;
    let error = joined(&pair, &source, resuming.close()).await.unwrap_err();
    assert!(error.to_string().contains("is gone"), "{}", error.chain());
    assert!(error.hint_text().is_some_and(|hint| hint.contains("copy --resume")), "{}", error.chain());
    pair.drop_databases().await;
}

#[tokio::test]
async fn who_joins_a_copy_before_its_tasks_are_there_does_them_when_they_are() {
    let pair = Pair::create("planned_late").await;
    let (resuming, source) = being_resumed(&pair).await;
    let planned = pair.on_target("alter table t drop constraint t_check; update pgrehearse.task set attempt = 2");
    assert_eq!(joined(&pair, &source, planned).await.unwrap().rows, 100);
    resuming.close().await;
    pair.drop_databases().await;
}

#[tokio::test]
async fn who_waits_for_the_tasks_of_a_copy_that_is_resumed_once_more_is_turned_away() {
    let pair = Pair::create("planned_anew").await;
    let (resuming, source) = being_resumed(&pair).await;
    let resumed = pair.on_target("update pgrehearse.run set attempt = attempt + 1");
    let error = joined(&pair, &source, resumed).await.unwrap_err();
    assert!(error.to_string().contains("another process"), "{}", error.chain());
    resuming.close().await;
    pair.drop_databases().await;
}
