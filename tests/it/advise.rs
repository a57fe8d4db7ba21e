//! The advisors: each rule against its fixtures, the whole fixture, and what is new on one of two sides.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use pg_rehearse::advise::{self, Options, rules};
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::{Advice, AdviceLevel, Events, FoundOn, RunReport, Side, Unit};

use crate::support::command::Shell;
use crate::support::{Pair, database, incomplete, run, server_urls};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixtures() -> PathBuf {
    root().join("fixtures/advisors")
}

fn prelude() -> String {
    std::fs::read_to_string(fixtures().join("prelude.sql")).unwrap()
}

fn config(text: &str, source: &str, target: &str) -> Config {
    let flags = Flags { source: Some(source.into()), target: Some(target.into()), ..Flags::default() };
    Config::from_text(text, &flags).unwrap()
}

async fn ask(config: &Config, options: &Options) -> RunReport {
    advise::advise(config, options, &Events::silent()).await.unwrap()
}

/// What one rule finds in one database; it must have been able to look.
async fn found(url: &str, rule: &str) -> BTreeSet<String> {
    let options = Options { side: Some(Side::Source), only: vec![rule.to_owned()], ..Options::default() };
    let report = ask(&config("", url, url), &options).await;
    assert_eq!(incomplete(&report.units), [], "{rule}");
    let open: usize = report.units.iter().map(|unit| unit.open_findings().len()).sum();
    assert_eq!(open, report.advice.len(), "{rule}: with one side alone every finding counts");
    report.advice.iter().map(|one| one.cache_key.clone()).collect()
}

#[tokio::test]
async fn each_rule_reports_its_bad_fixture_and_stays_quiet_on_the_good_one() {
    let server = server_urls().0;
    let stem = format!("advise_{}", std::process::id());
    let template = database(&server, &format!("{stem}_template"));
    run(&server, &format!("create database {stem}_template template template0")).await;
    run(&template, &prelude()).await;
    for rule in rules().unwrap() {
        let folder = fixtures().join(format!("{}_{}", rule.digits(), rule.name));
        let bad = std::fs::read_to_string(folder.join("bad.sql")).unwrap();
        let good = std::fs::read_to_string(folder.join("good.sql")).unwrap();
        let expected: BTreeSet<String> =
            bad.lines().filter_map(|line| line.strip_prefix("-- expect: ")).map(str::to_owned).collect();
        run(&server, &format!("create database {stem} template {stem}_template")).await;
        let url = database(&server, &stem);
        assert_eq!(found(&url, rule.name).await, BTreeSet::new(), "{} on the prelude alone", rule.name);
        run(&url, &bad).await;
        assert_eq!(found(&url, rule.name).await, expected, "{} on bad.sql", rule.name);
        run(&url, &good).await;
        assert_eq!(found(&url, rule.name).await, BTreeSet::new(), "{} on good.sql", rule.name);
        run(&server, &format!("drop database {stem} with (force)")).await;
    }
    run(&server, &format!("drop database {stem}_template with (force)")).await;
}

/// The customer's fixture, as production has it.
async fn customer() -> Pair {
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(root().join("fixtures/muva")).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let wanted = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.ends_with(".sql") && name.as_str() < "7"
    };
    let scripts: Vec<String> =
        names.into_iter().filter(wanted).map(|path| std::fs::read_to_string(path).unwrap()).collect();
    Pair::new(&scripts.iter().map(String::as_str).collect::<Vec<_>>()).await
}

fn of<'a>(report: &'a RunReport, rule: &str) -> Vec<&'a Advice> {
    report.advice.iter().filter(|one| one.name == rule).collect()
}

#[tokio::test]
async fn the_customers_checklist_is_answered_alike_on_both_sides() {
    let pair = customer().await;
    let report = ask(&config("", &pair.source, &pair.target), &Options::default()).await;
    assert_eq!(incomplete(&report.units), []);
    assert_eq!(report.exit_code(), pg_rehearse::model::ExitCode::Same, "{:#?}", report.units);
    let lasting = rules().unwrap().into_iter().filter(|rule| !rule.quiet_when_fresh).count();
    assert_eq!(report.units.len(), lasting, "a unit a rule");
    assert!(report.advice.iter().all(|one| !one.new));
    for one in &report.advice {
        let only_source = matches!(one.name.as_str(), "unused_index" | "table_bloat");
        assert_eq!(one.found_on == FoundOn::Both, !only_source, "{one:?}");
    }
    assert_eq!(of(&report, "function_search_path_mutable").len(), 15);
    let views: Vec<String> = of(&report, "security_definer_view").iter().map(|one| one.object.to_string()).collect();
    assert_eq!(views, ["view public.tenant_overview"]);
    let open: Vec<String> = of(&report, "rls_disabled_in_public").iter().map(|one| one.object.to_string()).collect();
    assert_eq!(open, ["table public.code_embeddings"]);
    assert_eq!(of(&report, "unindexed_foreign_keys").len(), 8);
    let left: Vec<String> = report
        .ledger
        .iter()
        .filter(|entry| entry.not_compared.is_some())
        .map(|entry| entry.object.to_string())
        .collect();
    assert_eq!(left, ["rule table_bloat", "rule unused_index"]);
    pair.drop().await;
}

fn open(report: &RunReport) -> Vec<String> {
    let findings = report.units.iter().flat_map(Unit::open_findings);
    findings.map(|finding| format!("{} {} {}", finding.check, finding.object, finding.attribute)).collect()
}

#[tokio::test]
async fn what_only_the_target_has_is_new_and_waivers_accept_it() {
    let pair = Pair::new(&[&prelude(), "create table public.log (line text)"]).await;
    run(&pair.source, "create table public.gone (line text)").await;
    run(&pair.target, "create table public.added (line text); create table public.open (id int primary key); grant select on public.open to anon").await;
    let report = ask(&config("", &pair.source, &pair.target), &Options::default()).await;
    let keys: Vec<(&str, FoundOn, bool)> =
        of(&report, "no_primary_key").iter().map(|one| (one.cache_key.as_str(), one.found_on, one.new)).collect();
    assert_eq!(
        keys,
        [
            ("no_primary_key_public_added", FoundOn::Target, true),
            ("no_primary_key_public_gone", FoundOn::Source, false),
            ("no_primary_key_public_log", FoundOn::Both, false)
        ]
    );
    let new = ["advise table public.added no_primary_key", "advise table public.open rls_disabled_in_public"];
    assert_eq!(open(&report), new);
    assert_eq!(report.exit_code() as u8, 1);

    // In the day only new findings of level ERROR count.
    let day = Options { differ_from: AdviceLevel::Error, ..Options::default() };
    assert_eq!(open(&ask(&config("", &pair.source, &pair.target), &day).await), new[1..]);

    let waive = |object: &str, rule: &str| {
        format!("[[waive]]\ncheck = 'advise'\nobject = '{object}'\nattribute = '{rule}'\nreason = 'known'\n")
    };
    let accepted =
        waive("table public.added", "no_primary_key") + &waive("table public.open", "rls_disabled_in_public");
    // One that is on both sides is no difference, and may be accepted all the same.
    let accepted = accepted + &waive("table public.log", "no_primary_key");
    let report = ask(&config(&accepted, &pair.source, &pair.target), &Options::default()).await;
    assert_eq!(open(&report), Vec::<String>::new());
    assert_eq!(report.waivers.iter().map(|used| used.covered).collect::<Vec<_>>(), [1, 1, 1]);
    assert_eq!(report.exit_code() as u8, 0);
    // One that covers nothing is a finding, except where not all rules were asked.
    let idle = waive("table public.nowhere", "no_primary_key");
    let text = format!("{accepted}{idle}");
    let report = ask(&config(&text, &pair.source, &pair.target), &Options::default()).await;
    assert_eq!(open(&report), ["waivers waiver of table public.nowhere for advise unused"]);
    let only = Options { only: vec!["0004".to_owned()], ..Options::default() };
    assert_eq!(open(&ask(&config(&text, &pair.source, &pair.target), &only).await), Vec::<String>::new());
    pair.drop().await;
}

#[tokio::test]
async fn verify_leaves_the_advisors_waivers_alone() {
    let pair = Pair::new(&["create table public.log (line text)"]).await;
    let text = "[[waive]]\ncheck = 'advise'\nobject = 'table public.log'\nreason = 'a log'\n";
    let checked = pair.verify(text, &[]).await;
    assert!(checked.units.iter().all(|unit| unit.check != "waivers"));
    pair.drop().await;
}

#[tokio::test]
async fn a_rule_that_may_not_read_is_incomplete_and_the_others_go_on() {
    let pair = Pair::new(&[&prelude(), "create table public.log (line text); create sequence public.s"]).await;
    let role = format!("advised_{}", std::process::id());
    run(&pair.target, &format!("create role {role} login password 'secret'")).await;
    let url = crate::support::as_role(&pair.target, &role, "secret");
    let report = ask(&config("", &pair.source, &url), &Options::default()).await;
    let reasons = incomplete(&report.units);
    let names: Vec<&str> = reasons.iter().map(|(rule, _)| rule.as_str()).collect();
    assert_eq!(names, ["rule public_bucket_allows_listing", "rule sequence_near_maximum"], "{reasons:?}");
    assert!(reasons[0].1.contains("on the target: the connected role may not read it"), "{reasons:?}");
    assert!(reasons[1].1.contains("sequence public.s"), "{reasons:?}");
    assert_eq!(of(&report, "no_primary_key").len(), 1, "rules after one that failed are asked in the same snapshot");
    assert_eq!(report.exit_code() as u8, 3);
    run(&pair.target, &format!("drop role {role}")).await;
    pair.drop().await;
}

#[tokio::test]
async fn the_verb_speaks_splinters_language() {
    let pair = Pair::new(&[&prelude(), "create table public.log (line text)"]).await;
    let shell = Shell::on(&pair).await;
    shell.run("advise").exits(0).says("SAME").says("0004 no_primary_key").says("1 on both").says("table public.log");
    let report = shell.run("advise --format json --only no_primary_key").exits(0).json();
    let one = &report["advice"][0];
    assert_eq!(one["cache_key"], "no_primary_key_public_log");
    assert_eq!((&one["level"], &one["facing"]), (&"INFO".into(), &"EXTERNAL".into()));
    assert_eq!(one["metadata"], serde_json::json!({ "schema": "public", "name": "log", "type": "table" }));
    shell.run("advise --min-level warn").exits(0).says("left out by --min-level");
    shell.run("advise --side target --only 0004").exits(1).says("on the target").says("not asked");
    run(&pair.target, "create table public.added (line text)").await;
    shell.run("advise").exits(1).says("NEW table public.added").says("a finding of an advisor");
    shell.run("advise --skip no_primary_key").exits(0);
    shell.run("advise --explain 0013").exits(0).says("# 0013 rls_disabled_in_public");
    shell.run("advise --only cows").exits(2).complains("there is no rule `cows`").complains("no_primary_key");
    shell.run("advise --explain cows").exits(2).complains("there is no rule `cows`");
    shell.run("advise --min-level loud").exits(2).complains("info, warn and error");
    let same = shell.url("TARGET", &pair.source);
    same.run("advise").exits(2).complains("the very same database");
    pair.drop().await;
}

#[tokio::test]
async fn the_schemas_that_the_api_serves_are_those_of_the_role_it_connects_as() {
    let pair = Pair::new(&[&prelude()]).await;
    let open = "create schema api; create table api.note (id int primary key); grant usage on schema api to anon;
                create table public.note (id int primary key); grant select on api.note, public.note to anon";
    run(&pair.source, open).await;
    assert_eq!(found(&pair.source, "0013").await, BTreeSet::from(["rls_disabled_in_public_public_note".to_owned()]));
    let served = "do $$ begin
        if not exists (select from pg_roles where rolname = 'authenticator') then
          begin
            create role authenticator nologin noinherit;
          exception when duplicate_object or unique_violation then
            null;
          end;
        end if;
        execute format('alter role authenticator in database %I set pgrst.db_schemas = %L', current_database(), 'api, storage');
      end $$";
    run(&pair.source, served).await;
    assert_eq!(found(&pair.source, "0013").await, BTreeSet::from(["rls_disabled_in_public_api_note".to_owned()]));
    pair.drop().await;
}

/// Measured, and bounded with room to spare.
#[tokio::test]
async fn a_thousand_tables_take_seconds() {
    let tables = "do $$ begin
      for n in 1..1000 loop
        execute format('create table public.t%s (id int generated always as identity primary key, parent int %s, body text, made timestamptz)',
                       n, case when n > 1 then 'references public.t' || (n - 1) else '' end);
        execute format('create index on public.t%s (parent) where body is not null', n);
        execute format('create index on public.t%s (made)', n);
        execute format('alter table public.t%s enable row level security', n);
        execute format('create policy own on public.t%s for select to authenticated using (body = (select auth.uid())::text or (id > 3 and made is not null))', n);
        execute format('create policy all_of on public.t%s using (id = %s)', n, n);
        execute format('grant select, insert on public.t%s to anon, authenticated', n);
        if n %% 100 = 0 then commit; end if;
      end loop;
    end $$".replace("%%", "%");
    let pair = Pair::new(&[&prelude(), &tables]).await;
    let started = Instant::now();
    let report = ask(&config("", &pair.source, &pair.target), &Options::default()).await;
    let seconds = started.elapsed().as_secs_f64();
    eprintln!("advise over 1,000 tables on both sides: {seconds:.2} s, {} findings", report.advice.len());
    assert_eq!(incomplete(&report.units), []);
    assert!(of(&report, "foreign_key_index_unusable").len() == 999);
    assert!(seconds < 20.0, "{seconds} s");
    pair.drop().await;
}
