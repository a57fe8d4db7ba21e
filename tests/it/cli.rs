//! The verbs as scripts see them: exit codes, answers, what is changed and what is not.

use crate::support::command::Shell;
use crate::support::{Pair, run, value};

const SCHEMA: &str = "
    create table parent (id int generated always as identity primary key, name text not null);
    create table child (id bigserial primary key, parent_id int references parent, note text)";
const PRODUCTION: &str = "
    insert into parent (name) select 'hotel ' || n from generate_series(1, 20) n;
    insert into child (parent_id, note) select 1 + n % 20, 'unmistakable ' || n from generate_series(1, 300) n";
const STALE: &str = "
    insert into parent (name) values ('old');
    insert into child (parent_id, note) values (1, 'kept on staging'), (1, null)";

/// Two databases of one schema with other rows in each.
async fn pair() -> Pair {
    let pair = Pair::new(&[SCHEMA]).await;
    run(&pair.source, PRODUCTION).await;
    run(&pair.target, STALE).await;
    pair
}

/// What the target holds, in one text.
async fn target(pair: &Pair) -> String {
    let sql = "select (select count(*) from parent) || ' ' || (select count(*) from child) || ' ' ||
               coalesce((select string_agg(note, ',' order by id) from child where note like '%staging%'), '') || ' ' ||
               (select last_value from child_id_seq)";
    value(&pair.target, sql).await.unwrap()
}

const STALE_STATE: &str = "1 2 kept on staging 2";

#[test]
fn the_help_names_every_verb() {
    let shell = Shell::new();
    let help = shell.run("--help").exits(0).out;
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let verbs = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    settings.bind(|| insta::assert_snapshot!("cli_verbs", verbs.trim_end()));
    for verb in verbs.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()) {
        if verb.chars().all(|c| c.is_ascii_lowercase()) && verb != "help" && verbs.contains(&format!("\n  {verb} ")) {
            shell.run(&format!("{verb} --help")).exits(0).says(&format!("  pg-rehearse {verb}"));
        }
    }
}

#[test]
fn wrong_usage_is_exit_2_and_says_what_to_do() {
    let shell = Shell::new();
    shell.run("verify").exits(2).complains("no URL for the source database").complains("PG_REHEARSE_SOURCE_URL");
    shell.run("verify --explain rows").exits(0).says("rows: Each table");
    shell.run("verify --explain cows").exits(2).complains("checks: rows,");
    shell.run("verify --only cows").exits(2).complains("there is no check `cows`");
    shell.run("backup --format junit").exits(2).complains("text and json");
    shell.run("clean").exits(2).complains("was not confirmed").complains("--confirm target");
    shell.run("copy --confirm staging").exits(2).complains("--confirm names staging, the target is target");
    shell.run("report none.json").exits(2).complains("cannot read none.json");
    shell.run("completions bash").exits(0).says("complete -F");
    shell.run("man").exits(0).says(".TH pg-rehearse");

    let shell = shell.file("migration.toml", "[scope]\nschemsa = ['public']\n");
    shell.run("plan").exits(2).complains("unknown key `scope.schemsa`").complains("did you mean `schemas`?");

    let url = "postgres://me:hunter2@127.0.0.1:1/none";
    let shell = Shell::new().url("SOURCE", url).url("TARGET", url);
    shell.run("verify").exits(4).complains("error: ");
    shell.run("preflight").exits(1).says("source reachable").says("no-go: 2 checks");
    let shell = shell.file("migration.toml", "[target]\nname = 'live'\nenvironment = 'production'\n");
    for verb in ["clean", "copy", "migrate", "rollback --to empty"] {
        shell.run(&format!("{verb} --confirm live")).exits(2).complains("it is never written to");
    }
    let nonsense = Shell::new().variable("PG_REHEARSE_SOURCE_URL", "hunter2@nowhere");
    assert!(!nonsense.run("plan").exits(2).err.contains("hunter2"));
}

#[tokio::test]
async fn the_verbs_one_by_one() {
    let pair = pair().await;
    let shell = Shell::on(&pair).await;
    shell.run("plan").exits(0).says("public.child");
    let preflight = shell.run("preflight").exits(0).says("go: ").out;
    assert!(preflight.lines().all(|line| line.chars().count() <= 80), "{preflight}");
    assert!(shell.run("preflight --format json").exits(0).json()["rows"].as_array().unwrap().len() > 10);
    shell.run("verify").exits(1).says("child");

    shell.run("fingerprint --out source.json").exits(0);
    assert!(!shell.read("source.json").contains("unmistakable"), "a row value in a manifest");
    assert_eq!(shell.run("fingerprint").exits(0).json()["tables"]["public.child"]["rows"], 300);
    shell.run("verify --against source.json").exits(1).says("300 rows became 2");
    shell.run("verify --against source.json --only samples").exits(2).complains("needs a live source");

    for refused in ["clean", "clean --confirm staging", "copy --confirm source", "migrate", "rollback --to empty"] {
        shell.run(refused).exits(2).complains("nothing was changed");
    }
    shell.run("migrate --dry-run").exits(0).says("truncate only").says("copy \"public\".\"child\"");
    assert_eq!(target(&pair).await, STALE_STATE, "nothing may have been written so far");

    let saved = shell.run("backup --folder saved --format json").exits(0).json();
    assert_eq!(saved["backups"].as_array().unwrap().len(), 2);
    shell.run("backup --side target").exits(0).says("sha256").says(".pg-rehearse/backup-");
    shell.run("clean --confirm target").exits(0).says("emptied public.child").says("2 tables emptied of 3 rows");
    assert_eq!(target(&pair).await, "0 0  2");
    shell.run("copy --confirm target").exits(0).says("public.child").says("320 rows of 2 tables copied");
    shell.run("verify").exits(0);
    shell.run("verify --against source.json").exits(0);

    run(&pair.target, "update child set note = replace(note, 'mistak', 'mistah') where id = 7").await;
    shell.run("verify").exits(1).says("public.child");
    let report = shell.run("verify --against source.json --format json").exits(1).json();
    let different = report["units"].as_array().unwrap().iter().filter(|unit| unit["outcome"] == "different");
    let found: Vec<String> = different
        .map(|unit| format!("{} {} {}", unit["check"], unit["object"]["identity"], unit["findings"][0]["attribute"]))
        .collect();
    assert_eq!(found, ["\"rows\" \"public.child\" \"row values\""]);
    run(&pair.target, "alter table child add added int; select setval('child_id_seq', 999)").await;
    let report = shell.run("verify --against source.json --format json").exits(1).json();
    let different = report["units"].as_array().unwrap().iter().filter(|unit| unit["outcome"] == "different");
    let found: Vec<&str> = different.map(|unit| unit["check"].as_str().unwrap()).collect();
    assert_eq!(found, ["rows", "schema", "sequences"]);
    run(&pair.target, "alter table child drop added").await;

    shell.run("rollback --folder saved --confirm source").exits(2);
    shell.run("rollback --confirm target").exits(2).complains("no backup to go back to").complains("give --folder DIR");
    shell.run("rollback --folder . --confirm target").exits(2).complains("holds no backup of target");
    shell.run("rollback --folder saved --confirm target").exits(0).says("3 rows of 2 tables back as they were");
    assert_eq!(target(&pair).await, STALE_STATE);
    shell.run("rollback --to empty --confirm target").exits(0);
    assert_eq!(target(&pair).await, "0 0  1");
    shell.assert_no_secret_kept();
    pair.drop().await;
}

#[tokio::test]
async fn the_whole_day_and_the_way_back() {
    let pair = pair().await;
    let shell = Shell::on(&pair).await.file("migration.toml", "[target]\nname = 'staging'\nenvironment = 'staging'\n");
    shell.run("migrate --confirm target").exits(2);
    shell.run("migrate --confirm staging --folder day --out json=out.json").exits(0).says("staging");
    shell.run("verify").exits(0);
    shell.run("report day/report.json --format markdown").exits(0).says("|");
    shell.run("report out.json --format junit").exits(0).says("<testsuite");
    assert!(shell.read("day/execution.log").contains("verify: go"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| shell.path(name).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("day"), mode("day/report.json"), mode("day/execution.log")), (0o700, 0o600, 0o600));
    }

    // A backup of another database is not put here, and nothing is emptied for it.
    let other = self::pair().await;
    let elsewhere = Shell::on(&other).await.file("migration.toml", "[target]\nname = 'staging'\n");
    let folder = shell.path("day");
    let wrong = format!("rollback --folder {} --confirm staging", folder.display());
    elsewhere.run(&wrong).exits(2).complains("of another database");
    assert_eq!(target(&other).await, STALE_STATE);
    other.drop().await;

    // Nor one that was touched.
    let dump = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let of_target = |path: &std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("staging-");
    let mut dumps = dump.into_iter().filter(|path| path.extension().is_some_and(|it| it == "dump"));
    let dump = dumps.find(of_target).unwrap();
    let whole = std::fs::read(&dump).unwrap();
    std::fs::write(&dump, &whole[1..]).unwrap();
    let before = target(&pair).await;
    shell.run("rollback --folder day --confirm staging").exits(4).complains("SHA-256");
    assert_eq!(target(&pair).await, before);
    std::fs::write(&dump, whole).unwrap();
    shell.run("status").exits(0).says(": complete, ");
    shell.run("rollback --folder day --confirm staging").exits(0);
    assert_eq!(target(&pair).await, STALE_STATE);
    shell.run("status").exits(0).says(": rolled back, ");

    // A day that stops leaves its report, too.
    run(
        &pair.target,
        "alter table child add required int not null default 1; alter table child alter required drop default",
    )
    .await;
    shell.run("migrate --confirm staging --folder stopped").exits(1).complains("preflight");
    assert!(shell.read("stopped/report.json").contains("no-go"));
    assert_eq!(target(&pair).await, STALE_STATE);
    shell.assert_no_secret_kept();
    pair.drop().await;
}

#[tokio::test]
async fn what_may_not_be_read_is_exit_3() {
    let pair = Pair::new(&[SCHEMA, PRODUCTION]).await;
    let role = format!("rehearse_cli_{}", std::process::id());
    let login = |url: &str| crate::support::as_role(url, &role, "unheard-of");
    let shell = Shell::on(&pair).await;
    shell.run("fingerprint --out source.json").exits(0);
    shell.run("verify").exits(0);
    let create = format!(
        "create role {role} login password 'unheard-of'; grant select on parent to {role};
         grant select on all sequences in schema public to {role}"
    );
    run(&pair.target, &create).await;
    let weak =
        Shell::on(&pair).await.url("TARGET", &login(&pair.target)).file("source.json", &shell.read("source.json"));
    weak.run("verify --only rows").exits(3).says("public.child");
    weak.run("verify --against source.json --only rows").exits(3).says("public.child");
    weak.run("fingerprint --side target").exits(4).complains("public.child");
    run(&pair.target, &format!("drop owned by {role}; drop role {role}")).await;
    pair.drop().await;
}
