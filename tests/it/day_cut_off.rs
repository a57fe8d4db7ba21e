//! A day that is killed in the midst of a phase: it goes on, or back, and nothing is lost.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::migrate::{self, Day, DayOptions, Person, Sides};
use pg_rehearse::model::{Choice, Error, Events, Result};
use pg_rehearse::postgres::Tools;
use pg_rehearse::rehearse::server::client_tools;

use crate::day::{AFTER, BEFORE, NAMES, pair, rows};
use crate::support::command::Shell;
use crate::support::{Pair, run, value};

/// So slow that a kill meets the phase it is meant for.
const SLOW: &str = "[copy]\nrate = '40KB'\njobs = 1\n[verify]\nthrottle = 1\n";

async fn shell(pair: &Pair) -> Shell {
    // Enough rows for the copy to last seconds.
    run(&pair.source, "update child set note = note || repeat(' ', 60)").await;
    Shell::on(pair).await.file("migration.toml", &format!("{NAMES}{SLOW}")).file("quick.toml", NAMES)
}

fn strike(shell: &Shell, folder: &str, when: &str) {
    let mut child = shell.start_until(
        &format!("migrate --confirm staging --folder {folder}"),
        &format!("{folder}/state.json"),
        when,
    );
    child.kill().unwrap();
    child.wait().unwrap();
}

async fn everything_is_there(pair: &Pair) {
    assert_eq!(rows(&pair.target).await.trim_end(), AFTER.replace("note 999", &format!("note 999{}", " ".repeat(60))));
    let keys = "select count(*)::text from pg_constraint where conrelid in ('parent'::regclass, 'child'::regclass)
                and contype in ('p', 'f')";
    assert_eq!(value(&pair.target, keys).await.unwrap(), "3");
}

#[tokio::test]
async fn a_day_killed_in_any_phase_goes_on() {
    for phase in ["preflight", "backup", "clean", "copy", "verify"] {
        let pair = pair().await;
        let shell = shell(&pair).await;
        strike(&shell, "day", &format!("\"under_way\": \"{phase}\""));
        if matches!(phase, "copy" | "verify") {
            shell.run("status").exits(0).says("has not ended: `migrate --resume");
            shell.run("migrate --confirm staging --folder other").exits(2).complains("has not ended");
        }
        let backups = || std::fs::read_dir(shell.path("day")).unwrap().count();
        let before = backups();
        shell.run("--config quick.toml migrate --resume --confirm staging --folder day").exits(0);
        if matches!(phase, "copy" | "verify") {
            assert!(backups() <= before + 2, "the target was saved again when it was half-way");
        }
        everything_is_there(&pair).await;
        shell.run("--config quick.toml verify").exits(0);
        shell.run("status").exits(0).says(": complete, ");
        pair.drop().await;
    }
}

#[tokio::test]
async fn a_day_killed_in_any_phase_goes_back() {
    for phase in ["clean", "copy", "verify"] {
        let pair = pair().await;
        let shell = shell(&pair).await;
        strike(&shell, "day", &format!("\"under_way\": \"{phase}\""));
        // Killed before its first write, the day is not known to the target.
        let folder = if phase == "clean" { " --folder day" } else { "" };
        shell
            .run(&format!("--config quick.toml rollback --confirm staging{folder}"))
            .exits(0)
            .says("equal by fingerprint");
        assert_eq!(rows(&pair.target).await, BEFORE);
        let log = shell.run("migrate --resume --confirm staging --folder day");
        log.exits(2).complains("has ended: rolled back");
        shell.run("--config quick.toml migrate --confirm staging --folder anew").exits(0);
        everything_is_there(&pair).await;
        pair.drop().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_day_that_is_told_to_stop_says_so_and_goes_on() {
    let pair = pair().await;
    let shell = shell(&pair).await;
    let mut child =
        shell.start_until("migrate --confirm staging --folder day", "day/state.json", "\"under_way\": \"copy\"");
    let id = nix::unistd::Pid::from_raw(child.id() as i32);
    nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    shell
        .run("--config quick.toml migrate --resume --confirm staging")
        .exits(2)
        .complains("name its folder with --folder");
    shell.run("--config quick.toml migrate --resume --confirm staging --folder day").exits(0);
    everything_is_there(&pair).await;
    pair.drop().await;
}

/// Somebody who says no.
struct Refuses;

impl Person for Refuses {
    fn is_there(&self) -> bool {
        false
    }

    fn allow(&self, _: String) -> LocalBoxFuture<'_, Result<()>> {
        async { Err(Error::usage("no")) }.boxed_local()
    }

    fn choose(&self, _: Choice, _: Vec<String>) -> LocalBoxFuture<'_, Result<Choice>> {
        async { Err(Error::usage("no")) }.boxed_local()
    }
}

#[tokio::test]
async fn a_day_that_nobody_lets_go_on_stays_half_done_and_known_as_such() {
    let pair = pair().await;
    let shell = shell(&pair).await;
    strike(&shell, "day", "\"under_way\": \"copy\"");
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let config = Config::from_text(NAMES, &flags).unwrap();
    let tools = Tools::in_directory(client_tools(18).await.unwrap());
    let options = DayOptions { tools, folder: shell.path("day"), record: false };
    let events = Events::silent();
    let mut day = Day::again(Sides::look(&config).await.unwrap(), &config, &options, &events).unwrap();
    assert_eq!(migrate::run(&mut day, &Refuses).await.unwrap_err().to_string(), "no");
    shell.run("status").exits(0).says("has not ended");
    shell.run("migrate --confirm staging").exits(2).complains("has not ended");
    shell.run("--config quick.toml migrate --resume --confirm staging --folder day").exits(0);
    everything_is_there(&pair).await;

    // A new day that nobody allows has written nothing, and is over.
    let fresh = DayOptions { folder: shell.path("fresh"), ..options };
    std::fs::create_dir(&fresh.folder).unwrap();
    let mut day = Day::begin(&config, &fresh, &events).await.unwrap();
    migrate::run(&mut day, &Refuses).await.unwrap_err();
    everything_is_there(&pair).await;
    shell.run("status").exits(0).says(": complete, ");
    pair.drop().await;
}

#[tokio::test]
async fn what_a_cut_off_backup_has_saved_does_not_stand_in_the_way_back() {
    let pair = pair().await;
    let shell = shell(&pair).await;
    strike(&shell, "day", "\"under_way\": \"backup\"");
    // One side had been saved, the other not yet.
    shell.run("--config quick.toml backup --side target --folder day").exits(0);
    shell.run("--config quick.toml migrate --resume --confirm staging --folder day").exits(0);
    shell.run("--config quick.toml rollback --confirm staging --folder day").exits(0).says("equal by fingerprint");
    assert_eq!(rows(&pair.target).await, BEFORE);
    pair.drop().await;
}

#[tokio::test]
async fn another_database_is_not_gone_on_with() {
    let (pair, other) = (pair().await, pair().await);
    let here = shell(&pair).await;
    strike(&here, "day", "\"under_way\": \"copy\"");
    let folder = here.path("day");
    let there = shell(&other).await;
    let resume = format!("--config quick.toml migrate --resume --confirm staging --folder {}", folder.display());
    there.run(&resume).exits(2).complains("begun with another source");
    assert_eq!(rows(&other.target).await, BEFORE);
    there.run("migrate --resume --confirm staging").exits(2).complains("no day on this target");
    pair.drop().await;
    other.drop().await;
}
