//! What stands beside the planned tables and is brought along, and what a target would take in and hold as something else.

use pg_rehearse::catalog::{self, Catalog};
use pg_rehearse::config::TableScope;
use pg_rehearse::plan::{Plan, mappings};
use pg_rehearse::postgres::{Role, Session};

use crate::copy::clean_and_copy;
use crate::support::endpoints::Pair;

/// A schema that was made without rows leaves its materialized views unfilled.
#[tokio::test]
async fn materialized_views_that_were_never_filled_are_filled_where_the_sources_are() {
    let pair = Pair::create("never_filled").await;
    pair.on_source("create table t (n int); insert into t select generate_series(1, 9)").await;
    pair.on_source("create materialized view filled as select sum(n) from t; create materialized view not_filled as table t with no data").await;
    pair.on_target("create table t (n int); create materialized view filled as select sum(n) from t with no data")
        .await;
    pair.on_target("create materialized view not_filled as table t with no data").await;
    let report = clean_and_copy(&pair, 1).await.unwrap();
    assert_eq!(report.refreshed, 1);
    let (source, target) =
        pair.ask("select (select sum from filled), relispopulated from pg_class where relname = 'not_filled'").await;
    assert_eq!((source, target), (vec!["45|f".to_owned()], vec!["45|f".to_owned()]));
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_sequence_of_another_schema_that_feeds_planned_tables_is_set_and_compared() {
    let pair = Pair::create("other_schema").await;
    pair.both(
        "create schema app; create schema common; create sequence common.ids; create sequence common.others;
         create table app.t (id bigint primary key default nextval('common.ids'))",
    )
    .await;
    pair.on_source("insert into app.t select from generate_series(1, 1000); select setval('common.others', 7)").await;
    let shell = pair.shell().await.file("migration.toml", "[scope]\nschemas = ['app']\n");
    shell.run("copy --confirm target").exits(0);
    shell.run("verify --only rows,sequences").exits(0);
    let stand = "select (select last_value from common.ids), (select last_value from common.others)";
    assert_eq!(pair.ask(stand).await.1, ["1000|1"]);
    pair.on_target("select setval('common.ids', 5)").await;
    shell.run("verify --only sequences").exits(1).says("common.ids");
    shell.run("rollback --to empty --confirm target").exits(0);
    assert_eq!(pair.ask(stand).await.1, ["1|1"]);
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_sequence_that_the_role_may_not_set_is_an_obstacle() {
    let pair = Pair::create("not_set").await;
    pair.both("create table t (id bigserial primary key)").await;
    pair.on_source("insert into t select from generate_series(1, 10)").await;
    let role = format!("rehearse_unset_{}", std::process::id());
    pair.on_target(&format!("create role {role} login password 'secret' bypassrls")).await;
    pair.on_target(&format!("grant all on t to {role}; grant usage, select on sequence t_id_seq to {role}")).await;
    pair.on_target(&format!("grant create on database {} to {role}", pair.names().1)).await;
    let shell = pair.shell().await.url("TARGET", &pair.target_as(&role));
    let found = "sequence public.t_id_seq may not be set on the target";
    shell.run("copy --confirm target").exits(2).complains(found).complains("grant update on sequence public.t_id_seq");
    assert_eq!(pair.ask_target("select count(*) from t").await, ["0"]);
    pair.on_target(&format!("grant update on sequence t_id_seq to {role}")).await;
    shell.run("copy --confirm target").exits(0);
    assert_eq!(pair.ask_target("select count(*), (select last_value from t_id_seq) from t").await, ["10|10"]);
    pair.on_target(&format!("drop owned by {role} cascade; drop role {role}")).await;
    pair.drop_databases().await;
}

/// COPY fills a column that it leaves out with NULL, whatever its domain says.
#[tokio::test]
async fn a_column_of_a_domain_that_is_not_null_is_no_extra_column() {
    let pair = Pair::create("domain_extra").await;
    pair.both("create domain must as text not null; create domain above as must; create domain filled as text not null default 'x'").await;
    pair.on_source("create table t (id int); insert into t values (1)").await;
    pair.on_target("create table t (id int, x above, y filled)").await;
    let error = clean_and_copy(&pair, 1).await.unwrap_err();
    assert!(error.to_string().contains("column \"x\" is only on the target"), "{}", error.chain());
    pair.on_target("alter table t alter x set default 'there'").await;
    clean_and_copy(&pair, 1).await.unwrap();
    assert_eq!(pair.ask_target("select x, y from t").await, ["there|x"]);
    pair.drop_databases().await;
}

async fn catalog_of<R: Role>(endpoint: &pg_rehearse::postgres::Endpoint<R>, version: u32) -> Catalog {
    let mut session = Session::connect(endpoint).await.unwrap();
    let mut catalog = catalog::load(&mut session, &[]).await.unwrap();
    session.close().await;
    catalog.server.version_num = version;
    catalog
}

/// Before 17 an infinite interval's binary image is that of an ordinary one, and its text is refused.
#[tokio::test]
async fn intervals_travel_as_text_to_servers_that_know_no_infinite_ones() {
    let pair = Pair::create("infinite").await;
    pair.both("create table one (i interval); create table many (i interval[]); create table none (i text)").await;
    let (new, old) = (catalog_of(&pair.source, 170_000).await, catalog_of(&pair.target, 160_000).await);
    let plan = Plan::new(&new, &TableScope::default());
    let as_text = |there: &Catalog, here: &Catalog| {
        let mappings = mappings(there, here, &plan).into_iter();
        mappings.filter(|mapping| !mapping.is_binary()).map(|mapping| mapping.table.name).collect::<Vec<_>>()
    };
    assert_eq!(as_text(&new, &old), ["many", "one"]);
    assert_eq!(as_text(&old, &new), Vec::<String>::new());
    assert_eq!(as_text(&new, &new), Vec::<String>::new());
    pair.drop_databases().await;
}
