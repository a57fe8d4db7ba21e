//! Throwaway servers start, differ, come back after a crash, and leave nothing behind.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pg_rehearse::model::{Event, Events};
use pg_rehearse::rehearse::server::{Choice, DEFAULT_IMAGE, Options, Server, client_tools, start_pair};
use sqlx::{Connection, PgConnection};

use crate::support::containers::{containers_on, engine, image_is_here};

const HOLD: &str = "PG_REHEARSE_TEST_HOLD";

fn options(choice: Choice) -> Options {
    Options { choice, ..Options::default() }
}

async fn pair(choice: Choice) -> (Server, Server) {
    let events = Events::new(|event| {
        if let Event::Note(line) = event {
            println!("{line}");
        }
    });
    let start = Instant::now();
    let pair = start_pair(&options(choice), &options(choice), &events).await.unwrap();
    println!("both answer after {:.2?}", start.elapsed());
    pair
}

async fn one(server: &Server, sql: &str) -> String {
    let mut connection = PgConnection::connect(server.url()).await.unwrap();
    let value = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    value
}

async fn run(server: &Server, sql: &str) {
    let mut connection = PgConnection::connect(server.url()).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// What both kinds of server have to do alike.
async fn exercise(source: &mut Server, target: &mut Server) {
    for server in [&*source, &*target] {
        run(server, "create extension vector; create table t as select '[1,2]'::vector as v").await;
        println!(
            "{}: pgvector {}",
            server.describe(),
            one(server, "select extversion from pg_extension where extname = 'vector'").await
        );
        assert_eq!(one(server, "select current_setting('fsync')").await, "off");
        assert_eq!(one(server, "select current_setting('is_superuser')").await, "on");
        assert_eq!(one(server, "select datcollate::text from pg_database where datname = 'postgres'").await, "C.UTF-8");
    }
    let identity = "select system_identifier::text from pg_control_system()";
    assert_ne!(one(source, identity).await, one(target, identity).await);

    let url = target.url().to_owned();
    target.stop_immediate().await.unwrap();
    assert!(PgConnection::connect(&url).await.is_err());
    target.start_again().await.unwrap();
    assert_eq!(target.url(), url);
    assert_eq!(one(target, "select v::text from t").await, "[1,2]");
}

fn home_of(server: &Server) -> PathBuf {
    server.socket_dir().unwrap().parent().unwrap().to_path_buf()
}

fn alive(postmaster: &str) -> bool {
    Command::new("ps").args(["-o", "stat=", "-p", postmaster]).output().is_ok_and(|it| {
        let state = String::from_utf8_lossy(&it.stdout).trim().to_owned();
        !state.is_empty() && !state.starts_with('Z')
    })
}

async fn postmaster(server: &Server) -> String {
    one(server, "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)").await
}

#[tokio::test]
async fn an_embedded_pair_leaves_nothing() {
    let (mut source, mut target) = pair(Choice::Embedded).await;
    exercise(&mut source, &mut target).await;

    let homes = [home_of(&source), home_of(&target)];
    let processes = [postmaster(&source).await, postmaster(&target).await];
    assert!(processes.iter().all(|process| alive(process)));
    let start = Instant::now();
    drop(source);
    println!("stopped and removed in {:.2?}", start.elapsed());
    target.stop().await.unwrap();
    assert!(!processes.iter().any(|process| alive(process)));
    assert!(!homes.iter().any(|home| home.exists()));
}

#[tokio::test]
async fn a_container_pair_leaves_nothing() {
    if !image_is_here() {
        return;
    }
    let (mut source, mut target) = pair(Choice::Auto).await;
    assert_eq!(source.describe(), format!("container {DEFAULT_IMAGE}"));
    exercise(&mut source, &mut target).await;

    let containers = [containers_on(&source).unwrap(), containers_on(&target).unwrap()];
    assert!(containers.iter().all(|id| !id.is_empty() && !id.contains('\n')));
    let start = Instant::now();
    drop(source);
    println!("stopped and removed in {:.2?}", start.elapsed());
    target.stop().await.unwrap();
    assert!(containers.iter().all(|id| engine(&["inspect", id]).is_none()));
}

/// Not a test of its own: the process the next tests kill.
#[tokio::test]
#[ignore = "started by the tests of sudden death"]
async fn holds_servers() {
    let Ok(choice) = std::env::var(HOLD) else { return };
    let (source, _target) = pair(choice.parse().unwrap()).await;
    match source.socket_dir() {
        Some(_) => println!("HOLDING {} {}", home_of(&source).display(), postmaster(&source).await),
        None => println!("HOLDING {}", containers_on(&source).unwrap()),
    }
    std::future::pending::<()>().await;
}

/// Starts servers in another process, kills it without warning, and returns what it held.
fn kill_the_holder(choice: &str) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "servers::holds_servers", "--ignored", "--nocapture"])
        .env(HOLD, choice)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let held = lines.map_while(Result::ok).find_map(|line| {
        let (_, held) = line.split_once("HOLDING ")?;
        Some(held.split_whitespace().map(str::to_owned).collect())
    });
    child.kill().unwrap();
    child.wait().unwrap();
    held.unwrap()
}

fn soon(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "{what} is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
    println!("{what} gone {:.2?} after the kill", start.elapsed());
}

#[test]
fn a_killed_tool_leaves_no_cluster() {
    let held = kill_the_holder("embedded");
    soon("the postmaster", || !alive(&held[1]));
    soon("the directory", || !Path::new(&held[0]).exists());
}

#[test]
fn a_killed_tool_leaves_no_container() {
    if !image_is_here() {
        return;
    }
    let held = kill_the_holder("container");
    soon("the container", || engine(&["inspect", &held[0]]).is_none());
}

#[tokio::test]
async fn client_tools_are_new_enough() {
    let directory = client_tools(18).await.unwrap();
    let output = Command::new(directory.join("pg_dump")).arg("--version").output().unwrap();
    println!("{}: {}", directory.display(), String::from_utf8_lossy(&output.stdout).trim());
    let error = client_tools(99).await.unwrap_err();
    assert!(error.to_string().contains("99"));
}
