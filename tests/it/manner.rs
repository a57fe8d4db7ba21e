//! How verification reads: strongly, gently, within a time, again, on from where it was, and with the copy's record.

use std::path::Path;
use std::time::{Duration, Instant};

use pg_rehearse::check::{Context, Selection, SideView};
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::fingerprint::{CopyRecord, Fingerprint};
use pg_rehearse::model::{Error, Events, ExitCode, Outcome, Result, RunReport, Unit};
use pg_rehearse::postgres::{Care, Endpoint, Readers, Source, Target};
use pg_rehearse::verify::{Options, verify, verify_against};
use sqlx::{Connection, Executor, PgConnection};

use crate::support::endpoints::endpoint;
use crate::support::{Pair, expect, incomplete, open, run, value};

fn configuration(pair: &Pair, text: &str) -> Config {
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    Config::from_text(text, &flags).unwrap()
}

fn rows() -> Selection {
    Selection { only: vec!["rows".into()], skip: Vec::new() }
}

async fn report(pair: &Pair, text: &str, options: &Options) -> Result<RunReport> {
    verify(&configuration(pair, text), &rows(), options, &Events::silent()).await
}

fn detail(units: &[Unit], object: &str) -> String {
    let unit = units.iter().find(|unit| unit.object.to_string() == object).unwrap();
    unit.detail.clone().unwrap_or_default()
}

const TYPES: &str = "
create table public.every (id int8 primary key, small int2, flag bool, name text, code char(4), day date, at timestamptz,
    amount numeric, doc jsonb, raw bytea, list int4[], whole uuid, number oid, ratio float8);
insert into public.every select n, n % 7, n % 2 = 0, 'name ' || n, 'a', '2025-01-01'::date + n, '2025-01-01+00'::timestamptz + n * interval '1 h',
    n / 8.0, jsonb_build_object('n', n), decode(md5(n::text), 'hex'), array[n, null], md5(n::text)::uuid, n, n / 3.0
    from generate_series(1, 500) n;
create table public.bag (a int, b text);
insert into public.bag select n % 5, null from generate_series(1, 40) n;
";

#[tokio::test]
async fn strong_hashes_see_each_type_and_null() {
    let columns: Vec<String> = (0..120).map(|number| format!("c{number} int default {number}")).collect();
    let wide = format!(
        "create table public.wide (id int primary key, {}); insert into public.wide values (1)",
        columns.join(", ")
    );
    let pair = Pair::new(&[TYPES, &wide]).await;
    let strong = "[verify]\nstrong = true\n";
    assert_eq!(pair.findings(strong, "rows").await, expect(&[]));
    let changes = [
        ("small", "3::int2 + small"),
        ("flag", "not flag"),
        ("name", "name || ' '"),
        ("code", "'b'"),
        ("day", "day + 1"),
        ("at", "at + interval '1 microsecond'"),
        ("amount", "amount * 1.00000"),
        ("doc", "doc || '{\"m\": 1.0}'"),
        ("raw", "raw || '\\x00'"),
        ("list", "list || null::int"),
        ("whole", "gen_random_uuid()"),
        ("number", "7777"),
        ("ratio", "-0.0"),
        ("name", "null"),
        ("small", "null"),
    ];
    let changed = expect(&[("rows", "table public.every", "rows changed")]);
    for (column, other) in changes {
        run(&pair.target, &format!("create table public.saved as select id, {column} as v from public.every where id = 77; update public.every set {column} = {other} where id = 77")).await;
        let checked = pair.verify(strong, &["rows"]).await;
        assert_eq!(open(&checked.units).intersection(&changed).count(), 1, "{column}");
        let finding =
            checked.units.iter().flat_map(Unit::open_findings).find(|one| one.attribute == "rows changed").unwrap();
        assert_eq!((finding.total, finding.rows[0].key.as_str()), (1, "id=77"), "{column}");
        assert_eq!(finding.rows[0].columns.len(), 1, "{column}");
        run(
            &pair.target,
            &format!(
                "update public.every e set {column} = v from public.saved s where e.id = s.id; drop table public.saved"
            ),
        )
        .await;
    }
    run(&pair.target, "update public.wide set c119 = c119 + 1; insert into public.bag values (1, null)").await;
    let found = expect(&[("rows", "table public.wide", "rows changed"), ("rows", "table public.bag", "rows extra")]);
    assert_eq!(pair.findings(strong, "rows").await, found);
    pair.drop().await;
}

#[tokio::test]
async fn many_differences_are_counted_exactly_with_parts_on_disk() {
    let pair = Pair::new(&["
        create table public.keyed (id int8 primary key, v int);
        insert into public.keyed select n, n from generate_series(1, 320000) n;
        create table public.bag (v int);
        insert into public.bag select n % 150000 from generate_series(1, 300000) n;
        analyze"])
    .await;
    run(
        &pair.target,
        "
        update public.keyed set v = -v where id % 4 = 0;
        delete from public.keyed where id % 16 = 1;
        insert into public.keyed select n, n from generate_series(400001, 407000) n;
        update public.bag set v = v + 1000000 where v < 130000",
    )
    .await;
    let checked = pair.verify("", &["rows"]).await;
    let totals = |object: &str| -> Vec<(String, u64)> {
        let findings =
            checked.units.iter().flat_map(Unit::open_findings).filter(|one| one.object.to_string() == object);
        findings.map(|one| (one.attribute.clone(), one.total)).collect()
    };
    let named = |all: &[(&str, u64)]| all.iter().map(|(name, total)| ((*name).to_owned(), *total)).collect::<Vec<_>>();
    let keyed = [("rows missing", 20_000), ("rows extra", 7_000), ("rows changed", 80_000)];
    assert_eq!(totals("table public.keyed"), named(&keyed));
    assert_eq!(totals("table public.bag"), named(&[("rows missing", 260_000), ("rows extra", 260_000)]));
    pair.drop().await;
}

/// Holds an exported snapshot until dropped.
async fn hold(url: &str) -> (PgConnection, String) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection.execute("begin isolation level repeatable read").await.unwrap();
    let id = sqlx::query_scalar("select pg_export_snapshot()").fetch_one(&mut connection).await.unwrap();
    (connection, id)
}

#[tokio::test]
async fn what_was_finished_is_not_read_again_in_the_same_snapshot() {
    let pair = Pair::new(&[TYPES]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("finished");
    let (source, target) = (hold(&pair.source).await, hold(&pair.target).await);
    // Later writes are not in the snapshots.
    run(&pair.target, "update public.every set name = 'later' where id = 1").await;
    let mut config = configuration(&pair, "");
    (config.source.snapshot, config.target.snapshot) = (Some(source.1.clone()), Some(target.1.clone()));
    let options = Options { resume: Some(path.clone()), ..Options::default() };
    let again = async || verify(&config, &rows(), &options, &Events::silent()).await.unwrap();
    assert_eq!(again().await.exit_code(), ExitCode::Same);
    // A sum that only the file has: who reads the table again does not see it.
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 4, "two tables of two sides");
    let forged: String = text
        .lines()
        .map(|line| match line.contains("public.bag") && line.contains("\"source\"") {
            true => line.replace("\"rows\":40", "\"rows\":41") + "\n",
            false => format!("{line}\n"),
        })
        .collect();
    assert_ne!(forged, text);
    std::fs::write(&path, forged + "{\"version\":").unwrap();
    let report = again().await;
    assert_eq!(report.exit_code(), ExitCode::Incomplete);
    assert_eq!(
        incomplete(&report.units),
        [("table public.bag".into(), "checksums differ, but no differing row was found".into())]
    );
    // Another snapshot that shows other rows is read itself.
    config.source.snapshot = None;
    config.target.snapshot = None;
    run(&pair.source, "update public.every set name = 'later' where id = 1").await;
    let report = verify(&config, &rows(), &options, &Events::silent()).await.unwrap();
    assert_eq!((report.exit_code(), incomplete(&report.units)), (ExitCode::Same, Vec::new()));
    drop((source, target));
    std::fs::write(&path, "something else\nand more\n").unwrap();
    let error = verify(&config, &rows(), &options, &Events::silent()).await.unwrap_err();
    assert!(error.to_string().contains("line 1"), "{error}");
    pair.drop().await;
}

#[tokio::test]
async fn a_comparison_with_a_fingerprint_keeps_to_its_time_and_goes_on_where_it_was() {
    let pair = Pair::new(&[TYPES]).await;
    let view = SideView::open(&endpoint::<Source>(&pair.source), 2, &[]).await.unwrap();
    let scope = configuration(&pair, "").scope;
    let before = Fingerprint::take(&view.readers, &view.catalog, &scope, None).await.unwrap();
    view.readers.close().await;
    let held = hold(&pair.target).await;
    let against = async |text: &str, options: &Options| {
        let mut config = configuration(&pair, text);
        config.target.snapshot = Some(held.1.clone());
        verify_against(&config, &before, "f", &Selection::default(), options, &Events::silent()).await.unwrap()
    };
    let report = against("[verify]\nbudget = '1ms'\n", &Options::default()).await;
    let reasons = incomplete(&report.units);
    assert!(reasons.len() == 2 && reasons.iter().all(|(_, reason)| reason.contains("time budget")), "{reasons:?}");
    assert!(report.units_of("schema").count() > 2 && open(&report.units).is_empty());

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("finished");
    let options = Options { resume: Some(path.clone()), ..Options::default() };
    assert_eq!(against("", &options).await.exit_code(), ExitCode::Same);
    // A sum that only the file has: who reads the table again does not see it.
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().count(), 2, "two tables");
    std::fs::write(&path, text.replace("\"rows\":40", "\"rows\":41")).unwrap();
    let found = expect(&[("rows", "table public.bag", "number of rows")]);
    assert_eq!(open(&against("", &options).await.units), found);
    assert_eq!(open(&against("", &Options::default()).await.units), expect(&[]));
    pair.drop().await;
}

#[tokio::test]
async fn a_snapshot_that_is_not_there_is_a_usage_error() {
    let pair = Pair::new(&[TYPES]).await;
    let mut config = configuration(&pair, "");
    config.source.snapshot = Some("00000000-00000000-1".to_owned());
    let error = verify(&config, &rows(), &Options::default(), &Events::silent()).await.unwrap_err();
    assert_eq!(error.exit_code(), ExitCode::Usage);
    assert!(error.hint_text().unwrap().contains("pg_export_snapshot"));
    pair.drop().await;
}

async fn record(pair: &Pair, path: &Path) {
    let scope = configuration(pair, "").scope;
    let (one, two) = (endpoint::<Source>(&pair.source), endpoint::<Target>(&pair.target));
    let (there, here) = (SideView::open(&one, 2, &[]).await.unwrap(), SideView::open(&two, 2, &[]).await.unwrap());
    let record = CopyRecord::take((&there.readers, &there.catalog), (&here.readers, &here.catalog), &scope).await;
    record.unwrap().write(path).unwrap();
    there.readers.close().await;
    here.readers.close().await;
}

#[tokio::test]
async fn a_record_of_the_copy_tells_who_is_to_blame() {
    let pair = Pair::new(&[TYPES]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.json");
    run(&pair.target, "update public.every set name = 'wrong' where id = 1").await;
    record(&pair, &path).await;
    let options = Options { since: Some(path), ..Options::default() };
    let blame = async || detail(&report(&pair, "", &options).await.unwrap().units, "table public.every");
    assert_eq!(blame().await, "500 rows; 1 row copied wrong");
    run(
        &pair.source,
        "update public.every set name = 'newer' where id in (2, 3); delete from public.every where id = 4",
    )
    .await;
    run(&pair.target, "insert into public.every (id) values (1000); update public.every set flag = null where id = 5")
        .await;
    let found = blame().await;
    assert!(found.ends_with("1 row copied wrong, 3 rows changed on the source since the copy, 2 rows changed on the target since the copy"), "{found}");
    run(&pair.source, "insert into public.bag values (9, 'x')").await;
    let units = report(&pair, "", &options).await.unwrap().units;
    assert!(detail(&units, "table public.bag").ends_with("all changed on the source since the copy"));
    // Columns have changed: the record no longer tells.
    for url in [&pair.source, &pair.target] {
        run(url, "alter table public.every add more int").await;
    }
    assert!(!blame().await.contains("since the copy"));
    pair.drop().await;
}

#[tokio::test]
async fn rows_under_way_settle_and_lost_ones_do_not() {
    let pair = Pair::new(&[TYPES]).await;
    run(&pair.target, "delete from public.every where id in (7, 8); update public.bag set b = 'late' where a = 1")
        .await;
    let arrive = async {
        tokio::time::sleep(Duration::from_millis(250)).await;
        run(&pair.target, "insert into public.every (id) values (8); update public.bag set b = null").await;
        run(
            &pair.source,
            "update public.every set (small, flag, name, code, day, at, amount, doc, raw, list, whole, number, ratio) =
            (null, null, null, null, null, null, null, null, null, null, null, null, null) where id = 8",
        )
        .await;
    };
    let options = Options::default();
    let (found, ()) = tokio::join!(report(&pair, "[verify]\nrecheck = 2\n", &options), arrive);
    let units = found.unwrap().units;
    assert_eq!(open(&units), expect(&[("rows", "table public.every", "rows missing")]));
    let finding = units.iter().flat_map(Unit::open_findings).next().unwrap();
    assert_eq!((finding.total, finding.rows[0].key.as_str()), (1, "id=7"));
    assert!(
        detail(&units, "table public.every").ends_with("1 row settled"),
        "{}",
        detail(&units, "table public.every")
    );
    pair.drop().await;
}

#[tokio::test]
async fn a_row_that_keeps_changing_is_not_known() {
    let pair = Pair::new(&[TYPES]).await;
    let busy = async {
        for n in 0..200 {
            run(&pair.target, &format!("update public.every set name = 'busy {n}' where id = 3")).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    run(&pair.target, "update public.every set name = 'busy' where id = 3").await;
    let options = Options::default();
    let found = tokio::select! {
        found = report(&pair, "[verify]\nrecheck = 2\n", &options) => found.unwrap(),
        () = busy => panic!("verify took longer than the writes"),
    };
    assert_eq!(found.exit_code(), ExitCode::Incomplete);
    let reasons = incomplete(&found.units);
    assert_eq!(reasons, [("table public.every".into(), "1 row went on changing in all of 2 looks".into())]);
    pair.drop().await;
}

#[tokio::test]
async fn what_a_time_budget_leaves_is_incomplete() {
    let pair = Pair::new(&[TYPES]).await;
    let config = configuration(&pair, "[verify]\nbudget = '1ms'\n");
    let report = verify(&config, &Selection::default(), &Options::default(), &Events::silent()).await.unwrap();
    assert_eq!(report.exit_code(), ExitCode::Incomplete);
    let left: Vec<_> = report
        .units_of("rows")
        .filter(|unit| matches!(&unit.outcome, Outcome::Incomplete { reason, .. } if reason.contains("time budget")))
        .collect();
    assert_eq!(left.len(), 2);
    // What the catalogs tell costs nothing more and was told.
    assert!(
        report.units_of("schema").count() > 2 && report.units_of("schema").all(|unit| unit.outcome == Outcome::Same)
    );
    pair.drop().await;
}

#[tokio::test]
async fn a_lost_connection_costs_a_try_and_a_lost_snapshot_is_told() {
    let pair = Pair::new(&[TYPES]).await;
    let source: Endpoint<Source> = endpoint(&pair.source);
    let readers = Readers::open(&source, 1).await.unwrap();
    let kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'pg-rehearse' and datname = current_database()";
    let idle = readers.acquire().await.unwrap().value("select pg_backend_pid()").await.unwrap().unwrap();
    value(&pair.source, &format!("select pg_terminate_backend({idle})::text")).await;
    let rows = readers.answer("select count(*) from public.every").await.unwrap();
    assert_eq!(rows, [[Some("500".to_owned())]]);
    value(&pair.source, &format!("select ({kill})::text")).await;
    let error: Error = readers.answer("select 1").await.unwrap_err();
    assert!(error.chain().contains("the snapshot is gone"), "{}", error.chain());
    assert_eq!(error.exit_code(), ExitCode::Incomplete);
    pair.drop().await;
}

#[tokio::test]
async fn others_at_work_are_waited_for() {
    let pair = Pair::new(&[TYPES]).await;
    let mut readers = Readers::open(&endpoint::<Source>(&pair.source), 1).await.unwrap();
    readers.take_care(Care { max_load: Some(0), ..Care::default() }).await.unwrap();
    let (source, clock) = (pair.source.clone(), Instant::now());
    let busy = tokio::spawn(async move { run(&source, "select pg_sleep(2)").await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    readers.answer("select 1").await.unwrap();
    assert!(clock.elapsed() >= Duration::from_secs(2));
    busy.await.unwrap();
    // A snapshot whose answers are remembered asks for the load anew all the same.
    readers.remember();
    readers.answer("select 2").await.unwrap();
    let (source, clock) = (pair.source.clone(), Instant::now());
    let busy = tokio::spawn(async move { run(&source, "select pg_sleep(2)").await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    tokio::time::timeout(Duration::from_secs(60), readers.answer("select 3")).await.unwrap().unwrap();
    assert!(clock.elapsed() >= Duration::from_secs(2));
    busy.await.unwrap();
    readers.close().await;
    pair.drop().await;
}

#[tokio::test]
async fn a_sample_does_not_outlast_the_time_budget() {
    let pair = Pair::new(&[TYPES]).await;
    let sample = "[[sample]]\nname = 'slow'\nsql = 'select pg_sleep(30)::text'\nexpect = 'same'\ntimeout = 60\n";
    let clock = Instant::now();
    let checked = pair.verify(&format!("[verify]\nbudget = '4s'\n{sample}"), &["samples"]).await;
    assert!(clock.elapsed() < Duration::from_secs(20), "{:?}", clock.elapsed());
    let reasons = incomplete(&checked.units);
    assert!(matches!(&reasons[..], [(_, reason)] if reason.contains("time budget")), "{reasons:?}");
    // Within the budget its own time holds.
    let short = sample.replace("timeout = 60", "timeout = 1");
    let clock = Instant::now();
    let checked = pair.verify(&format!("[verify]\nbudget = '60s'\n{short}"), &["samples"]).await;
    assert!(clock.elapsed() < Duration::from_secs(20), "{:?}", clock.elapsed());
    let reasons = incomplete(&checked.units);
    assert!(matches!(&reasons[..], [(_, reason)] if reason.contains("time limit")), "{reasons:?}");
    pair.drop().await;
}

#[tokio::test]
async fn each_look_reads_a_table_once_and_no_catalog() {
    let pair = Pair::new(&[TYPES]).await;
    run(&pair.target, "delete from public.every where id in (7, 9)").await;
    let scans = async || {
        let query = "select seq_scan from pg_stat_user_tables where relname = 'every'";
        let mut last = -1;
        // Sessions tell what they have read some time after they end.
        for _ in 0..50 {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let now: i64 = value(&pair.source, &format!("select ({query})::text")).await.unwrap().parse().unwrap();
            if now == last {
                return now;
            }
            last = now;
        }
        panic!("the scans are never counted up");
    };
    let before = scans().await;
    let busy = async {
        for n in 0..400 {
            run(&pair.target, &format!("update public.every set name = 'busy {n}' where id = 3")).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    run(&pair.target, "update public.every set name = 'busy' where id = 3").await;
    let options = Options::default();
    let found = tokio::select! {
        found = report(&pair, "[verify]\nrecheck = 1\n", &options) => found.unwrap(),
        () = busy => panic!("verify took longer than the writes"),
    };
    let reasons = incomplete(&found.units);
    assert_eq!(reasons, [("table public.every".into(), "1 row went on changing in all of 1 looks".into())]);
    let findings: Vec<_> = found.units.iter().flat_map(Unit::open_findings).map(|one| one.total).collect();
    assert_eq!(findings, [2], "the rows that stand");
    // The checksum, the rows of it that differ, and one look; what the rows share is asked for once more.
    assert_eq!(scans().await - before, 4);

    // A look takes the catalog as it was loaded.
    let context = Context::open(&configuration(&pair, ""), &Events::silent()).await.unwrap();
    run(&pair.source, "create table public.later (a int); update public.every set name = 'later' where id = 1").await;
    let again = context.again().await.unwrap();
    assert!(again.source.catalog.relations.keys().eq(context.source.catalog.relations.keys()));
    let name = "select name from public.every where id = 1";
    assert_eq!(again.source.readers.answer(name).await.unwrap(), [[Some("later".to_owned())]]);
    assert_eq!(context.source.readers.answer(name).await.unwrap(), [[Some("name 1".to_owned())]]);
    context.close().await;
    again.close().await;
    pair.drop().await;
}

#[tokio::test]
async fn numbers_within_their_tolerance_are_no_finding() {
    let script = "create extension vector; create table public.p (id int primary key, price float8, rate numeric, name text, place VECTOR);
        insert into public.p select n, n / 3.0, n / 7.0, 'n', '[1,2.5,3.1]' from generate_series(1, 300) n";
    let pair = Pair::new(&[]).await;
    run(&pair.source, &script.replace("VECTOR", "vector(3)")).await;
    run(&pair.target, &script.replace("VECTOR", "halfvec(3)")).await;
    run(
        &pair.target,
        "
        update public.p set price = price * 1.0000001, rate = rate + 0.001;
        update public.p set price = price * 1.1 where id = 5; update public.p set name = 'm' where id = 6;
        update public.p set rate = null where id = 7; update public.p set place = '[1,2.5,3.2]' where id = 8",
    )
    .await;
    let config = "
        [[float_tolerance]]\ntable = 'public.p'\ncolumn = 'price'\nrelative = 1e-6
        [[float_tolerance]]\ntable = 'p*'\ncolumn = 'rate'\nabsolute = 0.002
        [[float_tolerance]]\ntable = 'public.p'\ncolumn = 'place'\nrelative = 0.001\n";
    let checked = pair.verify(config, &["rows"]).await;
    let findings: Vec<_> = checked.units.iter().flat_map(Unit::open_findings).collect();
    assert_eq!((findings.len(), findings[0].attribute.as_str(), findings[0].total), (1, "rows changed", 4));
    let keys: Vec<&str> = findings[0].rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["id=5", "id=6", "id=7", "id=8"]);
    assert!(detail(&checked.units, "table public.p").ends_with("296 rows within the tolerance of price, rate, place"));
    for (wrong, says) in [("name", "is of type text"), ("nothing", "no such column")] {
        let text = format!("[[float_tolerance]]\ntable = 'public.p'\ncolumn = '{wrong}'\nrelative = 0.1\n");
        let error = report(&pair, &text, &Options::default()).await.unwrap_err();
        assert!(error.to_string().contains(says) && error.exit_code() == ExitCode::Usage, "{error}");
    }
    pair.drop().await;
}
