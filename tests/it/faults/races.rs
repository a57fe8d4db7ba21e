//! What only a few microseconds would show, made to happen one step at a time.

use pg_rehearse::catalog;
use pg_rehearse::config::TableScope;
use pg_rehearse::copy::{CopyReport, Copying, Manner, copy, join};
use pg_rehearse::journal::{self, Claim, NewTask, Run};
use pg_rehearse::model::{Events, RelationName, Result};
use pg_rehearse::plan::Plan;
use pg_rehearse::postgres::{Endpoint, Readers, Session, Source, Target};

use crate::support::endpoints::Pair;

pub(super) async fn session(pair: &Pair) -> Session<Target> {
    Session::<Target>::connect(&pair.target).await.unwrap()
}

/// A copy of one task, under way.
async fn begun(pair: &Pair) -> (Session<Target>, Run) {
    let mut session = session(pair).await;
    journal::create(&mut session).await.unwrap();
    let run = journal::begin(&mut session, "plan", "snapshot", true).await.unwrap();
    let task =
        NewTask { number: 0, rank: 0, weight: 0, needs: Vec::new(), relation: None, work: serde_json::json!({}) };
    journal::add(&mut session, &run, &[task]).await.unwrap();
    (session, run)
}

#[tokio::test]
async fn of_two_copies_that_begin_at_once_one_is_refused() {
    let pair = Pair::create("two_begin").await;
    let (_, _) = begun(&pair).await;
    // It looked for a copy under way before the first one had begun.
    let error = journal::begin(&mut session(&pair).await, "plan", "snapshot", true).await.unwrap_err();
    assert!(error.to_string().contains("another copy"), "{}", error.chain());
    pair.drop_databases().await;
}

#[tokio::test]
async fn two_that_resume_at_once_have_attempts_of_their_own() {
    let pair = Pair::create("two_resume").await;
    let (mut session, run) = begun(&pair).await;
    let first = journal::move_on(&mut session, &run, "first", true).await.unwrap();
    let second = journal::move_on(&mut session, &run, "second", true).await.unwrap();
    assert_eq!((first.attempt, second.attempt), (2, 3));
    session.execute("begin").await.unwrap();
    let over = journal::hold(&mut session, &first).await.unwrap_err();
    assert!(over.to_string().contains("another process"), "{over}");
    journal::hold(&mut session, &second).await.unwrap();
    pair.drop_databases().await;
}

#[tokio::test]
async fn nobody_works_at_what_the_attempt_before_has_left() {
    let pair = Pair::create("left_over").await;
    let (mut session, run) = begun(&pair).await;
    // Who joins now has the new snapshot, and the tables are still being compared with it.
    let resumed = journal::move_on(&mut session, &run, "snapshot", true).await.unwrap();
    session.execute("begin").await.unwrap();
    assert_eq!(journal::claim(&mut session, &resumed).await.unwrap(), Claim::Wait);
    pair.drop_databases().await;
}

#[tokio::test]
async fn who_works_beside_a_copy_that_ends_is_told_of_no_fault() {
    let pair = Pair::create("ended").await;
    let (mut session, run) = begun(&pair).await;
    session.execute("begin").await.unwrap();
    assert!(matches!(journal::claim(&mut session, &run).await.unwrap(), Claim::Task(_)));
    journal::finish(&mut session, &run, 0, &[]).await.unwrap();
    session.execute("commit").await.unwrap();
    journal::end(&mut session, &run).await.unwrap();
    assert_eq!(journal::claim(&mut session, &run).await.unwrap(), Claim::Nothing);
    assert_eq!(journal::left(&mut session, &run, None, 0).await.unwrap(), 0);
    // Had it been resumed in the meantime, what is left would be no business of theirs.
    pair.on_target("update pgrehearse.run set attempt = attempt + 1").await;
    assert!(journal::left(&mut session, &run, None, 0).await.is_err());
    pair.drop_databases().await;
}

#[tokio::test]
async fn who_asks_whether_a_copy_has_ended_waits_for_who_is_about_to_end_it() {
    let pair = Pair::create("ending").await;
    let (mut ending, run) = begun(&pair).await;
    assert!(!journal::has_ended(&mut ending, &run).await.unwrap());
    ending.execute("begin").await.unwrap();
    journal::end(&mut ending, &run).await.unwrap();
    let mut other = session(&pair).await;
    let asking = journal::has_ended(&mut other, &run);
    // As a commit that waits for a standby is still made when its client is gone.
    let commit = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        ending.execute("commit").await.unwrap();
    };
    let (ended, ()) = tokio::join!(asking, commit);
    assert!(ended.unwrap());
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_copy_that_is_halted_is_given_no_more_and_can_be_resumed() {
    let pair = Pair::create("halted").await;
    let (mut at_work, run) = begun(&pair).await;
    at_work.execute("begin").await.unwrap();
    assert!(matches!(journal::claim(&mut at_work, &run).await.unwrap(), Claim::Task(_)));
    let mut other = session(&pair).await;
    other.execute("set lock_timeout = '50ms'").await.unwrap();
    let error = journal::halt(&mut other).await.unwrap_err();
    assert!(error.to_string().contains("at work"), "{}", error.chain());
    assert!(journal::finish(&mut at_work, &run, 0, &[]).await.unwrap_err().to_string().contains("another process"));
    at_work.execute("rollback").await.unwrap();
    journal::halt(&mut other).await.unwrap();
    assert_eq!(journal::claim(&mut at_work, &run).await.unwrap(), Claim::Over);
    journal::move_on(&mut other, &run, "snapshot", true).await.unwrap();
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_task_claimed_just_before_the_copy_moved_on_is_not_marked() {
    let pair = Pair::create("stale_claim").await;
    let (mut session, run) = begun(&pair).await;
    session.execute("begin").await.unwrap();
    assert!(matches!(journal::claim(&mut session, &run).await.unwrap(), Claim::Task(_)));
    // The attempt goes up as if this claim had come between moving on and its wait for claims.
    pair.on_target("update pgrehearse.run set attempt = attempt + 1").await;
    let error = journal::finish(&mut session, &run, 0, &[]).await.unwrap_err();
    assert!(error.to_string().contains("another process"), "{error}");
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_connection_that_ends_in_its_first_bytes_is_a_lost_one() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://u:p@127.0.0.1:{}/d", listener.local_addr().unwrap().port());
    let server = tokio::spawn(async move {
        // It says nothing: what it has read is read by no one, so the end is a reset or an orderly one.
        for read in [true, false] {
            let (mut client, _) = listener.accept().await.unwrap();
            if read {
                tokio::io::AsyncReadExt::read(&mut client, &mut [0; 64]).await.unwrap();
            }
        }
    });
    for _ in 0..2 {
        let error = Session::<Target>::connect(&crate::support::endpoints::endpoint(&url)).await.unwrap_err();
        assert_eq!(error.sqlstate(), Some("08006"), "{}", error.chain());
    }
    server.await.unwrap();
}

pub(super) async fn with_copying<T>(
    pair: &Pair,
    source: &Endpoint<Source>,
    manner: Manner,
    work: impl AsyncFnOnce(&Copying<'_>) -> Result<T>,
) -> Result<T> {
    let readers = Readers::open(source, manner.jobs).await?;
    let there = catalog::load(&mut *readers.acquire().await?, &[]).await?;
    let mut target = session(pair).await;
    let here = catalog::load(&mut target, &[]).await?;
    target.close().await;
    let plan = Plan::new(&there, &TableScope::default());
    let copying = Copying {
        source: &readers,
        source_catalog: &there,
        target: &pair.target,
        target_catalog: &here,
        plan: &plan,
        manner,
    };
    let done = work(&copying).await;
    readers.close().await;
    done
}

pub(crate) async fn run_copy(pair: &Pair, manner: Manner) -> Result<CopyReport> {
    with_copying(pair, &pair.source, manner, async |copying| copy(copying, &Events::silent()).await).await
}

#[tokio::test]
async fn who_joined_before_the_copy_was_resumed_is_turned_away() {
    let pair = Pair::create("late_join").await;
    pair.both("create table t (id int primary key)").await;
    pair.on_source("insert into t select generate_series(1, 100)").await;
    let old = Readers::open(&pair.source, 1).await.unwrap();
    let mut joined = pair.source.clone();
    joined.snapshot = Some(old.snapshot().to_owned());
    // A copy that is under way, and in another snapshot.
    let failing = "create function no() returns bool language plpgsql as $$begin raise 'no'; end$$; alter table t add check (no())";
    pair.on_target(failing).await;
    run_copy(&pair, Manner::new(1)).await.unwrap_err();
    let joining = with_copying(&pair, &joined, Manner::new(1), async |copying| join(copying, &Events::silent()).await);
    let error = joining.await.unwrap_err();
    assert!(error.to_string().contains("another process"), "{}", error.chain());
    old.close().await;
    pair.drop_databases().await;
}

#[tokio::test]
async fn an_emptied_unlogged_table_does_not_pass_for_copied() {
    let pair = Pair::create("unlogged").await;
    pair.both("create unlogged table u (id int primary key); create table last (id int)").await;
    pair.on_source("insert into u select generate_series(1, 3000); insert into last values (1)").await;
    // What a crash does in the midst of a copy, done as soon as the other table's row comes in.
    pair.on_target(
        "create function crash() returns bool language plpgsql as $$begin delete from u; return true; end$$;
         alter table last add check (crash())",
    )
    .await;
    let manner = Manner { set_aside_from: u64::MAX, ..Manner::new(1) };
    let error = run_copy(&pair, manner.clone()).await.unwrap_err();
    assert!(error.chain().contains("unlogged"), "{}", error.chain());
    pair.on_target("create or replace function crash() returns bool language sql as 'select true'").await;
    run_copy(&pair, Manner { resume: true, ..manner }).await.unwrap();
    let (source, target) = pair.ask("select count(*) from u").await;
    assert_eq!(source, target);
    pair.drop_databases().await;
}

#[tokio::test]
async fn nobody_empties_or_rewrites_a_table_of_the_source_meanwhile() {
    let pair = Pair::create("held").await;
    pair.both("create table t (id int primary key, x text); create table p (id int) partition by range (id)").await;
    pair.both("create table p1 partition of p default").await;
    pair.on_source("insert into t select n, 'x' from generate_series(1, 1000) n; insert into p values (1)").await;
    let tables = [RelationName::new("public", "t"), RelationName::new("public", "p")];
    let readers = Readers::open(&pair.source, 1).await.unwrap();
    readers.hold(&tables).await.unwrap();
    for sql in
        ["truncate t", "vacuum full t", "cluster t using t_pkey", "truncate p1", "alter table t alter id type bigint"]
    {
        let mut other =
            Session::<Target>::connect(&crate::support::endpoints::endpoint(pair.source.url.expose())).await.unwrap();
        other.execute("set search_path = public").await.unwrap();
        other.execute("set lock_timeout = '50ms'").await.unwrap();
        let error = other.execute(sql).await.unwrap_err();
        assert_eq!(error.sqlstate(), Some("55P03"), "{sql}: {}", error.chain());
        other.close().await;
    }
    readers.close().await;
    for sql in ["truncate t", "vacuum full t", "truncate p1"] {
        let readers = Readers::open(&pair.source, 1).await.unwrap();
        pair.on_source(sql).await;
        let error = readers.hold(&tables).await.unwrap_err();
        assert!(error.to_string().contains("emptied or rewritten"), "{sql}: {}", error.chain());
        readers.close().await;
    }
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_table_that_may_not_be_held_leaves_no_other_unheld() {
    let pair = Pair::create("held_in_part").await;
    pair.both("create table t (id int, hidden text); create table u (id int)").await;
    let role = format!("rehearse_holder_{}", std::process::id());
    pair.on_source(&format!("create role {role} login password 'secret'")).await;
    pair.on_source(&format!("grant select (id) on t to {role}; grant select on u to {role}")).await;
    let url = crate::support::as_role(pair.source.url.expose(), &role, "secret");
    let source: Endpoint<Source> = crate::support::endpoints::endpoint(&url);
    let readers = Readers::open(&source, 1).await.unwrap();
    let tables = ["t", "u"].map(|name| RelationName::new("public", name));
    assert_eq!(readers.hold(&tables).await.unwrap(), tables[..1]);
    let mut other =
        Session::<Target>::connect(&crate::support::endpoints::endpoint(pair.source.url.expose())).await.unwrap();
    let error = other.execute("set lock_timeout = '50ms'; truncate public.u").await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("55P03"), "{}", error.chain());
    // The others' file is looked at in the end.
    let files = readers.files(&tables).await.unwrap();
    readers.untouched(&files).await.unwrap();
    other.close().await;
    pair.on_source("truncate t").await;
    let error = readers.untouched(&files).await.unwrap_err();
    assert!(error.to_string().contains("public.t was emptied"), "{}", error.chain());
    readers.close().await;
    pair.on_source(&format!("drop owned by {role}; drop role {role}")).await;
    pair.drop_databases().await;
}
