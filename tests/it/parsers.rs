//! Files that are read: arbitrary bytes, and files of a real day with something changed. No panic, and each refusal is a usage
//! error that names the file and says what to do.

use std::panic::AssertUnwindSafe;
use std::path::Path;

use pg_rehearse::backup::BackupManifest;
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::fingerprint::{CopyRecord, Fingerprint};
use pg_rehearse::migrate::State;
use pg_rehearse::model::{Error, ExitCode};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config as Runs, RngAlgorithm, TestRng, TestRunner};

use crate::support::command::Shell;
use crate::support::endpoints::Pair;

/// What is put into a file, or in place of a part of it.
const PARTS: [&str; 24] = [
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\n",
    "\\",
    "\0",
    "\u{202e}",
    "null",
    "-1",
    "0",
    "1e999",
    "18446744073709551616",
    "99999999999999999999999999",
    "true",
    "\"\"",
    "'",
    "=",
    "[[mask]]\n",
    "..",
    "\\ud800",
];

/// A change of a file.
#[derive(Debug, Clone)]
enum Change {
    Put(Index, &'static str),
    Cut(Index, usize),
    Flip(Index, u8),
    End(Index),
    Number(Index, &'static str),
    Whole(Vec<u8>),
}

impl Change {
    fn any() -> impl Strategy<Value = Self> {
        let part = || prop::sample::select(PARTS.to_vec());
        prop_oneof![
            3 => (any::<Index>(), part()).prop_map(|(at, part)| Self::Put(at, part)),
            3 => (any::<Index>(), 1..40usize).prop_map(|(at, length)| Self::Cut(at, length)),
            2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Self::Flip(at, byte)),
            1 => any::<Index>().prop_map(Self::End),
            4 => (any::<Index>(), part()).prop_map(|(at, part)| Self::Number(at, part)),
            1 => prop::collection::vec(any::<u8>(), 0..200).prop_map(Self::Whole),
        ]
    }

    fn make(&self, bytes: &mut Vec<u8>) {
        let place = |at: &Index, bytes: &[u8]| at.index(bytes.len().max(1)).min(bytes.len());
        match self {
            Self::Put(at, part) => {
                let at = place(at, bytes);
                bytes.splice(at..at, part.bytes());
            }
            Self::Cut(at, length) => {
                let at = place(at, bytes);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Self::Flip(at, byte) => {
                let at = place(at, bytes);
                bytes.iter_mut().skip(at).take(1).for_each(|old| *old = *byte);
            }
            Self::End(at) => bytes.truncate(place(at, bytes)),
            Self::Number(at, part) => {
                let digits: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place].is_ascii_digit()).collect();
                if !digits.is_empty() {
                    let at = digits[at.index(digits.len())];
                    let end = (at..bytes.len()).find(|place| !bytes[*place].is_ascii_digit()).unwrap_or(bytes.len());
                    bytes.splice(at..end, part.bytes());
                }
            }
            Self::Whole(other) => bytes.clone_from(other),
        }
    }
}

/// Changed copies of a file, the same for the same seed.
fn changed(valid: &[u8], seed: u64, count: usize) -> Vec<Vec<u8>> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed.to_le_bytes(); 4].concat());
    let mut runner = TestRunner::new_with_rng(Runs::default(), rng);
    let mut all = Vec::new();
    for _ in 0..count {
        let changes = prop::collection::vec(Change::any(), 1..4).new_tree(&mut runner).unwrap().current();
        let mut bytes = valid.to_vec();
        changes.iter().for_each(|change| change.make(&mut bytes));
        all.push(bytes);
    }
    all
}

fn seed() -> u64 {
    let now = jiff::Timestamp::now().as_nanosecond() as u64;
    let seed = std::env::var("PG_REHEARSE_SEED").map_or(now, |seed| seed.parse().unwrap());
    eprintln!("PG_REHEARSE_SEED={seed} replays this");
    seed
}

const SCHEMA: &str =
    "create table parent (id int primary key, name text); create table child (id bigserial primary key,
    parent int references parent, note text); insert into parent values (1, 'one'), (2, null);
    alter table child enable row level security; create policy own on child using (note <> 'x');";

const SETTINGS: &str =
    "[source]\nname = 'production'\ntls = 'require'\n[target]\nname = 'staging'\nenvironment = 'staging'
[scope]\nschemas = ['public']\ntables = ['public.*']\n[scope.rows]\n'public.parent' = 'id > 0'
[verify]\njobs = 2\nthrottle = 50\nbudget = '10m'\n[copy]\nchunk = '8MiB'\n[decide]\non_failure = 'hold'
[[sample]]\nname = 's'\nsql = 'select 1'\nexpect = { value = '1' }\ntimeout = 5
[[waive]]\ncheck = 'rls'\nobject = 'table public.t'\nreason = 'known'\nuntil = '2026-12-01'
[[mask]]\ncolumn = 'public.parent.name'\nmask = 'sql'\nsql = 'left({column}, 1)'
[notify]\ntitle = 'Day'\ntimeout = '3s'\n[planned]\ncopy = '2h'\n";

/// The files of a real day in a shell's folder.
async fn files(pair: &Pair) -> Shell {
    pair.both(SCHEMA).await;
    let shell = pair.shell().await;
    shell.run("verify --resume kept.jsonl --only rows").exits(0);
    shell.run("fingerprint --out print.json").exits(0);
    shell.run("fingerprint --access --out access.txt").exits(0);
    shell.run("migrate --confirm target --folder day").exits(0);
    shell.run("clean --confirm target").exits(0);
    shell.run("copy --confirm target --record record.json").exits(0);
    shell
}

/// Reads changed copies of a file, each in a place of its own.
fn try_out(valid: &[u8], name: &str, count: usize, read: impl Fn(&Path) -> Option<Error>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, valid).unwrap();
    assert!(read(&path).is_none(), "{name} as it was written: {}", read(&path).unwrap().chain());
    let mut refused = 0;
    for bytes in changed(valid, seed(), count) {
        std::fs::write(&path, &bytes).unwrap();
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        let read = std::panic::catch_unwind(AssertUnwindSafe(|| read(&path)));
        let error = read.unwrap_or_else(|_| panic!("{name} panics:\n{}", text()));
        if let Some(error) = error {
            refused += 1;
            let (said, hint) = (error.chain(), error.hint_text());
            assert_eq!(error.exit_code(), ExitCode::Usage, "{name}: {said}\n{}", text());
            assert!(said.contains(name) || name == "migration.toml", "{name} is not named: {said}\n{}", text());
            assert!(hint.is_some(), "{name}: no hint: {said}\n{}", text());
        }
    }
    assert!(refused > count / 4, "{name}: only {refused} of {count} were refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_file_makes_the_tool_panic() {
    let pair = Pair::create("parsers").await;
    let shell = files(&pair).await;
    let count = if std::env::var("PG_REHEARSE_SOAK").is_ok() { 5_000 } else { 500 };
    let bytes = |name: &str| std::fs::read(shell.path(name)).unwrap();
    let entries = std::fs::read_dir(shell.path("day")).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    let manifest = names
        .iter()
        .find(|name| name.ends_with(".json") && name.starts_with("target-") && !name.contains("fingerprint"));
    let manifest = format!("day/{}", manifest.unwrap_or_else(|| panic!("no manifest in {names:?}")));

    try_out(SETTINGS.as_bytes(), "migration.toml", count, |path| {
        Config::resolve(&Flags { config: Some(path.to_owned()), ..Flags::default() }).err()
    });
    try_out(&bytes("print.json"), "print.json", count, |path| Fingerprint::read(path).err());
    try_out(&bytes("record.json"), "record.json", count, |path| CopyRecord::read(path).err());
    try_out(&bytes(&manifest), "manifest.json", count, |path| BackupManifest::read(path).err());
    try_out(&bytes("day/state.json"), "state.json", count, |path| State::read(path.parent().unwrap()).err());

    // Those that only the verbs read.
    let count = if std::env::var("PG_REHEARSE_SOAK").is_ok() { 100 } else { 12 };
    for (name, verb) in [
        ("day/report.json", "report changed"),
        ("access.txt", "verify --against changed"),
        ("print.json", "verify --against changed"),
        ("kept.jsonl", "verify --only rows --resume changed"),
        ("record.json", "verify --only rows --since changed"),
    ] {
        for changed in changed(&bytes(name), seed(), count) {
            std::fs::write(shell.path("changed"), &changed).unwrap();
            let ran = shell.run(verb);
            let text = String::from_utf8_lossy(&changed).into_owned();
            assert!(!ran.err.contains("panicked"), "{verb}: {}\n{text}", ran.err);
            if ran.err.contains("error: ") {
                assert!(ran.err.contains("changed") && ran.err.contains("hint: "), "{verb}: {}\n{text}", ran.err);
                ran.exits(2);
            }
        }
    }
    pair.drop_databases().await;
}
