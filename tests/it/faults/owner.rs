//! A copy by a role that may not be a replica, so that foreign keys are checked while rows come in.

use pg_rehearse::copy::Manner;
use pg_rehearse::postgres::{Endpoint, Target};

use super::races::run_copy;
use crate::support::endpoints::{Pair, endpoint};

/// A pair whose target's tables are owned by such a role, with the superuser's endpoint.
async fn owned(purpose: &str, tables: &str) -> (Pair, Endpoint<Target>, String) {
    let mut pair = Pair::create(purpose).await;
    let role = format!("it_{purpose}_{}", std::process::id());
    pair.on_source(tables).await;
    pair.on_target(&format!(
        "create role {role} login password 'secret'; create schema pgrehearse authorization {role};
         grant all on schema public to {role}; set role {role}; {tables}"
    ))
    .await;
    let owner = endpoint(&pair.target_as(&role));
    let superuser = std::mem::replace(&mut pair.target, owner);
    (pair, superuser, role)
}

async fn end(mut pair: Pair, superuser: Endpoint<Target>, role: String) {
    pair.target = superuser;
    pair.on_target(&format!("drop owned by {role} cascade; drop role {role}")).await;
    pair.drop_databases().await;
}

/// Pieces of a page each, and no key stands aside.
fn small() -> Manner {
    Manner { chunk: 8192, set_aside_from: u64::MAX, ..Manner::new(1) }
}

#[tokio::test]
async fn a_table_that_refers_to_itself_comes_in_at_once() {
    let tables = "create table t (id int primary key, self int references t, note text)";
    let (pair, superuser, role) = owned("own_self", tables).await;
    // Rows of the first page refer to rows of the last, and the other way round.
    pair.on_source("insert into t select n, 1001 - n, repeat('x', 200) from generate_series(1, 1000) n").await;
    run_copy(&pair, small()).await.unwrap();
    let (source, target) = pair.ask("select count(*), sum(self) from t").await;
    assert_eq!(source, target);
    end(pair, superuser, role).await;
}

#[tokio::test]
async fn what_came_in_in_part_is_emptied_with_the_empty_tables_that_refer_to_it() {
    let tables = "create table parent (id int primary key, note text);
        create table child (id int primary key, parent int references parent);
        create function barrier(int) returns bool language sql as 'select true';
        alter table parent add check (barrier(id))";
    let (pair, superuser, role) = owned("own_part", tables).await;
    pair.on_source(
        "insert into parent select n, repeat('x', 200) from generate_series(1, 1000) n;
         insert into child select n, n from generate_series(1, 1000) n",
    )
    .await;
    pair.on_target("create or replace function barrier(int) returns bool language sql as 'select $1 < 900'").await;
    run_copy(&pair, small()).await.unwrap_err();
    let rows = pair.ask_target("select count(*) between 1 and 999 from parent").await;
    assert_eq!(rows, ["t"], "it is there in part");
    pair.on_target("create or replace function barrier(int) returns bool language sql as 'select true'").await;
    run_copy(&pair, Manner { resume: true, ..small() }).await.unwrap();
    let (source, target) = pair.ask("select (select count(*) from parent), (select count(*) from child)").await;
    assert_eq!(source, target);
    end(pair, superuser, role).await;
}

#[tokio::test]
async fn a_key_that_is_only_still_to_be_proven_counts_as_one_that_is_checked() {
    let tables = "create table t (id int primary key, self int references t, note text)";
    let (pair, superuser, role) = owned("own_proof", tables).await;
    pair.on_source("insert into t select n, 1001 - n, repeat('x', 200) from generate_series(1, 1000) n").await;
    // Everything stands aside. What proves the key at last is refused, by a row that the source has and no longer has later.
    let small = Manner { set_aside_from: 0, ..small() };
    pair.on_source("alter table t disable trigger all; update t set self = -1 where id = 1").await;
    run_copy(&pair, small.clone()).await.unwrap();
    pair.on_source("update t set self = 1000 where id = 1; alter table t enable trigger all").await;
    // As if it had been cut off just before: the key is made, and its proof is left.
    pair.on_target(
        "insert into pgrehearse.set_aside (kind, relation, name, rebuild)
           values ('foreign_key', 'public.t', 't_self_fkey', array['alter table only t validate constraint t_self_fkey']);
         update pgrehearse.run set ended = null;
         update pgrehearse.task set done = null, moved = null where number = 0 and rank = 0",
    )
    .await;
    run_copy(&pair, Manner { resume: true, ..small }).await.unwrap();
    let (source, target) = pair.ask("select count(*), sum(self) from t").await;
    assert_eq!(source, target);
    assert_eq!(
        pair.ask_target("select convalidated::text from pg_constraint where conname = 't_self_fkey'").await,
        ["true"]
    );
    end(pair, superuser, role).await;
}

/// Both ways: the keys have come back and are proven, or one of them is still to be proven.
#[tokio::test]
async fn a_cycle_whose_keys_are_back_is_copied_again() {
    let tables = "create table a (id int primary key, b int); create table b (id int primary key, a int references a);
        alter table a add constraint back foreign key (b) references b; comment on constraint back on a is 'back'";
    let (pair, superuser, role) = owned("own_cycle", tables).await;
    pair.on_source(
        "insert into a select n from generate_series(1, 100) n; insert into b select n, n from generate_series(1, 100) n;
         update a set b = id",
    )
    .await;
    run_copy(&pair, small()).await.unwrap();
    let keys =
        "select conname || ' ' || pg_get_constraintdef(oid) || coalesce(obj_description(oid, 'pg_constraint'), '')
        from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by 1";
    for unproven in [false, true] {
        pair.on_source(&format!("update a set b = 1 + {}", u8::from(unproven))).await;
        pair.on_target("update pgrehearse.run set ended = null").await;
        if unproven {
            pair.on_target(
                "alter table a drop constraint back, add constraint back foreign key (b) references b not valid;
                 comment on constraint back on a is 'back';
                 insert into pgrehearse.set_aside (kind, relation, name, rebuild)
                   values ('foreign_key', 'public.a', 'back', array['alter table only a validate constraint back'])",
            )
            .await;
        }
        let notes = run_copy(&pair, Manner { resume: true, ..small() }).await.unwrap().notes.join("\n");
        assert!(notes.contains("public.a: copied again"), "{notes}");
        for sql in ["select sum(b), count(*) from a", "select sum(a), count(*) from b", keys] {
            let (source, target) = pair.ask(sql).await;
            assert_eq!(source, target, "{notes}");
        }
        assert_eq!(pair.ask_target("select count(*) from pgrehearse.set_aside").await, ["0"]);
    }
    // Nothing has changed: a cycle that is kept is in nobody's way.
    pair.on_target("update pgrehearse.run set ended = null").await;
    let notes = run_copy(&pair, Manner { resume: true, ..small() }).await.unwrap().notes.join("\n");
    assert!(notes.contains("public.a: kept") && notes.contains("public.b: kept"), "{notes}");
    end(pair, superuser, role).await;
}

/// A partition's rows refer to another's, each of which is a task of its own where keys stay quiet.
#[tokio::test]
async fn keys_between_partitions_are_kept() {
    let tables = "create table p (id int primary key, other int) partition by range (id);
        create table p1 partition of p for values from (0) to (1000);
        create table p2 partition of p for values from (1000) to (2000);
        alter table p1 add foreign key (other) references p2 (id);
        create table t0 (id int primary key, note text); alter table p add t0 int; alter table p2 add foreign key (t0) references t0";
    let (pair, superuser, role) = owned("own_leaves", tables).await;
    pair.on_source(
        "insert into t0 select n, repeat('x', 200) from generate_series(1, 100) n;
         insert into p select n, null, 1 + n % 100 from generate_series(1000, 1999) n;
         insert into p select n, n + 1000, null from generate_series(0, 999) n; update p1 set other = other; analyze",
    )
    .await;
    run_copy(&pair, small()).await.unwrap();
    let same = async |notes: &str| {
        for sql in ["select t::text from p t order by 1", "select t::text from t0 t order by 1"] {
            let (source, target) = pair.ask(sql).await;
            assert!(source == target && !source.is_empty(), "{notes}");
        }
    };
    same("").await;
    // Of a table that a partition refers to, the rows come in again.
    pair.on_source("update t0 set note = 'changed'").await;
    pair.on_target("update pgrehearse.run set ended = null").await;
    let notes = run_copy(&pair, Manner { resume: true, ..small() }).await.unwrap().notes.join("\n");
    same(&notes).await;
    end(pair, superuser, role).await;
}

/// A table that is not copied refers to one that is: the server does not let it be truncated.
#[tokio::test]
async fn what_a_table_outside_refers_to_is_emptied_too() {
    let tables = "create table parent (id int primary key, note text);
        create table child (id int primary key, parent int references parent)";
    let (pair, superuser, role) = owned("own_outside", tables).await;
    pair.on_source(
        "insert into parent select n, repeat('x', 200) from generate_series(1, 1000) n;
         insert into child select n, n from generate_series(1, 1000) n",
    )
    .await;
    pair.on_target("create table outside (parent int references parent)").await;
    run_copy(&pair, small()).await.unwrap();
    pair.on_target("update pgrehearse.run set ended = null").await;
    pair.on_source("update parent set note = 'changed'").await;
    let notes = run_copy(&pair, Manner { resume: true, ..small() }).await.unwrap().notes.join("\n");
    assert!(notes.contains("public.child: copied again"), "{notes}");
    let (source, target) = pair.ask("select t::text from parent t order by 1").await;
    assert_eq!(source, target);
    end(pair, superuser, role).await;
}
