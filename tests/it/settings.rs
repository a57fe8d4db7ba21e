//! Databases that are set to something: what a session is given without asking changes neither copies nor verdicts.

use crate::support::endpoints::{Pair, run};

/// What both databases are set to: each would change what a value is read or written as, or end a session that has to last.
const SETTINGS: [(&str, &str); 20] = [
    ("datestyle", "'German, DMY'"),
    ("intervalstyle", "sql_standard"),
    ("timezone", "'Asia/Kathmandu'"),
    ("extra_float_digits", "-15"),
    ("bytea_output", "escape"),
    ("xmlbinary", "hex"),
    ("xmloption", "document"),
    ("array_nulls", "off"),
    ("standard_conforming_strings", "off"),
    ("quote_all_identifiers", "on"),
    ("search_path", "nowhere"),
    ("transform_null_equals", "on"),
    ("default_transaction_isolation", "serializable"),
    ("default_transaction_deferrable", "on"),
    ("idle_in_transaction_session_timeout", "'700ms'"),
    ("idle_session_timeout", "'700ms'"),
    ("statement_timeout", "'700ms'"),
    ("transaction_timeout", "'900ms'"),
    ("work_mem", "'64kB'"),
    ("enable_hashagg", "off"),
];

/// A column of a type without a binary form has the table travel as text.
const TABLES: &str = "create table public.t (
      id int primary key, acl aclitem, names text[], taken interval, at timestamptz, raw bytea, real float8, note text);
    create table public.long (id int primary key, note text);
    create index noted on public.t (note); create index on public.long (note)";

const ROWS: &str = r#"insert into public.t
    select n, 'postgres=r/postgres', array[null, 'NULL', n::text], make_interval(0, 1, 0, n, -n),
           to_timestamp(n), '\x00ff27'::bytea, 0.1 + 0.2, E'it''s \\ ' || n
    from generate_series(1, 50) n;
    insert into public.long select n, repeat(md5(n::text), 10) from generate_series(1, 2000) n"#;

const VALUES: &str = "select t::text || (names[1] is null)::text from public.t order by id";

/// Sets both databases.
pub(crate) async fn set(pair: &Pair) {
    let sql = |database: &str| {
        // One of them is not known before version 17.
        let statement = |(setting, value): &(&str, &str)| {
            format!(
                "do $do$begin if current_setting('{setting}', true) is not null then
                   execute $$alter database {database} set {setting} = {value}$$; end if; end$do$; "
            )
        };
        SETTINGS.iter().map(statement).collect::<String>()
    };
    let (source, target) = pair.names();
    pair.on_source(&sql(source)).await;
    pair.on_target(&sql(target)).await;
}

#[tokio::test]
async fn what_databases_are_set_to_changes_nothing() {
    let pair = Pair::create("settings").await;
    pair.both(TABLES).await;
    pair.on_source(ROWS).await;
    let target = pair.names().1.to_owned();
    let elsewhere = format!("it_elsewhere_{}", std::process::id());
    pair.on_target(&format!("alter database {target} set allow_in_place_tablespaces = on")).await;
    pair.on_target(&format!("create tablespace {elsewhere} location ''")).await;
    let values = pair.ask_source(VALUES).await;
    set(&pair).await;
    pair.on_target(&format!("alter database {target} set default_tablespace = {elsewhere}")).await;

    // Not every server can read XML, so this one is only asked for.
    assert_eq!(pair.ask_target("show xmloption").await, ["content"]);
    let slow = "[copy]\nchunk = '64KiB'\nset_aside_from = '0B'\nrate = '300kB'\n";
    let shell = pair.shell().await.file("migration.toml", slow);
    shell.run("copy --confirm target").exits(0).complains("index noted stands aside");
    shell.run("verify --only rows,indexes").exits(0);
    let elsewhere_now =
        "select count(*)::text from pg_class where reltablespace <> 0 and relnamespace = 'public'::regnamespace";
    assert_eq!(pair.ask_target(elsewhere_now).await, ["0"], "indexes are built where they were");

    // What is written to be run by a person is run under the same settings.
    pair.on_target("delete from public.t where id % 3 = 0; update public.t set names = '{}'; drop index public.noted")
        .await;
    shell.run("verify --only rows,indexes --ddl schema.sql --repair rows.sql").exits(1);
    pair.on_target(&shell.read("schema.sql")).await;
    pair.on_target(&shell.read("rows.sql")).await;
    shell.run("verify --only rows,indexes").exits(0);
    assert_eq!(pair.ask_target(elsewhere_now).await, ["0"]);
    assert_eq!(pair.ask_target(VALUES).await, values);
    let server = pair.servers().1;
    pair.drop_databases().await;
    run(&server, &format!("drop tablespace {elsewhere}")).await;
}
