//! Several machines copy together, and one of them is lost.

use std::path::Path;
use std::time::{Duration, Instant};

use pg_rehearse::model::Events;
use pg_rehearse::rehearse::server::{Choice, Options, Server, start_pair};

use crate::support::containers::{Machine, image_is_here};
use crate::support::endpoints::{ask, run};

const ROWS: &str = "select count(*) || ' ' || md5(string_agg(t::text, ',' order by id)) from t";
const DIGEST_OF_KEYS: &str = "select string_agg(pg_get_indexdef(indexrelid), ';' order by indexrelid::regclass::text)
    from pg_index where indrelid = 't'::regclass";

struct Machines {
    servers: [Server; 2],
    /// As other containers reach the servers.
    urls: [String; 2],
    folder: tempfile::TempDir,
}

impl Machines {
    async fn start() -> Self {
        let options = Options { choice: Choice::Container, ..Options::default() };
        let (source, target) = start_pair(&options, &options, &Events::silent()).await.unwrap();
        let mut urls = Vec::new();
        for server in [&source, &target] {
            run(server.url(), "create table t (id int primary key, x text); create index on t (x)").await;
            let address = ask(server.url(), "select host(inet_server_addr())").await;
            let mut url = url::Url::parse(server.url()).unwrap();
            url.set_host(Some(&address[0])).unwrap();
            url.set_port(Some(5432)).unwrap();
            urls.push(url.to_string());
        }
        let fill = "insert into t select i, repeat(md5(i::text), 6) from generate_series(1, 100000) i; analyze t";
        run(source.url(), fill).await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("migration.toml"), "[copy]\nchunk = '1MiB'\nset_aside_from = '1MiB'\n")
            .unwrap();
        Self { servers: [source, target], urls: urls.try_into().unwrap(), folder }
    }

    /// A machine that copies by one task at a time, and slowly.
    fn copies(&self, how: &str) -> Machine {
        let folder: &Path = self.folder.path();
        let urls = self.urls.each_ref().map(String::as_str);
        Machine::start(folder, urls, &format!("copy --confirm target --jobs 1 --rate 2MB {how}"))
    }

    /// Waits until the machine has rows under way.
    async fn at_work(&self, machine: &Machine) {
        let sql = format!(
            "select count(*)::text from pg_stat_activity where client_addr = '{}' and query like 'copy %from stdin%' and state = 'active'",
            machine.address()
        );
        let started = Instant::now();
        while ask(self.servers[1].url(), &sql).await == ["0"] {
            assert!(started.elapsed() < Duration::from_secs(60), "the machine does not work: {}", machine.wait().1);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn assert_whole(&self) {
        for sql in [ROWS, DIGEST_OF_KEYS] {
            let [source, target] = [&self.servers[0], &self.servers[1]].map(|server| ask(server.url(), sql));
            assert_eq!(source.await, target.await);
        }
        let left = "select count(*)::text from pgrehearse.task where done is null";
        assert_eq!(ask(self.servers[1].url(), left).await, ["0"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_machine_is_lost_and_the_others_copy_on() {
    if !image_is_here() {
        return;
    }
    let machines = Machines::start().await;
    let first = machines.copies("");
    machines.at_work(&first).await;
    let (second, third) = (machines.copies("--join"), machines.copies("--join"));
    machines.at_work(&third).await;
    machines.at_work(&second).await;
    third.kill();
    let (code, said) = first.wait();
    assert_eq!(code, 0, "{said}");
    let (code, joined) = second.wait();
    assert_eq!(code, 0, "{joined}");
    assert!(!joined.contains("\n0 rows "), "the second machine did nothing: {joined}");
    assert!(said.contains("100,000 rows of 1 table copied"), "{said}");
    machines.assert_whole().await;

    // The one that began is lost: another resumes.
    run(machines.servers[1].url(), "truncate t").await;
    let first = machines.copies("");
    machines.at_work(&first).await;
    let second = machines.copies("--join");
    machines.at_work(&second).await;
    first.kill();
    let resumed = machines.copies("--resume");
    let (code, said) = resumed.wait();
    assert_eq!(code, 0, "{said}");
    second.wait();
    machines.assert_whole().await;
    let [source, target] = machines.servers;
    source.stop().await.unwrap();
    target.stop().await.unwrap();
}
