//! What preflight sees of the moment and of the platform: others at work, listeners, keys, pinned databases, encryption.

use crate::support::command::{Ran, Shell};
use crate::support::endpoints::Pair;

/// One row of a preflight's answer: outcome and what was found.
fn row(ran: Ran, check: &str) -> (String, String) {
    let rows = ran.json()["rows"].as_array().unwrap().clone();
    let row = rows.iter().find(|row| row["check"] == check).unwrap_or_else(|| panic!("no row {check}: {rows:?}"));
    (row["ok"].as_str().unwrap().to_owned(), row["found"].as_str().unwrap().to_owned())
}

/// A key as a platform makes it, for a role and a project.
fn key(role: &str, project: &str) -> String {
    use base64::Engine;
    let payload = format!(r#"{{"role":"{role}","ref":"{project}","iat":1,"exp":32503680000}}"#);
    format!("eyJhbGciOiJIUzI1NiJ9.{}.signature", base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(payload))
}

#[tokio::test]
async fn others_at_work_and_listeners_are_told() {
    let pair = Pair::create("moment").await;
    pair.both(
        "create table t (id int primary key, body text); insert into t select n, 'x' from generate_series(1, 500) n",
    )
    .await;
    pair.both("analyze t").await;
    let shell = pair.shell().await;
    let ask = || shell.run("preflight --format json");
    let quiet = ask();
    assert_eq!(row(quiet, "target activity"), ("go".to_owned(), "quiet".to_owned()));
    assert_eq!(row(ask(), "target reactions").0, "go");
    assert_eq!(row(ask(), "sessions"), ("go".to_owned(), "each its own".to_owned()));
    assert_eq!(row(ask(), "source encryption"), ("go".to_owned(), "none, to this machine".to_owned()));
    let (ok, found) = row(ask(), "size");
    assert!(ok == "go" && found.contains("to copy, about") && found.contains("a second"), "{found}");
    assert!(row(ask(), "source connections").1.ends_with(" free"));
    assert!(row(ask(), "disk").1.ends_with(" free here"));

    pair.on_target("create publication changes for table t").await;
    pair.on_target(
        "create function call_out() returns trigger language plpgsql as $$ begin perform net.http_post(''); return new; end $$;
         create trigger hook after insert on t for each row execute function call_out();
         alter table t enable always trigger hook;
         create schema cron; create table cron.job (active bool, database text); insert into cron.job values (true, current_database())",
    )
    .await;
    let (ok, found) = row(ask(), "target reactions");
    assert_eq!(ok, "warn");
    for part in [
        "publication changes sends rows of 1 planned tables",
        "trigger hook on public.t calls",
        "1 active job of pg_cron",
    ] {
        assert!(found.contains(part), "{part}: {found}");
    }

    let mut session = pg_rehearse::postgres::Session::connect(&pair.target).await.unwrap();
    session.execute("set application_name = 'shop'; begin; lock table public.t in row exclusive mode").await.unwrap();
    let (ok, found) = row(ask(), "target activity");
    assert!(ok == "warn" && found.contains("RowExclusiveLock on public.t held by process"), "{found}");
    session.close().await;
    pair.drop_databases().await;
}

#[tokio::test]
async fn urls_and_keys_must_be_of_the_right_project_and_role() {
    let pair = Pair::create("keys").await;
    pair.both("create table t (id int primary key)").await;
    let settings = "[source]\nproject = 'prodref'\napi_url_env = 'PROD_API'\napi_key_env = 'PROD_KEY'
                    [target]\nproject = 'stagref'\napi_key_env = 'STAG_KEY'\n";
    let shell = pair.shell().await.file("migration.toml", settings).variable("PROD_API", "https://prodref.supabase.co");
    let with = |shell: Shell, prod: &str, stag: &str| shell.variable("PROD_KEY", prod).variable("STAG_KEY", stag);
    let unset = shell.run("preflight --format json");
    assert_eq!(row(unset, "source project"), ("stop".to_owned(), "PROD_KEY is not set".to_owned()));

    let (service, anon) = (key("service_role", "prodref"), key("anon", "stagref"));
    let shell = with(shell, &service, &anon);
    let ran = shell.run("preflight --format json").exits(1);
    assert!(!ran.out.contains(&service) && !ran.out.contains("signature"), "a key is shown");
    let (ok, found) = row(ran, "source project");
    assert!(ok == "go" && found.contains("PROD_KEY is a service_role key"), "{found}");
    let (ok, found) = row(shell.run("preflight --format json"), "target project");
    assert!(ok == "stop" && found.contains("role anon, not of service_role"), "{found}");

    // The other side's key.
    let shell = shell.variable("STAG_KEY", &service);
    let (ok, found) = row(shell.run("preflight --format json"), "target project");
    assert!(ok == "stop" && found.contains("the configuration names stagref, STAG_KEY names prodref"), "{found}");
    pair.drop_databases().await;
}

#[tokio::test]
async fn a_pinned_database_is_not_another() {
    let pair = Pair::create("pinned").await;
    pair.both("create table t (id int primary key)").await;
    pair.on_target("insert into t values (1)").await;
    let shell = pair.shell().await;
    let (_, found) = row(shell.run("preflight --format json"), "distinct");
    let identities: Vec<&str> = found.split("(identity ").skip(1).map(|rest| rest.split(')').next().unwrap()).collect();
    let pins =
        |source: &str, target: &str| format!("[source]\nidentity = '{source}'\n[target]\nidentity = '{target}'\n");
    let shell = shell.file("migration.toml", &pins(identities[0], identities[1]));
    shell.run("preflight").exits(0);
    let swapped = shell.file("migration.toml", &pins(identities[1], identities[0]));
    for verb in [
        "migrate --dry-run",
        "migrate --confirm target",
        "clean --confirm target",
        "copy --confirm target",
        "rollback --to empty --confirm target",
    ] {
        swapped.run(verb).exits(2).complains("is another database").complains("swapped");
    }
    assert_eq!(row(swapped.run("preflight --format json").exits(1), "distinct").0, "stop");
    assert_eq!(pair.ask_target("select count(*) from t").await, ["1"]);
    pair.drop_databases().await;
}
