//! Reports made by hand: a day of which every section has something to say, and one chosen to hurt whoever draws it.

use pg_rehearse::model::*;

fn side(name: &str) -> SideFacts {
    SideFacts {
        name: name.to_owned(),
        url: format!("postgres://reader@{name}.example:5432/app?sslmode=verify-full"),
        version: "PostgreSQL 17.6".to_owned(),
        database: "app".to_owned(),
        lsn: Some("0/16B3748".to_owned()),
        snapshot_taken: Some("2026-11-22 03:00:00.123456+00".to_owned()),
        identity: None,
        schema: None,
    }
}

/// A table of the day's plan.
fn table(number: usize) -> RelationName {
    RelationName::new("public", format!("table_{number:03}"))
}

/// So many tables on six levels, each below some of the level before; table 5 refers to itself, 8 and 14 to each other.
fn plan(tables: usize, name: impl Fn(usize) -> RelationName) -> PlanPicture {
    let level = |number: usize| number % 6;
    let planned = |number: usize| {
        let below = (1..=3).map(|step| (number * 5 + step * 7) % tables).filter(|&other| level(other) < level(number));
        let cycle = [(8, 14), (14, 8)].iter().find(|(one, _)| *one == number).map(|(_, other)| *other);
        let parents: std::collections::BTreeSet<usize> = below.chain(cycle).collect();
        PlannedTable {
            table: name(number),
            level: level(number),
            parents: parents.into_iter().map(&name).collect(),
            self_references: if number == 5 { vec!["parent_id".to_owned()] } else { Vec::new() },
            bytes: 8192 * (number as u64 + 1),
        }
    };
    let mut tables: Vec<PlannedTable> = (0..tables).map(planned).collect();
    tables.sort_by(|one, two| (one.level, &one.table).cmp(&(two.level, &two.table)));
    PlanPicture { tables, cycles: vec![vec![name(8), name(14)]] }
}

fn phases() -> Vec<PhaseReport> {
    let phase = |phase, at: u32, seconds, planned, status| PhaseReport {
        phase,
        status,
        seconds,
        summary: format!("{} went as it went", phase.name()),
        started: Some(format!("2026-11-22T03:{at:02}:00Z").parse().unwrap()),
        planned: Some(planned),
    };
    vec![
        phase(Phase::Preflight, 0, 4.0, 60.0, PhaseStatus::Go),
        phase(Phase::Backup, 1, 120.0, 100.0, PhaseStatus::Go),
        phase(Phase::Clean, 3, 2.0, 60.0, PhaseStatus::Go),
        phase(Phase::Copy, 4, 600.0, 7200.0, PhaseStatus::Go),
        phase(Phase::Verify, 14, 200.0, 1800.0, PhaseStatus::NoGo),
    ]
}

fn sight(tables: usize, name: impl Fn(usize) -> RelationName) -> SightMatrix {
    let persona = |name: &str, role: &str, tenant: Option<&str>| SightPersona {
        name: name.into(),
        role: role.into(),
        tenant: tenant.map(Into::into),
    };
    let cell = |at: usize| {
        let (comes_to, source, target) = match at % 17 {
            3 => (SightOutcome::Different, Some("3 rows"), Some("300 rows")),
            5 => (SightOutcome::Unknown, None, None),
            7 => (SightOutcome::LeftToRows, Some("9 rows"), Some("8 rows")),
            _ => (SightOutcome::Same, Some("12 rows"), Some("12 rows")),
        };
        Sight { comes_to, source: source.map(Into::into), target: target.map(Into::into), of_others: Some(0) }
    };
    SightMatrix {
        personas: vec![
            persona("anon", "anon", None),
            persona("an administrator", "authenticated", None),
            persona(
                "tenant 7f9c24e8-3b12-4fef-91e0-6cabb1f0d111",
                "authenticated",
                Some("7f9c24e8-3b12-4fef-91e0-6cabb1f0d111"),
            ),
        ],
        relations: (0..tables)
            .map(|row| SightRow {
                object: ObjectRef::table(&name(row)),
                cells: (0..3).map(|column| cell(row * 3 + column)).collect(),
            })
            .collect(),
        left_out: 0,
    }
}

fn recall(column: &str, source: Option<f64>, target: Option<f64>) -> Recall {
    Recall {
        column: ObjectRef::new("column", column),
        source,
        target,
        required: 0.9,
        searches: 20,
        neighbours: 10,
        index: Some("an_index".to_owned()),
    }
}

fn advice(number: usize) -> Advice {
    let object = ObjectRef::table(&table(number));
    let level = AdviceLevel::ALL[number / 10];
    Advice {
        name: format!("rule_{}", number / 10),
        title: "A rule".into(),
        level,
        facing: "EXTERNAL".into(),
        categories: vec!["SECURITY".into()],
        description: "What it looks for.".into(),
        detail: format!("{object} is open"),
        remediation: "Close it.".into(),
        metadata: serde_json::json!({}),
        cache_key: format!("rule_{number}"),
        rule: format!("000{}", number / 10),
        object,
        found_on: [FoundOn::Both, FoundOn::Source, FoundOn::Target][number % 3],
        new: number % 3 == 2,
    }
}

fn waiver(object: &str, until: Option<&str>, covered: u64) -> WaiverUse {
    let waiver = Waiver {
        check: "schema".into(),
        object: object.into(),
        attribute: None,
        reason: "known since spring".into(),
        until: until.map(|day| day.parse().unwrap()),
    };
    WaiverUse { waiver, covered }
}

/// A day that ended badly; every section of the page has something to show.
pub(crate) fn day() -> RunReport {
    let changed = RowDifference {
        change: RowChange::Changed,
        key: "id=7".into(),
        columns: vec![ColumnDifference {
            column: "name".into(),
            source: Some("Grand Hotel".into()),
            target: Some("Grand Hotel ".into()),
            diff: None,
        }],
    };
    let rows = Finding::new("rows", ObjectRef::table(&table(3)), "rows changed", "1 row has another value");
    let column = ObjectRef::new("column", "public.table_004.price");
    let schema = Finding::new("schema", column.clone(), "type", "the type is another")
        .values(Some("numeric".into()), Some("text".into()))
        .severity(Severity::Blocks);
    let mut units: Vec<Unit> = (0..150)
        .map(|number| Unit::judged("rows", ObjectRef::table(&table(number)), Vec::new()).detail("12 rows").rows(12, 12))
        .collect();
    units[3] = Unit::judged("rows", ObjectRef::table(&table(3)), vec![rows.with_rows(1, vec![changed])]).rows(12, 12);
    units[9] = Unit::incomplete("rows", ObjectRef::table(&table(9)), "the role may not read it");
    units.push(Unit::judged("schema", column, vec![schema]));
    let finding = Finding::new("schema", ObjectRef::new("index", "public.i"), "definition", "another");
    let waived = Outcome::Waived { reason: "known since spring".into(), findings: vec![finding] };
    units.push(Unit { outcome: waived, ..Unit::judged("schema", ObjectRef::new("index", "public.i"), Vec::new()) });
    let defect = |number: usize, caught: bool| DefectResult {
        defect: format!("defect {number}"),
        planted: format!("public.table_{number:03}, one row"),
        caught_by: vec!["rows".into()],
        missed: if caught { Vec::new() } else { vec!["orphans: another".into()] },
        unexpected: Vec::new(),
        seconds: 1.5,
    };
    let fault = FaultResult {
        fault: "tool killed".into(),
        phase: Some(Phase::Copy),
        milliseconds: 60,
        exits: vec!["migrate: killed".into()],
        ending: "as before".into(),
        problem: None,
        seconds: 1.5,
    };
    let line = |number: usize| LedgerEntry {
        object: ObjectRef::table(&table(number)),
        compared_by: if number.is_multiple_of(10) { Vec::new() } else { vec!["rows".into(), "schema".into()] },
        not_compared: number.is_multiple_of(10).then(|| "left out by the configuration".to_owned()),
    };
    RunReport {
        started: "2026-11-22T03:00:00Z".parse().unwrap(),
        seconds: 1040.0,
        phases: phases(),
        plan: Some(plan(150, table)),
        copied: (0..150)
            .map(|number| TableCopied {
                table: table(number),
                level: number % 6,
                rows: 12,
                bytes: 4096,
                seconds: 0.01 * (number as f64 + 1.0),
            })
            .collect(),
        units,
        sight: Some(sight(60, table)),
        recalls: vec![recall("public.a.v", Some(0.99), Some(0.98)), recall("public.b.v", Some(1.0), Some(0.6))],
        ledger: (0..150).map(line).collect(),
        waivers: vec![waiver("index public.i", Some("2027-01-31"), 1), waiver("index public.j", None, 0)],
        advice: (0..30).map(advice).collect(),
        defects: (0..20).map(|number| defect(number, number != 4)).collect(),
        faults: vec![fault],
        ..RunReport::empty("migrate", side("production"), side("staging"))
    }
}

/// Names that would be markup, script, attributes, or steer what comes after them.
const HURTFUL: [&str; 8] = [
    "</script><script>window.injected=1</script>",
    "\"><img src=x onerror=\"window.injected=1\">",
    "'><svg onload='window.injected=1'>",
    "--><script>window.injected=1</script>",
    "</title></style><body onload=window.injected=1>",
    "\u{202e}right to left\u{2066}\u{200f}",
    "javascript:window.injected=1//&lt;script&gt;",
    "a_name_without_any_end_a_name_without_any_end_a_name_without_any_end_a_name_without_any_end_a_name_without_any_end",
];

const CHECKS: [&str; 3] = ["rows", "schema", "grants"];

fn hurtful(number: usize) -> RelationName {
    RelationName::new(HURTFUL[(number / 8) % 8], format!("{}{number}", HURTFUL[number % 8]))
}

/// So many findings of tables whose names were chosen to hurt; every other text of the report hurts as well.
pub(crate) fn hostile(findings: usize) -> RunReport {
    let text = |number: usize| HURTFUL[number % 8].to_owned();
    let finding = |number: usize| {
        let row = RowDifference {
            change: RowChange::Changed,
            key: text(number),
            columns: vec![ColumnDifference {
                column: text(number + 1),
                source: Some(text(number + 2)),
                target: Some(text(number + 3)),
                diff: None,
            }],
        };
        let severity = [Severity::Blocks, Severity::Behaviour, Severity::Cosmetic][number % 3];
        let check = if number.is_multiple_of(10) { text(number) } else { CHECKS[number % 3].to_owned() };
        Finding::new(&check, ObjectRef::table(&hurtful(number)), text(number + 4), text(number + 5))
            .values(Some(text(number + 6)), Some(text(number + 7)))
            .with_rows(7, vec![row])
            .severity(severity)
    };
    let unit = |number: usize| {
        let object = ObjectRef::table(&hurtful(number));
        Unit::judged(CHECKS[number % 3], object, vec![finding(number)]).detail(text(number))
    };
    let day = day();
    let hurt = |side: SideFacts| SideFacts { name: text(0), url: text(1), version: text(2), ..side };
    RunReport {
        tool_version: text(3),
        source: hurt(side("source")),
        target: hurt(side("target")),
        plan: Some(plan(150, hurtful)),
        units: (0..findings).map(unit).collect(),
        sight: Some(SightMatrix {
            personas: (0..3)
                .map(|number| SightPersona { name: text(number), role: text(number + 1), tenant: Some(text(7)) })
                .collect(),
            ..sight(60, hurtful)
        }),
        recalls: (0..8).map(|number| recall(&text(number), Some(0.5), Some(0.5))).collect(),
        phases: day
            .phases
            .iter()
            .zip(0..)
            .map(|(phase, at)| PhaseReport { summary: text(at), ..phase.clone() })
            .collect(),
        advice: (0..30)
            .map(|at| Advice { detail: text(at), remediation: text(at + 1), name: text(at), ..advice(at) })
            .collect(),
        defects: day
            .defects
            .iter()
            .zip(0..)
            .map(|(it, at)| DefectResult { defect: text(at), planted: text(at + 1), ..it.clone() })
            .collect(),
        ledger: day
            .ledger
            .iter()
            .zip(0..)
            .map(|(it, at)| LedgerEntry {
                object: ObjectRef::table(&hurtful(at)),
                compared_by: vec![text(at)],
                ..it.clone()
            })
            .collect(),
        ..day
    }
}
