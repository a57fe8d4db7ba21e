//! Columns whose type on the target holds less than the source's: a copy begins only where every value arrives as it is.

use pg_rehearse::catalog;
use pg_rehearse::config::TableScope;
use pg_rehearse::copy::{Readiness, readiness};
use pg_rehearse::plan::Plan;
use pg_rehearse::postgres::{Readers, Session, Target};

use crate::copy::clean_and_copy;
use crate::support::endpoints::Pair;

/// A type on the source, one on the target, a value that it holds, how the target writes that, and a value that it does not hold:
/// nearly all of these it takes in, as something else.
const CASES: [(&str, &str, &str, &str, &str); 24] = [
    ("numeric(10,4)", "numeric(10,2)", "1.2500", "1.25", "1.2345"),
    ("numeric", "numeric(10,4)", "1.20", "1.2000", "1.23456"),
    ("numeric", "int", "5", "5", "1.5"),
    ("numeric", "float8", "0.30000000000000004", "0.30000000000000004", "0.300000000000000041"),
    ("float8", "float4", "0.1", "0.1", "0.123456789012"),
    ("float8", "numeric(6,2)", "0.3", "0.30", "0.30000000000000004"),
    ("float8", "numeric(20,17)", "0.30000000000000004", "0.30000000000000004", "1.5e-20"),
    ("bigint", "int", "7", "7", "3000000000"),
    ("bigint", "float8", "7", "7", "9007199254740993"),
    ("int", "float4", "7", "7", "123456789"),
    ("int", "numeric(10,2)", "7", "7.00", "123456789"),
    ("numeric(10,4)[]", "numeric(10,2)[]", "{1.25,NULL}", "{1.25,NULL}", "{NULL,1.2345}"),
    ("price", "price", "1.25", "1.25", "1.2345"),
    ("price", "numeric(10,2)", "1.25", "1.25", "1.2345"),
    ("text", "varchar(3)", "abc", "abc", "abc  "),
    ("text", "char(4)", "ab", "ab  ", "ab "),
    ("varchar(90)", "name", "short", "short", "a name of more than the sixty-three bytes that the type name can hold"),
    ("text", "varchar(3)", "ab", "ab", "long"),
    ("timestamp", "timestamp(0)", "2026-01-01 10:00:00", "2026-01-01 10:00:00", "2026-01-01 10:00:00.6"),
    ("timestamptz", "date", "2026-01-01 00:00:00+00", "2026-01-01", "2026-01-01 10:00:00+00"),
    ("timetz", "time", "10:00+00", "10:00:00", "10:00+05"),
    ("interval", "interval(0)", "1 day", "1 day", "1.5 seconds"),
    ("interval", "interval day", "3 days", "3 days", "3 days 04:00"),
    ("vector(2)", "halfvec(2)", "[0.5,2]", "[0.5,2]", "[0.1,2]"),
];

async fn pair_of(name: &str) -> Pair {
    let pair = Pair::create(name).await;
    pair.both("create extension if not exists vector").await;
    pair.on_source("create domain price as numeric(10,4)").await;
    pair.on_target("create domain price as numeric(10,2)").await;
    for (at, (from, to, fits, ..)) in CASES.iter().enumerate() {
        pair.on_source(&format!("create table t{at} (c {from}); insert into t{at} values ('{fits}'), (null)")).await;
        pair.on_target(&format!("create table t{at} (c {to})")).await;
    }
    pair
}

async fn ready(pair: &Pair) -> Readiness {
    let readers = Readers::open(&pair.source, 2).await.unwrap();
    let there = catalog::load(&mut *readers.acquire().await.unwrap(), &[]).await.unwrap();
    let mut target = Session::<Target>::connect(&pair.target).await.unwrap();
    let here = catalog::load(&mut target, &[]).await.unwrap();
    let found = readiness(&readers, &there, &here, &Plan::new(&there, &TableScope::default())).await.unwrap();
    readers.close().await;
    target.close().await;
    found
}

#[tokio::test]
async fn values_that_a_narrower_type_holds_are_copied_as_they_are() {
    let pair = pair_of("narrow_fits").await;
    clean_and_copy(&pair, 2).await.unwrap();
    for (at, (from, to, _, written, _)) in CASES.iter().enumerate() {
        let (_, found) = pair.ask(&format!("select count(*), count(c), max(format('%s', c)) from t{at}")).await;
        assert_eq!(found, [format!("2|1|{written}")], "{from} to {to}");
    }
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_value_that_a_narrower_type_would_change_stops_the_copy_before_it_begins() {
    let pair = pair_of("narrow_changes").await;
    let fitting = ready(&pair).await;
    assert!(fitting.obstacles.is_empty(), "{:?}", fitting.obstacles);
    for (at, (.., changed)) in CASES.iter().enumerate() {
        pair.on_source(&format!("insert into t{at} values ('{changed}')")).await;
    }
    let found = ready(&pair).await;
    for (at, (from, to, ..)) in CASES.iter().enumerate() {
        let table = format!("public.t{at}");
        let problem = found.obstacles.iter().find(|obstacle| obstacle.object.identity == table);
        assert!(problem.is_some_and(|obstacle| obstacle.problem.contains("its type on the target")), "{from} to {to}");
    }
    assert_eq!(found.obstacles.len(), CASES.len());
    let error = clean_and_copy(&pair, 2).await.unwrap_err();
    assert!(error.to_string().contains("1 value would be rounded or cut off by numeric(10,2)"), "{error}");
    assert_eq!(pair.ask("select count(*) from t5").await.1, ["0"], "nothing was copied");
    pair.drop_databases().await;
}

#[tokio::test]
async fn types_that_hold_every_value_are_not_asked_about() {
    let pair = Pair::create("wider").await;
    pair.on_source(
        "create table t (a int, b varchar(5), c numeric(8,2), d timestamp(3), e date, f float4, g int[], h text)",
    )
    .await;
    pair.on_target(
        "create table t (a bigint, b text, c numeric, d timestamp, e timestamptz, f float8, g bigint[], h varchar)",
    )
    .await;
    pair.on_source("insert into t values (1, 'ab', 1.50, now(), now(), 0.1, '{1}', 'x')").await;
    let found = ready(&pair).await;
    assert!(found.obstacles.is_empty(), "{:?}", found.obstacles);
    assert!(found.mappings.iter().all(|mapping| mapping.narrowed.is_empty()));
    pair.drop_databases().await;
}
