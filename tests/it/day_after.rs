//! What comes after a day, and what a backup is worth: watching, blame, a proof by restoring.

use crate::day::{NAMES, pair};
use crate::support::command::Shell;
use crate::support::run;

#[tokio::test]
async fn a_backup_is_proven_by_restoring_it() {
    let pair = pair().await;
    run(
        &pair.source,
        "create view notes as select note from child; create materialized view counted as select count(*) from child;
         create policy own on child using (true); alter table child enable row level security",
    )
    .await;
    let shell = Shell::on(&pair).await.file("migration.toml", NAMES);
    let ran = shell.run("backup --folder saved --prove").exits(0);
    assert!(ran.out.contains("proven       3,020 rows of 2 tables came back equal"), "{}", ran.out);
    assert!(ran.out.contains("proven       3 rows of 2 tables came back equal"), "{}", ran.out);
    shell.run("backup --prove-postgres container").exits(2);
    pair.drop().await;
}

#[tokio::test]
async fn a_watch_looks_again_and_keeps_the_worst() {
    let pair = pair().await;
    let shell = Shell::on(&pair).await.file("migration.toml", NAMES);
    shell.run("migrate --confirm staging --folder day --record").exits(0);
    assert!(shell.path("day/record.json").exists());
    let ran = shell.run("verify --watch 2s --every 900ms --no-progress").exits(0);
    assert!(ran.err.matches(": same, ").count() >= 2 && ran.err.contains("turn 2, "), "{}", ran.err);

    run(&pair.target, "update child set note = 'changed later' where id = 7").await;
    let ran = shell.run("verify --watch 1s --every 500ms --since day/record.json --no-progress").exits(1);
    assert!(ran.err.contains("turn 1, ") && ran.err.contains("table public.child: 1 row"), "{}", ran.err);
    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("changed on the target since the copy"), "{}", ran.out);
    shell.run("verify --watch soon").exits(2).complains("--watch is `soon`");
    shell.run("verify --every 1h").exits(2);
    pair.drop().await;
}

#[tokio::test]
async fn a_way_back_that_the_schema_stands_in_says_so() {
    let pair = pair().await;
    let shell = Shell::on(&pair).await.file("migration.toml", NAMES);
    shell.run("migrate --confirm staging --folder day").exits(0);
    // Staging's rows of before break what was added since.
    let added = "alter table child add constraint added check (id > 1000000) not valid";
    run(&pair.target, added).await;
    let ran = shell.run("rollback --folder day --confirm staging");
    let ran =
        ran.exits(4).complains("violates check constraint \"added\"").complains("the planned tables are empty now");
    ran.complains("the schema is not as it was saved: constraint public.child.added");
    run(&pair.target, "alter table child drop constraint added").await;
    shell.run("rollback --folder day --confirm staging").exits(0).says("equal by fingerprint");
    pair.drop().await;
}
