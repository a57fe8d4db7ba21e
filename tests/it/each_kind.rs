//! Databases that differ in one object of each kind are told apart exactly: each attribute of each kind alone, and all of
//! them at once.
//!
//! The differences stand in `each_kind/*.sql`, each with what both databases have, what makes the target another, what
//! makes it equal again, and what must be found.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Instant;

use pg_rehearse::check::{self, Check, Context, Selection, SideView};
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::Events;
use pg_rehearse::postgres::Source;
use pg_rehearse::verify;

use crate::behaviour::Cast;
use crate::support::endpoints::endpoint;
use crate::support::{Found, Pair, incomplete, open, run, server_urls, value};

/// The last one changes what new objects are made with, so it comes last.
const TABLES: [&str; 7] = [
    include_str!("each_kind/tables.sql"),
    include_str!("each_kind/rules.sql"),
    include_str!("each_kind/relations.sql"),
    include_str!("each_kind/code.sql"),
    include_str!("each_kind/search.sql"),
    include_str!("each_kind/database.sql"),
    include_str!("each_kind/access.sql"),
];

/// What keeps a database from being dropped.
const LEAVE: &str = "do $$ declare name text; begin
    for name in select subname from pg_subscription where subdbid = (select oid from pg_database where datname = current_database())
    loop execute format('drop subscription %I', name); end loop; end $$";

/// One difference.
#[derive(Debug)]
struct Difference {
    name: String,
    /// The first major version of the server that can have it.
    since: u32,
    /// Whether it is in what all databases of a server share.
    of_server: bool,
    base: String,
    plant: String,
    heal: String,
    found: Found,
}

impl Difference {
    fn parse(text: &str) -> Self {
        let mut one = Self {
            name: String::new(),
            since: 0,
            of_server: false,
            base: String::new(),
            plant: String::new(),
            heal: String::new(),
            found: Found::new(),
        };
        let mut part = 0;
        for (number, line) in text.lines().enumerate() {
            let header = line.strip_prefix("-- ").map(|header| header.split_once(": ").unwrap_or((header, "")));
            match header {
                None if number == 0 => one.name = line.to_owned(),
                None => [&mut one.base, &mut one.plant, &mut one.heal][part].extend([line, "\n"]),
                Some(("since", version)) => one.since = version.parse().unwrap(),
                Some(("servers", "two")) => one.of_server = true,
                Some(("expect", found)) => {
                    let parts: Vec<String> = found.split(" | ").map(str::to_owned).collect();
                    one.found.insert(
                        parts.try_into().map(|[check, object, attribute]: [_; 3]| (check, object, attribute)).unwrap(),
                    );
                }
                Some(("plant", "")) => part = 1,
                Some(("heal", "")) => part = 2,
                Some(other) => panic!("{other:?} in {}", one.name),
            }
        }
        let whole = !one.found.is_empty() && !one.plant.trim().is_empty() && !one.heal.trim().is_empty();
        assert!(whole, "{}: a difference, its way back and what is found", one.name);
        one
    }
}

/// Those that the servers can have.
async fn differences(cast: &Cast) -> Vec<Difference> {
    let (there, here) = server_urls();
    let mut oldest = u32::MAX;
    for url in [&there, &here] {
        let version = value(url, "select current_setting('server_version_num')").await.unwrap();
        oldest = oldest.min(version.parse::<u32>().unwrap() / 10_000);
    }
    let texts: Vec<String> = TABLES.iter().map(|table| cast.fill(table)).collect();
    let all = texts.iter().flat_map(|text| text.split("-- case: ").skip(1)).map(Difference::parse);
    let can_have = |one: &Difference| {
        let can = one.since <= oldest && !(one.of_server && there == here);
        if !can {
            println!("SKIPPED: {}: since {}, on two servers: {}", one.name, one.since, one.of_server);
        }
        can
    };
    all.filter(can_have).collect()
}

/// What a plain dump cannot carry: what belongs to the server, and languages and subscriptions that lead nowhere.
const NOT_DUMPED: [&str; 4] = ["database", "language", "role", "subscription"];

/// What both databases have, of those differences that servers from this version on can have and a plain dump carries. The
/// roles are called `keeper`, `guest` and `member`.
pub(crate) fn bases(major: u32) -> Vec<String> {
    let all = TABLES.iter().flat_map(|table| table.split("-- case: ").skip(1)).map(Difference::parse);
    let dumped = |one: &Difference| one.since <= major && !NOT_DUMPED.iter().any(|kind| one.name.starts_with(kind));
    all.filter(dumped)
        .map(|one| {
            ["keeper", "guest", "member"].iter().fold(one.base, |base, role| base.replace(&format!("${role}"), role))
        })
        .collect()
}

/// The checks of what a database is made of.
fn selection() -> Selection {
    let only = ["schema", "rls", "grants", "indexes", "sequences"];
    Selection { only: only.map(str::to_owned).to_vec(), skip: Vec::new() }
}

/// A pair of databases, of which the source stays as it is and is read once.
struct Looking {
    pair: Pair,
    config: Config,
    checks: Vec<Box<dyn Check>>,
    source: Option<SideView<Source>>,
}

impl Looking {
    async fn at(pair: Pair) -> Self {
        let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
        let config = Config::from_text("", &flags).unwrap();
        let source = SideView::open_in_part(&endpoint(&pair.source), 2, &[]).await.unwrap();
        Self { pair, config, checks: verify::checks(), source: Some(source) }
    }

    /// What is found now; a unit that was not looked at counts as found.
    async fn found(&mut self) -> Found {
        let target = SideView::open_in_part(&endpoint(&self.pair.target), 2, &[]).await.unwrap();
        let source = self.source.take().unwrap();
        let context = Context { config: self.config.clone(), source, target, events: Events::silent() };
        let checked = check::run(&self.checks, &selection(), &context).await.unwrap();
        let Context { source, target, .. } = context;
        target.readers.close().await;
        self.source = Some(source);
        let unseen =
            incomplete(&checked.units).into_iter().map(|(object, reason)| ("incomplete".to_owned(), object, reason));
        open(&checked.units).into_iter().chain(unseen).collect()
    }

    async fn leave(self, cast: &Cast) {
        self.source.unwrap().readers.close().await;
        for url in [&self.pair.source, &self.pair.target] {
            run(url, LEAVE).await;
        }
        self.pair.drop().await;
        let (there, here) = server_urls();
        for url in [&there, &here] {
            run(url, &cast.fill("drop owned by $keeper, $guest, $member")).await;
        }
    }
}

/// What was found and not expected, and what was expected and not found.
fn compared(name: &str, expected: &Found, found: &Found) -> String {
    let mut text = String::new();
    for (what, one, two) in [("missed", expected, found), ("unexpected", found, expected)] {
        for (check, object, attribute) in one.difference(two) {
            writeln!(text, "{name}: {what}: {check} | {object} | {attribute}").unwrap();
        }
    }
    text
}

async fn both(name: &str) -> (Cast, Vec<Difference>, Looking) {
    let cast = Cast::new(name).await;
    let differences = differences(&cast).await;
    let names: BTreeSet<&str> = differences.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names.len(), differences.len(), "two of one name");
    let base = cast.fill(
        "create table public.roles (a int); grant select on public.roles to $keeper, $guest, $member;
         create type public.roles_own as enum ('a'); alter type public.roles_own owner to $keeper;
         grant create on schema public to $keeper;",
    );
    let pair = Pair::new(&[&base]).await;
    for one in &differences {
        tokio::join!(run(&pair.source, &one.base), run(&pair.target, &one.base));
    }
    (cast, differences, Looking::at(pair).await)
}

#[tokio::test]
async fn each_difference_alone_is_exactly_its_finding() {
    let (cast, differences, mut looking) = both("alone").await;
    let start = Instant::now();
    let mut wrong = compared("equal databases", &Found::new(), &looking.found().await);
    for one in &differences {
        run(&looking.pair.target, &one.plant).await;
        wrong += &compared(&one.name, &one.found, &looking.found().await);
        run(&looking.pair.target, &one.heal).await;
    }
    wrong += &compared("healed databases", &Found::new(), &looking.found().await);
    println!("{} differences, one after another in {:.1?}", differences.len(), start.elapsed());
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(differences.len() >= 200, "only {}", differences.len());
    looking.leave(&cast).await;
    cast.drop().await;
}

#[tokio::test]
async fn all_differences_at_once_are_exactly_their_findings() {
    let (cast, differences, mut looking) = both("together").await;
    for one in &differences {
        run(&looking.pair.target, &one.plant).await;
    }
    let expected: Found = differences.iter().flat_map(|one| one.found.clone()).collect();
    let wrong = compared("all at once", &expected, &looking.found().await);
    assert!(wrong.is_empty(), "\n{wrong}");
    println!("{} findings of {} differences", expected.len(), differences.len());
    for one in differences.iter().rev() {
        run(&looking.pair.target, &one.heal).await;
    }
    let wrong = compared("healed databases", &Found::new(), &looking.found().await);
    assert!(wrong.is_empty(), "\n{wrong}");
    looking.leave(&cast).await;
    cast.drop().await;
}
