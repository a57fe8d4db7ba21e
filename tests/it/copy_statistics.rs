//! The planner's statistics after a copy: every column's, and those that an index on an expression has of its own.

use crate::copy::clean_and_copy;
use crate::support::endpoints::Pair;

/// Tables of more than 16 MB, whose indexes stand aside and whose statistics are gathered one by one, and a short one.
const TABLES: &str = "
create table public.long (id int primary key, kind text, filler text);
create index long_kind on public.long (kind);
create table public.computed (id int primary key, kind text, filler text);
create index computed_kind on public.computed (upper(kind));
create table public.short (id int primary key, kind text);
create index short_kind on public.short (upper(kind));
";

const ROWS: &str = "
insert into public.long select n, 'kind ' || n % 9, repeat(md5(n::text), 30) from generate_series(1, 20000) n;
insert into public.computed select * from public.long;
insert into public.short select n, 'kind ' || n % 9 from generate_series(1, 500) n;
vacuum analyze;
";

#[tokio::test]
async fn statistics_are_there_of_expressions_too() {
    let pair = Pair::create("statistics").await;
    pair.on_source(TABLES).await;
    pair.on_target(TABLES).await;
    for statement in ROWS.split_inclusive(";\n").filter(|statement| !statement.trim().is_empty()) {
        pair.on_source(statement).await;
    }
    let bytes =
        "select count(*)::text from pg_class where relname in ('long', 'computed') and pg_table_size(oid) > 16 << 20";
    assert_eq!(pair.ask(bytes).await.0, ["2"], "the tables are long enough to be told from short ones");

    let report = clean_and_copy(&pair, 2).await.unwrap();
    assert_eq!(report.rows, 40_500);
    let asides = report.notes.iter().filter(|note| note.contains("stands aside")).count();
    assert_eq!(asides, 4, "{:?}", report.notes);

    let known = "select tablename || '.' || attname || ' ' || n_distinct::text from pg_stats where schemaname = 'public' order by 1";
    let (source, target) = pair.ask(known).await;
    assert_eq!(target, source);
    assert_eq!(target.len(), 3 + 3 + 1 + 2 + 1, "{target:?}");
}
