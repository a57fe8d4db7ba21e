//! Large objects come along, and go again.

use crate::support::endpoints::Pair;

const MAKE: &str = "select lo_from_bytea(5001, '\\x00ff10');
    select lo_from_bytea(5002, (select string_agg(sha256(i::text::bytea), '' order by i) from generate_series(1, 30000) i));
    select lo_from_bytea(5003, (select string_agg(sha256(i::text::bytea), '' order by i) from generate_series(1, 8192) i));
    select lo_create(5004);
    comment on large object 5001 is 'it''s the first';
    grant select on large object 5001 to public";

const HELD: &str = "select format('%s %s %s %s %s', oid, md5(lo_get(oid)), lomowner::regrole, lomacl, obj_description(oid, 'pg_largeobject'))
    from pg_largeobject_metadata order by oid";

#[tokio::test]
async fn large_objects_are_copied_and_removed_again() {
    let pair = Pair::create("large_objects").await;
    pair.both("create table t (id int primary key, photo oid)").await;
    pair.on_source("insert into t values (1, 5001), (2, 5002)").await;
    pair.on_source(MAKE).await;
    // A hole at its beginning is read as zeros.
    pair.on_source("select lo_create(5005); select lo_put(5005, 600000, '\\x01')").await;
    pair.on_target("select lo_from_bytea(7, '\\x07')").await;
    let shell = pair.shell().await;
    shell.run("copy --confirm target").exits(0).says("5 large objects made");
    let (source, target) = pair.ask(HELD).await;
    assert_eq!(source, target[1..], "and the target's own is left alone");
    assert!(source[1].starts_with("5002 ") && source.len() == 5 && target[0].starts_with("7 "), "{target:?}");
    pair.on_target("select lo_unlink(7)").await;
    shell.run("verify").exits(0);
    pair.on_target("select lo_put(5002, 777777, '\\x01')").await;
    shell.run("verify --only rows").exits(1).says("5002");
    shell.run("clean --confirm target").exits(0);
    assert_eq!(pair.ask_target(HELD).await, [""; 0]);

    pair.on_target("select lo_from_bytea(5001, '\\x07')").await;
    shell.run("copy --confirm target").exits(0).says("4 large objects made");
    shell.run("verify --only rows").exits(1).says("5001");
    shell.run("clean --confirm target").exits(0);
    assert!(pair.ask_target(HELD).await[0].starts_with("5001 "), "one that no copy has made stays");
    let shell = shell.file("migration.toml", "[copy]\nlarge_objects = false");
    shell.run("copy --confirm target").exits(0).complains("5 large objects are not copied");
    assert_eq!(pair.ask_target(HELD).await.len(), 1);
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_resumed_copy_makes_large_objects_again() {
    let pair = Pair::create("large_resumed").await;
    pair.both("create table t (id int primary key)").await;
    pair.on_target("alter table t add check (id <> 2)").await;
    pair.on_source("insert into t values (1), (2)").await;
    pair.on_source(MAKE).await;
    let shell = pair.shell().await;
    for _ in 0..2 {
        shell.run("copy --confirm target --jobs 1").exits(4).complains("check");
        shell.run("clean --confirm target").exits(0);
        assert_eq!(pair.ask_target(HELD).await, [""; 0]);
    }
    shell.run("copy --confirm target --jobs 1").exits(4);
    // As if they had come in before the end.
    pair.on_target("insert into pgrehearse.large_object values (5001); select lo_from_bytea(5001, '\\x07')").await;
    pair.on_source("select lo_unlink(5003); select lo_put(5002, 0, '\\x0102')").await;
    pair.on_target("alter table t drop constraint t_id_check").await;
    shell.run("copy --confirm target --resume").exits(0).says("3 large objects made");
    let (source, target) = pair.ask(HELD).await;
    assert_eq!(source, target);
    pair.drop_databases().await;
}
