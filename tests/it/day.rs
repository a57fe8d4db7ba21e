//! A migration day from its first message to its end: what is told, decided and left.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::command::Shell;
use crate::support::{Pair, run, value};

pub(crate) const SCHEMA: &str = "
    create table parent (id int generated always as identity primary key, name text not null);
    create table child (id bigserial primary key, parent_id int references parent, note text);
    create index child_parent on child (parent_id)";
pub(crate) const PRODUCTION: &str = "
    insert into parent (name) select 'hotel ' || n from generate_series(1, 20) n;
    insert into child (parent_id, note) select 1 + n % 20, 'note ' || n from generate_series(1, 3000) n";
pub(crate) const STALE: &str = "
    insert into parent (name) values ('old');
    insert into child (parent_id, note) values (1, 'kept on staging'), (1, null)";

/// Two databases of one schema with other rows in each.
pub(crate) async fn pair() -> Pair {
    let pair = Pair::new(&[SCHEMA]).await;
    run(&pair.source, PRODUCTION).await;
    run(&pair.target, STALE).await;
    pair
}

/// What the target holds, in one text.
pub(crate) async fn rows(url: &str) -> String {
    let sql = "select (select count(*) from parent) || ' ' || (select count(*) from child) || ' ' ||
               (select coalesce(max(note), '-') from child) || ' ' || (select last_value from child_id_seq)";
    value(url, sql).await.unwrap()
}

pub(crate) const BEFORE: &str = "1 2 kept on staging 2";
pub(crate) const AFTER: &str = "20 3000 note 999 3000";

pub(crate) const NAMES: &str = "[source]\nname = 'production'\n[target]\nname = 'staging'\nenvironment = 'staging'\n";

/// A server that keeps what is posted to it, and answers as it is told.
fn hook(answer: impl Fn(&mut TcpStream, usize) + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/services/a-secret-path", listener.local_addr().unwrap());
    let posted = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&posted);
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut text = String::new();
            let mut buffer = [0; 4096];
            // The body is JSON: it ends with the request.
            while !text.trim_end().ends_with('}') {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => text.push_str(&String::from_utf8_lossy(&buffer[..read])),
                }
            }
            kept.lock().unwrap().push(text);
            answer(&mut stream, number);
        }
    });
    (address, posted)
}

fn say(stream: &mut TcpStream, status: &str) {
    let _ = stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").as_bytes());
}

#[tokio::test]
async fn a_day_tells_what_it_does_and_leaves_only_its_journal() {
    let pair = pair().await;
    // The second post is refused once: it is tried again.
    let (address, posted) = hook(|stream, number| say(stream, if number == 1 { "503 Busy" } else { "200 OK" }));
    let settings = "[notify]\ntitle = 'Chat migration'\ncontact = 'Ana'\nwebhook_env = 'HOOK'
                    command = ['/bin/sh', '-c', 'echo $PG_REHEARSE_MESSAGE >> told; cat >> told']
                    [planned]\ncopy = '2h'\npreflight = '40m'\n[scope]\nexpected = 'order.toml'\n";
    let shell = Shell::on(&pair).await.file("migration.toml", &format!("{NAMES}{settings}"));
    shell.run("migrate --confirm staging").exits(2).complains("notify.webhook_env names HOOK");
    let documents = "[[document]]\nname = 'plan'\n[document.rows]\nparent = 20\n'public.child' = 2999\n";
    let shell = shell.variable("HOOK", &address).variable("PATH", "/usr/bin:/bin");
    shell.run("migrate --confirm staging").exits(2).complains("cannot read order.toml");
    let shell = shell.file("order.toml", documents);
    shell.run("status").exits(0).says("has no journal");
    shell.run("cleanup --confirm staging").exits(0).says("there was no journal");
    let ran = shell.run("migrate --confirm staging --folder day").exits(0);
    assert!(!ran.err.contains("was not sent") && !ran.err.contains("secret-path"), "{}", ran.err);
    assert_eq!(rows(&pair.target).await, AFTER);

    let posted = posted.lock().unwrap().clone();
    let start = posted.iter().position(|text| text.contains("Chat migration - STARTING")).unwrap();
    let end = posted.iter().position(|text| text.contains("Chat migration - COMPLETE")).unwrap();
    assert!(start < end && posted.iter().all(|text| text.contains("{\"text\":\"")), "{posted:?}");
    assert_eq!(posted.iter().filter(|text| text.contains("preflight: go")).count(), 2, "tried again: {posted:?}");
    let told = shell.read("told");
    assert!(told.starts_with("start\n") && told.contains("complete\n") && told.contains("Contact: Ana"), "{told}");
    assert!(shell.read("day/messages/01-start.md").contains("production is only read"));

    let log = shell.read("day/execution-log.md");
    for part in [
        "# Chat migration",
        "Planned: 40 min 00 s from",
        "Planned: 2 h 00 min\n",
        "[x] PASS",
        "| level 0 | 1 | 20 | none of 1 |",
        "| level 1 | 1 | 3,000 | public.child: 3,000 copied, 2,999 documented |",
        "Status: SUCCESS",
    ] {
        assert!(log.contains(part), "{part} not in\n{log}");
    }
    shell.run("status").exits(0).says(": complete, ").says("3,020 rows").says("aside  nothing");
    assert_eq!(shell.run("status --format json").exits(0).json()["day"]["ending"], "complete");
    shell.run("migrate --resume --folder day --confirm staging").exits(2).complains("has ended: complete");
    shell.run("migrate --folder day --confirm staging").exits(2).complains("holds a migration day already");
    shell.run("migrate --confirm staging --folder again").exits(0);

    shell.run("cleanup").exits(2).complains("was not confirmed");
    shell.run("cleanup --confirm staging").exits(0).says("the journal is gone");
    assert_eq!(value(&pair.target, "select to_regnamespace('pgrehearse')::text").await, None);
    shell.run("verify").exits(0);
    shell.assert_nowhere("a-secret-path");
    pair.drop().await;
}

#[tokio::test]
async fn a_webhook_that_hangs_holds_nothing_up() {
    let pair = pair().await;
    let (address, _) = hook(|_, _| std::thread::sleep(Duration::from_secs(60)));
    let settings =
        "[notify]\nwebhook_env = 'HOOK'\ntimeout = '300ms'\non = ['complete']\ncommand = ['/no/such/program']\n";
    let shell = Shell::on(&pair).await.file("migration.toml", &format!("{NAMES}{settings}")).variable("HOOK", &address);
    let ran = shell.run("migrate --confirm staging").exits(0);
    assert!(ran.err.contains("was not sent: the webhook does not answer within 0.3 s, tried 3 times"), "{}", ran.err);
    assert!(ran.err.contains("/no/such/program: "), "{}", ran.err);
    assert!(!ran.err.contains("a-secret-path"), "{}", ran.err);
    pair.drop().await;
}

#[tokio::test]
async fn rules_say_what_a_difference_means_and_settings_who_acts() {
    let pair = pair().await;
    run(&pair.target, "drop index child_parent").await;
    let shell = Shell::on(&pair).await.file("migration.toml", NAMES);
    // The way back, by itself.
    shell.run("migrate --confirm staging --folder back --on-failure rollback").exits(1);
    assert_eq!(rows(&pair.target).await, BEFORE);
    let report = shell.read("back/report.json");
    let decisions = serde_json::from_str::<serde_json::Value>(&report).unwrap()["decisions"].clone();
    assert_eq!(decisions[0]["choice"], "roll-back");
    assert!(decisions[0]["reasons"][0].as_str().unwrap().contains("child_parent"), "{decisions}");
    assert!(shell.read("back/execution-log.md").contains("Status: ROLLED BACK"));
    assert!(shell.read("back/messages/08-rolled-back.md").contains("equal by fingerprint"));
    shell.run("status").exits(0).says(": rolled back, ");
    // Held, mended by a person, gone on with.
    let held = shell.run("migrate --confirm staging --folder held").exits(1);
    assert!(held.err.contains("the rules say roll back"), "{}", held.err);
    assert_eq!(rows(&pair.target).await, AFTER);
    shell.run("cleanup --confirm staging").exits(2).complains("the journal is still needed");
    shell.run("migrate --confirm staging").exits(2).complains("has not ended").complains("--resume --folder");
    run(&pair.target, "create index child_parent on child (parent_id)").await;
    shell.run("migrate --resume --confirm staging --folder held").exits(0);
    assert!(shell.read("held/execution-log.md").contains("Status: SUCCESS"));
    pair.drop().await;
}

#[tokio::test]
async fn two_runs_exclude_each_other() {
    let pair = pair().await;
    let shell = Shell::on(&pair).await.file("migration.toml", NAMES);
    let endpoint = crate::support::endpoints::endpoint(&pair.target);
    let lock = pg_rehearse::journal::Exclusive::take(&endpoint, "migrate").await.unwrap();
    for verb in ["migrate", "clean", "copy", "rollback --to empty", "cleanup"] {
        let ran = shell.run(&format!("{verb} --confirm staging")).exits(2);
        assert!(
            ran.err.contains("another run is at work on this target: `pg-rehearse migrate`"),
            "{verb}: {}",
            ran.err
        );
    }
    assert_eq!(rows(&pair.target).await, BEFORE);
    lock.release().await;
    shell.run("clean --confirm staging").exits(0);
    pair.drop().await;
}
