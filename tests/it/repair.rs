//! A repair makes the target equal to the source, and running it twice does no harm.

use pg_rehearse::check::Selection;
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::{Events, RunReport, Verdict};
use pg_rehearse::verify::Options;

use crate::support::{Pair, run};

/// Tables of every shape a repair has to cope with.
const SCHEMA: &str = r#"
create table parent (id int primary key, slug text unique, note text);
create table child (
  id bigint generated always as identity primary key, parent_id int not null references parent, amount numeric,
  doubled numeric generated always as (amount * 2) stored, at timestamptz, span interval, tags text[], raw bytea);
create table counter (name text primary key, seen bigint generated always as identity, "odd ""name" real);
create table log (kind text, detail json, took interval);
create table event (id int, at date, note text, primary key (id, at)) partition by range (at);
create table event_1 partition of event for values from ('2025-01-01') to ('2025-02-01');
create table event_2 partition of event default;
create table stamped (id uuid primary key, updated_at timestamptz not null default now());
create function touch() returns trigger language plpgsql as 'begin new.updated_at = now(); return new; end';
create trigger touch before insert or update on stamped for each row execute function touch();
"#;

const ROWS: &str = r#"
insert into parent select n, 'slug ' || n, null from generate_series(1, 20) n;
insert into child (parent_id, amount, at, span, tags, raw)
  select n, n * 1.50, '2025-03-01', '1 day', array['a', null], '\x00ff' from generate_series(1, 20) n;
insert into counter (name, "odd ""name") select 'c' || n, 'NaN' from generate_series(1, 5) n;
insert into log select 'kind ' || n % 3, '{"a": 1}', '24 hours' from generate_series(1, 9) n;
insert into event select n, date '2025-01-20' + n, E'it''s \\ here' from generate_series(1, 20) n;
set session_replication_role = replica;
insert into stamped select md5(n::text)::uuid, '2020-01-01' from generate_series(1, 5) n;
"#;

const DAMAGE: &str = r#"
set session_replication_role = replica;
delete from parent where id = 3; delete from child where parent_id in (3, 4);
insert into parent values (99, 'ghost', ''); insert into child (parent_id, amount) values (99, 1);
update parent set slug = 'tmp' where id = 1; update parent set slug = 'slug 1' where id = 2; update parent set slug = 'slug 2' where id = 1;
update child set amount = 3.0, raw = '\x00' where parent_id = 2;
update counter set "odd ""name" = '-0' where name = 'c1'; delete from counter where name = 'c2';
insert into log select * from log limit 1; delete from log where ctid = (select min(ctid) from log where kind = 'kind 2');
update log set took = '1 day' where ctid = (select max(ctid) from log where kind = 'kind 1');
update event set at = '2025-06-01' where id = 1; update event set note = null where id = 2;
update stamped set updated_at = now() where id = md5('1')::uuid; delete from stamped where id = md5('2')::uuid;
select setval('child_id_seq', 1000);
"#;

async fn verify(pair: &Pair, repair: Option<&std::path::Path>) -> RunReport {
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let config = Config::from_text("", &flags).unwrap();
    let options = Options { repair: repair.map(std::path::Path::to_owned), ..Options::default() };
    pg_rehearse::verify::verify(&config, &Selection::default(), &options, &Events::silent()).await.unwrap()
}

#[tokio::test]
async fn a_repaired_target_is_the_same_and_stays_so() {
    let pair = Pair::new(&[SCHEMA, ROWS]).await;
    assert_eq!(verify(&pair, None).await.verdict(), Verdict::Same);
    run(&pair.target, DAMAGE).await;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("repair.sql");
    let report = verify(&pair, Some(&file)).await;
    let different = report.units_of("rows").filter(|unit| !unit.open_findings().is_empty()).count();
    assert_eq!(different, 6, "every table was damaged");
    let sql = std::fs::read_to_string(&file).unwrap();
    assert!(!sql.contains("LEFT OUT: table"), "{sql}");
    for time in ["once", "twice"] {
        run(&pair.target, &sql).await;
        let report = verify(&pair, None).await;
        let found: Vec<String> =
            report.units.iter().flat_map(|unit| unit.open_findings()).map(|found| format!("{found:?}")).collect();
        assert!(found.is_empty(), "run {time}: {found:#?}\n{sql}");
        assert_eq!(report.verdict(), Verdict::Same);
    }
    pair.drop().await;
}

#[tokio::test]
async fn statements_that_triggers_or_rules_would_change_are_not_written() {
    const FIRED: &str = "create function fired() returns trigger language plpgsql as $$begin return null; end$$;
        create table t (id int primary key, a text); create table parts (id int primary key, a text) partition by range (id);
        create table part partition of parts default;
        insert into t values (1, 'x'), (2, 'y'); insert into parts values (1, 'x')";
    let pair = Pair::new(&[FIRED]).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("repair.sql");
    const TRIGGER: &str = "create trigger stay before update on part for each row execute function fired();";
    for (made, named, gone) in [
        (
            "create rule stay as on delete to t do instead nothing; alter table t enable always rule stay",
            "rule public.t.stay",
            "t",
        ),
        (
            "create rule stay as on insert to t do instead nothing; alter table t enable replica rule stay",
            "rule public.t.stay",
            "t",
        ),
        // Switched off, and PostgreSQL refuses all the same.
        (
            "create rule stay as on update to t do instead nothing; alter table t disable rule stay",
            "rule public.t.stay",
            "t",
        ),
        (&format!("{TRIGGER} alter table part enable always trigger stay"), "trigger public.part.stay", "part"),
        // They stay quiet.
        ("create rule stay as on delete to t do instead nothing", "", "t"),
        (TRIGGER, "", "part"),
    ] {
        run(&pair.target, "update t set a = 'other' where id = 1; update parts set a = 'other'").await;
        run(&pair.target, made).await;
        verify(&pair, Some(&file)).await;
        let sql = std::fs::read_to_string(&file).unwrap();
        let left_out = format!("-- LEFT OUT: table public.{}: {named}", if gone == "t" { "t" } else { "parts" });
        assert_eq!(sql.contains(&left_out), !named.is_empty(), "{made}: {sql}");
        let kind = if gone == "t" { "rule" } else { "trigger" };
        if named.is_empty() {
            run(&pair.target, &sql).await;
        }
        run(&pair.target, &format!("drop {kind} stay on {gone}")).await;
    }
    assert_eq!(verify(&pair, None).await.verdict(), Verdict::Same);
    pair.drop().await;
}

#[tokio::test]
async fn what_a_repair_cannot_mend_it_names() {
    let pair = Pair::new(&["create table t (id int primary key, a text); insert into t values (1, 'x')"]).await;
    run(&pair.target, "alter table t drop column a; update t set id = 2").await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("repair.sql");
    verify(&pair, Some(&file)).await;
    let sql = std::fs::read_to_string(&file).unwrap();
    assert!(sql.contains("-- LEFT OUT: table public.t: column a is not on both sides"), "{sql}");
    assert!(sql.contains("-- LEFT OUT: column public.t.a"), "{sql}");
    pair.drop().await;
}
