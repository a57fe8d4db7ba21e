//! Masks: raw values never reach the target, joins and uniqueness survive, and verification sees what is not masked.

use pg_rehearse::check::Selection;
use pg_rehearse::config::{Config, Flags, Salt};
use pg_rehearse::migrate::{Sides, Start};
use pg_rehearse::model::{Events, Result, RunReport, Verdict};
use pg_rehearse::verify;

use crate::support::command::Shell;
use crate::support::{Pair, run, value};

const SALT: &str = "a salt nobody else has";

const SCHEMA: &str = r#"
create table users (
  id int primary key, email text unique, "Full ""Name" varchar(30), phone varchar(20) unique, token uuid unique,
  ext bigint unique, code char(12), blob bytea, note text, secret text, born date,
  lower_email text generated always as (lower(email)) stored, check (email like '%@%'));
create unique index users_lower on users (lower(email));
create table orders (id int primary key, user_email text references users (email), amount int);
create materialized view addresses as select id, email from users;
"#;

/// Random texts of all lengths, letters of many scripts, and NULLs; `raw` begins what must not travel.
const ROWS: &str = r#"
select setseed(0.4);
insert into users (id, email, "Full ""Name", phone, token, ext, code, blob, note, secret, born)
  select n, case when n % 7 <> 0 then 'raw' || repeat(chr(64 + (random() * 500)::int), (random() * 20)::int) || n || '@x' end,
         case when n % 5 <> 0 then 'raw ' || n end, case when n % 3 <> 0 then 'raw' || n end,
         case when n % 11 <> 0 then md5('t' || n)::uuid end, n * 1000003, 'raw' || n, convert_to('raw' || n, 'UTF8'),
         case when n % 2 = 0 then 'raw' end, 'raw' || n, date '1970-01-01' + n
  from generate_series(1, 400) n;
insert into orders select n, (select email from users u where u.id = 1 + n % 400), n from generate_series(1, 800) n;
refresh materialized view addresses;
"#;

const MASKS: &str = r#"
[[mask]]
column = "public.*.email"
mask = "email"
[[mask]]
column = "public.orders.user_email"
mask = "email"
[[mask]]
column = 'public.users."Full ""Name"'
mask = "name"
[[mask]]
column = "public.users.phone"
mask = "phone"
[[mask]]
column = "public.users.token"
mask = "hash"
[[mask]]
column = "public.users.ext"
mask = "hash"
[[mask]]
column = "public.users.code"
mask = "hash"
[[mask]]
column = "public.users.blob"
mask = "hash"
[[mask]]
column = "public.users.note"
mask = "constant"
value = "it's gone"
[[mask]]
column = "public.users.secret"
mask = "null"
[[mask]]
column = "public.users.born"
mask = "sql"
sql = "date_trunc('year', {column})"
"#;

fn config(pair: &Pair, text: &str) -> Config {
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let mut config = Config::from_text(text, &flags).unwrap();
    config.source.salt = Some(Salt::parse(SALT).unwrap());
    config
}

async fn copy(config: &Config) -> Result<u64> {
    Ok(Sides::look(config).await?.copy(config, Start::Anew, None, &Events::silent()).await?.rows)
}

/// What the rows check alone says of a table.
async fn rows(config: &Config, table: &str) -> RunReport {
    let selection = Selection { only: vec!["rows".to_owned()], skip: Vec::new() };
    let mut config = config.clone();
    config.scope.tables = vec![table.to_owned()];
    verify::verify(&config, &selection, &verify::Options::default(), &Events::silent()).await.unwrap()
}

async fn verified(config: &Config) -> RunReport {
    verify::verify(config, &Selection::default(), &verify::Options::default(), &Events::silent()).await.unwrap()
}

fn found(report: &RunReport) -> Vec<String> {
    let findings = report.units.iter().flat_map(|unit| unit.open_findings());
    findings.map(|found| format!("{} | {} | {}", found.check, found.object, found.attribute)).collect()
}

#[tokio::test]
async fn raw_values_stay_on_the_source() {
    let pair = Pair::new(&[SCHEMA]).await;
    run(&pair.source, ROWS).await;
    let config = config(&pair, MASKS);
    assert_eq!(copy(&config).await.unwrap(), 1200);

    let answers = async |sql: &str| (value(&pair.source, sql).await.unwrap(), value(&pair.target, sql).await.unwrap());
    let raw = "select (select count(*) from users u where u::text ~ 'raw|726177') + (select count(*) from orders o where o::text ~ 'raw')
               + (select count(*) from addresses a where a::text ~ 'raw') || ''";
    let (there, here) = answers(raw).await;
    assert!(there.parse::<u32>().unwrap() > 1000, "{there}");
    assert_eq!(here, "0");
    for same in [
        "select count(*) || '' from orders o join users u on u.email = o.user_email",
        "select concat_ws(' ', count(email), count(distinct email), count(\"Full \"\"Name\"), count(distinct \"Full \"\"Name\"),
           count(phone), count(distinct phone), count(token), count(distinct token), count(distinct ext),
           count(distinct code), count(distinct blob), count(note), sum(id)) from users",
        "select count(*) || '' from users u join addresses a on a.id = u.id and a.email = u.email",
    ] {
        let (there, here) = answers(same).await;
        assert_eq!(there, here, "{same}");
    }
    let shaped = r#"select string_agg(distinct concat_ws(' ', email ~ '^[0-9a-f]{24}@mask\.invalid$', phone ~ '^\+9[0-9]{14}$',
        "Full ""Name" ~ '^[A-Z][a-z]{5} [A-Z][a-z]{13}$', note, secret is null, lower_email = lower(email),
        extract(doy from born)), ';') from users where email <> '' and phone <> '' and "Full ""Name" <> '' and note <> ''"#;
    assert_eq!(answers(shaped).await.1, "t t t it's gone t t 1");

    // Equal masks of the same salt, and no raw value in the report.
    let report = verified(&config).await;
    assert_eq!(found(&report), Vec::<String>::new());
    assert_eq!(report.verdict(), Verdict::Same, "{:?}", crate::support::incomplete(&report.units));
    pair.drop().await;
}

#[tokio::test]
async fn whatever_changes_in_a_masked_column_is_seen_and_not_shown() {
    let pair = Pair::new(&[SCHEMA]).await;
    run(&pair.source, ROWS).await;
    let config = config(&pair, MASKS);
    copy(&config).await.unwrap();
    for (column, raw) in [
        ("phone", "'raw1'"),
        ("\"Full \"\"Name\"", "'raw 1'"),
        ("token", "md5('t1')::uuid"),
        ("blob", "convert_to('raw1', 'UTF8')"),
        ("secret", "'raw1'"),
        ("phone", "null"),
    ] {
        run(&pair.target, &format!("create table kept as select {column} as was from users where id = 1")).await;
        run(&pair.target, &format!("update users set {column} = {raw} where id = 1")).await;
        let report = rows(&config, "public.users").await;
        assert_eq!(found(&report), ["rows | table public.users | rows changed"], "{column}");
        let shown = serde_json::to_string(&report).unwrap();
        assert!(!shown.contains("raw1") && !shown.contains("raw 1") && !shown.contains("72617731"), "{shown}");
        run(&pair.target, &format!("update users set {column} = was from kept where id = 1; drop table kept")).await;
    }
    assert_eq!(rows(&config, "public.users").await.verdict(), Verdict::Same);
    pair.drop().await;
}

#[tokio::test]
async fn a_repair_writes_masks_and_no_raw_value() {
    let pair = Pair::new(&[SCHEMA]).await;
    run(&pair.source, ROWS).await;
    let config = config(&pair, MASKS);
    copy(&config).await.unwrap();
    run(
        &pair.target,
        "set session_replication_role = replica; delete from users where id < 5; update users set note = 'other', phone = null where id = 9;
         update orders set user_email = null where id < 9; refresh materialized view addresses",
    )
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("repair.sql");
    let report = verify::verify(
        &config,
        &Selection::default(),
        &verify::Options { repair: Some(file.clone()), ..Default::default() },
        &Events::silent(),
    )
    .await
    .unwrap();
    assert_eq!(report.verdict(), Verdict::Different);
    let (sql, shown) = (std::fs::read_to_string(&file).unwrap(), serde_json::to_string(&report).unwrap());
    // The masks check speaks of raw values, and shows none.
    for text in [sql.clone(), shown.replace("raw value", "")] {
        assert!(!text.contains("raw") && !text.contains("726177") && text.contains("@mask.invalid"), "{text}");
    }
    run(&pair.target, &format!("{sql}; refresh materialized view addresses")).await;
    assert_eq!(found(&verified(&config).await), Vec::<String>::new());
    pair.drop().await;
}

#[tokio::test]
async fn few_differing_rows_are_tolerated_except_where_columns_are_masked() {
    let pair = Pair::new(&["create table views (id int primary key, note text);
                            insert into views select n, 'n' || n from generate_series(1, 200) n"])
    .await;
    run(&pair.target, "delete from views where id = 1; update views set note = 'x' where id = 2").await;
    let outcome = async |text: &str| {
        let report = rows(&config(&pair, text), "public.views").await;
        serde_json::to_value(&report.units[0]).unwrap()
    };
    let tolerance = |rows: &str| format!("[[tolerance]]\ntable='public.*'\nrows={rows}\n");
    let waived = outcome(&tolerance("'1%'")).await;
    assert_eq!(waived["outcome"], "waived");
    assert_eq!(waived["reason"], "within the tolerance of 1%: 2 of 200 rows differ, 2 may");
    assert_eq!(waived["findings"].as_array().unwrap().len(), 2);
    assert_eq!(outcome(&tolerance("2")).await["outcome"], "waived");
    assert_eq!(outcome(&tolerance("1")).await["outcome"], "different");
    assert_eq!(outcome(&tolerance("'0.9%'")).await["outcome"], "different");
    let masked = format!("{}[[mask]]\ncolumn='public.views.note'\nmask='sql'\nsql='{{column}}'\n", tolerance("'50%'"));
    assert_eq!(outcome(&masked).await["outcome"], "different");
    let unknown = config(&pair, "[[tolerance]]\ntable='public.nothing'\nrows=1");
    let error = verify::verify(&unknown, &Selection::default(), &verify::Options::default(), &Events::silent())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("no such table"), "{error}");
    pair.drop().await;
}

#[tokio::test]
async fn a_mask_that_cannot_be_is_refused_before_a_row_moves() {
    let pair = Pair::new(&[
        "create table users (id int primary key, email varchar(40) unique, age int check (age > 18), name varchar(8) not null);
         create table orders (id int primary key, email varchar(40) references users (email))",
    ])
    .await;
    run(
        &pair.source,
        "insert into users values (1, 'a@x', 20, 'a'), (2, 'b@x', 30, 'b'); insert into orders values (1, 'a@x')",
    )
    .await;
    let both = "[[mask]]\ncolumn='public.*.email'\n";
    for (masks, problem) in [
        ("[[mask]]\ncolumn='public.users.age'\nmask='email'".to_owned(), "of type integer"),
        ("[[mask]]\ncolumn='public.users.mail'\nmask='email'".to_owned(), "no such column"),
        ("[[mask]]\ncolumn='public.users.name'\nmask='email'".to_owned(), "needs 25 characters"),
        ("[[mask]]\ncolumn='public.users.name'\nmask='null'".to_owned(), "NOT NULL"),
        ("[[mask]]\ncolumn='public.users.email'\nmask='email'".to_owned(), "not masked alike"),
        (format!("{both}mask='email'\n{both}mask='hash'"), "masked twice"),
        ("[[mask]]\ncolumn='public.users.name'\nmask='constant'\nvalue='far too long'".to_owned(), "12 characters"),
        ("[[mask]]\ncolumn='public.users.name'\nmask='sql'\nsql=\"repeat({column}, 9)\"".to_owned(), "more than 8"),
        (
            "[[mask]]\ncolumn='public.users.name'\nmask='sql'\nsql=\"nullif({column}, 'b')\"".to_owned(),
            "1 row would have NULL",
        ),
        ("[[mask]]\ncolumn='public.users.age'\nmask='sql'\nsql='{column} - 10'".to_owned(), "break the check"),
        ("[[mask]]\ncolumn='public.users.id'\nmask='constant'\nvalue='7'".to_owned(), "unique index"),
    ] {
        let error = copy(&config(&pair, &masks)).await.unwrap_err();
        assert!(error.chain().contains(problem), "{masks}: {}", error.chain());
        assert_eq!(value(&pair.target, "select count(*) || '' from users").await.unwrap(), "0", "{masks}");
    }
    copy(&config(&pair, &format!("{both}mask='email'"))).await.unwrap();
    pair.drop().await;
}

#[tokio::test]
async fn the_salt_is_needed_and_never_seen() {
    let pair = Pair::new(&["create table users (id int primary key, email text)"]).await;
    run(&pair.source, "insert into users values (1, 'raw@x')").await;
    let masks = "[[mask]]\ncolumn = \"public.users.email\"\nmask = \"email\"\n";
    let shell = Shell::on(&pair).await.file("migration.toml", masks);
    shell.run("copy --confirm target").exits(2).complains("PG_REHEARSE_MASK_SALT is not set");
    shell.run("verify").exits(2).complains("PG_REHEARSE_MASK_SALT is not set");
    let short = shell.variable("PG_REHEARSE_MASK_SALT", "too short");
    short.run("copy --confirm target").exits(2).complains("too short");
    let shell = Shell::on(&pair).await.file("migration.toml", masks).variable("PG_REHEARSE_MASK_SALT", SALT);
    for (arguments, code) in [
        ("migrate --dry-run", 0),
        ("copy --confirm target", 0),
        ("verify", 0),
        ("verify --format json", 0),
        ("copy --confirm target", 4),
    ] {
        let ran = shell.run(arguments).exits(code);
        assert!(!ran.out.contains(SALT) && !ran.err.contains(SALT), "{arguments}");
        assert!(!ran.out.contains("raw@x") && !ran.err.contains("raw@x"), "{arguments}");
    }
    shell.assert_nowhere(SALT);
    pair.drop().await;
}
