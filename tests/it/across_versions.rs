//! The same plain dump restored on servers of several major versions differs in nothing but what the versions cause, and
//! that is said.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use pg_rehearse::check::{Checked, Selection};
use pg_rehearse::model::{Events, LEFT_OUT_BY_VERSIONS, Outcome};
use pg_rehearse::rehearse::server::{Choice, Options, Server, client_tools, start_installed, start_one};

use crate::access_snapshot::holds_to_the_snapshot;
use crate::copy_fixture::scripts;
use crate::each_kind::bases;
use crate::support::containers::engine;
use crate::support::{database, incomplete, open, run, value, verify_urls};

const MAJORS: std::ops::RangeInclusive<u32> = 15..=18;

/// Takes the place of pgvector's types where a server has it not.
const STAND_IN: &str = "
create type extensions.vector;
create function extensions.vector_in(cstring) returns extensions.vector language internal immutable strict as 'textin';
create function extensions.vector_out(extensions.vector) returns cstring language internal immutable strict as 'textout';
create function extensions.vector_mod_in(cstring[]) returns int language internal immutable strict as 'varchartypmodin';
create function extensions.vector_mod_out(int) returns cstring language internal immutable strict as 'varchartypmodout';
create type extensions.vector (input = extensions.vector_in, output = extensions.vector_out, like = text,
  typmod_in = extensions.vector_mod_in, typmod_out = extensions.vector_mod_out);
";

/// A server of one major version.
pub(crate) struct Held {
    pub(crate) major: u32,
    server: Server,
}

impl Held {
    pub(crate) fn url(&self) -> &str {
        self.server.url()
    }
}

/// One server of each major version that can be had here, oldest first: an installed one, a container, the embedded one.
pub(crate) async fn servers() -> Vec<Held> {
    let mut held = Vec::new();
    for major in MAJORS {
        let image = format!("pgvector/pgvector:pg{major}");
        let server = match start_installed(major).await.unwrap() {
            Some(server) => Some(server),
            None if engine(&["image", "inspect", "--format", "{{.Id}}", &image]).is_some() => {
                let options = Options { choice: Choice::Container, image };
                Some(start_one(&options, &Events::silent()).await.unwrap())
            }
            None => None,
        };
        held.extend(server.map(|server| Held { major, server }));
    }
    let embedded = Options { choice: Choice::Embedded, ..Options::default() };
    if let Ok(server) = start_one(&embedded, &Events::silent()).await {
        let version = value(server.url(), "select current_setting('server_version_num')").await.unwrap();
        let major = version.parse::<u32>().unwrap() / 10_000;
        if held.iter().all(|one| one.major != major) {
            held.push(Held { major, server });
        }
    }
    held.sort_by_key(|one| one.major);
    for one in &held {
        println!("{}: {}", one.major, one.server.describe());
    }
    for major in MAJORS.filter(|major| held.iter().all(|one| one.major != *major)) {
        println!("SKIPPED: {major}: not installed, no container image pgvector/pgvector:pg{major}, not embedded");
    }
    held
}

/// Whether every server has pgvector.
async fn all_have_vectors(servers: &[Held]) -> bool {
    for one in servers {
        let sql = "select count(*)::text from pg_available_extensions where name = 'vector'";
        if value(one.url(), sql).await.unwrap() == "0" {
            println!("{} has no pgvector: a type without indexes takes its place everywhere", one.major);
            return false;
        }
    }
    true
}

/// The fixture's production, without its vectors' indexes and rows where a server has no pgvector.
pub(crate) async fn fixture(servers: &[Held]) -> Vec<String> {
    let with_vectors = all_have_vectors(servers).await;
    let (rows, embeddings) = (["70_data_1", "70_data_2", "70_data_3", "70_data_4"], ["70_data_5"]);
    let mut all = scripts(&["0", "1", "2", "3", "4", "5", "6"]);
    all.extend(scripts(&rows));
    if with_vectors {
        all.extend(scripts(&embeddings));
        return all;
    }
    let without = |script: &String| {
        let types = ["vector", "halfvec", "sparsevec"].map(|name| STAND_IN.replace("vector", name)).concat();
        let statements = script.replace("create extension if not exists vector with schema extensions;", &types);
        let kept: Vec<&str> = statements.split_inclusive(";\n").filter(|one| !one.contains("using hnsw")).collect();
        format!("set check_function_bodies = off;\n{}", kept.concat())
    };
    all.iter().map(without).collect()
}

/// The roles of the fixture and of the kinds, on a server.
pub(crate) async fn roles(url: &str) {
    let platform = &scripts(&["00_platform"])[0];
    let (of_platform, _) = platform.split_once("create schema if not exists auth").unwrap();
    run(url, of_platform).await;
    for role in ["keeper", "guest", "member"] {
        run(url, &format!("create role {role}")).await;
    }
}

/// Runs a client program to its end.
fn client(tools: &Path, program: &str, arguments: &[&str]) {
    let output = Command::new(tools.join(program)).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Every attribute that units say they left out, with its object's kind.
fn marked(checked: &Checked) -> BTreeSet<(String, String)> {
    let mut marked = BTreeSet::new();
    for unit in &checked.units {
        let Some(detail) = unit.detail.as_deref().and_then(|detail| detail.split_once(LEFT_OUT_BY_VERSIONS)) else {
            continue;
        };
        assert_eq!(unit.outcome, Outcome::Same, "{unit:?}");
        assert!(detail.1.chars().count() < 250, "{detail:?}");
        let (attribute, _) = detail.1.split_once(" (").unwrap();
        marked.insert((unit.object.kind.clone(), attribute.to_owned()));
    }
    marked
}

#[tokio::test]
async fn one_dump_is_the_same_on_every_version() {
    let servers = servers().await;
    let [oldest, _, ..] = &servers[..] else {
        println!("SKIPPED: servers of two major versions cannot be had here");
        return;
    };
    for one in &servers {
        roles(one.url()).await;
    }
    for (name, scripts) in [("muva", fixture(&servers).await), ("kinds", bases(oldest.major))] {
        restore(&servers, name, &scripts).await;
        for one in servers.iter().filter(|_| name == "muva") {
            holds_to_the_snapshot(&database(one.url(), name)).await;
        }
        for (number, source) in servers.iter().enumerate() {
            for target in &servers[number + 1..] {
                compare(name, source, target).await;
            }
        }
    }
}

/// Makes a database on the oldest server, and restores what its own tools dump of it on each.
async fn restore(servers: &[Held], name: &str, scripts: &[String]) {
    let oldest = &servers[0];
    run(oldest.url(), &format!("create database {name}_original template template0")).await;
    let original = database(oldest.url(), &format!("{name}_original"));
    for script in scripts {
        run(&original, script).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("dump.sql").to_str().unwrap().to_owned();
    let tools = match oldest.server.bin_dir() {
        Some(own) => own.to_path_buf(),
        None => client_tools(oldest.major).await.unwrap(),
    };
    client(&tools, "pg_dump", &["--file", &dump, "--dbname", &original]);
    for one in servers {
        run(one.url(), &format!("create database {name} template template0")).await;
        let url = database(one.url(), name);
        client(&tools, "psql", &["--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--file", &dump, &url]);
    }
}

async fn compare(name: &str, source: &Held, target: &Held) {
    let pair = format!("{name} on {} and {}", source.major, target.major);
    let only = ["schema", "rls", "grants", "indexes", "rows", "sequences"].map(str::to_owned).to_vec();
    let selection = Selection { only, skip: Vec::new() };
    let (there, here) = (database(source.url(), name), database(target.url(), name));
    let checked = verify_urls("", &there, &here, selection).await;
    let found = open(&checked.units);
    assert!(found.is_empty(), "{pair}: {found:#?}");
    let mut unseen = incomplete(&checked.units);
    // Rows of foreign tables are another server's.
    unseen.retain(|(_, reason)| name != "kinds" || !reason.contains("another server's"));
    assert!(unseen.is_empty(), "{pair}: {unseen:#?}");
    let marked = marked(&checked);
    println!("{pair}: {} units, left out: {marked:?}", checked.units.len());
    let mut expected = BTreeSet::new();
    if source.major < 16 {
        expected.insert(("view", "definition"));
    }
    if source.major < 17 && target.major >= 17 {
        expected.insert(("grant", "the privilege MAINTAIN"));
    }
    if source.major < 18 && target.major >= 18 {
        expected.insert(("column", "not null constraint"));
    }
    let extensions = "select string_agg(extname || ' ' || extversion, ', ' order by extname) from pg_extension";
    if value(&there, extensions).await != value(&here, extensions).await {
        expected.insert(("extension", "version"));
    }
    let expected: BTreeSet<_> = expected.into_iter().map(|(kind, name)| (kind.to_owned(), name.to_owned())).collect();
    assert_eq!(marked, expected, "{pair}");
}
