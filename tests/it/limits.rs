//! A copy that would cost the source too much stops by itself, and can be resumed.

use crate::support::endpoints::Pair;

#[tokio::test]
async fn a_snapshot_is_not_held_for_longer_than_allowed() {
    let pair = Pair::create("limits").await;
    pair.both("create table t (id int primary key, x text)").await;
    pair.on_source("insert into t select i, repeat(md5(i::text), 10) from generate_series(1, 10000) i; analyze t")
        .await;
    let slow = "[copy]\nchunk = '64KiB'\nrate = '400kB'\n";
    let shell = pair.shell().await.file("migration.toml", &format!("{slow}max_snapshot_age = '1s'\n"));
    shell.run("copy --confirm target").exits(130).complains("its snapshot has been held for").complains("--resume");
    let rows = "select count(*)::text from t";
    let held: u64 = pair.ask_target(rows).await[0].parse().unwrap();
    assert!(held < 10_000, "it came to its end before it was stopped");
    let shell = shell.file("migration.toml", "[copy]\nchunk = '64KiB'\n");
    shell.run("copy --confirm target --resume").exits(0);
    let (source, target) = pair.ask("select count(*) || md5(string_agg(t::text, ',' order by id)) from t").await;
    assert_eq!(source, target);
    pair.drop_databases().await;
}
