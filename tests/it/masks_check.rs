//! The masks check: what came through, NULLs and distinct values; one planted difference at a time, and no value shown.

use pg_rehearse::check::Selection;
use pg_rehearse::config::{Config, Flags, Salt};
use pg_rehearse::migrate::{Sides, Start};
use pg_rehearse::model::{Event, Events, RunReport, Unit};
use pg_rehearse::verify;

use crate::support::{Pair, incomplete, run};

const SCHEMA: &str = "
create table guests (
  id int primary key, name text, email citext, phone varchar(20), code char(14), token uuid, ext bigint, small int,
  blob bytea, note text, secret text, born date);
create table visits (email citext, note varchar(40), at int);
create table accounts (login text primary key, name text);";

/// 60 guests, of whom every seventh has hardly anything; names recur, all else is unlike.
const ROWS: &str = "
insert into guests
  select n, 'Raw Name ' || n % 20, 'Raw' || n || '@X.example', '+49raw' || n, 'raw' || n, md5('raw' || n)::uuid,
         n * 1000003, n, convert_to('raw' || n, 'UTF8'), case when n % 9 = 0 then 'gone' else 'raw note ' || n end,
         'raw secret ' || n, date '1970-01-01' + n
  from generate_series(1, 60) n;
update guests set name = null, email = null, phone = null, code = null, token = null, ext = null, small = null,
  blob = null, note = null, secret = null, born = null where id % 7 = 0;
insert into visits select 'raw' || n % 30 || '@x.example', 'raw visit ' || n, n from generate_series(1, 90) n;
insert into accounts select 'raw login ' || n, 'Raw Name ' || n from generate_series(1, 30) n;";

const MASKS: &str = "
[[mask]]
column = 'public.*.email'
mask = 'email'
[[mask]]
column = 'public.*.name'
mask = 'name'
[[mask]]
column = 'public.guests.phone'
mask = 'phone'
[[mask]]
column = 'public.guests.code'
mask = 'hash'
[[mask]]
column = 'public.guests.token'
mask = 'hash'
[[mask]]
column = 'public.guests.ext'
mask = 'hash'
[[mask]]
column = 'public.guests.small'
mask = 'hash'
[[mask]]
column = 'public.guests.blob'
mask = 'hash'
[[mask]]
column = 'public.guests.note'
mask = 'constant'
value = 'gone'
[[mask]]
column = 'public.visits.note'
mask = 'hash'
[[mask]]
column = 'public.guests.secret'
mask = 'null'
[[mask]]
column = 'public.guests.born'
mask = 'sql'
sql = \"date_trunc('year', {column})\"
[[mask]]
column = 'public.accounts.login'
mask = 'hash'
";

fn config(pair: &Pair, masks: &str) -> Config {
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let mut config = Config::from_text(masks, &flags).unwrap();
    config.source.salt = Some(Salt::parse("a salt nobody else has").unwrap());
    config
}

/// Two databases, the second masked.
async fn masked(schema: &str, rows: &str, masks: &str) -> (Pair, Config) {
    let pair = Pair::new(&["create extension if not exists citext", schema]).await;
    run(&pair.source, rows).await;
    let config = config(&pair, masks);
    Sides::look(&config).await.unwrap().copy(&config, Start::Anew, None, &Events::silent()).await.unwrap();
    (pair, config)
}

fn only_masks() -> Selection {
    Selection { only: vec!["masks".to_owned()], skip: Vec::new() }
}

async fn checked(config: &Config) -> RunReport {
    verify::verify(config, &only_masks(), &verify::Options::default(), &Events::silent()).await.unwrap()
}

/// The findings, each as column, attribute and message.
fn found(report: &RunReport) -> Vec<(String, String, String)> {
    let findings = report.units.iter().flat_map(Unit::open_findings);
    findings.map(|one| (one.object.identity.clone(), one.attribute.clone(), one.message.clone())).collect()
}

fn detail<'a>(report: &'a RunReport, column: &str) -> &'a str {
    let unit = report.units.iter().find(|unit| unit.object.identity == column);
    unit.and_then(|unit| unit.detail.as_deref()).unwrap_or_else(|| panic!("no unit of {column}"))
}

/// Plants a change in the target, gives what is found, and heals it. What is shown may hold no raw value.
async fn planted(pair: &Pair, config: &Config, table: &str, plant: &str) -> Vec<(String, String, String)> {
    run(&pair.target, &format!("create table kept as select * from {table}")).await;
    run(&pair.target, plant).await;
    let report = checked(config).await;
    run(&pair.target, &format!("truncate {table}; insert into {table} select * from kept; drop table kept")).await;
    let shown = serde_json::to_string(&report).unwrap().to_lowercase();
    for raw in ["raw5", "raw name 5", "raw note", "raw secret", "raw visit", "raw login", "72617735", "5000015"] {
        assert!(!shown.contains(raw), "{plant}: {raw} in {shown}");
    }
    assert_eq!(incomplete(&report.units), [], "{plant}");
    found(&report)
}

#[tokio::test]
async fn masked_databases_have_no_findings_and_their_counts_are_told() {
    let (pair, config) = masked(SCHEMA, ROWS, MASKS).await;
    let report = checked(&config).await;
    assert_eq!(found(&report), []);
    assert_eq!(incomplete(&report.units), []);
    assert_eq!(report.units.len(), 15);
    for (column, told) in [
        ("guests.name", "`name`: 60 rows, 0 raw values, 8 NULLs, 20 distinct values"),
        ("guests.email", "`email`: 60 rows, 0 raw values, 8 NULLs, 52 distinct values"),
        // The constant stands in six of the source's rows already.
        (
            "guests.note",
            "`constant`: 60 rows, 0 raw values, 8 NULLs, 1 distinct value of 47; 6 left as they are by the mask",
        ),
        ("guests.secret", "`null`: 60 rows, 0 raw values, 60 NULLs, 0 distinct values of 52"),
        ("guests.born", "`sql`: 60 rows, 0 raw values, 8 NULLs, 1 distinct value of 52"),
        ("visits.email", "`email`: 90 rows, 0 raw values, 0 NULLs, 30 distinct values; no key to match rows by"),
    ] {
        assert_eq!(detail(&report, &format!("public.{column}")), told);
    }
    let ledger = report.ledger.iter().find(|entry| entry.object.to_string() == "column public.guests.email").unwrap();
    assert!(ledger.compared_by.iter().any(|check| check == "masks"), "{ledger:?}");
    pair.drop().await;
}

#[tokio::test]
async fn a_raw_value_is_found_under_every_mask() {
    let (pair, config) = masked(SCHEMA, ROWS, MASKS).await;
    for (column, raw) in [
        ("name", "'Raw Name 5'"),
        ("email", "'Raw5@X.example'"),
        // The same to citext.
        ("email", "'rAW5@x.EXAMPLE'"),
        ("phone", "'+49raw5'"),
        ("code", "'raw5'"),
        ("token", "md5('raw5')::uuid"),
        ("ext", "5000015"),
        ("small", "5"),
        ("blob", "convert_to('raw5', 'UTF8')"),
        ("note", "'raw note 5'"),
        ("secret", "'raw secret 5'"),
        ("born", "date '1970-01-06'"),
    ] {
        let findings =
            planted(&pair, &config, "guests", &format!("update guests set {column} = {raw} where id = 5")).await;
        let raw = findings.iter().find(|(_, attribute, _)| attribute == "raw values");
        let (object, _, message) = raw.unwrap_or_else(|| panic!("{column}: {findings:?}"));
        assert_eq!(*object, format!("public.guests.{column}"));
        assert!(
            message.starts_with("1 value on the target that the source has") && message.ends_with("1 in the same row")
        );
        // What must be NULL and is not is told as well.
        let others: Vec<&str> = findings.iter().map(|(_, attribute, _)| attribute.as_str()).collect();
        let expected: &[&str] = if column == "secret" { &["raw values", "NULLs"] } else { &["raw values"] };
        assert_eq!(others, expected, "{column}");
    }
    assert_eq!(found(&checked(&config).await), []);
    pair.drop().await;
}

#[tokio::test]
async fn raw_values_are_told_with_their_keys_wherever_they_came_from() {
    let (pair, config) = masked(SCHEMA, ROWS, MASKS).await;
    let plant = "update guests set email = 'Raw' || id || '@X.example' where id in (1, 2);
                 update guests set email = 'Raw9@X.example' where id = 3;
                 insert into guests (id, email) values (100, 'raw10@x.example')";
    run(&pair.target, plant).await;
    let report = checked(&config).await;
    let findings: Vec<_> = report.units.iter().flat_map(Unit::open_findings).collect();
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((finding.attribute.as_str(), finding.total), ("raw values", 4));
    assert!(finding.message.ends_with("2 in the same row, 2 in another row"), "{}", finding.message);
    let keys: Vec<&str> = finding.rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["id=1", "id=100", "id=2", "id=3"]);
    assert!(finding.rows.iter().all(|row| row.columns.is_empty()));
    assert!(!serde_json::to_string(&report).unwrap().to_lowercase().contains("raw9"));
    pair.drop().await;
}

#[tokio::test]
async fn nulls_and_joins_are_counted() {
    let (pair, config) = masked(SCHEMA, ROWS, MASKS).await;
    let found = async |table: &str, plant: &str| {
        let findings = planted(&pair, &config, table, plant).await;
        findings
            .into_iter()
            .map(|(object, attribute, message)| format!("{object} | {attribute} | {message}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        found("guests", "update guests set phone = '+90' where id = 7").await,
        ["public.guests.phone | NULLs | a value in place of NULL in 1 row"]
    );
    assert_eq!(
        found("guests", "update guests set born = null where id in (1, 2)").await,
        ["public.guests.born | NULLs | NULL in place of a value in 2 rows"]
    );
    assert_eq!(
        found("guests", "update guests set token = (select token from guests where id = 2) where id = 1").await,
        [
            "public.guests.token | distinct values | different values have become one on the target: joins over it go astray"
        ]
    );
    // Names recur: one row of several apart is no longer equal to the others.
    assert_eq!(
        found("guests", "update guests set name = 'Gavo Tirebonela' where id = 1").await,
        [
            "public.guests.name | distinct values | equal values have become different on the target: joins over it go astray"
        ]
    );
    // Missing rows are the rows check's; no NULL and no value is lost with them.
    assert_eq!(found("guests", "delete from guests where id in (1, 7)").await, Vec::<String>::new());
    assert_eq!(
        found("visits", "update visits set note = null where at = 1").await,
        ["public.visits.note | NULLs | not as many NULLs as the mask makes"]
    );
    assert_eq!(
        found("visits", "update visits set note = (select note from visits where at = 2) where at = 1").await,
        [
            "public.visits.note | distinct values | different values have become one on the target: joins over it go astray"
        ]
    );
    pair.drop().await;
}

#[tokio::test]
async fn without_a_key_values_are_looked_up_among_all_originals() {
    let (pair, config) = masked(SCHEMA, ROWS, MASKS).await;
    let findings = planted(&pair, &config, "visits", "update visits set email = 'RAW3@x.example' where at = 50").await;
    let [(object, attribute, message)] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!((object.as_str(), attribute.as_str()), ("public.visits.email", "raw values"));
    assert_eq!(message, "1 value on the target that the source has, and that the mask `email` replaces");
    // A key that is masked: the row is told, and its key is not.
    run(&pair.target, "update accounts set login = 'raw login 4' where login = (select min(login) from accounts)")
        .await;
    let report = checked(&config).await;
    let shown = serde_json::to_string(&report).unwrap();
    assert!(!shown.contains("raw login"), "{shown}");
    let finding = report.units.iter().flat_map(Unit::open_findings).next().unwrap();
    assert_eq!((finding.object.identity.as_str(), finding.total), ("public.accounts.login", 1));
    assert!(finding.rows[0].key.contains("not shown"), "{}", finding.rows[0].key);
    pair.drop().await;
}

#[tokio::test]
async fn expressions_that_leave_or_swap_values_are_no_leaks() {
    // The first leaves all as they are, the second turns each value into another's.
    let masks = "[[mask]]\ncolumn='public.t.same'\nmask='sql'\nsql='{column}'\n\
                 [[mask]]\ncolumn='public.t.next'\nmask='sql'\nsql='{column} % 40 + 1'\n";
    let rows = "insert into t select n, n, n from generate_series(1, 40) n";
    for key in ["primary key", ""] {
        let schema = format!("create table t (id int {key}, same int, next int)");
        let (pair, config) = masked(&schema, rows, masks).await;
        let report = checked(&config).await;
        assert_eq!(found(&report), [], "{key}");
        assert!(detail(&report, "public.t.same").contains("40 left as they are by the mask"));
        // One value of a row that is another's mask too, and now stands twice.
        run(&pair.target, "update t set next = 7 where id = 7").await;
        let findings = found(&checked(&config).await);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!((findings[0].0.as_str(), findings[0].1.as_str()), ("public.t.next", "raw values"));
        pair.drop().await;
    }
}

#[tokio::test]
async fn a_mask_that_makes_one_value_of_two_is_told() {
    let masks = "[[mask]]\ncolumn='public.t.code'\nmask='hash'\n";
    let rows = "insert into t select n, 'raw' || n from generate_series(1, 300) n";
    let (pair, config) = masked("create table t (id int primary key, code varchar(6))", rows, masks).await;
    assert_eq!(found(&checked(&config).await), [], "six digits tell 300 values apart with this salt");
    pair.drop().await;
    let rows = "insert into t select n, n::text from generate_series(1, 50) n";
    let (pair, config) = masked("create table t (id int primary key, code varchar(2))", rows, masks).await;
    let findings = found(&checked(&config).await);
    let [(_, attribute, message)] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(attribute, "distinct values");
    assert!(message.ends_with("values of 50: the column is too short for it"), "{message}");
    pair.drop().await;
}

#[tokio::test]
async fn many_rows_wait_on_disk() {
    let masks = "[[mask]]\ncolumn='public.*.email'\nmask='email'\n";
    let rows = "insert into t select n, 'raw' || n || '@x.example' from generate_series(1, 120000) n; analyze t;
                insert into log select email from t; analyze log";
    let (pair, config) =
        masked("create table t (id int primary key, email text); create table log (email text)", rows, masks).await;
    let before = checked(&config).await;
    assert_eq!(found(&before), []);
    let told = "120,000 rows, 0 raw values, 0 NULLs, 120,000 distinct values";
    assert!(detail(&before, "public.t.email").contains(told) && detail(&before, "public.log.email").contains(told));
    run(
        &pair.target,
        "update t set email = 'raw' || id || '@x.example' where id % 50000 = 3; update t set email = null where id = 9;
         update log set email = 'raw77@x.example' where email = (select min(email) from log)",
    )
    .await;
    let report = checked(&config).await;
    let totals: Vec<(String, u64)> = report
        .units
        .iter()
        .flat_map(Unit::open_findings)
        .map(|one| (format!("{} {}", one.object.identity, one.attribute), one.total))
        .collect();
    assert_eq!(
        totals,
        [
            ("public.log.email raw values".to_owned(), 1),
            ("public.t.email raw values".to_owned(), 3),
            ("public.t.email NULLs".to_owned(), 1)
        ]
    );
    let keys: Vec<&str> = report.units[1].open_findings()[0].rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["id=100003", "id=3", "id=50003"]);
    pair.drop().await;
}

#[tokio::test]
async fn what_cannot_be_looked_at_is_incomplete() {
    let masks = "[[mask]]\ncolumn='public.t.*'\nmask='sql'\nsql='{column} / ({column} - 3)'\n\
                 [[mask]]\ncolumn='public.t.id'\nmask='sql'\nsql='{column}'\n";
    let pair = Pair::new(&["create table t (id int primary key, a int); insert into t values (1, 1), (2, 3)"]).await;
    let report = checked(&config(&pair, masks)).await;
    let unseen = incomplete(&report.units);
    let [(object, reason)] = unseen.as_slice() else { panic!("{unseen:?}") };
    assert_eq!(object, "column public.t.a");
    assert!(reason.contains("could not be read with their masks"), "{reason}");
    // A column or a table that the target lacks is told by the check that compares those.
    run(&pair.target, "alter table t drop a").await;
    let report = checked(&config(&pair, masks)).await;
    let unseen = incomplete(&report.units);
    assert!(unseen.len() == 1 && unseen[0].1.contains("`schema`"), "{unseen:?}");
    pair.drop().await;
}

#[tokio::test]
async fn a_role_that_may_not_read_the_column_leaves_it_incomplete() {
    let pair = Pair::new(&["create table t (id int primary key, email text); insert into t values (1, 'raw')"]).await;
    let role = format!("rehearse_mask_reader_{}", std::process::id());
    let create = format!(
        "do $$ begin create role {role} login password 'secret'; exception when duplicate_object then null; end $$;
         grant select (id) on t to {role}"
    );
    for url in [&pair.source, &pair.target] {
        run(url, &create).await;
    }
    let mut config = config(&pair, "[[mask]]\ncolumn='public.t.email'\nmask='email'\n");
    let url = crate::support::as_role(&pair.target, &role, "secret");
    config.target.url = Some(pg_rehearse::config::DatabaseUrl::parse(&url).unwrap());
    let report = checked(&config).await;
    assert_eq!(
        incomplete(&report.units),
        [("column public.t.email".to_owned(), "a connected role may not read the column".to_owned())]
    );
    for url in [&pair.source, &pair.target] {
        run(url, &format!("drop owned by {role}")).await;
        // Both URLs may lead to one server.
        run(url, &format!("do $$ begin drop role {role}; exception when others then null; end $$")).await;
    }
    pair.drop().await;
}

#[tokio::test]
async fn what_settles_between_looks_is_no_finding() {
    let (pair, mut config) = masked(SCHEMA, ROWS, MASKS).await;
    config.manner.recheck = 4;
    run(&pair.target, "create table kept as select id, token, phone from guests").await;
    let plant = "update guests set token = (select token from guests where id = 2) where id = 1;
                 update guests set phone = '+90' where id = 7";
    run(&pair.target, plant).await;
    let begun = std::sync::Arc::new(tokio::sync::Notify::new());
    let tell = begun.clone();
    // Told once both snapshots are there: the first look still sees what is healed now.
    let events = Events::new(move |event| {
        if matches!(event, Event::CheckStarted { .. }) {
            tell.notify_one();
        }
    });
    let heal = async {
        begun.notified().await;
        run(&pair.target, "update guests g set token = k.token from kept k where g.id = k.id and g.id = 1").await;
    };
    let (selection, options) = (only_masks(), verify::Options::default());
    let (report, ()) = tokio::join!(verify::verify(&config, &selection, &options, &events), heal);
    let report = report.unwrap();
    let findings: Vec<(String, String)> =
        found(&report).into_iter().map(|(object, attribute, _)| (object, attribute)).collect();
    assert_eq!(findings, [("public.guests.phone".to_owned(), "NULLs".to_owned())]);
    assert_eq!(incomplete(&report.units), []);
    pair.drop().await;
}
