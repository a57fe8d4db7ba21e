//! What would keep rows that a resumed copy has to remove: rules on the target's tables, publications of them.

use pg_rehearse::copy::Manner;

use super::races::run_copy;
use crate::support::endpoints::Pair;

/// In each state in which they apply to a replica's statements.
const RULES: &str = "create rule stays as on delete to parent do instead nothing;
    alter table parent enable always rule stays;
    create rule \"sta'ys\" as on delete to loose do instead nothing;
    alter table loose enable replica rule \"sta'ys\"";

/// The rules as they are.
const STATES: &str =
    "select pg_get_ruledef(oid) || ev_enabled::text from pg_rewrite where rulename like 'sta%' order by 1";

/// A copy that has ended is one that has not, and of these tables a piece is still to come.
async fn cut_off(pair: &Pair, tables: &str) {
    pair.on_target(&format!(
        "update pgrehearse.run set ended = null;
         update pgrehearse.task t set done = null, moved = null where relation in ({tables}) and rank = 0
           and number = (select min(number) from pgrehearse.task o where o.relation = t.relation)"
    ))
    .await;
}

async fn copied(name: &str) -> (Pair, Manner, Vec<String>) {
    let pair = Pair::create(name).await;
    pair.both(
        "create table parent (id int primary key, note text);
         create table kept (id int primary key, parent int references parent);
         create table loose (id int, note text)",
    )
    .await;
    pair.on_target(RULES).await;
    pair.on_source(
        "insert into parent select n, repeat('x', 200) from generate_series(1, 5000) n;
         insert into kept select n, n from generate_series(1, 5000) n;
         insert into loose select n % 10, repeat('x', 200) from generate_series(1, 1000) n; analyze",
    )
    .await;
    let small = Manner { chunk: 8192, set_aside_from: u64::MAX, ..Manner::new(2) };
    run_copy(&pair, small.clone()).await.unwrap();
    let states = pair.ask_target(STATES).await;
    assert_eq!(states.len(), 2);
    (pair, Manner { resume: true, ..small }, states)
}

async fn ends_equal(pair: Pair, manner: Manner, states: Vec<String>) -> String {
    let notes = run_copy(&pair, manner).await.unwrap().notes.join("\n");
    for table in ["parent", "kept", "loose"] {
        let (source, target) = pair.ask(&format!("select t::text from {table} t order by 1")).await;
        assert!(source == target, "{table}: {} and {} rows\n{notes}", source.len(), target.len());
    }
    assert_eq!(pair.ask_target(STATES).await, states);
    pair.drop_databases().await;
    notes
}

#[tokio::test]
async fn buckets_are_replaced_in_spite_of_rules() {
    let (pair, manner, states) = copied("rules_buckets").await;
    cut_off(&pair, "'public.kept'").await;
    pair.on_source("update parent set note = 'changed' where id = 7").await;
    let notes = ends_equal(pair, manner, states).await;
    assert!(notes.contains("public.parent: kept but for 1 bucket"), "{notes}");
}

/// Without its key nothing but the rule's being switched off keeps the second table's rows from being there twice.
#[tokio::test]
async fn tables_are_emptied_in_spite_of_rules() {
    let (pair, manner, states) = copied("rules_emptied").await;
    cut_off(&pair, "'public.parent', 'public.loose'").await;
    let notes = ends_equal(pair, manner, states).await;
    assert!(notes.contains("public.loose: copied again"), "{notes}");
}

/// A copy of `parent` that is interrupted once its rows are in, and then one of them is another on the source.
async fn interrupted(name: &str, parent: &str, target: &str, set_aside_from: u64) -> (Pair, Manner) {
    let pair = Pair::create(name).await;
    pair.both(&format!("{parent}; create table later (id int primary key)")).await;
    pair.on_source(
        "insert into parent select n, repeat('x', 200) from generate_series(1, 5000) n; insert into later values (1); analyze",
    )
    .await;
    pair.on_target(&format!("{target}; alter table later add check (id > 1)")).await;
    let manner = Manner { chunk: 8192, set_aside_from, ..Manner::new(1) };
    run_copy(&pair, manner.clone()).await.unwrap_err();
    pair.on_target("alter table later drop constraint later_id_check").await;
    pair.on_source("update parent set note = 'changed' where id = 7").await;
    (pair, Manner { resume: true, ..manner })
}

async fn is_repaired(pair: &Pair, manner: Manner) {
    let notes = run_copy(pair, manner).await.unwrap().notes.join("\n");
    assert!(notes.contains("public.parent: kept but for 1 bucket"), "{notes}");
    let (source, target) = pair.ask("select t::text from parent t order by 1").await;
    assert_eq!(source, target);
}

/// No row of a published table whose rows nothing tells apart can be removed.
#[tokio::test]
async fn rows_without_an_identity_are_replaced() {
    const PARENT: &str = "create table parent (id int not null unique, note text)";
    const PUBLISHED: &str = "create publication everything for all tables; alter table parent replica identity nothing";
    let (pair, manner) = interrupted("removal_identity", PARENT, PUBLISHED, u64::MAX).await;
    is_repaired(&pair, manner).await;
    assert_eq!(pair.ask_target("select relreplident::text from pg_class where relname = 'parent'").await, ["n"]);
    pair.drop_databases().await;
}

/// Rows of a published table cannot be removed while its primary key stands aside.
#[tokio::test]
async fn buckets_of_a_published_table_are_replaced() {
    const PARENT: &str = "create table parent (id int primary key, note text); create index on parent (note)";
    const PUBLISHED: &str = "create publication everything for tables in schema public";
    let (pair, manner) = interrupted("removal_published", PARENT, PUBLISHED, 0).await;
    let aside = pair.ask_target("select name from pgrehearse.set_aside order by 1").await;
    assert_eq!(aside, ["parent_note_idx"], "the index stands aside, and the key does not");
    is_repaired(&pair, manner).await;
    pair.drop_databases().await;
}
