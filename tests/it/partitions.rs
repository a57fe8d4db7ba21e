//! Rows in a partition where they do not belong, and trees that are divided otherwise.

use pg_rehearse::check::{Checked, Selection};
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::{Events, Finding, Outcome, Unit};
use pg_rehearse::verify::Options;

use crate::support::{Pair, expect, incomplete, open, run};

const TREES: &str = r#"
create table public.by_day (id int, at date, note text, primary key (id, at)) partition by range (at);
create table public.day_one partition of public.by_day for values from ('2025-01-01') to ('2025-02-01');
create table public."Day two" partition of public.by_day for values from ('2025-02-01') to ('2025-03-01');
create table public.day_rest partition of public.by_day default partition by range (at);
create table public.rest_a partition of public.day_rest for values from ('2025-03-01') to ('2025-03-10');
create table public.rest_other partition of public.day_rest default;
insert into public.by_day select n, date '2025-01-01' + n, chr(97 + n % 3) from generate_series(1, 90) n;
create table public.by_hash (id int primary key, note text) partition by hash (id);
create table public.hash_0 partition of public.by_hash for values with (modulus 2, remainder 0);
create table public.hash_1 partition of public.by_hash for values with (modulus 2, remainder 1);
insert into public.by_hash select n, 'note ' || n from generate_series(1, 40) n;
create table public.bag (at date, note text) partition by range (at);
create table public.bag_one partition of public.bag for values from ('2025-01-01') to ('2025-02-01');
create table public.bag_two partition of public.bag default;
insert into public.bag select date '2025-01-25' + n % 14, 'x' from generate_series(1, 50) n;
"#;

/// Moves rows from one partition to another, as the catalog's own superuser can: the server checks no row of what it does
/// not take for a partition.
fn moved(from: &str, to: &str, condition: &str) -> String {
    let is_partition = |is: bool| format!("update pg_class set relispartition = {is} where oid = '{to}'::regclass;");
    format!(
        "{} with taken as (delete from only {from} where {condition} returning *) insert into {to} select * from taken; {}",
        is_partition(false),
        is_partition(true)
    )
}

fn findings<'a>(checked: &'a Checked, object: &str) -> Vec<&'a Finding> {
    let units = checked.units.iter().filter(|unit| unit.object.to_string() == object);
    units.flat_map(Unit::open_findings).collect()
}

#[tokio::test]
async fn rows_in_the_wrong_partition_are_found() {
    let pair = Pair::new(&[TREES]).await;
    for config in ["", "[verify]\nstrong = true\n"] {
        assert_eq!(pair.findings(config, "rows").await, expect(&[]), "{config}");
        run(&pair.target, &moved("public.day_one", "public.\"Day two\"", "id = 5")).await;
        // As many rows in each as before.
        run(&pair.target, &moved("public.hash_0", "public.hash_1", "id in (select min(id) from public.hash_0)")).await;
        run(&pair.target, &moved("public.hash_1", "public.hash_0", "id in (select max(id) from public.hash_1)")).await;
        run(&pair.target, &moved("public.bag_one", "public.bag_two", "ctid = (select min(ctid) from public.bag_one)"))
            .await;
        let checked = pair.verify(config, &["rows", "schema", "indexes"]).await;
        assert_eq!(incomplete(&checked.units), []);
        let expected = [
            ("rows", "table public.by_day", "rows changed"),
            ("rows", "table public.by_hash", "rows changed"),
            ("rows", "table public.bag", "rows missing"),
            ("rows", "table public.bag", "rows extra"),
        ];
        assert_eq!(open(&checked.units), expect(&expected), "{config}");
        let day = findings(&checked, "table public.by_day")[0];
        assert_eq!(day.message, "1 row in both with different values or in another partition");
        let (row, column) = (&day.rows[0], &day.rows[0].columns[0]);
        assert_eq!(
            (row.key.as_str(), row.columns.len(), column.column.as_str()),
            ("id=5, at=2025-01-06", 1, "tableoid")
        );
        assert_eq!(
            (column.source.as_deref(), column.target.as_deref()),
            (Some("public.day_one"), Some("public.Day two"))
        );
        let hash = findings(&checked, "table public.by_hash")[0];
        assert_eq!(hash.total, 2);
        let bag = findings(&checked, "table public.bag");
        assert_eq!((bag[0].total, bag[1].total), (1, 1));
        assert!(bag.iter().any(|found| found.rows[0].key.ends_with("note=x, tableoid=public.bag_two")), "{bag:?}");
        // Healed by way of the root, which knows where rows belong.
        run(
            &pair.target,
            "create temp table held as table public.by_day; delete from public.day_one; delete from public.\"Day two\"; delete from public.day_rest;
             insert into public.by_day table held; drop table held;
             create temp table held as table public.by_hash; delete from public.hash_0; delete from public.hash_1;
             insert into public.by_hash table held; drop table held;
             create temp table held as table public.bag; delete from public.bag_one; delete from public.bag_two;
             insert into public.bag table held; drop table held",
        )
        .await;
    }
    assert_eq!(pair.findings("", "rows").await, expect(&[]));
    pair.drop().await;
}

#[tokio::test]
async fn many_rows_in_one_wrong_partition_are_one_cause() {
    let pair = Pair::new(&[TREES]).await;
    run(&pair.target, &moved("public.day_one", "public.rest_other", "id between 5 and 9")).await;
    let checked = pair.verify("", &["rows"]).await;
    let found = findings(&checked, "table public.by_day")[0];
    assert!(
        found.message.ends_with("; all 5: the row in partition public.rest_other instead of public.day_one"),
        "{}",
        found.message
    );
    // A partition that was not copied.
    run(&pair.target, "delete from public.hash_1").await;
    let checked = pair.verify("", &["rows"]).await;
    let found = findings(&checked, "table public.by_hash")[0];
    assert!(found.message.contains(": tableoid = public.hash_1, of which the source has "), "{}", found.message);
    assert!(found.message.ends_with(" and the target none"), "{}", found.message);
    pair.drop().await;
}

#[tokio::test]
async fn trees_divided_otherwise_are_told_by_their_layout_alone() {
    let pair = Pair::new(&[TREES]).await;
    run(
        &pair.target,
        "create temp table held as table public.hash_1; alter table public.by_hash detach partition public.hash_1; drop table public.hash_1;
         create table public.hash_1a partition of public.by_hash for values with (modulus 4, remainder 1);
         create table public.hash_1b partition of public.by_hash for values with (modulus 4, remainder 3);
         insert into public.by_hash table held",
    )
    .await;
    let checked = pair.verify("", &["rows", "schema"]).await;
    assert_eq!(incomplete(&checked.units), []);
    let layout = [
        ("schema", "table public.hash_1", "missing"),
        ("schema", "table public.hash_1a", "extra"),
        ("schema", "table public.hash_1b", "extra"),
    ];
    assert_eq!(open(&checked.units), expect(&layout));
    // Other bounds under the same names.
    run(
        &pair.target,
        "alter table public.by_day detach partition public.day_one;
         alter table public.by_day attach partition public.day_one for values from ('2024-12-01') to ('2025-02-01')",
    )
    .await;
    let checked = pair.verify("", &["rows", "schema"]).await;
    let mut all = layout.to_vec();
    all.push(("schema", "table public.day_one", "partition bound"));
    assert_eq!(open(&checked.units), expect(&all));
    assert!(checked.units.iter().filter(|unit| unit.check == "rows").all(|unit| unit.outcome == Outcome::Same));
    pair.drop().await;
}

#[tokio::test]
async fn a_repair_moves_rows_to_where_they_belong() {
    let pair = Pair::new(&[TREES]).await;
    run(&pair.target, &moved("public.day_one", "public.\"Day two\"", "id in (5, 6)")).await;
    run(&pair.target, "update public.by_day set note = 'b' where id = 30").await;
    run(&pair.target, &moved("public.bag_one", "public.bag_two", "ctid = (select min(ctid) from public.bag_one)"))
        .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("repair.sql");
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let options = Options { repair: Some(file.clone()), ..Options::default() };
    let config = Config::from_text("", &flags).unwrap();
    pg_rehearse::verify::verify(&config, &Selection::default(), &options, &Events::silent()).await.unwrap();
    let sql = std::fs::read_to_string(&file).unwrap();
    for _ in 0..2 {
        run(&pair.target, &sql).await;
        let checked = pair.verify("", &["rows"]).await;
        assert_eq!(findings(&checked, "table public.by_day"), Vec::<&Finding>::new(), "{sql}");
    }
    // Of rows without a key no statement can say which is in the wrong place.
    assert!(sql.contains("-- LEFT OUT: table public.bag: which partition a row is in"), "{sql}");
    assert_eq!(findings(&pair.verify("", &["rows"]).await, "table public.bag").len(), 2);
    pair.drop().await;
}
