//! A copy that was cut off: what is kept, what is done again, what comes back.

use pg_rehearse::catalog::{self, Catalog};
use pg_rehearse::config::TableScope;
use pg_rehearse::copy::{CopyReport, Copying, Manner, copy, restore};
use pg_rehearse::model::{ErrorKind, Events, Result};
use pg_rehearse::plan::Plan;
use pg_rehearse::postgres::{Readers, Session, Target};

use crate::support::endpoints::Pair;

async fn here(pair: &Pair) -> Catalog {
    let mut session = Session::<Target>::connect(&pair.target).await.unwrap();
    let catalog = catalog::load(&mut session, &[]).await.unwrap();
    session.close().await;
    catalog
}

/// Copies without cleaning before.
async fn go(pair: &Pair, resume: bool) -> Result<CopyReport> {
    go_in(pair, resume, &[]).await
}

async fn go_in(pair: &Pair, resume: bool, schemas: &[String]) -> Result<CopyReport> {
    let readers = Readers::open(&pair.source, 2).await?;
    let catalog = catalog::load(&mut *readers.acquire().await?, schemas).await?;
    let (target, plan) = (here(pair).await, Plan::new(&catalog, &TableScope::default()));
    let manner = Manner { chunk: 8192, set_aside_from: 0, resume, ..Manner::new(2) };
    let copying = Copying {
        source: &readers,
        source_catalog: &catalog,
        target: &pair.target,
        target_catalog: &target,
        plan: &plan,
        manner,
    };
    let copied = copy(&copying, &Events::silent()).await;
    readers.close().await;
    copied
}

const OBJECTS: &str = "select indexrelid::regclass || ' ' || pg_get_indexdef(indexrelid) from pg_index
        where indrelid in ('parent'::regclass, 'child'::regclass)
    union all
    select conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated::text || ' '
           || coalesce(obj_description(oid, 'pg_constraint'), '') from pg_constraint
        where conrelid in ('parent'::regclass, 'child'::regclass)
    order by 1";

/// Two tables; what comes into `child` after row 3,000 is refused on the target as long as `barrier` is there.
async fn half_way(name: &str) -> Pair {
    let pair = Pair::create(name).await;
    pair.both(
        "create table parent (id int primary key, note text unique);
         create table child (id int primary key, parent int not null references parent, note text);
         create index on child (parent); create index on child (lower(note)) where id > 10;
         comment on constraint child_pkey on child is 'the key';",
    )
    .await;
    pair.on_source(
        "insert into parent select n, 'parent ' || n from generate_series(1, 500) n;
         insert into child select n, 1 + n % 500, 'child ' || n from generate_series(1, 4000) n",
    )
    .await;
    pair.on_target("alter table child add constraint barrier check (id <= 3000)").await;
    let error = go(&pair, false).await.unwrap_err();
    assert!(error.chain().contains("barrier"), "{}", error.chain());
    assert!(error.hint_text().unwrap().contains("copy --resume"), "{error:?}");
    pair.on_target("alter table child drop constraint barrier").await;
    pair
}

fn rows(report: &CopyReport) -> Vec<(String, u64)> {
    report.tables.iter().map(|table| (table.table.to_string(), table.rows)).collect()
}

#[tokio::test]
async fn what_was_copied_whole_is_kept() {
    let pair = half_way("resume").await;
    let error = go(&pair, false).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "a copy that has not ended is not begun anew: {error}");
    // Some rows of the table that is whole are others by now.
    pair.on_source("update parent set note = 'changed' where id = 7; delete from child where id = 4000").await;
    let report = go(&pair, true).await.unwrap();
    assert_eq!(rows(&report), [("public.parent".to_owned(), 500), ("public.child".to_owned(), 3999)]);
    let notes = report.notes.join("\n");
    assert!(notes.contains("public.child: copied again"), "{notes}");
    for table in ["parent", "child"] {
        let (source, target) = pair.ask(&format!("select * from {table} order by id")).await;
        assert_eq!(source, target);
    }
    let (source, target) = pair.ask(OBJECTS).await;
    assert_eq!((source.len(), source), (target.len(), target));
    assert_eq!(pair.ask_target("select count(*) from pgrehearse.set_aside").await, ["0"]);
    assert_eq!(go(&pair, true).await.unwrap_err().kind(), ErrorKind::Usage, "nothing is left to resume");
    pair.drop_databases().await;
}

#[tokio::test]
async fn another_plan_is_not_gone_on_with() {
    let pair = half_way("replan").await;
    pair.both("alter table parent add column more int").await;
    let error = go(&pair, true).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("other tables, columns or masks"), "{error}");
    pair.drop_databases().await;
}

#[tokio::test]
async fn what_stands_aside_comes_back_without_the_copy() {
    let pair = half_way("aside").await;
    assert_ne!(pair.ask_target("select count(*) from pgrehearse.set_aside").await, ["0"]);
    pair.on_target("truncate parent, child").await;
    restore(&pair.target, 1, &Events::silent()).await.unwrap();
    let (source, target) = pair.ask(OBJECTS).await;
    assert_eq!(source, target);
    let report = go(&pair, false).await.unwrap();
    assert_eq!(report.rows, 4500);
    pair.drop_databases().await;
}

/// Each partition of the source is read on its own, unless not all of them are in sight; the target is divided otherwise.
#[tokio::test]
async fn partitions_are_read_one_by_one() {
    let pair = Pair::create("leaves").await;
    let parts = |name: &str, step: i32| {
        (0..3)
            .map(|at| {
                format!(
                    "create table {name}_{at} partition of {name} for values from ({}) to ({});",
                    at * step,
                    (at + 1) * step
                )
            })
            .collect::<String>()
    };
    for (name, extra) in [
        ("seen", ""),
        ("hidden", "create schema away; create table away.more partition of hidden for values from (3000) to (4000);"),
    ] {
        let table = format!("create table {name} (id int primary key, note text) partition by range (id);");
        pair.on_source(&format!("{table}{}{extra}", parts(name, 1000))).await;
        pair.on_target(&format!("{table}{} create table {name}_rest partition of {name} default;", parts(name, 700)))
            .await;
    }
    pair.on_source(
        "insert into seen select n, 'row ' || n from generate_series(0, 2999) n;
         insert into hidden select n, 'row ' || n from generate_series(0, 3999) n",
    )
    .await;
    let report = go_in(&pair, false, &["public".to_owned()]).await.unwrap();
    assert_eq!(rows(&report), [("public.hidden".to_owned(), 4000), ("public.seen".to_owned(), 3000)]);
    for table in ["seen", "hidden"] {
        let (source, target) = pair.ask(&format!("select * from {table} order by id")).await;
        assert_eq!(source, target);
    }
    let tasks = "select relation, count(*) > 1 from pgrehearse.task where rank = 0 group by 1 order by 1";
    assert_eq!(pair.ask_target(tasks).await, ["public.hidden|f", "public.seen|t"]);
    pair.drop_databases().await;
}

/// Rows without a parent came to the source by a load that checked nothing: they are copied as they are, and the key says so.
#[tokio::test]
async fn a_foreign_key_that_the_source_breaks_is_left_unproven() {
    let pair = Pair::create("broken").await;
    pair.both(
        "create table parent (id int primary key);
         create table child (id int primary key, parent int references parent);",
    )
    .await;
    pair.on_source(
        "insert into parent select generate_series(1, 10); insert into child select n, n from generate_series(1, 10) n;
         set session_replication_role = replica; delete from parent where id = 5",
    )
    .await;
    go(&pair, false).await.unwrap();
    let key = "select conname, convalidated from pg_constraint where conrelid = 'child'::regclass and contype = 'f'";
    assert_eq!(pair.ask_target(key).await, ["child_parent_fkey|f"]);
    assert_eq!(pair.ask_target("select count(*) from child").await, ["10"]);
    pair.drop_databases().await;
}
