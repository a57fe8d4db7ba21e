//! A backup, and the way back from it.

use pg_rehearse::backup::{BackupManifest, backup, restore_data};
use pg_rehearse::catalog;
use pg_rehearse::clean::clean;
use pg_rehearse::config::TableScope;
use pg_rehearse::model::{Events, RelationName};
use pg_rehearse::plan::Plan;
use pg_rehearse::postgres::{Readers, Session, Tools};
use pg_rehearse::rehearse::server::client_tools;

use crate::copy::clean_and_copy;
use crate::copy_fixture::{digests, muva};
use crate::support::endpoints::Pair;

/// Client programs new enough for any server tested against.
async fn tools() -> Tools {
    Tools::in_directory(client_tools(18).await.unwrap())
}

/// Empties the target and fills it from a backup of itself, as a rollback does.
async fn roll_back(pair: &Pair, tools: &Tools, manifest: &BackupManifest, directory: &std::path::Path) {
    let mut session = Session::connect(&pair.target).await.unwrap();
    let catalog = catalog::load(&mut session, &["public".to_owned()]).await.unwrap();
    session.close().await;
    let plan = Plan::new(&catalog, &TableScope::default());
    clean(&pair.target, &plan, &catalog, &Events::silent()).await.unwrap();
    let tables: Vec<RelationName> = plan.tables.iter().map(|planned| planned.table.clone()).collect();
    restore_data(tools, &pair.target, manifest, directory, &tables).await.unwrap();
}

async fn back_up(pair: &Pair, tools: &Tools, directory: &std::path::Path) -> BackupManifest {
    let readers = Readers::open(&pair.target, 2).await.unwrap();
    let catalog = catalog::load(&mut readers.acquire().await.unwrap(), &["public".to_owned()]).await.unwrap();
    let manifest = backup(tools, &readers, &catalog, directory).await.unwrap();
    readers.close().await;
    manifest
}

#[tokio::test]
async fn staging_comes_back_as_it_was() {
    let tools = tools().await;
    let pair = muva("backup").await;
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("backups");
    let (_, before) = digests(&pair).await;
    let sequences =
        "select schemaname, sequencename, last_value from pg_sequences where schemaname <> 'pgrehearse' order by 1, 2";
    let (_, sequences_before) = pair.ask(sequences).await;

    let manifest = back_up(&pair, &tools, &directory).await;
    let dump = directory.join(&manifest.file);
    let read = BackupManifest::read(&BackupManifest::path_beside(&dump)).unwrap();
    assert_eq!(read, manifest);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&directory), mode(&dump)), (0o700, 0o600));
    }

    clean_and_copy(&pair, 2).await.unwrap();
    assert_ne!(digests(&pair).await.1, before);
    roll_back(&pair, &tools, &manifest, &directory).await;
    // The materialized view is nobody's data; it is refreshed by whoever asked for the rollback.
    pair.on_target("refresh materialized view public.monthly_revenue").await;
    // auth stands outside the backup's schemas.
    let stays = |rows: Vec<String>| rows.into_iter().filter(|row| !row.starts_with("users|")).collect::<Vec<_>>();
    assert_eq!(stays(digests(&pair).await.1), stays(before));
    assert_eq!(pair.ask(sequences).await.1, sequences_before);
    pair.drop_databases().await;
}

#[tokio::test]
async fn what_the_database_is_set_to_changes_no_row_of_a_backup() {
    let tools = tools().await;
    let pair = Pair::create("backup_settings").await;
    pair.on_target(
        "create table public.t (id int primary key, names text[], taken interval, at timestamptz, raw bytea, note text);
         insert into public.t values (1, array[null, 'NULL'], '-1 mon 3 days -4:05:06', '2026-02-03 04:05:06+00', '\\x00ff27', E'it''s \\\\ so')",
    )
    .await;
    crate::settings::set(&pair).await;
    let rows = "select t::text from public.t";
    let before = pair.ask_target(rows).await;
    let folder = tempfile::tempdir().unwrap();
    let manifest = back_up(&pair, &tools, folder.path()).await;
    roll_back(&pair, &tools, &manifest, folder.path()).await;
    assert_eq!(pair.ask_target(rows).await, before);
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_backup_that_was_touched_is_refused() {
    let tools = tools().await;
    let pair = Pair::create("touched").await;
    pair.on_target(
        "create table t (id int, note text); insert into t values (1, E'SET transaction_timeout = 0;\nCOPY x')",
    )
    .await;
    let folder = tempfile::tempdir().unwrap();
    let manifest = back_up(&pair, &tools, folder.path()).await;
    assert_eq!(manifest.tables[0].rows, 1);
    roll_back(&pair, &tools, &manifest, folder.path()).await;
    assert_eq!(pair.ask("select 1").await.0, ["1"]);

    // Rows that are there already make the counts disagree, so nothing is committed.
    let tables = [RelationName::new("public", "t")];
    let error = restore_data(&tools, &pair.target, &manifest, folder.path(), &tables).await.unwrap_err();
    assert!(error.to_string().contains("not as many as in the backup"), "{error}");

    let dump = folder.path().join(&manifest.file);
    let mut bytes = std::fs::read(&dump).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&dump, bytes).unwrap();
    let error = restore_data(&tools, &pair.target, &manifest, folder.path(), &tables).await.unwrap_err();
    assert!(error.to_string().contains("SHA-256"), "{error}");
    pair.drop_databases().await;
}

#[tokio::test]
async fn tables_that_inherit_come_back_each_with_its_own_rows() {
    let tools = tools().await;
    let pair = Pair::create("backup_inherit").await;
    pair.both(
        "create table parent (id int primary key, x text); create table child (y int, primary key (id)) inherits (parent);
         create table divided (id int, x text) partition by range (id);
         create table divided_1 partition of divided for values from (0) to (100)",
    )
    .await;
    pair.on_target(
        "insert into parent select n, 'own ' || n from generate_series(1, 7) n;
         insert into child select n, 'inherited ' || n, n from generate_series(101, 105) n;
         insert into divided select n, 'in a part' from generate_series(1, 4) n",
    )
    .await;
    let folder = tempfile::tempdir().unwrap();
    let rows = "select tableoid::regclass, id, x from parent union all select tableoid::regclass, id, x from divided order by 2, 1";
    let before = pair.ask_target(rows).await;
    assert_eq!(before.len(), 16);
    let manifest = back_up(&pair, &tools, folder.path()).await;
    pair.on_target("insert into parent values (50, 'later'); delete from child where id > 102").await;
    roll_back(&pair, &tools, &manifest, folder.path()).await;
    assert_eq!(pair.ask_target(rows).await, before);
    pair.drop_databases().await;
}
