//! Databases that differ in one object of each kind are told apart exactly: a few attributes at a time (each alone with
//! `PG_REHEARSE_SOAK`), and all of them at once.
//!
//! The differences stand in `each_kind/*.sql`, each with what both databases have, what makes the target another, what
//! makes it equal again, and what must be found.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Instant;

use pg_rehearse::catalog::KINDS;
use pg_rehearse::check::{self, Check, Context, Selection, SideView};
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::Events;
use pg_rehearse::postgres::{Source, Target};
use pg_rehearse::verify;
use sqlx::{Connection, Executor, PgConnection};

use crate::behaviour::Cast;
use crate::support::endpoints::endpoint;
use crate::support::{Found, Pair, incomplete, open, run, server_urls, value};

/// The last one changes what new objects are made with, so it comes last.
const TABLES: [&str; 9] = [
    include_str!("each_kind/tables.sql"),
    include_str!("each_kind/rules.sql"),
    include_str!("each_kind/relations.sql"),
    include_str!("each_kind/code.sql"),
    include_str!("each_kind/search.sql"),
    include_str!("each_kind/database.sql"),
    include_str!("each_kind/subscriptions.sql"),
    include_str!("each_kind/seldom.sql"),
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

/// The tablespace of a cast's own.
fn space(cast: &Cast) -> String {
    cast.fill("space_$keeper")
}

/// Those that the servers can have.
async fn differences(cast: &Cast) -> Vec<Difference> {
    let (there, here) = server_urls();
    let mut oldest = u32::MAX;
    for url in [&there, &here] {
        let version = value(url, "select current_setting('server_version_num')").await.unwrap();
        oldest = oldest.min(version.parse::<u32>().unwrap() / 10_000);
    }
    let texts: Vec<String> = TABLES.iter().map(|table| cast.fill(table).replace("$space", &space(cast))).collect();
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
    /// The session that plants and heals.
    vandal: PgConnection,
}

impl Looking {
    async fn at(pair: Pair) -> Self {
        let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
        let config = Config::from_text("", &flags).unwrap();
        let source = SideView::open_in_part(&endpoint(&pair.source), 1, &[]).await.unwrap();
        let vandal = PgConnection::connect(&pair.target).await.unwrap();
        Self { pair, config, checks: verify::checks(), source: Some(source), vandal }
    }

    /// Runs a script in the target.
    async fn run(&mut self, name: &str, script: &str) {
        self.vandal.execute(sqlx::raw_sql(script)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// What is found now; a unit that was not looked at counts as found.
    async fn found(&mut self) -> Found {
        let target = SideView::open_in_part(&endpoint(&self.pair.target), 1, &[]).await.unwrap();
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

    /// The digest of the target's schema.
    async fn digest(&self) -> String {
        let view = SideView::<Target>::open_in_part(&endpoint(&self.pair.target), 1, &[]).await.unwrap();
        view.readers.close().await;
        view.catalog.schema_digest().unwrap()
    }

    async fn leave(self, cast: &Cast) {
        self.source.unwrap().readers.close().await;
        self.vandal.close().await.unwrap();
        for url in [&self.pair.source, &self.pair.target] {
            run(url, LEAVE).await;
        }
        self.pair.drop().await;
        let (there, here) = server_urls();
        for url in [&there, &here] {
            run(url, &cast.fill("drop owned by $keeper, $guest, $member")).await;
            run(url, &format!("drop tablespace if exists {}", space(cast))).await;
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
    for url in [&pair.source, &pair.target] {
        let mut session = PgConnection::connect(url).await.unwrap();
        session.execute("set allow_in_place_tablespaces = on").await.unwrap();
        let there = "select count(*) from pg_tablespace where spcname = $1";
        let made: i64 = sqlx::query_scalar(there).bind(space(&cast)).fetch_one(&mut session).await.unwrap();
        if made == 0 {
            session.execute(sqlx::raw_sql(&format!("create tablespace {} location ''", space(&cast)))).await.unwrap();
        }
        session.close().await.unwrap();
    }
    for one in &differences {
        tokio::join!(run(&pair.source, &one.base), run(&pair.target, &one.base));
    }
    (cast, differences, Looking::at(pair).await)
}

/// Each alone where there is time for it, else a few of unrelated kinds together.
#[tokio::test]
async fn each_difference_is_exactly_its_finding() {
    let (cast, differences, mut looking) = both("alone").await;
    let start = Instant::now();
    let together = if std::env::var_os("PG_REHEARSE_SOAK").is_some() { 1 } else { 9 };
    let groups = differences.len().div_ceil(together);
    let mut wrong = compared("equal databases", &Found::new(), &looking.found().await);
    for group in 0..groups {
        // Far apart in the tables.
        let group: Vec<&Difference> = differences.iter().skip(group).step_by(groups).collect();
        let names: Vec<&str> = group.iter().map(|one| one.name.as_str()).collect();
        for one in &group {
            looking.run(&one.name, &one.plant).await;
        }
        let expected = group.iter().flat_map(|one| one.found.clone()).collect();
        wrong += &compared(&names.join(" + "), &expected, &looking.found().await);
        for one in group.iter().rev() {
            looking.run(&one.name, &one.heal).await;
        }
    }
    wrong += &compared("healed databases", &Found::new(), &looking.found().await);
    println!("{} differences, {together} at a time in {:.1?}", differences.len(), start.elapsed());
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(differences.len() >= 300, "only {}", differences.len());
    looking.leave(&cast).await;
    cast.drop().await;
}

#[tokio::test]
async fn all_differences_at_once_are_exactly_their_findings() {
    let (cast, differences, mut looking) = both("together").await;
    for one in &differences {
        looking.run(&one.name, &one.plant).await;
    }
    let expected: Found = differences.iter().flat_map(|one| one.found.clone()).collect();
    let wrong = compared("all at once", &expected, &looking.found().await);
    assert!(wrong.is_empty(), "\n{wrong}");
    println!("{} findings of {} differences", expected.len(), differences.len());
    for one in differences.iter().rev() {
        looking.run(&one.name, &one.heal).await;
    }
    let wrong = compared("healed databases", &Found::new(), &looking.found().await);
    assert!(wrong.is_empty(), "\n{wrong}");
    looking.leave(&cast).await;
    cast.drop().await;
}

/// Each where there is time for it, else one in seven: what is found as a difference of the schema changes its digest, and where
/// sequences stand or what large objects there are does not.
#[tokio::test]
async fn each_difference_gives_the_schema_another_digest() {
    let (cast, differences, mut looking) = both("digest").await;
    let step = if std::env::var_os("PG_REHEARSE_SOAK").is_some() { 1 } else { 7 };
    let is_data = |(check, object, attribute): &(String, String, String)| {
        check == "sequences" || object.starts_with("large objects ") || attribute == "populated"
    };
    let start = Instant::now();
    let first = looking.digest().await;
    let (mut last, mut wrong, mut tried) = (first.clone(), String::new(), 0);
    for one in differences.iter().step_by(step) {
        looking.run(&one.name, &one.plant).await;
        let now = looking.digest().await;
        if (now == last) != one.found.iter().all(is_data) {
            writeln!(wrong, "{}: another digest: {}", one.name, now != last).unwrap();
        }
        last = now;
        tried += 1;
    }
    for one in differences.iter().step_by(step).collect::<Vec<_>>().into_iter().rev() {
        looking.run(&one.name, &one.heal).await;
    }
    println!("{tried} differences in {:.1?}", start.elapsed());
    assert!(wrong.is_empty(), "\n{wrong}");
    assert_eq!(looking.digest().await, first, "healed");
    assert!(tried >= 300 / step, "only {tried}");
    looking.leave(&cast).await;
    cast.drop().await;
}

/// Attributes without a case of their own, and why.
const WITHOUT_A_CASE: [(&str, &str, &str); 5] = [
    ("database", "encoding", "verdicts.rs has it, in a database made with another"),
    ("database", "tablespace", "the server moves a database while nobody is connected to it"),
    ("large objects", "identifiers", "kinds.rs has it: another number is the finding where there is one"),
    ("membership", "named here", "says whether the database has anything to do with the role"),
    ("role", "named here", "says whether the database has anything to do with it"),
];

#[tokio::test]
async fn every_attribute_of_every_kind_has_a_case() {
    let (cast, _, looking) = both("attributes").await;
    let mut cased: BTreeSet<(String, String)> = BTreeSet::new();
    // Those that only other servers can have, too.
    let all = TABLES.iter().flat_map(|table| table.split("-- case: ").skip(1)).map(Difference::parse);
    for (check, object, attribute) in &all.flat_map(|one| one.found).collect::<Found>() {
        let kinds = KINDS.iter().filter(|kind| kind.check == check);
        let named = kinds.map(|kind| kind.name).filter(|kind| object.starts_with(&format!("{kind} ")));
        // Of an operator and its class the longer name counts.
        let kind = if check == "rls" && object.starts_with("table ") {
            Some("row security")
        } else {
            named.max_by_key(|kind| kind.len())
        };
        cased.extend(kind.map(|kind| (kind.to_owned(), attribute.clone())));
    }
    let inventory = &looking.source.as_ref().unwrap().catalog.inventory;
    let mut without: BTreeSet<(String, String)> = BTreeSet::new();
    for (object, facts) in inventory {
        let pairs = facts.attributes.keys().map(|attribute| (object.kind.clone(), attribute.clone()));
        without.extend(pairs.filter(|pair| !cased.contains(pair)));
    }
    let known: BTreeSet<(String, String)> =
        WITHOUT_A_CASE.iter().map(|(kind, attribute, _)| ((*kind).to_owned(), (*attribute).to_owned())).collect();
    assert_eq!(without, known);
    let kinds: BTreeSet<&str> = cased.iter().map(|(kind, _)| kind.as_str()).collect();
    let missing: Vec<&str> = KINDS.iter().map(|kind| kind.name).filter(|kind| !kinds.contains(kind)).collect();
    assert!(missing.is_empty(), "no case of {missing:?}");
    looking.leave(&cast).await;
    cast.drop().await;
}

/// The system's catalogs, each with the kinds that its rows are of, or why nothing is read of it.
const CATALOGS: &str = include_str!("each_kind/catalogs.txt");

#[tokio::test]
async fn every_catalog_of_the_server_is_accounted_for() {
    let mut known = BTreeSet::new();
    for line in CATALOGS.lines() {
        let (catalog, what) = line.split_once(": ").unwrap();
        let kinds = |kinds: &str| kinds.split(", ").all(|name| KINDS.iter().any(|kind| kind.name == name));
        assert!(what.starts_with("none, ") || what.starts_with("ledger, ") || kinds(what), "{line}");
        assert!(known.insert(catalog.to_owned()), "{catalog} stands there twice");
    }
    let (there, here) = server_urls();
    for url in [&there, &here] {
        let sql = "select string_agg(relname, ' ') from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r'";
        let all = value(url, sql).await.unwrap();
        let unknown: Vec<&str> = all.split(' ').filter(|name| !known.contains(*name)).collect();
        assert!(unknown.is_empty(), "nothing says what is read of {unknown:?}");
    }
}

#[tokio::test]
async fn what_nothing_models_stands_in_the_ledger() {
    let name = format!("unmodelled_{}", std::process::id());
    let pair = Pair::new(&["create table public.t (a int)"]).await;
    let mut session = PgConnection::connect(&pair.target).await.unwrap();
    let label = format!("values ('{name}'::regrole, 'pg_authid'::regclass, 'selinux', 'x')");
    for sql in [
        format!("select pg_replication_origin_create('{name}')"),
        "set allow_in_place_tablespaces = on".to_owned(),
        format!("create tablespace {name} location ''"),
        format!("create role {name}"),
        format!("insert into pg_catalog.pg_shseclabel {label}"),
    ] {
        session.execute(sqlx::raw_sql(&sql)).await.unwrap();
    }
    let checked = pair.verify("", &["schema", "rls", "grants", "indexes"]).await;
    for (kind, named) in [
        ("replication origin", name.clone()),
        ("tablespace", name.clone()),
        ("security label of the server", format!("role {name} by selinux")),
    ] {
        // One entry for all of a kind.
        let mut entries = checked.ledger.iter().filter(|entry| entry.object.kind == kind);
        let entry = entries.find(|entry| entry.object.identity.split(", ").any(|one| one == named));
        let reason = entry.and_then(|entry| entry.not_compared.as_deref());
        assert_eq!(reason, Some("no check compares this kind of object"), "{kind}");
    }
    for sql in [
        format!("select pg_replication_origin_drop('{name}')"),
        format!("drop tablespace {name}"),
        format!("delete from pg_catalog.pg_shseclabel where objoid = '{name}'::regrole"),
        format!("drop role {name}"),
    ] {
        session.execute(sqlx::raw_sql(&sql)).await.unwrap();
    }
    session.close().await.unwrap();
    pair.drop().await;
}
