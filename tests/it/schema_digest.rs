//! The digest of a schema changes with DDL and with nothing else. `each_kind.rs` holds it against a difference of each kind.

use pg_rehearse::check::SideView;
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::postgres::{Endpoint, Session, Source, Target};

use crate::support::endpoints::endpoint;
use crate::support::{Pair, run};

const SCHEMA: &str = "
    create type mood as enum ('calm', 'wild');
    create table parent (id int generated always as identity primary key, name text not null, feeling mood);
    create table child (id bigserial primary key, parent_id int references parent, note text);
    create index child_note on child (note);
    create materialized view totals as select count(*) as n from child with no data;
    alter table child enable row level security";

async fn digest(pair: &Pair) -> String {
    let view = SideView::<Source>::open(&endpoint(&pair.source), 1, &[]).await.unwrap();
    let facts = view.facts();
    view.readers.close().await;
    facts.schema.unwrap()
}

#[tokio::test]
async fn rows_and_what_the_server_does_by_itself_leave_it_as_it_is() {
    let pair = Pair::new(&[SCHEMA]).await;
    let first = digest(&pair).await;
    assert!(first.len() == 64 && first.chars().all(|c| c.is_ascii_hexdigit()), "{first}");
    assert_eq!(digest(&pair).await, first, "connected anew");
    let other = format!("digest_{}", std::process::id());
    for script in [
        "insert into parent (name) select 'p' || n from generate_series(1, 2000) n; insert into child (parent_id) select 1 + n % 2000 from generate_series(1, 5000) n",
        "delete from child where id % 2 = 0",
        "analyze",
        "vacuum full child",
        "reindex table child",
        "refresh materialized view totals",
        "select setval('child_id_seq', 100000), nextval('parent_id_seq')",
        "truncate child restart identity",
        "select lo_from_bytea(0, 'x')",
        "create temporary table passing (a int)",
        &format!("create role {other}; alter role {other} set work_mem = '8MB'"),
        &format!("drop role {other}"),
    ] {
        run(&pair.source, script).await;
        assert_eq!(digest(&pair).await, first, "{script}");
    }
    pair.drop().await;
}

#[tokio::test]
async fn what_a_copy_needs_of_a_catalog_has_no_digest() {
    let pair = Pair::new(&[SCHEMA]).await;
    let view = SideView::<Source>::open_for_copy(&endpoint(&pair.source), 1, &[]).await.unwrap();
    assert_eq!(view.facts().schema, None);
    assert!(!view.catalog.inventory.is_empty() && view.catalog.unmodelled.is_empty());
    view.readers.close().await;
    pair.drop().await;
}

#[tokio::test]
async fn ddl_changes_it_and_the_way_back_brings_it_back() {
    let pair = Pair::new(&[SCHEMA]).await;
    let first = digest(&pair).await;
    for (there, back) in [
        ("create table another (a int)", "drop table another"),
        ("alter table child add extra int", "alter table child drop extra"),
        ("alter table parent alter name drop not null", "alter table parent alter name set not null"),
        ("drop index child_note", "create index child_note on child (note)"),
        ("create policy p on child using (true)", "drop policy p on child"),
        ("alter table child disable row level security", "alter table child enable row level security"),
        ("grant select on child to public", "revoke select on child from public"),
        ("alter sequence child_id_seq increment 2", "alter sequence child_id_seq increment 1"),
        ("comment on table child is 'x'", "comment on table child is null"),
        ("create function f() returns int language sql return 1", "drop function f()"),
        ("alter type mood rename value 'wild' to 'wilder'", "alter type mood rename value 'wilder' to 'wild'"),
    ] {
        run(&pair.source, there).await;
        assert_ne!(digest(&pair).await, first, "{there}");
        run(&pair.source, back).await;
        assert_eq!(digest(&pair).await, first, "{back}");
    }
    pair.drop().await;
}

#[tokio::test]
async fn a_part_of_a_schema_has_none() {
    let pair = Pair::new(&["create table parent (id int); create view v as select id from parent"]).await;
    let outline = SideView::<Source>::outline(&endpoint(&pair.source), &[]).await.unwrap();
    let facts = outline.facts();
    outline.readers.close().await;
    assert_eq!((facts.schema, facts.identity.is_some()), (None, true));

    let mut holder = Session::<Target>::connect(&endpoint(&pair.source)).await.unwrap();
    holder.execute("begin; lock table public.parent in access exclusive mode").await.unwrap();
    let flags = Flags { source: Some(pair.source.clone()), ..Flags::default() };
    let hurried = Config::from_text("[source]\nstatement_timeout = 2\n", &flags).unwrap();
    let hurried = Endpoint::<Source>::new(&hurried.source).unwrap();
    let view = SideView::open_in_part(&hurried, 1, &[]).await.unwrap();
    assert!(!view.catalog.unread.is_empty(), "nothing was kept back");
    assert_eq!(view.facts().schema, None);
    view.readers.close().await;
    holder.close().await;
    pair.drop().await;
}
