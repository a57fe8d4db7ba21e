//! Access rules as a text: equal databases give equal texts, a database is held to its text, and each planted difference
//! is exactly its finding.

use pg_rehearse::check::{Selection, SideView};
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::fingerprint::Access;
use pg_rehearse::model::{Events, ExitCode, RunReport};
use pg_rehearse::postgres::{Source, Target};
use pg_rehearse::verify::verify_against_access;

use crate::behaviour::{Cast, NOTES};
use crate::support::command::Shell;
use crate::support::endpoints::endpoint;
use crate::support::{Found, Pair, expect, incomplete, open, run};

/// Check, object and attribute of each finding.
type Expected<'a> = &'a [(&'a str, &'a str, &'a str)];

/// What the notes do not have.
const MORE: &str = "
create function public.adds() returns int language sql security definer set search_path = '' as 'select 1';
create policy \"reads\n'quoted\" on public.log for select to public using (exists (select 1 from public.notes n where n.id = log.at));
grant select (what) on public.log to $guest;
alter default privileges in schema public grant select on tables to $guest;
grant $guest to $member;
";

async fn access_of(pair: &Pair) -> (Access, Access) {
    let there = SideView::<Source>::open(&endpoint(&pair.source), 1, &[]).await.unwrap();
    let here = SideView::<Target>::open(&endpoint(&pair.target), 1, &[]).await.unwrap();
    let both = (Access::of(&there.catalog, true), Access::of(&here.catalog, true));
    there.readers.close().await;
    here.readers.close().await;
    both
}

async fn against(pair: &Pair, before: &Access, config: &str) -> RunReport {
    let flags = Flags { source: None, target: Some(pair.target.clone()), ..Flags::default() };
    let config = Config::from_text(config, &flags).unwrap();
    verify_against_access(&config, before, "a file", &Selection::default(), &Events::silent()).await.unwrap()
}

/// A text without its second line of the head, which names the server's version.
fn body(text: &str) -> String {
    text.lines()
        .filter(|line| !line.starts_with("server: ") && !line.starts_with("  privileges since 17: "))
        .collect::<Vec<_>>()
        .join("\n")
}

#[tokio::test]
async fn equal_databases_give_equal_texts_that_are_read_again() {
    let cast = Cast::new("texts").await;
    let pair = Pair::new(&[&cast.fill(NOTES), &cast.fill(MORE)]).await;
    let (there, here) = access_of(&pair).await;
    assert_eq!(body(&there.to_text()), body(&here.to_text()));
    let text = there.to_text();
    assert_eq!(Access::parse(&text).unwrap(), there);
    for expected in [
        "\npolicy public.notes.changes\n  command: update\n  permissive: permissive\n  roles: $member\n  \
         using: (tenant_id = public.tenant())\n  with check: ((tenant_id = public.tenant()) AND (NOT is_open))\n",
        "\nrow security public.log\n  forced: no\n  row security: disabled\n",
        "\ngrant column public.log.what to $guest\n  privileges: select\n",
        "\ngrant default privileges in public by postgres on tables to $guest\n  privileges: select\n",
        "\nfunction public.adds()\n  owner: postgres\n  security: definer\n  settings: search_path=\"\"\n",
        "\nview public.bodies\n  kind: view\n  owner: postgres\n  security_invoker: true\n",
        "\nmembership $member in $guest\n",
        "\nrole $guest\n  bypasses row security: false\n",
    ] {
        assert!(text.contains(&cast.fill(expected)), "{} is not in\n{text}", cast.fill(expected));
    }
    assert!(!text.contains("note 1"), "no row value");
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn a_database_is_held_to_its_text() {
    let cast = Cast::new("held").await;
    let pair = Pair::new(&[&cast.fill(NOTES), &cast.fill(MORE)]).await;
    let (there, _) = access_of(&pair).await;
    let before = Access::parse(&there.to_text()).unwrap();
    let report = against(&pair, &before, "").await;
    assert_eq!((open(&report.units), incomplete(&report.units)), (Found::new(), Vec::new()));
    assert_eq!(report.exit_code(), ExitCode::Same);
    let cases: [(&str, &str, Expected<'_>); 11] = [
        (
            "alter policy open on public.notes using (true)",
            "alter policy open on public.notes using (is_open)",
            &[("rls", "policy public.notes.open", "using")],
        ),
        (
            "alter policy open on public.notes to public",
            "alter policy open on public.notes to $guest",
            &[("rls", "policy public.notes.open", "roles")],
        ),
        (
            "create policy planted on public.notes for select to $guest using (true)",
            "drop policy planted on public.notes",
            &[("rls", "policy public.notes.planted", "extra")],
        ),
        (
            "alter table public.notes disable row level security",
            "alter table public.notes enable row level security",
            &[("rls", "table public.notes", "row security")],
        ),
        (
            "alter table public.notes force row level security",
            "alter table public.notes no force row level security",
            &[("rls", "table public.notes", "forced")],
        ),
        (
            "grant update on public.log to $guest",
            "revoke update on public.log from $guest",
            &[("grants", "grant table public.log to $guest", "extra")],
        ),
        (
            "revoke select (what) on public.log from $guest",
            "grant select (what) on public.log to $guest",
            &[("grants", "grant column public.log.what to $guest", "missing")],
        ),
        (
            "alter view public.bodies set (security_invoker = false)",
            "alter view public.bodies set (security_invoker = on)",
            &[("schema", "view public.bodies", "security_invoker")],
        ),
        (
            "alter function public.adds() reset search_path",
            "alter function public.adds() set search_path = ''",
            &[("schema", "function public.adds()", "settings")],
        ),
        (
            "alter table public.log owner to $keeper",
            "alter table public.log owner to postgres",
            &[("grants", "role $keeper", "extra"), ("schema", "table public.log", "owner")],
        ),
        (
            "alter table public.tenants rename to tenants_now",
            "alter table public.tenants_now rename to tenants",
            &[("schema", "table public.tenants", "missing"), ("schema", "table public.tenants_now", "extra")],
        ),
    ];
    for (plant, heal, found) in cases {
        run(&pair.target, &cast.fill(plant)).await;
        let report = against(&pair, &before, "").await;
        let found: Vec<(&str, String, &str)> =
            found.iter().map(|(check, object, attribute)| (*check, cast.fill(object), *attribute)).collect();
        let found: Vec<(&str, &str, &str)> = found.iter().map(|(a, b, c)| (*a, b.as_str(), *c)).collect();
        assert_eq!(open(&report.units), expect(&found), "{plant}");
        assert_eq!(report.exit_code(), ExitCode::Different);
        run(&pair.target, &cast.fill(heal)).await;
    }
    let report =
        against(&pair, &before, "[[waive]]\ncheck = 'rls'\nobject = 'table public.log'\nreason = 'none'\n").await;
    let unused = [("waivers", "waiver of table public.log for rls", "unused")];
    assert_eq!(open(&report.units), expect(&unused), "healed, and the waiver is not needed");
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn what_a_text_was_not_taken_of_is_not_compared() {
    let pair = Pair::new(&["create schema other; create table other.t (a int); create table public.t (a int)"]).await;
    let schemas = ["public".to_owned()];
    let there = SideView::<Source>::open(&endpoint(&pair.source), 1, &schemas).await.unwrap();
    let before = Access::of(&there.catalog, false);
    there.readers.close().await;
    run(&pair.target, "grant select on other.t to public").await;
    let report = against(&pair, &before, "").await;
    assert_eq!(open(&report.units), Found::new());
    let entry = report.ledger.iter().find(|entry| entry.object.to_string() == "table other.t").unwrap();
    assert_eq!(entry.not_compared.as_deref(), Some("outside the schemas that the access rules were taken of"));
    run(&pair.target, "grant select on public.t to public").await;
    let found = [("grants", "grant table public.t to public", "extra")];
    assert_eq!(open(&against(&pair, &before, "").await.units), expect(&found));
    pair.drop().await;
}

#[tokio::test]
async fn the_privilege_of_a_later_version_is_no_difference() {
    let pair = Pair::new(&["create table public.t (a int); grant all on public.t to public"]).await;
    let (there, _) = access_of(&pair).await;
    let text = there.to_text();
    let mut older = Access::parse(&text).unwrap();
    if older.server < 17 {
        println!("SKIPPED: the server does not know MAINTAIN");
    } else {
        assert!(text.contains("\n  privileges since 17: maintain\n"), "{text}");
        // As a server of version 16 prints it: without the lines that 17 adds.
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("  privileges since 17: ")).collect();
        older = Access::parse(&lines.join("\n").replace(&format!("server: {}", older.server), "server: 16")).unwrap();
        let report = against(&pair, &older, "").await;
        assert_eq!(open(&report.units), Found::new());
        let unit =
            report.units.iter().find(|unit| unit.object.to_string() == "grant table public.t to public").unwrap();
        assert!(unit.detail.as_deref().unwrap().contains("MAINTAIN ("), "{unit:?}");
    }
    pair.drop().await;
}

#[tokio::test]
async fn the_verbs_write_and_hold() {
    let pair = Pair::new(&["create table public.t (a int); grant select on public.t to public"]).await;
    let shell = Shell::on(&pair).await;
    shell.run("fingerprint --side source --access --out access.txt").exits(0);
    shell
        .run("fingerprint --side target --access")
        .exits(0)
        .says("grant table public.t to public\n  privileges: select\n");
    shell.run("verify --against access.txt").exits(0).says("access rules access.txt");
    shell.run("verify --against access.txt --only rows").exits(2).complains("a file of access rules serves");
    run(&pair.target, "revoke select on public.t from public").await;
    shell.run("verify --against access.txt --only grants").exits(1).says("grant table public.t to public");
    let text = shell.read("access.txt").replace("format: 1", "format: 9");
    let shell = shell.file("access.txt", &text);
    shell.run("verify --against access.txt").exits(2).complains("access.txt: line 3: the format is 9");
    pair.drop().await;
}
