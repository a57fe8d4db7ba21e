//! Connections as secure as the configuration demands, or none: against a server with a certificate of an authority of its own.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use pg_rehearse::config::{DatabaseUrl, Tls};
use pg_rehearse::model::Events;
use pg_rehearse::postgres::Tools;
use pg_rehearse::rehearse::server::{Choice, Options, Server, client_tools, start_installed, start_one};

use crate::support::command::Shell;
use crate::support::containers::image_is_here;
use crate::support::{database, run, server_urls, value};

/// Runs openssl in a folder; false where there is none.
fn openssl(folder: &Path, arguments: &str) -> bool {
    let ran = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output();
    ran.is_ok_and(|ran| {
        assert!(ran.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&ran.stderr));
        true
    })
}

/// Two authorities, of which one has signed for `localhost`; none where openssl is not installed.
fn certificates(folder: &Path) -> bool {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    let made = ["ca", "other"].iter().all(|name| {
        let files = format!("-keyout {name}.key -out {name}.crt");
        openssl(folder, &format!("req -x509 {key} -days 2 -subj /CN={name} {files}"))
    });
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    let request = format!("req -new {key} -subj /CN=localhost -keyout server.key -out server.csr");
    let sign =
        "x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt";
    made && openssl(folder, &request) && openssl(folder, sign)
}

/// A server of a build that knows TLS: an installed one, else a container.
async fn server() -> Option<Server> {
    for major in [18, 17, 16, 15] {
        if let Some(server) = start_installed(major).await.unwrap() {
            return Some(server);
        }
    }
    let options = Options { choice: Choice::Container, ..Options::default() };
    match image_is_here() {
        true => Some(start_one(&options, &Events::silent()).await.unwrap()),
        false => None,
    }
}

/// Switches TLS on, and every other way in off.
async fn secure(url: &str, folder: &Path) {
    for file in ["server.key", "server.crt"] {
        let held = BASE64_STANDARD.encode(std::fs::read(folder.join(file)).unwrap());
        let into = format!("base64 -d > {file} && chmod 600 {file}");
        run(url, &format!("copy (select '{held}') to program '{into}'")).await;
    }
    run(url, "alter system set ssl = on").await;
    let rules = BASE64_STANDARD.encode("local all all trust\nhostssl all all all scram-sha-256\n");
    run(url, &format!("copy (select '{rules}') to program 'base64 -d > pg_hba.conf'; select pg_reload_conf()")).await;
    let started = std::time::Instant::now();
    while value(url, "select (select ssl from pg_stat_ssl where pid = pg_backend_pid())::text").await.as_deref()
        != Some("true")
    {
        assert!(started.elapsed().as_secs() < 20, "TLS is not switched on");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// The server's addresses.
struct Ground {
    url: String,
    certificates: tempfile::TempDir,
}

impl Ground {
    /// The URL of a database under a host's name, with what stands after the question mark.
    fn url(&self, name: &str, host: &str, query: &str) -> String {
        let mut url = url::Url::parse(&database(&self.url, name)).unwrap();
        url.set_host(Some(host)).unwrap();
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        url.to_string()
    }

    fn authority(&self, name: &str) -> String {
        format!("sslrootcert={}", self.certificates.path().join(format!("{name}.crt")).display())
    }

    /// A configuration that demands something of both sides.
    async fn shell(&self, demand: &str, host: &str, query: &str) -> Shell {
        let settings = format!("[source]\ntls = '{demand}'\n[target]\ntls = '{demand}'\nname = 'staging'\n");
        let (source, target) = (self.url("one", host, query), self.url("two", host, query));
        Shell::between(&source, &target).await.file("migration.toml", &settings)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_as_secure_as_demanded_or_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    if !certificates(folder.path()) {
        eprintln!("SKIPPED: there is no openssl to make certificates with");
        return;
    }
    let Some(server) = server().await else { return };
    let ground = Ground { url: server.url().to_owned(), certificates: folder };
    secure(server.url(), ground.certificates.path()).await;
    for name in ["one", "two"] {
        run(server.url(), &format!("create database {name}")).await;
        run(&database(server.url(), name), "create table t (id int primary key, x text)").await;
    }
    run(&database(server.url(), "one"), "insert into t select i, 'row ' || i from generate_series(1, 100) i").await;

    let (right, wrong) = (ground.authority("ca"), ground.authority("other"));
    for (demand, host, query, fits) in [
        ("verify-full", "localhost", &right, true),
        ("verify-full", "127.0.0.1", &right, false),
        ("verify-full", "localhost", &wrong, false),
        ("verify-full", "localhost", &String::new(), false),
        ("verify-ca", "localhost", &right, true),
        ("verify-ca", "localhost", &wrong, false),
        // The driver holds this to the name as well: stricter than it need be.
        ("verify-ca", "127.0.0.1", &right, false),
        ("require", "127.0.0.1", &String::new(), true),
        // More than is demanded.
        ("require", "127.0.0.1", &format!("sslmode=verify-full&{right}"), false),
    ] {
        let shell = ground.shell(demand, host, query).await;
        if fits {
            let rows = shell.run("preflight --format json").json()["rows"].clone();
            let row = rows.as_array().unwrap().iter().find(|row| row["check"] == "source encryption");
            let row = row.unwrap_or_else(|| panic!("{demand} {host} {query}: {rows}"));
            assert!(row["found"].as_str().unwrap().starts_with("TLSv1."), "{demand} {host}: {row}");
            shell.run("verify").exits(1);
        } else {
            shell.run("verify").exits(4).complains("TLS could not be set up");
            shell.run("preflight --format json").exits(1).says("TLS could not be set up");
        }
    }
    for (demand, given) in [("require", "prefer"), ("verify-ca", "require"), ("verify-full", "disable")] {
        let shell = ground.shell(demand, "localhost", &format!("sslmode={given}")).await;
        shell.run("verify").exits(2).complains(&format!("the URL says sslmode={given}"));
    }

    // A server that knows no TLS.
    let plain = server_urls();
    let shell = Shell::between(&plain.0, &plain.1).await.file("migration.toml", "[target]\ntls = 'require'\n");
    shell.run("verify").exits(4).complains("TLS");
    programs(&ground).await;
    server.stop().await.unwrap();
}

/// The client programs of the day are held to the same, and those that cannot encrypt are not let near.
async fn programs(ground: &Ground) {
    let major: u32 = value(&ground.url, "show server_version_num").await.unwrap().parse::<u32>().unwrap() / 10_000;
    let embedded = client_tools(18).await.unwrap();
    let near = ground.shell("verify-full", "localhost", &ground.authority("ca")).await;
    let near = near.variable("PG_REHEARSE_TOOLS", embedded.to_str().unwrap());
    near.run("backup --folder plain").complains("SSL support is not compiled in").exits(4);

    // What is written so is not known to be this machine, and nothing is demanded there.
    let far = [ground.url("one", "LOCALHOST", ""), ground.url("two", "LOCALHOST", "")];
    let far = Shell::between(&far[0], &far[1]).await.variable("PG_REHEARSE_TOOLS", embedded.to_str().unwrap());
    far.run("backup --folder plain").exits(2).complains("know no TLS");
    far.run("preflight --format json").exits(1).says("know no TLS");

    let directory = client_tools(major).await.unwrap();
    if directory == embedded {
        eprintln!("SKIPPED: no client programs that know TLS are installed");
        return;
    }
    let tools = Tools::in_directory(&directory);
    for (host, authority, fits) in
        [("localhost", "ca", true), ("localhost", "other", false), ("127.0.0.1", "ca", false)]
    {
        let url = DatabaseUrl::parse(&ground.url("one", host, &ground.authority(authority))).unwrap();
        let mut psql = tools.command("psql", &url.secured(Tls::VerifyFull).unwrap());
        let answer = psql.args(["--no-psqlrc", "--command", "select 1"]).output().await.unwrap();
        let said = String::from_utf8_lossy(&answer.stderr).into_owned();
        assert_eq!(answer.status.success(), fits, "{host} {authority}: {said}");
    }
    let shell = ground.shell("verify-full", "localhost", &ground.authority("ca")).await;
    let shell = shell.variable("PG_REHEARSE_TOOLS", directory.to_str().unwrap());
    shell.run("migrate --confirm staging --folder day").exits(0);
    shell.run("rollback --folder day --confirm staging").exits(0);
}
