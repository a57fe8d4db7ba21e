//! What masks make of random values: the same by the same salt, another by another, NULL of NULL, as many different
//! ones as there were, no longer than their column, and alike in every table.

use std::collections::{BTreeMap, BTreeSet};

use pg_rehearse::check::{Selection, SideView};
use pg_rehearse::config::{Config, Flags, Salt};
use pg_rehearse::migrate::{Sides, Start};
use pg_rehearse::model::{Events, Verdict};
use pg_rehearse::plan::Readings;
use pg_rehearse::postgres::{Endpoint, Source};
use pg_rehearse::verify;
use proptest::prelude::*;
use proptest::test_runner::{Config as Runs, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use sqlx::{Connection, PgConnection};

use crate::support::Pair;

const SALT: &str = "a salt nobody else has";
const OTHER_SALT: &str = "a salt that others have";

/// What a masked value must look like.
struct Masked {
    /// The column's name in both tables.
    name: &'static str,
    /// Its type.
    of: &'static str,
    /// Its mask.
    mask: &'static str,
    /// A value to be masked, made of `t` (text), `i` (bigint) and `b` (bytea).
    value: &'static str,
    /// What the mask takes for the value: two of one are masked alike.
    taken: &'static str,
    /// A regular expression that all of a value's mask matches.
    looks: &'static str,
}

const fn column(
    name: &'static str,
    of: &'static str,
    mask: &'static str,
    value: &'static str,
    looks: &'static str,
) -> Masked {
    Masked { name, of, mask, value, taken: "{}::text", looks }
}

/// Every mask made of a salt, for every type it is for, as short as it may be and longer.
const SALTED: [Masked; 22] = [
    column("email_text", "text", "email", "t", r"^[0-9a-f]{24}@mask\.invalid$"),
    column("email_short", "varchar(25)", "email", "left(t, 25)", r"^[0-9a-f]{12}@mask\.invalid$"),
    column("email_char", "char(30)", "email", "left(t, 30)", r"^[0-9a-f]{17}@mask\.invalid$"),
    column("email_domain", "short_text", "email", "left(t, 30)", r"^[0-9a-f]{17}@mask\.invalid$"),
    folded("email_citext", "email", r"^[0-9a-f]{24}@mask\.invalid$"),
    column("name_text", "text", "name", "t", r"^[A-Z][a-z]{5} [A-Z][a-z]{13}$"),
    column("name_short", "varchar(11)", "name", "left(t, 11)", r"^[A-Z][a-z]{3} [A-Z][a-z]{5}$"),
    column("name_char", "char(20)", "name", "left(t, 20)", r"^[A-Z][a-z]{5} [A-Z][a-z]{11}$"),
    folded("name_citext", "name", r"^[A-Z][a-z]{5} [A-Z][a-z]{13}$"),
    column("phone_text", "text", "phone", "t", r"^\+9[0-9]{14}$"),
    column("phone_short", "varchar(14)", "phone", "left(t, 14)", r"^\+9[0-9]{12}$"),
    column("phone_domain", "phone_number", "phone", "'+' || (1000000 + abs(i % 1000000000))", r"^\+9[0-9]{11}$"),
    folded("phone_citext", "phone", r"^\+9[0-9]{14}$"),
    column("hash_text", "text", "hash", "t", "^[0-9a-f]{32}$"),
    column("hash_short", "varchar(12)", "hash", "left(t, 12)", "^[0-9a-f]{12}$"),
    column("hash_char", "char(16)", "hash", "left(t, 16)", "^[0-9a-f]{16}$"),
    folded("hash_citext", "hash", "^[0-9a-f]{32}$"),
    column("hash_uuid", "uuid", "hash", "md5(t)::uuid", "^[0-9a-f-]{36}$"),
    column("hash_int", "integer", "hash", "(i % 2147483647)::int", "^[0-9]{1,10}$"),
    column("hash_bigint", "bigint", "hash", "i", "^[0-9]{1,19}$"),
    column("hash_bytes", "bytea", "hash", "b", r"^\\x[0-9a-f]{64}$"),
    column("hash_domain", "short_text", "hash", "left(t, 30)", "^[0-9a-f]{30}$"),
];

const fn folded(name: &'static str, mask: &'static str, looks: &'static str) -> Masked {
    Masked { name, of: "citext", mask, value: "t", taken: "lower({}::text)", looks }
}

/// The masks that are made of no salt: name, type, mask, value, and what becomes of it.
const PLAIN: [(&str, &str, &str, &str, &str); 4] = [
    ("null_text", "text", "mask = 'null'", "t", "null"),
    ("constant_text", "varchar(4)", "mask = 'constant'\nvalue = \"it's\"", "left(t, 4)", "'it''s'"),
    ("constant_citext", "citext", "mask = 'constant'\nvalue = 'X'", "t", "'X'"),
    (
        "sql_int",
        "integer",
        "mask = 'sql'\nsql = 'abs({column} % 10)'",
        "(i % 2147483647)::int",
        "abs((i % 2147483647)::int % 10)::text",
    ),
];

/// Two tables that share some values, so that they join.
fn schema() -> String {
    let salted = SALTED.iter().map(|one| format!("{} {}", one.name, one.of));
    let plain = PLAIN.iter().map(|(name, of, ..)| format!("{name} {of}"));
    let columns = salted.chain(plain).collect::<Vec<_>>().join(", ");
    format!(
        "create extension if not exists citext;
         create domain short_text as varchar(30);
         create domain phone_number as varchar(13) check (value ~ '^\\+[1-9][0-9]{{6,11}}$');
         create table seeds (id int primary key, t text, i bigint, b bytea);
         create table one (id int primary key, {columns}); create table two (id int primary key, {columns})"
    )
}

fn configuration(pair: &Pair) -> Config {
    let salted = SALTED.iter().map(|one| (one.name, format!("mask = '{}'", one.mask)));
    let plain = PLAIN.iter().map(|(name, _, mask, ..)| (*name, (*mask).to_owned()));
    let masks: String =
        salted.chain(plain).map(|(name, mask)| format!("[[mask]]\ncolumn = 'public.*.{name}'\n{mask}\n")).collect();
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let mut config = Config::from_text(&masks, &flags).unwrap();
    config.source.salt = Some(Salt::parse(SALT).unwrap());
    config
}

/// A row's seeds: a text, a number, bytes; each may be NULL.
type Seeds = (Option<String>, Option<i64>, Option<Vec<u8>>);

/// Texts of all kinds, short ones often, so that they recur and differ by case alone; no zero character.
fn seeds() -> impl Strategy<Value = Vec<Seeds>> {
    let text = prop_oneof![
        2 => "[aAbB]{0,2}",
        3 => "\\PC{0,40}",
        1 => "[ \\t'\"\\\\%_]{0,6}",
        1 => "[éÉßſKİ🐢̃]{0,4}",
    ];
    let text = text.prop_map(|text| text.replace('\0', ""));
    let number = prop_oneof![Just(0), Just(i64::MIN), Just(i64::MAX), -9..9_i64, any::<i64>()];
    let bytes = prop::collection::vec(any::<u8>(), 0..6);
    let row =
        (prop::option::weighted(0.9, text), prop::option::weighted(0.9, number), prop::option::weighted(0.9, bytes));
    prop::collection::vec(row, 1..40)
}

async fn fill(connection: &mut PgConnection, rows: &[Seeds]) {
    sqlx::raw_sql("truncate seeds, one, two").execute(&mut *connection).await.unwrap();
    for (id, (text, number, bytes)) in (1i32..).zip(rows) {
        let insert = sqlx::query("insert into seeds values ($1, $2, $3, $4)");
        insert.bind(id).bind(text).bind(number).bind(bytes).execute(&mut *connection).await.unwrap();
    }
    let names: Vec<&str> = SALTED.iter().map(|one| one.name).chain(PLAIN.iter().map(|one| one.0)).collect();
    let values: Vec<&str> = SALTED.iter().map(|one| one.value).chain(PLAIN.iter().map(|one| one.3)).collect();
    let insert = |table: &str, rows: &str| {
        format!("insert into {table} (id, {}) select id, {} from seeds {rows};", names.join(", "), values.join(", "))
    };
    // The second table has some of the first one's values, under other keys.
    let sql = insert("one", "") + &insert("two", "where id % 3 > 0").replace("select id,", "select 1000 - id,");
    sqlx::raw_sql(&sql).execute(&mut *connection).await.unwrap();
}

/// A column of a table as `(what the mask takes for the value, what it makes of it)`, row by row.
async fn read(
    connection: &mut PgConnection,
    table: &str,
    taken: &str,
    masked: &str,
    salt: &str,
) -> Vec<(Option<String>, Option<String>)> {
    sqlx::query("select set_config('pg_rehearse.salt', $1, false)").bind(salt).execute(&mut *connection).await.unwrap();
    let sql = format!("select ({taken})::text, ({masked})::text from {table} order by id");
    sqlx::query_as(&sql).fetch_all(&mut *connection).await.unwrap()
}

fn distinct<'a>(values: impl Iterator<Item = &'a Option<String>>) -> BTreeSet<&'a String> {
    values.flatten().collect()
}

/// What must hold of every salted column over the rows in the tables.
async fn judge(
    connection: &mut PgConnection,
    expressions: &BTreeMap<(String, String), String>,
) -> Result<(), TestCaseError> {
    for column in &SALTED {
        let taken = column.taken.replace("{}", column.name);
        let name = column.name;
        let masked = |table: &str| &expressions[&(table.to_owned(), name.to_owned())];
        let one = read(connection, "one", &taken, masked("one"), SALT).await;
        let again = read(connection, "one", &taken, masked("one"), SALT).await;
        prop_assert_eq!(&one, &again, "{} is not the same twice", name);
        let two = read(connection, "two", &taken, masked("two"), SALT).await;
        let other = read(connection, "one", &taken, masked("one"), OTHER_SALT).await;
        for ((value, mask), (_, elsewhere)) in one.iter().zip(&other) {
            prop_assert_eq!(value.is_none(), mask.is_none(), "{}: NULL", name);
            prop_assert!(mask.is_none() || mask != elsewhere, "{}: {:?} is {:?} by any salt", name, value, mask);
            prop_assert!(mask.is_none() || mask != value, "{}: {:?} stays", name, value);
        }
        // Alike in both tables, and different where the values are.
        let mut known: BTreeMap<&String, &String> = BTreeMap::new();
        for (value, mask) in one.iter().chain(&two) {
            let (Some(value), Some(mask)) = (value, mask) else { continue };
            let before = known.insert(value, mask);
            prop_assert!(before.is_none_or(|before| before == mask), "{}: {:?} is masked in two ways", name, value);
        }
        let masks: BTreeSet<&&String> = known.values().collect();
        prop_assert_eq!(masks.len(), known.len(), "{}: two values became one", name);
        prop_assert_eq!(distinct(one.iter().map(|row| &row.0)).len(), distinct(one.iter().map(|row| &row.1)).len());
        let looks = format!("select count(*) from one where num_nulls({name}) = 0 and ({})::text !~ $1", masked("one"));
        let odd: i64 = sqlx::query_scalar(&looks).bind(column.looks).fetch_one(&mut *connection).await.unwrap();
        prop_assert_eq!(odd, 0, "{} does not look like {}: {:?}", name, column.looks, one);
    }
    for (name, _, _, _, becomes) in PLAIN {
        let masked = &expressions[&("one".to_owned(), name.to_owned())];
        let differing = format!(
            "select count(*) from one join seeds using (id)
             where ({masked})::text is distinct from case when {name} is not null then {becomes} end"
        );
        let differing: i64 = sqlx::query_scalar(&differing).fetch_one(&mut *connection).await.unwrap();
        prop_assert_eq!(differing, 0, "{}", name);
    }
    Ok(())
}

#[test]
fn random_values_are_masked_as_promised() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (pair, config, expressions) = runtime.block_on(async {
        let pair = Pair::new(&[&schema()]).await;
        let config = configuration(&pair);
        let view = SideView::<Source>::open(&Endpoint::new(&config.source).unwrap(), 1, &[]).await.unwrap();
        let mut expressions = BTreeMap::new();
        for table in view.catalog.tables().filter(|table| table.name.name != "seeds") {
            let readings = Readings::of(&config.scope.masks, &view.catalog, table);
            assert_eq!(readings.problems, Vec::<String>::new());
            for masked in readings.masked {
                expressions.insert((table.name.name.clone(), masked.column), masked.expression);
            }
        }
        view.readers.close().await;
        (pair, config, expressions)
    });
    assert_eq!(expressions.len(), 2 * (SALTED.len() + PLAIN.len()));
    let connection = tokio::sync::Mutex::new(runtime.block_on(PgConnection::connect(&pair.source)).unwrap());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed: u64 = std::env::var("PG_REHEARSE_SEED").map_or(now, |seed| seed.parse().unwrap());
    let cases = if std::env::var("PG_REHEARSE_SOAK").is_ok() { 2000 } else { 20 };
    let bytes: Vec<u8> = seed.to_le_bytes().into_iter().cycle().take(32).collect();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let runs = Runs { cases, failure_persistence: None, max_shrink_iters: 50, ..Runs::default() };
    let result = TestRunner::new_with_rng(runs, rng).run(&seeds(), |rows| {
        runtime.block_on(async {
            let mut connection = connection.lock().await;
            fill(&mut connection, &rows).await;
            judge(&mut connection, &expressions).await
        })
    });
    if let Err(error) = result {
        panic!("PG_REHEARSE_SEED={seed} replays this\n{error}");
    }
    // The last rows travel, and the whole of verification agrees.
    runtime.block_on(async {
        connection.into_inner().close().await.unwrap();
        Sides::look(&config).await.unwrap().copy(&config, Start::Anew, None, &Events::silent()).await.unwrap();
        let report = verify::verify(&config, &Selection::default(), &verify::Options::default(), &Events::silent())
            .await
            .unwrap();
        assert_eq!(
            report.verdict(),
            Verdict::Same,
            "{:?}",
            report.units.iter().flat_map(|unit| unit.open_findings()).collect::<Vec<_>>()
        );
        pair.drop().await;
    });
}
