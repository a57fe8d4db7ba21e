//! `gate` through the program: each rule against a report that keeps it and one that does not.

use jiff::{Span, Timestamp, Zoned};
use pg_rehearse::model::{
    DefectResult, FaultResult, Finding, LedgerEntry, ObjectRef, Outcome, OwnSchema, Phase, PhaseReport, PhaseStatus,
    RunReport, SideFacts, Unit, Waiver, WaiverUse,
};
use pg_rehearse::rehearse::defect_names;
use pg_rehearse::report::{Format, Style, render};

use crate::support::command::{Ran, Shell};
use crate::support::{Pair, run};

fn side(name: &str) -> SideFacts {
    SideFacts {
        name: name.to_owned(),
        url: format!("postgres://me@host/{name}"),
        version: "PostgreSQL 17.6".to_owned(),
        database: name.to_owned(),
        lsn: None,
        snapshot_taken: None,
        identity: Some(format!("7/{name}")),
        schema: Some("ab".repeat(32)),
    }
}

fn table(number: usize) -> ObjectRef {
    ObjectRef::new("table", format!("public.t{number}"))
}

fn line(number: usize, compared_by: &[&str], why: Option<&str>) -> LedgerEntry {
    let compared_by = compared_by.iter().map(|check| (*check).to_owned()).collect();
    LedgerEntry { object: table(number), compared_by, not_compared: why.map(str::to_owned) }
}

/// A report of an hour ago that keeps every rule.
fn good(verb: &str) -> RunReport {
    RunReport {
        started: Timestamp::now() - Span::new().hours(1),
        seconds: 12.0,
        units: (0..20).map(|number| Unit::judged("rows", table(number), Vec::new())).collect(),
        ledger: (0..20).map(|number| line(number, &["rows", "schema"], None)).collect(),
        ..RunReport::empty(verb, side("source"), side("target"))
    }
}

fn phase(phase: Phase, status: PhaseStatus) -> PhaseReport {
    PhaseReport { phase, status, seconds: 1.0, summary: "so it went".to_owned(), started: None, planned: None }
}

fn rehearsed() -> RunReport {
    let caught = |defect: String| DefectResult {
        defect,
        planted: "somewhere".to_owned(),
        caught_by: vec!["rows".to_owned()],
        missed: Vec::new(),
        unexpected: Vec::new(),
        seconds: 0.1,
    };
    RunReport {
        phases: [Phase::Copy, Phase::Verify, Phase::Rollback, Phase::Copy, Phase::Verify]
            .map(|one| phase(one, PhaseStatus::Go))
            .to_vec(),
        defects: defect_names().unwrap().into_iter().map(caught).collect(),
        ..good("rehearse")
    }
}

fn waived(covered: u64, until: Option<&Zoned>) -> WaiverUse {
    let until = until.map(Zoned::date);
    let (check, object, reason) = ("schema".into(), "table public.old".into(), "known".into());
    WaiverUse { waiver: Waiver { check, object, attribute: None, reason, until }, covered }
}

/// What `gate` says of a report under a configuration, without a database.
fn gate(report: &RunReport, config: &str) -> Ran {
    let text = render(report, Format::Json, Style::default()).unwrap();
    Shell::new()
        .file("report.json", &text)
        .file("migration.toml", config)
        .run("gate report.json --offline --format json")
}

/// The rows of an answer that are no go, each as `rule answer`.
fn amiss(ran: &Ran) -> Vec<String> {
    let json = ran.json();
    let rows = json["rows"].as_array().unwrap().iter();
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    rows.filter(|row| row["answer"] != "go")
        .map(|row| format!("{} {}", text(row, "rule"), text(row, "answer")))
        .collect()
}

/// Expects an exit code and exactly these rows that are no go.
#[track_caller]
fn expect(name: &str, report: &RunReport, config: &str, code: i32, rows: &[&str]) {
    let ran = gate(report, config).exits(code);
    let rows: Vec<&str> = rows.iter().copied().filter(|row| !row.is_empty()).collect();
    assert_eq!(amiss(&ran), rows, "{name}:\n{}", ran.out);
}

/// Without a source's URL the schema is a warning, with `schema = false` no row.
const NO_SCHEMA: &str = "[gate]\nschema = false\n";

#[test]
fn reports_that_keep_every_rule_are_go() {
    expect("verify", &good("verify"), NO_SCHEMA, 0, &[]);
    expect("offline", &good("verify"), "", 0, &["schema warn"]);
    expect("rehearse", &rehearsed(), "", 0, &[]);
    let day = RunReport { phases: vec![phase(Phase::Verify, PhaseStatus::Go)], ..good("migrate") };
    expect("migrate", &day, NO_SCHEMA, 0, &[]);
    let ran = gate(&good("verify"), "[gate]\nschema = false\nmax_age = '90m'\n").exits(0);
    assert!(ran.json()["rows"].as_array().unwrap().len() >= 6, "{}", ran.out);
}

#[test]
fn the_age_counts_from_the_beginning() {
    let begun = |minutes: i64| RunReport { started: Timestamp::now() - Span::new().minutes(minutes), ..good("verify") };
    expect("fresh", &begun(0), NO_SCHEMA, 0, &[]);
    expect("nearly a day", &begun(24 * 60 - 5), NO_SCHEMA, 0, &[]);
    expect("old", &begun(24 * 60 + 5), NO_SCHEMA, 1, &["age stop"]);
    expect("future", &begun(-5), NO_SCHEMA, 1, &["age stop"]);
    expect("strict", &begun(20), "[gate]\nschema = false\nmax_age = '10m'\n", 1, &["age stop"]);
}

#[test]
fn the_verdict_is_made_anew_from_the_units() {
    let finding = Finding::new("rows", table(3), "rows missing", "3 rows are gone");
    let mut report = good("verify");
    report.units.push(Unit::judged("rows", table(3), vec![finding.clone()]));
    expect("different", &report, NO_SCHEMA, 1, &["verdict stop"]);
    // Whatever the file says of itself.
    let text = render(&report, Format::Json, Style::default()).unwrap();
    let text = text
        .replace("\"verdict\": \"different\"", "\"verdict\": \"same\"")
        .replace("\"exit_code\": 1", "\"exit_code\": 0");
    let shell = Shell::new().file("report.json", &text).file("migration.toml", NO_SCHEMA);
    shell.run("gate report.json").exits(1).says("no-go").says("3 rows are gone");

    let mut report = good("verify");
    report.units.push(Unit::incomplete("rows", table(3), "permission denied"));
    expect("incomplete", &report, NO_SCHEMA, 3, &["verdict unknown"]);
    report.units.push(Unit::judged("rows", table(3), vec![finding.clone()]));
    expect("both", &report, NO_SCHEMA, 1, &["verdict stop"]);
    let outcome = Outcome::Waived { reason: "known".into(), findings: vec![finding] };
    report.units = vec![Unit { outcome, ..Unit::judged("rows", table(3), Vec::new()) }];
    expect("waived", &report, NO_SCHEMA, 0, &[]);
    expect("no units", &RunReport { units: Vec::new(), ..good("verify") }, NO_SCHEMA, 3, &["verdict unknown"]);
}

#[test]
fn a_phase_counts_as_it_ended_the_last_time() {
    let day = |phases: &[(Phase, PhaseStatus)]| RunReport {
        phases: phases.iter().map(|(one, status)| phase(*one, *status)).collect(),
        ..good("migrate")
    };
    let (go, no_go, failed) = (PhaseStatus::Go, PhaseStatus::NoGo, PhaseStatus::Failed);
    expect("none", &day(&[]), NO_SCHEMA, 3, &["phases unknown"]);
    expect("no-go", &day(&[(Phase::Preflight, go), (Phase::Verify, no_go)]), NO_SCHEMA, 1, &["phases stop"]);
    expect("failed", &day(&[(Phase::Copy, failed)]), NO_SCHEMA, 1, &["phases stop"]);
    expect("done again", &day(&[(Phase::Copy, failed), (Phase::Copy, go), (Phase::Verify, go)]), NO_SCHEMA, 0, &[]);
    expect("taken back", &day(&[(Phase::Verify, go), (Phase::Rollback, go)]), NO_SCHEMA, 1, &["phases stop"]);
}

#[test]
fn coverage_counts_what_was_compared_wholly() {
    let mut report = good("verify");
    report.ledger.push(LedgerEntry {
        object: ObjectRef::new("role", "postgres"),
        compared_by: Vec::new(),
        not_compared: Some("nothing in either database names it".into()),
    });
    report.ledger[0] = line(0, &["schema"], Some("its column secret could not be read"));
    report.ledger[1] = line(1, &[], Some("excluded: kept on staging"));
    let found = |report: &RunReport, config: &str| {
        let json = gate(report, config).json();
        let row = json["rows"].as_array().unwrap().iter().find(|row| row["rule"] == "coverage").unwrap().clone();
        row["found"].as_str().unwrap().to_owned()
    };
    assert_eq!(found(&report, NO_SCHEMA), "90% (18 of 20 objects)");
    expect("just enough", &report, NO_SCHEMA, 0, &[]);
    expect("wanted more", &report, "[gate]\nschema = false\nminimum_coverage = '90.1%'\n", 1, &["coverage stop"]);
    report.ledger[2] = line(2, &[], Some("the check responsible for it was not run"));
    expect("low", &report, NO_SCHEMA, 1, &["coverage stop"]);

    let mut report = good("verify");
    report.ledger = (0..20).map(|number| line(number, &["schema"], None)).collect();
    report.ledger.push(LedgerEntry { object: ObjectRef::new("view", "public.v"), ..line(0, &["schema"], None) });
    assert_eq!(found(&report, NO_SCHEMA), "4.7% (1 of 21 objects); no rows were compared, so no table counts",);
    expect("no rows", &report, NO_SCHEMA, 1, &["coverage stop"]);
    report.ledger.clear();
    expect("empty", &report, NO_SCHEMA, 3, &["coverage unknown"]);
}

#[test]
fn the_defect_matrix_must_be_whole_and_caught() {
    let lax = "[gate]\ndefects = false\n";
    let mut report = rehearsed();
    report.defects[4].missed.push("rows | table public.t | rows missing".to_owned());
    expect("missed", &report, "", 1, &["defects stop"]);
    expect("missed, lax", &report, lax, 0, &["defects warn"]);
    report.defects.remove(4);
    expect("not planted", &report, "", 1, &["defects stop"]);
    report.defects.clear();
    expect("none", &report, "", 1, &["defects stop"]);
    expect("none, lax", &report, lax, 0, &["defects warn"]);
    let mut report = rehearsed();
    report.defects[0].unexpected.push("rows | table public.u | rows extra".to_owned());
    expect("unexpected", &report, "", 1, &["defects stop"]);
}

#[cfg(unix)]
#[test]
fn every_fault_point_must_be_struck_and_borne() {
    let points = pg_rehearse::rehearse::fault_points();
    let borne = |point: &pg_rehearse::model::FaultPoint| FaultResult {
        fault: point.fault.clone(),
        phase: point.phase,
        milliseconds: point.milliseconds,
        exits: vec!["migrate: 0".to_owned()],
        ending: "target equal to source".to_owned(),
        problem: None,
        seconds: 1.0,
    };
    let empty = RunReport { units: Vec::new(), ledger: Vec::new(), ..good("rehearse") };
    let chaos = RunReport { faults: points.iter().map(borne).collect(), ..empty };
    expect("all", &chaos, "", 0, &[]);
    let mut report = chaos.clone();
    report.faults.retain(|fault| fault.fault != "target disk full");
    assert!(report.faults.len() < chaos.faults.len());
    expect("no disk", &report, "", 0, &["faults warn"]);
    report.faults.truncate(12);
    expect("a sample", &report, "", 1, &["faults stop"]);
    expect("a sample, lax", &report, "[gate]\nfaults = false\n", 0, &["faults warn"]);
    let mut report = chaos;
    report.faults[7].problem = Some("the source was written to".to_owned());
    expect("not borne", &report, "", 1, &["faults stop"]);
}

#[test]
fn waivers_are_judged_today() {
    let day = |days: i64| Zoned::now() + Span::new().days(days);
    let config = |until: Option<&Zoned>| {
        let until = until.map(|day| format!("until = '{}'\n", day.date())).unwrap_or_default();
        format!("{NO_SCHEMA}[[waive]]\ncheck = 'schema'\nobject = 'table public.old'\nreason = 'known'\n{until}")
    };
    let report = |used: WaiverUse| RunReport { waivers: vec![used], ..good("verify") };
    let until = |days: i64| (report(waived(1, Some(&day(days)))), config(Some(&day(days))));
    for (days, code, row) in [(-1, 1, "waivers stop"), (0, 0, "waivers warn"), (7, 0, "waivers warn"), (9, 0, "")] {
        let (report, config) = until(days);
        expect(&format!("{days} days"), &report, &config, code, &[row]);
    }
    expect("for ever", &report(waived(1, None)), &config(None), 0, &[]);
    expect("renewed", &report(waived(1, Some(&day(-1)))), &config(Some(&day(30))), 0, &[]);
    expect("withdrawn", &report(waived(1, None)), NO_SCHEMA, 1, &["waivers stop"]);
    expect("withdrawn, of nothing", &report(waived(0, None)), NO_SCHEMA, 0, &[]);
    let fixtures = |days: i64| RunReport { waivers: vec![waived(1, Some(&day(days)))], ..rehearsed() };
    expect("the fixture's", &fixtures(30), "", 0, &[]);
    expect("the fixture's, expired", &fixtures(-1), "", 1, &["waivers stop"]);
}

#[test]
fn versions_databases_and_required_reports() {
    let other = RunReport { tool_version: "0.0.1".to_owned(), ..good("verify") };
    expect("another tool", &other, NO_SCHEMA, 0, &["tool version warn"]);
    expect("another verb", &good("dance"), NO_SCHEMA, 3, &["kind unknown"]);

    let pinned = |identity: &str| format!("{NO_SCHEMA}[target]\nidentity = '{identity}'\n");
    expect("the pinned one", &good("verify"), &pinned("7/target"), 0, &[]);
    expect("another", &good("verify"), &pinned("8/target"), 1, &["target stop"]);
    let mut silent = good("verify");
    silent.target.identity = None;
    expect("not said", &silent, &pinned("7/target"), 3, &["target unknown"]);
    expect("a rehearsal's own", &rehearsed(), &pinned("8/target"), 0, &[]);
    expect(
        "another name",
        &good("verify"),
        &format!("{NO_SCHEMA}[source]\nname = 'production'\n"),
        0,
        &["source warn"],
    );

    let require = |kinds: &str| format!("[gate]\nschema = false\nrequire = [{kinds}]\n");
    expect("required", &good("verify"), &require("'verify'"), 0, &[]);
    expect("not given", &good("verify"), &require("'verify', 'chaos'"), 1, &["required report stop"]);
    let text = |report: &RunReport| render(report, Format::Json, Style::default()).unwrap();
    let shell = Shell::new().file("a.json", &text(&good("verify"))).file("b.json", &text(&rehearsed()));
    let shell = shell.file("migration.toml", &require("'verify', 'rehearse'"));
    shell.run("gate a.json b.json").exits(0).says("a.json (verify of ").says("b.json (rehearse of ").says("\ngo: ");
    // One bad report among good ones is a no-go.
    let old = RunReport { started: Timestamp::UNIX_EPOCH, ..rehearsed() };
    shell.file("b.json", &text(&old)).run("gate a.json b.json").exits(1).says("STOP").says("\nno-go: ");
}

#[test]
fn files_that_are_no_reports() {
    let text = render(&good("verify"), Format::Json, Style::default()).unwrap();
    let shell = Shell::new()
        .file("good.json", &text)
        .file("garbage.json", "not a report")
        .file("empty.json", "{}")
        .file("half.json", &text[..text.len() / 2])
        .file("short.json", "{\"report_version\": 1}")
        .file("later.json", &text.replace("\"report_version\": 1", "\"report_version\": 99"));
    for name in ["garbage", "empty", "half", "short"] {
        shell.run(&format!("gate {name}.json")).exits(2).complains(&format!("{name}.json"));
        shell.run(&format!("gate good.json {name}.json")).exits(2);
    }
    shell.run("gate none.json").exits(2).complains("cannot read none.json");
    shell.run("gate").exits(2);
    shell.run("gate later.json").exits(1).says("99").says("report version");
    shell.run("gate good.json --format html").exits(2).complains("text and json");
    let shell = shell.file("migration.toml", "[gate]\nschema = true\n");
    shell.run("gate good.json").exits(2).complains("no URL for the source database");
    shell.run("gate good.json --offline").exits(0);
    let shell = shell.file("migration.toml", "[gate]\nminimum_coverage = 'most'\n");
    shell.run("gate good.json").exits(2).complains("gate.minimum_coverage");
}

#[tokio::test]
async fn production_must_still_have_the_schema_that_was_looked_at() {
    let pair =
        Pair::new(&["create table t (id int primary key, name text); create table u (id int primary key)"]).await;
    let shell = Shell::on(&pair).await;
    shell.run("verify --out json=report.json").exits(0);
    shell.run("gate report.json").exits(0).says("digest ").says("as it");
    run(&pair.source, "insert into t values (1, 'more'); analyze").await;
    shell.run("gate report.json").exits(0);
    run(&pair.source, "alter table t alter name set default 'x'").await;
    let ran = shell.run("gate report.json --format json").exits(1);
    assert_eq!(amiss(&ran), ["schema stop"]);
    shell.run("gate report.json --offline").exits(0).says("warn");
    run(&pair.source, "alter table t alter name drop default").await;
    shell.run("gate report.json").exits(0);

    // What a report of a file or of an earlier version does not hold is not told.
    shell.run("fingerprint --out source.json").exits(0);
    shell.run("verify --against source.json --out json=against.json").exits(1);
    let ran = shell.run("gate against.json --format json").exits(1);
    assert!(amiss(&ran).contains(&"schema unknown".to_owned()), "{}", ran.out);
    let mut told: serde_json::Value = serde_json::from_str(&shell.read("report.json")).unwrap();
    told["source"].as_object_mut().unwrap().remove("schema").unwrap();
    let shell = shell.file("older.json", &told.to_string());
    let ran = shell.run("gate older.json --format json").exits(3);
    assert_eq!(amiss(&ran), ["schema unknown"]);

    let shell = shell.url("SOURCE", "postgres://me:hunter2@127.0.0.1:1/none");
    let ran = shell.run("gate report.json --format json").exits(3);
    assert_eq!(amiss(&ran), ["schema unknown"]);
    let shell = shell.file("rehearsed.json", &render(&rehearsed(), Format::Json, Style::default()).unwrap());
    shell.run("gate rehearsed.json").exits(0).says("does not apply");
    pair.drop().await;
}

#[test]
fn defects_made_for_ones_own_schema_have_their_own_measure() {
    let own = OwnSchema { file: "prod.sql".to_owned(), ..OwnSchema::default() };
    let of = |number: usize| {
        let mut report = RunReport { own_schema: Some(own.clone()), ..rehearsed() };
        report.defects.truncate(number);
        report
    };
    let rows = |report: &RunReport| -> Vec<String> {
        amiss(&gate(report, "")).into_iter().filter(|row| row.starts_with("defects")).collect()
    };
    // Fewer than the shipped catalogue has, since the schema has a place for no more.
    assert!(rows(&of(50)).is_empty());
    assert_eq!(rows(&of(0)), ["defects stop"]);
    let mut missed = of(50);
    missed.defects[7].missed.push("rows | table t | rows missing".to_owned());
    assert_eq!(rows(&missed), ["defects stop"]);
}
