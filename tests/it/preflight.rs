//! The preflight on databases that are ready, and on such as are not.

use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::Events;
use pg_rehearse::preflight::{PreflightReport, Readiness, preflight};

use crate::support::endpoints::Pair;

async fn look(pair: &Pair, target: Option<&str>) -> PreflightReport {
    look_at(pair, target, "").await
}

async fn look_at(pair: &Pair, target: Option<&str>, configuration: &str) -> PreflightReport {
    let flags = Flags {
        source: Some(pair.source.url.expose().to_owned()),
        target: Some(target.unwrap_or(pair.target.url.expose()).to_owned()),
        ..Flags::default()
    };
    let config = Config::from_text(&format!("{configuration}\n[target]\nenvironment = 'staging'"), &flags).unwrap();
    preflight(&config, None, &Events::silent()).await.unwrap()
}

fn stops(report: &PreflightReport) -> Vec<&str> {
    let stopped = report.rows.iter().filter(|row| row.ok == Readiness::Stop);
    // No client programs are given here.
    stopped.map(|row| row.check.as_str()).filter(|check| *check != "tools").collect()
}

#[tokio::test]
async fn every_obstacle_has_its_row() {
    let pair = Pair::create("preflight").await;
    let schema = "create table a (id int generated always as identity primary key, \"B c\" text);
                  create table c (a int references a, g int generated always as (a * 2) stored)";
    pair.both(schema).await;
    pair.both("insert into a (\"B c\") values ('x')").await;
    let report = look(&pair, None).await;
    assert_eq!(stops(&report), Vec::<&str>::new(), "{report:#?}");
    assert_eq!(pair.ask("select count(*) from a").await.1, ["1"], "what was tried was rolled back");

    pair.on_source("insert into a (\"B c\") values ('y   ')").await;
    pair.on_target("alter table a alter \"B c\" type varchar(3)").await;
    let report = look(&pair, None).await;
    assert_eq!(stops(&report), ["schema"]);
    let row = report.rows.iter().find(|row| row.check == "schema").unwrap();
    assert!(row.found.contains("1 value would be rounded or cut off by character varying(3)"), "{}", row.found);
    pair.on_target("alter table a alter \"B c\" type text").await;

    pair.on_target("create table outside (a int references a); alter table c add required int not null").await;
    assert_eq!(stops(&look(&pair, None).await), ["schema", "foreign keys into the plan"]);

    // A table outside the plan whose rows the target does not have.
    pair.both(
        "create schema away; create table away.parent (a int, b text, primary key (a, b));
               create table child (a int, b text, foreign key (a, b) references away.parent)",
    )
    .await;
    pair.on_source(
        "insert into away.parent values (1, 'x'), (2, 'y\"'); insert into child values (1, 'x'), (2, 'y\"'), (3, null)",
    )
    .await;
    pair.on_target("insert into away.parent values (1, 'x')").await;
    let narrow = "[scope]\nexcluded = { \"away.parent\" = \"stays\", \"public.outside\" = \"stays\", \"public.a\" = \"stays\", \"public.c\" = \"stays\" }";
    let report = look_at(&pair, None, narrow).await;
    assert_eq!(stops(&report), ["foreign keys out of the plan"], "{report:#?}");
    let row = report.rows.iter().find(|row| row.check == "foreign keys out of the plan").unwrap();
    assert!(row.found.contains("1 parent not in away.parent") && row.found.contains("y"), "{}", row.found);
    pair.on_target("insert into away.parent values (2, 'y\"')").await;
    assert_eq!(stops(&look_at(&pair, None, narrow).await), Vec::<&str>::new());
    pair.both("drop table child, away.parent").await;

    let same = look(&pair, Some(pair.source.url.expose())).await;
    assert_eq!(stops(&same), ["distinct"]);

    let unreachable = look(&pair, Some("postgres://nobody@127.0.0.1:1/none")).await;
    assert_eq!(stops(&unreachable), ["target reachable"]);
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_role_without_privileges_is_stopped() {
    let pair = Pair::create("privileges").await;
    let role = format!("it_weak_{}", std::process::id());
    pair.both("create table t (id int); alter table t enable row level security").await;
    pair.on_target(&format!(
        "create role {role} login password 'secret'; grant usage on schema public to {role}; grant select, insert on t to {role}"
    ))
    .await;
    let report = look(&pair, Some(&pair.target_as(&role))).await;
    assert_eq!(stops(&report), ["target row security", "target privileges", "journal"], "{report:#?}");
    pair.on_target(&format!("drop owned by {role}; drop role {role}")).await;
    pair.drop_databases().await;
}
