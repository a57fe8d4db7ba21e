//! SQL of the configuration reads and does nothing else: on both sides, whatever it tries.

use crate::support::endpoints::Pair;

const SCHEMA: &str = "create table t (id int primary key, x text); create table keep (id int primary key);
    insert into t select i, 'x' || i from generate_series(1, 20) i; insert into keep values (1), (2);
    create sequence s; select setval('s', 7);
    create function writes() returns int language sql as 'insert into public.t values (99, $$w$$) returning id';
    create function writes_later() returns int language plpgsql as $$begin delete from public.keep; return 1; end$$;
    create function commits() returns int language plpgsql as $$begin commit; return 1; end$$;";

/// What an attempt would leave behind.
const STATE: &str = "select (select string_agg(t::text, ',' order by id) from t), (select count(*) from keep),
    (select last_value from s), (select count(*) from pg_class where relnamespace = 'public'::regnamespace),
    (select count(*) from pg_largeobject_metadata), (select count(*) from pg_db_role_setting),
    current_setting('work_mem')";

/// Statements for `[[sample]] sql`.
const STATEMENTS: [&str; 26] = [
    "insert into public.t values (50, 'w') returning id",
    "update public.t set x = 'w' returning id",
    "delete from public.keep returning id",
    "with gone as (delete from public.keep returning id) select id from gone",
    "with new as (insert into public.t values (51, 'w') returning id) select id from new",
    "select setval('public.s', 1)",
    "select nextval('public.s')",
    "select public.writes()",
    "select public.writes_later()",
    "select public.commits()",
    "select 1; drop table public.keep",
    "select 1) q; drop table public.keep; select (1",
    "commit; drop table public.keep",
    "select 1) q; commit; drop table public.keep; begin; select (1",
    "rollback",
    "abort; drop table public.keep",
    "set transaction read write",
    "select set_config('transaction_read_only', 'off', false)",
    "copy public.t to program 'touch /tmp/pg-rehearse-was-here'",
    "do $$begin delete from public.keep; end$$",
    "select * from public.t for update",
    "truncate public.keep",
    "create table public.made (id int)",
    "alter system set work_mem = '1GB'",
    "drop table public.keep",
    "vacuum public.t",
];

/// Expressions for `[scope.rows]` and the masks' `sql` that are no expressions.
const NO_EXPRESSIONS: [&str; 7] = [
    "true; drop table public.keep",
    "true) t; commit; set default_transaction_read_only = off; drop table public.keep; select (true",
    "true) or (true",
    "x = 'open",
    "x = $q$ quoted $q$",
    "true /* ) */",
    "x = E'\\\\') or (''",
];

fn sample(sql: &str) -> String {
    format!("[[sample]]\nname = 'attempt'\nsql = {}\nexpect = 'same'\ntimeout = 5\n", toml(sql))
}

fn toml(text: &str) -> String {
    ::toml::Value::from(text).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_cannot_write_or_leave_their_transaction() {
    let pair = Pair::create("written_samples").await;
    pair.both(SCHEMA).await;
    let before = pair.ask(STATE).await;
    let shell = pair.shell().await;
    for sql in STATEMENTS {
        let shown = || sql.to_owned();
        std::fs::write(shell.path("migration.toml"), sample(sql)).unwrap();
        let report = shell.run("verify --only samples,rows --format json --jobs 1").exits(3).json();
        let of = |check: &str| {
            let units = report["units"].as_array().unwrap();
            units.iter().filter(|unit| unit["check"] == check).map(|unit| unit["outcome"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(of("samples"), ["incomplete"], "{}", shown());
        // What shares its session is not harmed.
        assert_eq!(of("rows"), ["same", "same"], "{}", shown());
        assert_eq!(pair.ask(STATE).await, before, "{}", shown());
    }
    assert!(!std::path::Path::new("/tmp/pg-rehearse-was-here").exists());
    pair.drop_databases().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_a_sample_end_with_it() {
    let pair = Pair::create("written_settings").await;
    pair.both(SCHEMA).await;
    let ask = |name: &str, setting: &str, value: &str| {
        let sql = format!("select current_setting('{setting}')");
        format!("[[sample]]\nname = '{name}'\nsql = {}\nexpect = {{ value = '{value}' }}\n", toml(&sql))
    };
    let mut config = String::new();
    for (number, (setting, value, pinned)) in
        [("datestyle", "SQL, DMY", "ISO, YMD"), ("row_security", "on", "off"), ("lock_timeout", "0", "30s")]
            .into_iter()
            .enumerate()
    {
        let change = format!("select set_config('{setting}', '{value}', false) is null");
        config.push_str(&ask(&format!("before {number}"), setting, pinned));
        config.push_str(&sample(&change).replace("attempt", &format!("change {number}")));
        config.push_str(&ask(&format!("after {number}"), setting, pinned));
    }
    let slow = "[[sample]]\nname = 'slow'\nsql = 'select pg_sleep(60)'\nexpect = 'same'\ntimeout = 1\n";
    let shell = pair.shell().await.file("migration.toml", &config);
    shell.run("verify --only samples --jobs 1").exits(0).says("9 ");
    let shell = shell.file("migration.toml", slow);
    shell.run("verify --only samples").exits(3).says("slow");
    pair.drop_databases().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_and_masks_are_one_expression_each() {
    let pair = Pair::create("written_conditions").await;
    pair.both(SCHEMA).await;
    let before = pair.ask(STATE).await;
    let shell = pair.shell().await;
    let verbs =
        ["verify", "preflight", "fingerprint", "copy --confirm target", "migrate --confirm target --folder day"];
    for sql in NO_EXPRESSIONS {
        for config in [
            format!("[scope.rows]\n'public.t' = {}\n", toml(sql)),
            format!("[[mask]]\ncolumn = 'public.t.x'\nmask = 'sql'\nsql = {}\n", toml(sql)),
        ] {
            std::fs::write(shell.path("migration.toml"), &config).unwrap();
            for verb in verbs {
                shell.run(verb).exits(2).complains("is not one expression").complains("hint: ");
            }
            assert_eq!(pair.ask(STATE).await, before, "{config}");
        }
    }
    // An expression that writes is refused by the source's server.
    for sql in ["public.writes() > 0", "public.writes_later() > 0", "public.commits() > 0"] {
        for config in [
            format!("[scope.rows]\n'public.t' = {}\n", toml(sql)),
            format!("[[mask]]\ncolumn = 'public.t.x'\nmask = 'sql'\nsql = {}\n", toml(&format!("({sql})::text"))),
        ] {
            std::fs::write(shell.path("migration.toml"), &config).unwrap();
            // Which does not read every row.
            shell.run("preflight");
            let ran = shell.run("verify --only rows,masks");
            assert!(!ran.out.starts_with("SAME"), "{config}: {}", ran.out);
            ran.exits(3);
            assert_eq!(pair.ask(STATE).await, before, "{config}");
        }
    }
    pair.drop_databases().await;
}
