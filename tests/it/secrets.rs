//! Secrets of a whole day: passwords, salt, webhook and keys are in no process list, child's environment, output, file or log.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pg_rehearse::model::Events;
use pg_rehearse::rehearse::server::{Choice, Options, Server, client_tools, start_one};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::command::Shell;
use crate::support::{Pair, database, run};

// A mark is a word with letters past f: no port, process, time or checksum in a log can hold it by chance.
const SOURCE_MARK: &str = "zebrawood";
const TARGET_MARK: &str = "quillwort";
const SOURCE_PASSWORD: &str = "of-the-source%ä/zebrawood";
const TARGET_PASSWORD: &str = "of-the-target+quillwort";
const SALT: &str = "salt \\ of 'many' letters é 4417";
const API_KEY: &str = "sb_secret_8125";
const HOOK_PATH: &str = "hook-path-5512";

const SCHEMA: &str = "
    create table parent (id int primary key, email text unique);
    create table child (id bigserial primary key, parent_id int references parent, note text)";
const PRODUCTION: &str = "
    insert into parent select n, 'guest' || n || '@hotel' from generate_series(1, 50) n;
    insert into child (parent_id, note) select 1 + n % 50, 'note ' || n from generate_series(1, 500) n";
const STALE: &str = "insert into parent values (1, 'old'); insert into child (parent_id, note) values (1, 'kept')";

const SETTINGS: &str = "
    [source]
    api_key_env = 'SOURCE_KEY'
    project = 'abcdefgh'
    [target]
    name = 'staging'
    environment = 'staging'
    [notify]
    webhook_env = 'HOOK'
    on = ['complete']
    timeout = '300ms'
    command = ['/bin/sh', '-c', 'env >> told; cat >> told']
    [[mask]]
    column = 'public.parent.email'
    mask = 'email'
    [[sample]]
    name = 'how many'
    sql = 'select count(*) from public.child'
    expect = 'same'";

/// Variables that a client program may be given.
const NEEDED: [&str; 13] = [
    "PATH",
    "HOME",
    "LANG",
    "TZ",
    "TMPDIR",
    "PGHOST",
    "PGPORT",
    "PGUSER",
    "PGPASSWORD",
    "PGDATABASE",
    "PGAPPNAME",
    "PGCLIENTENCODING",
    "PGSSLMODE",
];

/// The process list, looked at again and again until the answer is asked for.
struct Watch {
    over: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<BTreeSet<String>>,
}

impl Watch {
    fn begin() -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&over);
        let thread = std::thread::spawn(move || {
            let mut lines = BTreeSet::new();
            while !until.load(Ordering::Relaxed) {
                lines.extend(command_lines());
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            lines
        });
        Self { over, thread }
    }

    /// The command lines seen.
    fn end(self) -> BTreeSet<String> {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap()
    }
}

/// The command lines of all that this test's process has started, however far below, but for the server's processes.
fn command_lines() -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let stats = entries.filter_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let (before, after) = stat.rsplit_once(')')?;
        let parent: u32 = after.split_whitespace().nth(1)?.parse().ok()?;
        Some((pid, (before.split_once('(')?.1.to_owned(), parent)))
    });
    let stats: BTreeMap<u32, (String, u32)> = stats.collect();
    let ours = |pid: &u32| {
        let above = std::iter::successors(Some(*pid), |pid| stats.get(pid).map(|(_, parent)| *parent));
        above.skip(1).any(|pid| pid == std::process::id())
    };
    let started = stats.iter().filter(|(pid, (name, _))| name != "postgres" && ours(pid));
    let lines = started.filter_map(|(pid, _)| std::fs::read(format!("/proc/{pid}/cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).collect()
}

/// Client programs that take down what they are told, and then are the real ones.
struct Programs {
    folder: tempfile::TempDir,
}

impl Programs {
    async fn between() -> Self {
        let real = client_tools(18).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        for name in ["pg_dump", "pg_restore", "psql"] {
            let told = folder.path().join(name).display().to_string();
            let script = format!(
                "#!/bin/sh\ncat /proc/$$/environ > {told}.$$.environ\ncat /proc/$$/cmdline > {told}.$$.cmdline\nexec {}/{name} \"$@\"\n",
                real.display()
            );
            std::fs::write(folder.path().join(name), script).unwrap();
            std::fs::set_permissions(folder.path().join(name), std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        Self { folder }
    }

    /// What they were told in a way: the program's name and the text, its parts ended by zeros.
    fn told(&self, way: &str) -> Vec<(String, String)> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let named = files.filter(|path| path.extension().is_some_and(|extension| extension == way));
        named
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap().to_owned();
                (name, String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())
            })
            .collect()
    }
}

/// Two databases with a user each on a server of the test's own, which logs every statement.
struct Ground {
    server: Server,
    urls: [String; 2],
}

impl Ground {
    async fn prepare() -> Self {
        let options = Options { choice: Choice::Embedded, ..Options::default() };
        let server = start_one(&options, &Events::silent()).await.unwrap();
        let mut urls = Vec::new();
        for (side, password, rows) in [("source", SOURCE_PASSWORD, PRODUCTION), ("target", TARGET_PASSWORD, STALE)] {
            run(server.url(), &format!("create role {side}_user superuser login password '{password}'")).await;
            run(server.url(), &format!("create database {side}_db")).await;
            let mut url = url::Url::parse(&database(server.url(), &format!("{side}_db"))).unwrap();
            url.set_username(&format!("{side}_user")).unwrap();
            url.set_password(Some(&password.replace('%', "%25"))).unwrap();
            let own = database(server.url(), &format!("{side}_db"));
            run(&own, SCHEMA).await;
            run(&own, rows).await;
            urls.push(url.to_string());
        }
        for (name, value) in [("log_statement", "all"), ("log_min_duration_statement", "0"), ("log_connections", "on")]
        {
            run(server.url(), &format!("alter system set {name} = '{value}'")).await;
        }
        run(server.url(), "select pg_reload_conf()").await;
        Self { server, urls: urls.try_into().unwrap() }
    }

    fn log(&self) -> String {
        let home = self.server.socket_dir().unwrap().parent().unwrap().to_owned();
        String::from_utf8_lossy(&std::fs::read(home.join("log")).unwrap()).into_owned()
    }

    fn shell(&self, tools: &Path) -> Shell {
        // Nothing listens there: what is said of it may not hold the address.
        let hook = format!("http://127.0.0.1:9/{HOOK_PATH}");
        Shell::new()
            .url("SOURCE", &self.urls[0])
            .url("TARGET", &self.urls[1])
            .variable("PG_REHEARSE_TOOLS", tools.to_str().unwrap())
            .variable("HOME", "/nowhere")
            .variable("PATH", "/usr/bin:/bin")
            .secret("PG_REHEARSE_MASK_SALT", SALT)
            .secret("SOURCE_KEY", API_KEY)
            .secret("HOOK", &hook)
            .unseen(&[HOOK_PATH, SOURCE_PASSWORD, TARGET_PASSWORD, SOURCE_MARK, TARGET_MARK, &hex(SALT)])
            .file("migration.toml", SETTINGS)
    }
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file and folder below is for its owner alone; gives how many files there are.
fn private(path: &Path) -> usize {
    let mode = path.metadata().unwrap().permissions().mode() & 0o777;
    if path.is_dir() {
        assert_eq!(mode, 0o700, "{}", path.display());
        return std::fs::read_dir(path).unwrap().map(|entry| private(&entry.unwrap().path())).sum();
    }
    assert_eq!(mode, 0o600, "{}", path.display());
    1
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_shown_or_kept_on_a_whole_day() {
    let ground = Ground::prepare().await;
    let programs = Programs::between().await;
    let shell = ground.shell(programs.folder.path());
    let watch = Watch::begin();
    shell.run("preflight").exits(0);
    shell.run("preflight --format json").exits(0).says("SOURCE_KEY is a secret key");
    shell.run("migrate --dry-run").exits(0);
    shell.run("verify --repair repair.sql --ddl ddl.sql --out json=verify.json --out html=verify.html").exits(1);
    shell.run("verify --resume kept.jsonl --format html").exits(1);
    shell.run("fingerprint --side source --out source.json").exits(0);
    shell.run("fingerprint --side target --access --out target.txt").exits(0);
    shell.run("backup --folder saved --out json=backup.json").exits(0);
    let day = shell.run("migrate --confirm staging --folder day --out html=day.html --out junit=day.xml").exits(0);
    assert!(day.err.contains("a message was not sent: the webhook"), "{}", day.err);
    shell.run("status").exits(0);
    shell.run("verify").exits(0);
    shell.run("report day/report.json --format markdown").exits(0);
    shell.run("rollback --folder day --confirm staging").exits(0);
    shell.run("rollback --folder saved --confirm staging --format json").exits(0);
    shell.run("clean --confirm staging").exits(0);
    shell.run("copy --confirm staging").exits(0);
    shell.run("cleanup --confirm staging").exits(0);
    let lines = watch.end();

    let secrets = [SALT, API_KEY, HOOK_PATH, SOURCE_MARK, TARGET_MARK];
    for line in lines.iter().chain(programs.told("cmdline").iter().map(|(_, line)| line)) {
        let shown = secrets.iter().find(|secret| line.contains(**secret));
        assert!(shown.is_none(), "the process list shows {shown:?}: {line}");
    }
    for part in ["pg-rehearse migrate", "pg-rehearse rollback"] {
        assert!(lines.iter().any(|line| line.contains(part)), "{part} was not seen: {lines:?}");
    }
    let told = programs.told("environ");
    for program in ["pg_dump", "pg_restore", "psql"] {
        assert!(told.iter().any(|(name, _)| name == program), "{program} was not run");
    }
    for (program, variables) in &told {
        for variable in variables.split_terminator('\0') {
            let (name, value) = variable.split_once('=').unwrap();
            assert!(NEEDED.contains(&name), "{program} is told {variable}");
            let held = secrets.iter().any(|secret| value.contains(secret));
            assert!(!held || (name == "PGPASSWORD" && program != "pg_restore"), "{program} is told {variable}");
        }
        assert!(
            !(variables.contains(SOURCE_MARK) && variables.contains(TARGET_MARK)),
            "{program} is told of both sides"
        );
    }
    let put_back = |(name, variables): &(String, String)| name == "psql" && variables.contains(TARGET_PASSWORD);
    assert!(told.iter().any(put_back), "{told:?}");

    // What the messages' command was told it wrote into a file of the folder, too.
    assert!(shell.read("told").contains("PG_REHEARSE_MESSAGE=complete"), "{}", shell.read("told"));
    shell.assert_no_secret_kept();
    let files: Vec<PathBuf> = ["day", "saved", ".pg-rehearse"].iter().map(|name| shell.path(name)).collect();
    let count: usize = files.iter().filter(|path| path.exists()).map(|path| private(path)).sum();
    assert!(count > 15, "only {count} files of the day");
    for file in ["repair.sql", "ddl.sql", "verify.json", "verify.html", "kept.jsonl", "source.json", "target.txt"] {
        private(&shell.path(file));
    }
    for file in ["backup.json", "day.html", "day.xml"] {
        private(&shell.path(file));
    }

    let log = ground.log();
    assert!(log.contains("statement: ") && log.contains("pg_rehearse.salt"), "the server did not log statements");
    for secret in [SALT, &hex(SALT), "many' letters", "many'' letters", API_KEY, HOOK_PATH, SOURCE_MARK, TARGET_MARK] {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "the server's log holds {secret}: {line:?}");
    }
    ground.server.stop().await.unwrap();
}

#[tokio::test]
async fn errors_show_no_secret() {
    let pair = Pair::new(&[SCHEMA]).await;
    let with = |change: &dyn Fn(&mut url::Url)| {
        let mut url = url::Url::parse(&pair.target).unwrap();
        url.set_password(Some("wrong-oxlip")).unwrap();
        change(&mut url);
        url.to_string()
    };
    let port = |url: &mut url::Url| url.set_port(Some(1)).unwrap();
    let host = |url: &mut url::Url| url.set_host(Some("no-such-host.invalid")).unwrap();
    let in_query = with(&|url| url.set_query(Some("password=wrong-vetch&sslpassword=wrong-sedge")));
    let unencoded = with(&|_| {}).replace("wrong-oxlip@", "66#wrong-oxlip@");
    for (url, code, said) in [
        (with(&|_| {}), 2, "password authentication failed"),
        (in_query, 2, "password authentication failed"),
        (with(&port), 4, "cannot reach the server"),
        (with(&host), 4, "cannot reach the server"),
        (with(&|url| url.set_path("no_such")), 2, ""),
        (with(&|url| url.set_query(Some("sslmode=require"))), 4, "TLS"),
        (unencoded, 2, "not percent-encoded"),
        (with(&|_| {}).replace("://", ":/"), 2, "PG_REHEARSE_TARGET_URL"),
    ] {
        let shell = Shell::between(&pair.source, &pair.target).await;
        let shell = shell.variable("PG_REHEARSE_TARGET_URL", &url).unseen(&["oxlip", "vetch", "sedge"]);
        for verb in
            ["verify", "preflight", "status", "migrate --confirm target --folder day", "fingerprint --side target"]
        {
            let ran = shell.run(verb);
            // Preflight tells it as a row.
            let told = format!("{}{}", ran.err, ran.out);
            assert!(told.contains(said) || verb == "preflight", "{verb}: {url}: {told}");
            if verb != "preflight" && !verb.starts_with("migrate") {
                ran.exits(code);
            }
        }
        for secret in ["wrong-oxlip", "wrong-vetch", "wrong-sedge"] {
            shell.assert_nowhere(secret);
        }
    }
    let shell = Shell::between(&pair.source, &pair.target).await.file("migration.toml", SETTINGS);
    let shell = shell
        .secret("PG_REHEARSE_MASK_SALT", "short-5523")
        .secret("HOOK", "hook-5524")
        .secret("SOURCE_KEY", "key-5525");
    shell.run("verify").exits(2).complains("too short");
    let shell = shell.secret("PG_REHEARSE_MASK_SALT", SALT);
    shell.run("verify").exits(2).complains("webhook");
    let shell = shell.secret("HOOK", "http://127.0.0.1:9/hook-5524");
    shell.run("preflight --format json").exits(1).says("SOURCE_KEY holds no key");
    pair.drop().await;
}

/// Forwards connections, as a pooler that lets a setting of the connection fall.
async fn pooler(server: String) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut upstream = tokio::net::TcpStream::connect(&server).await.unwrap();
            tokio::spawn(async move {
                let mut first = vec![0; 4096];
                loop {
                    let read = client.read(&mut first).await.unwrap_or(0);
                    let named = first[..read].windows(12).position(|part| part == b"salt_digits=");
                    // The same length, so that the message stays whole.
                    if let Some(at) = named {
                        first[at..at + 4].copy_from_slice(b"lost");
                    }
                    if read == 0 || upstream.write_all(&first[..read]).await.is_err() {
                        return;
                    }
                    if read > 8 {
                        break;
                    }
                    // A request for encryption, which is answered by one byte.
                    let answered = upstream.read(&mut first[..1]).await.unwrap_or(0);
                    if client.write_all(&first[..answered]).await.is_err() {
                        return;
                    }
                }
                let _ = tokio::io::copy_bidirectional(&mut client, &mut upstream).await;
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn a_salt_that_would_be_logged_is_not_sent() {
    let pair = Pair::new(&[SCHEMA]).await;
    run(&pair.source, PRODUCTION).await;
    let direct = url::Url::parse(&pair.source).unwrap();
    let port = pooler(format!("127.0.0.1:{}", direct.port().unwrap())).await;
    let role = format!("salted_{}", std::process::id());
    run(&pair.source, &format!("create role {role} superuser login password 'of-salted'")).await;
    let mut through = direct.clone();
    through.set_port(Some(port)).unwrap();
    through.set_username(&role).unwrap();
    through.set_password(Some("of-salted")).unwrap();
    let mask = "[[mask]]\ncolumn = 'public.parent.email'\nmask = 'email'\n";
    let shell = Shell::between(through.as_str(), &pair.target).await.file("migration.toml", mask);
    let shell = shell.secret("PG_REHEARSE_MASK_SALT", SALT);
    shell.run("fingerprint --out through.json").exits(0);
    let straight = Shell::between(&pair.source, &pair.target).await.file("migration.toml", mask);
    let straight = straight.secret("PG_REHEARSE_MASK_SALT", SALT);
    straight.run("fingerprint --out straight.json").exits(0);
    let table = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap()["tables"].clone();
    assert_eq!(table(shell.read("through.json")), table(straight.read("straight.json")), "another salt arrived");
    for setting in ["log_statement = 'all'", "log_min_duration_statement = '5s'"] {
        run(&pair.source, &format!("alter role {role} set {setting}")).await;
        shell.run("fingerprint").exits(2).complains("would stand in the server's log").complains("pooler");
        run(&pair.source, &format!("alter role {role} set log_parameter_max_length = 0")).await;
        shell.run("fingerprint").exits(0);
        run(&pair.source, &format!("alter role {role} reset all")).await;
    }
    run(&pair.source, &format!("drop role {role}")).await;
    pair.drop().await;
}
