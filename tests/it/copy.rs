//! The copy engine against random schemas and rows; Postgres itself is the oracle.

use pg_rehearse::catalog::{self, Catalog};
use pg_rehearse::clean::clean;
use pg_rehearse::config::TableScope;
use pg_rehearse::copy::{CopyReport, Copying, Manner, copy, restore};
use pg_rehearse::model::{Events, Result};
use pg_rehearse::plan::Plan;
use pg_rehearse::postgres::{Readers, Session, Target};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::endpoints::Pair;

/// Names that break whatever is not quoted.
const NAMES: [&str; 6] = ["plain", "Ünïcode", "a \"quoted\" name", "it's; drop table x", "select", "%s\\n{}"];

/// Column types with a way to make a value from a number.
const TYPES: [&str; 13] = [
    "int8",
    "text",
    "numeric",
    "timestamptz",
    "boolean",
    "jsonb",
    "bytea",
    "int4[]",
    "text[]",
    "random.mood",
    "random.mood[]",
    "float8",
    "random.pair",
];

fn value(kind: &str, seed: u64) -> String {
    let text = ["", "NULL", "a,b\t\\N\n", "it''s", "ä€𝄞", "\\\\", "\"{}\"", " trailing "][(seed % 8) as usize];
    match kind {
        "int8" => format!("{}", (seed as i64).wrapping_mul(0x9E37_79B9)),
        "text" => format!("'{text}{}'", seed % 5),
        "numeric" => ["'NaN'", "1.0", "1.00", "-0.000", "12345678901234567890.5"][(seed % 5) as usize].to_owned(),
        "timestamptz" => ["'infinity'", "'-infinity'", "'2026-02-29'::text::timestamp", "now()"]
            .get((seed % 8) as usize)
            .filter(|_| seed % 8 < 2)
            .map_or_else(
                || format!("to_timestamp({}.{:06})", seed % 4_000_000_000, seed % 999_983),
                |v| (*v).to_owned(),
            ),
        "boolean" => format!("{}", seed.is_multiple_of(2)),
        "jsonb" => format!("jsonb_build_object('k', '{text}', 'n', {}.0)", seed % 100),
        "bytea" => format!("decode('{:016x}', 'hex')", seed),
        "int4[]" => format!("array[{}, null, {}]", seed % 7, seed % 11),
        "text[]" => format!("array['{text}', null, '']"),
        "random.mood" => format!("'{}'", ["sad", "it''s ok", "Happy, \"very\""][(seed % 3) as usize]),
        "random.mood[]" => "array['sad', null, 'it''s ok']::random.mood[]".to_owned(),
        "float8" => ["'NaN'", "'-0'", "'infinity'", "0.1", "1e-300"][(seed % 5) as usize].to_owned(),
        _ => format!("row({}, '{text}')::random.pair", seed % 9),
    }
}

#[derive(Debug, Clone)]
struct Table {
    name: usize,
    columns: Vec<(usize, bool)>,
    parent: Option<usize>,
    self_reference: bool,
    generated: bool,
    always: bool,
    rows: Vec<u64>,
}

fn table() -> impl Strategy<Value = Table> {
    let columns = prop::collection::vec((0..TYPES.len(), any::<bool>()), 0..6);
    let flags = (prop::option::of(0usize..8), any::<bool>(), any::<bool>(), any::<bool>());
    (0..NAMES.len(), columns, flags, prop::collection::vec(any::<u64>(), 0..40)).prop_map(
        |(name, columns, (parent, self_reference, generated, always), rows)| Table {
            name,
            columns,
            parent,
            self_reference,
            generated,
            always,
            rows,
        },
    )
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Table {
    fn sql(&self, at: usize) -> String {
        format!("random.{}", quoted(&format!("{} {at}", NAMES[self.name])))
    }

    fn column(&self, at: usize) -> String {
        quoted(&format!("{}{at}", NAMES[(self.name + at) % NAMES.len()]))
    }

    fn parent(&self, at: usize) -> Option<usize> {
        self.parent.filter(|_| at > 0).map(|parent| parent % at)
    }

    /// The table's DDL; `mirrored` has its columns in another order.
    fn create(&self, tables: &[Self], at: usize, mirrored: bool) -> String {
        let identity = if self.always { "always" } else { "by default" };
        let mut lines = vec![format!("id int8 generated {identity} as identity primary key")];
        for (column, (kind, required)) in self.columns.iter().enumerate() {
            let required = if *required { " not null" } else { "" };
            lines.push(format!("{} {}{required}", self.column(column), TYPES[*kind]));
        }
        if self.generated {
            lines.push("doubled numeric generated always as (id * 2) stored".to_owned());
        }
        if let Some(parent) = self.parent(at) {
            lines.push(format!("parent_id int8 references {}", tables[parent].sql(parent)));
        }
        if self.self_reference {
            // The rows are inserted one by one, so the source needs to wait; the target takes them in one COPY.
            let deferred = if mirrored { "" } else { " deferrable initially deferred" };
            lines.push(format!("self_id int8 references {}{deferred}", self.sql(at)));
        }
        if mirrored {
            lines.reverse();
        }
        format!("create table {} ({});", self.sql(at), lines.join(", "))
    }

    fn insert(&self, tables: &[Self], at: usize) -> String {
        let mut sql = String::new();
        for (row, seed) in self.rows.iter().enumerate() {
            let (mut columns, mut values) = (vec!["id".to_owned()], vec![(row + 1).to_string()]);
            for (column, (kind, required)) in self.columns.iter().enumerate() {
                let seed = seed.rotate_left(column as u32 * 7);
                columns.push(self.column(column));
                values.push(if !required && seed % 4 == 0 { "null".into() } else { value(TYPES[*kind], seed) });
            }
            if let Some(parent) = self.parent(at) {
                let rows = tables[parent].rows.len() as u64;
                columns.push("parent_id".into());
                values.push(if rows == 0 { "null".into() } else { (seed % rows + 1).to_string() });
            }
            if self.self_reference {
                columns.push("self_id".into());
                // Forward references too: the checks come after the whole load.
                values.push((seed % self.rows.len() as u64 + 1).to_string());
            }
            let (columns, values) = (columns.join(", "), values.join(", "));
            sql.push_str(&format!(
                "insert into {} ({columns}) overriding system value values ({values});",
                self.sql(at)
            ));
        }
        sql.push_str(&format!(
            "select setval(pg_get_serial_sequence('{}', 'id'), {}, {});",
            self.sql(at).replace('\'', "''"),
            self.rows.len() + 7,
            self.rows.len().is_multiple_of(2)
        ));
        sql
    }

    /// Asks for every value of the table, independently of how it was copied.
    fn oracle(&self, at: usize) -> String {
        let mut columns = vec!["id".to_owned()];
        columns.extend((0..self.columns.len()).map(|column| self.column(column)));
        columns.extend(self.generated.then(|| "doubled".to_owned()));
        columns.extend(self.parent(at).map(|_| "parent_id".to_owned()));
        columns.extend(self.self_reference.then(|| "self_id".to_owned()));
        format!(
            "select count(*), md5(string_agg(t::text, ',' order by t::text collate \"C\"))
             from (select {} from {}) t",
            columns.join(", "),
            self.sql(at)
        )
    }
}

async fn target_catalog(pair: &Pair) -> Catalog {
    let mut session = Session::<Target>::connect(&pair.target).await.unwrap();
    let catalog = catalog::load(&mut session, &[]).await.unwrap();
    session.close().await;
    catalog
}

/// Empties the target and copies into it, as a migration does.
pub(crate) async fn clean_and_copy(pair: &Pair, jobs: usize) -> Result<CopyReport> {
    clean_and_copy_by(pair, Manner::new(jobs)).await
}

/// The same in a manner of its own.
pub(crate) async fn clean_and_copy_by(pair: &Pair, manner: Manner) -> Result<CopyReport> {
    let jobs = manner.jobs;
    let readers = Readers::open(&pair.source, jobs).await?;
    let catalog = catalog::load(&mut *readers.acquire().await?, &[]).await?;
    let target = target_catalog(pair).await;
    let plan = Plan::new(&catalog, &TableScope::default());
    clean(&pair.target, &plan, &target, &Events::silent()).await?;
    restore(&pair.target, jobs, &Events::silent()).await?;
    let target = target_catalog(pair).await;
    let copying = Copying {
        source: &readers,
        source_catalog: &catalog,
        target: &pair.target,
        target_catalog: &target,
        plan: &plan,
        manner,
    };
    let report = copy(&copying, &Events::silent()).await;
    readers.close().await;
    report
}

const PREPARE: &str = "drop schema if exists random cascade; create schema random;
    create type random.mood as enum ('sad', 'it''s ok', 'Happy, \"very\"');
    create type random.pair as (number int4, text text);";

/// The target's indexes, constraints and triggers as the server prints them.
const OBJECTS: &str = "select pg_get_indexdef(i.indexrelid), i.indisvalid from pg_index i
      join pg_class c on c.oid = i.indrelid where c.relnamespace = 'random'::regnamespace
    union all
    select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid), convalidated from pg_constraint
      where connamespace = 'random'::regnamespace
    union all
    select tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text, true from pg_trigger where not tgisinternal
    order by 1";

#[test]
fn whatever_the_schema_every_value_arrives() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let pair = runtime.block_on(Pair::create("random"));
    let mut runner =
        TestRunner::new(Config { cases: 32, max_shrink_iters: 64, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&prop::collection::vec(table(), 1..6), |tables| {
        runtime.block_on(async {
            let all = |make: &dyn Fn(usize, &Table) -> String| {
                tables.iter().enumerate().map(|(at, table)| make(at, table)).collect::<String>()
            };
            let source = all(&|at, table| table.create(&tables, at, false));
            let target = all(&|at, table| table.create(&tables, at, true));
            pair.on_source(&format!("{PREPARE}{source}{}", all(&|at, table| table.insert(&tables, at)))).await;
            // Rows of before, which must be gone afterwards.
            pair.on_target(&format!("{PREPARE}{target}")).await;
            // Pieces of a page or two, and every index and key that may stand aside.
            let small = Manner { chunk: 4096, set_aside_from: 0, ..Manner::new(3) };
            let usual = tables.len() % 2 == 0;
            let manner = if usual { Manner::new(3) } else { small };
            let objects = pair.ask(OBJECTS).await.1;
            let report = clean_and_copy_by(&pair, manner).await.map_err(|error| TestCaseError::fail(error.chain()))?;
            prop_assert_eq!(report.tables.len(), tables.len());
            for (at, table) in tables.iter().enumerate() {
                let (source, target) = pair.ask(&table.oracle(at)).await;
                prop_assert_eq!(source, target, "{}", table.sql(at));
            }
            let (source, target) = pair
                .ask("select schemaname, sequencename, start_value, last_value from pg_sequences where schemaname = 'random' order by 1, 2")
                .await;
            prop_assert_eq!(source, target);
            prop_assert_eq!(objects, pair.ask(OBJECTS).await.1);
            Ok(())
        })
    });
    runtime.block_on(pair.drop_databases());
    outcome.unwrap();
}

#[tokio::test]
async fn triggers_stay_quiet_and_as_they_were() {
    let pair = Pair::create("triggers").await;
    pair.both(
        "create table t (id int primary key, note text);
         create table fired (trigger text);
         create function shout() returns trigger language plpgsql as
           $$begin insert into fired values (tg_name); return new; end$$;
         create trigger origin before insert on t for each row execute function shout();
         create trigger replica after insert on t for each row execute function shout();
         alter table t enable replica trigger replica;
         create trigger always after insert on t for each statement execute function shout();
         alter table t enable always trigger always;
         create trigger off after insert on t for each row execute function shout();
         alter table t disable trigger off;",
    )
    .await;
    pair.on_source("insert into t select n, 'x' from generate_series(1, 5) n; delete from fired").await;
    clean_and_copy(&pair, 2).await.unwrap();
    let (source, target) = pair.ask("select count(*) from t").await;
    assert_eq!(source, target);
    let (_, fired) = pair.ask("select count(*) from fired").await;
    assert_eq!(fired, ["0"]);
    let (source, target) = pair.ask("select tgname, tgenabled from pg_trigger where not tgisinternal order by 1").await;
    assert_eq!(source, target);
    assert_eq!(target, ["always|A", "off|D", "origin|O", "replica|R"]);
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_column_that_would_be_lost_stops_the_copy_before_it_begins() {
    let pair = Pair::create("columns").await;
    pair.on_source("create table a (id int); create table b (id int, extra text); insert into a values (1)").await;
    pair.on_target("create table a (id int); create table b (id int)").await;
    let report = clean_and_copy(&pair, 2).await.unwrap();
    assert!(report.notes.iter().any(|note| note.contains("every value is NULL")), "{:?}", report.notes);
    pair.on_source("insert into b values (1, 'kept?')").await;
    let error = clean_and_copy(&pair, 2).await.unwrap_err();
    assert!(error.to_string().contains("table public.b column \"extra\" holds values"), "{error}");
    let (_, rows) = pair.ask("select count(*) from a").await;
    assert_eq!(rows, ["0"], "nothing was copied");
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_table_outside_the_plan_is_never_emptied() {
    let pair = Pair::create("outside").await;
    pair.both("create table parent (id int primary key)").await;
    pair.on_target(
        "create table child (id int references parent); insert into parent values (1); insert into child values (1)",
    )
    .await;
    let error = clean_and_copy(&pair, 2).await.unwrap_err();
    assert!(error.to_string().contains("public.child.child_id_fkey -> public.parent"), "{error}");
    let rows = pair.ask_target("select count(*) from child").await;
    assert_eq!(rows, ["1"]);
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_row_the_target_refuses_rolls_its_table_back_and_is_named() {
    let pair = Pair::create("refused").await;
    pair.both("create table good (id int); create table bad (id int)").await;
    pair.on_source("insert into good values (1); insert into bad select generate_series(1, 10)").await;
    pair.on_target("alter table bad add check (id < 10)").await;
    let error = clean_and_copy(&pair, 1).await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("23514"));
    assert!(error.to_string().contains("public.bad"), "{error}");
    let (_, rows) = pair.ask("select count(*) from bad").await;
    assert_eq!(rows, ["0"]);
    pair.drop_databases().await;
}

#[tokio::test]
async fn cycles_load() {
    let pair = Pair::create("cycles").await;
    pair.both(
        "create table a (id int primary key, b int);
         create table b (id int primary key, a int references a);
         alter table a add foreign key (b) references b deferrable;",
    )
    .await;
    pair.on_source(
        "begin; set constraints all deferred; insert into a values (1, 1); insert into b values (1, 1); commit",
    )
    .await;
    clean_and_copy(&pair, 2).await.unwrap();
    let (source, target) = pair.ask("select a.*, b.* from a, b").await;
    assert_eq!(source, target);
    pair.drop_databases().await;
}

#[tokio::test]
async fn an_owner_who_may_not_be_a_replica_copies_too() {
    let mut pair = Pair::create("owner").await;
    let role = format!("it_owner_{}", std::process::id());
    pair.both(
        "create table a (id int primary key, b int);
         create table b (id int primary key, a int references a, note text);
         alter table a add foreign key (b) references b deferrable;
         create table c (b int references b, self int, id int primary key);
         alter table c add foreign key (self) references c;
         create function shout() returns trigger language plpgsql as $$begin raise exception 'fired'; end$$;
         create trigger insists before insert on c for each row execute function shout();
         create trigger always after insert on c for each statement execute function shout();
         alter table c enable always trigger always;",
    )
    .await;
    pair.on_source(
        "set session_replication_role = replica; alter table c disable trigger always;
         begin; insert into a values (1, 1); insert into b values (1, 1, 'x'); commit;
         insert into c values (1, 2, 1), (1, 1, 2); alter table c enable always trigger always",
    )
    .await;
    pair.on_target(&format!(
        "create role {role} login password 'secret'; alter table a owner to {role}; alter table b owner to {role};
         alter table c owner to {role}"
    ))
    .await;
    let owner = crate::support::endpoints::endpoint(&pair.target_as(&role));
    let superuser = std::mem::replace(&mut pair.target, owner);
    // It owns its tables, and may not make a schema.
    let refused = clean_and_copy(&pair, 2).await.unwrap_err();
    assert!(refused.chain().contains("journal") && refused.hint_text().is_some(), "{}", refused.chain());
    let owner = std::mem::replace(&mut pair.target, superuser);
    pair.on_target(&format!("create schema pgrehearse authorization {role}")).await;
    let superuser = std::mem::replace(&mut pair.target, owner);
    let report = clean_and_copy(&pair, 2).await.unwrap();
    assert!(report.notes.iter().any(|note| note.contains("foreign keys are checked")), "{:?}", report.notes);
    let (source, target) = pair.ask("select a.*, b.*, c.* from a, b, c order by c.id").await;
    assert_eq!((source.len(), &source), (2, &target));
    let (source, target) = pair.ask("select tgname, tgenabled from pg_trigger where not tgisinternal order by 1").await;
    assert_eq!(source, target);

    pair.target = superuser;
    pair.on_target("alter table c owner to current_user").await;
    pair.on_target(&format!("grant all on all tables in schema public to {role}")).await;
    pair.target = crate::support::endpoints::endpoint(&pair.target_as(&role));
    let error = clean_and_copy(&pair, 2).await.unwrap_err();
    assert!(error.to_string().contains("trigger always on public.c would fire"), "{error}");
    pair.target = crate::support::endpoints::endpoint(&pair.target_as("postgres"));
    pair.on_target(&format!("drop owned by {role} cascade; drop role {role}")).await;
    pair.drop_databases().await;
}

/// The peak of this process' memory so far, in kilobytes.
#[cfg(target_os = "linux")]
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    peak.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// `PG_REHEARSE_TEST_LARGE` sets the table's megabytes.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn memory_does_not_grow_with_the_table() {
    let megabytes = std::env::var("PG_REHEARSE_TEST_LARGE").unwrap_or_else(|_| "200".to_owned());
    let pair = Pair::create("large").await;
    pair.both("create table t (id int8 primary key, body text); alter table t alter body set storage plain").await;
    pair.on_source(&format!(
        "insert into t select n, repeat(md5(n::text), 31) from generate_series(1, {megabytes} * 1000) n"
    ))
    .await;
    let before = peak_memory();
    let report = clean_and_copy(&pair, 2).await.unwrap();
    let grown = peak_memory() - before;
    println!("{} bytes in {:.2} s, {grown} kB more memory", report.bytes, report.seconds);
    assert!(grown < 48 * 1024, "{grown} kB for {} bytes", report.bytes);
    pair.drop_databases().await;
}
