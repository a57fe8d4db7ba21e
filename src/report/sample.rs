//! Reports made by hand for the tests: everything the same, and everything that can go wrong at once.

use crate::model::*;

fn side(name: &str) -> SideFacts {
    SideFacts {
        name: name.to_owned(),
        url: format!("postgres://reader@{name}.example:5432/muva?sslmode=verify-full"),
        version: "PostgreSQL 17.6".to_owned(),
        database: "muva".to_owned(),
        lsn: Some("0/16B3748".to_owned()),
        snapshot_taken: Some("2026-11-22 03:00:00.123456+00".to_owned()),
        identity: None,
        schema: None,
    }
}

fn table(name: &str) -> ObjectRef {
    ObjectRef::table(&RelationName::new("public", name))
}

fn column(name: &str, source: Option<&str>, target: Option<&str>) -> ColumnDifference {
    ColumnDifference { column: name.into(), source: source.map(Into::into), target: target.map(Into::into), diff: None }
}

/// A changed column with the difference that the rows check makes of long values.
fn long_column(name: &str, source: &str, target: &str) -> ColumnDifference {
    ColumnDifference { diff: Some(TextDiff::of(source, target)), ..column(name, Some(source), Some(target)) }
}

fn cause(text: &str, rows: u64) -> Cause {
    Cause { text: text.into(), rows }
}

fn row(change: RowChange, key: &str, columns: Vec<ColumnDifference>) -> RowDifference {
    RowDifference { change, key: key.into(), columns }
}

fn with(unit: Unit, outcome: Outcome) -> Unit {
    Unit { outcome, ..unit }
}

fn same(check: &str, object: ObjectRef, detail: &str) -> Unit {
    Unit::judged(check, object, Vec::new()).detail(detail)
}

/// Both databases are the same.
pub(super) fn equal() -> RunReport {
    RunReport {
        report_version: REPORT_VERSION,
        tool_version: "0.1.0".to_owned(),
        verb: "verify".to_owned(),
        started: "2026-11-22T03:00:00Z".parse().unwrap(),
        seconds: 12.34,
        source: side("production"),
        target: side("staging"),
        phases: Vec::new(),
        decisions: Vec::new(),
        plan: None,
        copied: Vec::new(),
        units: vec![
            same("rows", table("hotels"), "4,333 rows"),
            same("rows", table("guests"), "1 row"),
            same("policies", ObjectRef::new("policy", "public.hotels.tenant_read"), "recall 1.00 / 1.00"),
        ],
        sight: None,
        recalls: Vec::new(),
        ledger: vec![LedgerEntry { object: table("hotels"), compared_by: vec!["rows".into()], not_compared: None }],
        waivers: Vec::new(),
        advice: Vec::new(),
        defects: Vec::new(),
        faults: Vec::new(),
        own_schema: None,
    }
}

/// A migration day on which much went wrong, in databases whose names were chosen to hurt.
pub(super) fn troubled() -> RunReport {
    let long =
        "A quiet house by the lake with a garden, ten rooms, breakfast until eleven and boats for hire in summer.";
    let json = r#"{"stars": 4, "tags": ["lake", "quiet"], "open": {"from": "08:00", "to": "22:00"}, "wifi": true}"#;
    let letter = "Dear guest,\n\nwe wait for you at the lake.\nFrom five ``` on.\n\nYours";
    let letter = letter.to_owned();
    let numbered: String = (1..=40).map(|n| format!("rule {n}\n")).collect();
    let hostile = RelationName::new("public", "<script>alert('x')</script>|`a`\n\"b\"\u{1b}[2J");
    let changed = vec![
        row(
            RowChange::Changed,
            "id=7",
            vec![
                column("name", Some("Grand Hotel"), Some("Grand Hotel ")),
                column("phone", None, Some("")),
                column("rating", Some("4.50"), Some("4.5")),
                column("description", Some(long), Some(&long.replace("ten rooms", "twelve\u{200b} rooms"))),
                column("facts", Some(json), Some(&json.replace("22:00", "23:00").replace("true", "false"))),
            ],
        ),
        row(
            RowChange::Changed,
            "id=10",
            vec![
                long_column(
                    "body",
                    &letter,
                    &letter.replace("Dear guest", "Dear <b>guest</b> \t").replace("five ```", "six ```"),
                ),
                long_column("rules", &numbered, &numbered.replace("rule 30\n", "").replace("rule 2\n", "rule two \n")),
            ],
        ),
        row(RowChange::Changed, "id=8", vec![column("notes", Some(long), None), column("secret", None, None)]),
    ];
    let missing = vec![row(RowChange::Missing, "id=9", vec![column("name", Some("it's gone\n"), None)])];
    let extra = vec![row(RowChange::Extra, "id=12", vec![column("name", None, Some("日本のホテル @team"))])];
    let rows = |attribute: &str, message: &str, total, rows| {
        Finding::new("rows", table("hotels"), attribute, message).with_rows(total, rows)
    };
    let hotels = vec![
        rows("rows changed", "14 rows have other values on the target", 14, changed).explained(vec![
            cause("updated_at shifted by +9 h", 11),
            cause("body: 'production.example' replaced by '<b>staging</b>.example|`x`'", 2),
            cause("other changes", 1),
        ]),
        rows("rows missing", "1 row of the source is not in the target", 1, missing)
            .explained(vec![cause("id beyond the target's largest, 8", 1)]),
        rows("rows extra", "1 row of the target is not in the source", 1, extra),
    ];
    let policy = ObjectRef::new("policy", "public.hotels.tenant_read");
    let using = "(tenant_id = (current_setting('request.jwt.claims'::text, true)::jsonb ->> 'tenant')::uuid)";
    let policies = vec![
        Finding::new("policies", policy.clone(), "using", "the condition is another")
            .values(Some(using.into()), Some(using.replace("tenant_id =", "true OR tenant_id =").clone())),
        Finding::new("policies", policy.clone(), "roles", "the roles are others")
            .values(Some("authenticated".into()), Some("public".into()))
            .severity(Severity::Behaviour),
    ];
    let orphan =
        Finding::new("orphans", ObjectRef::table(&hostile), "orphans", "<script>alert(1)</script> | `x`\nrows")
            .values(None, Some("a|b".into()))
            .on(Side::Target);
    let waived = Finding::new("rows", table("code_embeddings"), "rows changed", "2 rows").with_rows(2, Vec::new());
    let units = vec![
        with(same("rows", table("hotels"), "4,333 rows").rows(4_333, 4_333), Outcome::Different { findings: hotels }),
        same("rows", table("guests"), "1,200 rows").rows(1_200, 1_200),
        with(
            same("rows", table("code_embeddings"), "90 rows"),
            Outcome::Waived { reason: "rebuilt nightly on staging".into(), findings: vec![waived] },
        ),
        Unit::judged("policies", policy, policies),
        Unit::judged("orphans", ObjectRef::table(&hostile), vec![orphan]),
        Unit::incomplete(
            "indexes",
            ObjectRef::new("index", "public.hotels_embedding_idx"),
            "permission denied for pg_index",
        ),
    ];
    RunReport {
        verb: "migrate".to_owned(),
        seconds: 754.2,
        phases: phases(),
        decisions: vec![Decision {
            at: "2026-11-22T03:00:12Z".parse().unwrap(),
            phase: Phase::Verify,
            choice: Choice::Hold,
            by: "nobody acts unasked; the rules say roll back".to_owned(),
            reasons: vec!["table public.<b>: 3 rows missing, more than 10%".to_owned()],
        }],
        plan: Some(plan(&hostile)),
        sight: Some(sight(&hostile)),
        recalls: recalls(),
        copied: (1..=12_u64)
            .map(|n| TableCopied {
                table: RelationName::new("public", format!("table_{n}")),
                level: usize::try_from(n % 3).unwrap(),
                rows: n * 1_234,
                bytes: n * 98_765,
                seconds: n as f64 / 10.0,
            })
            .collect(),
        units,
        ledger: ledger(),
        waivers: vec![WaiverUse {
            waiver: Waiver {
                check: "rows".into(),
                object: "table public.code_embeddings".into(),
                attribute: None,
                reason: "rebuilt nightly on staging".into(),
                until: Some("2026-12-31".parse().unwrap()),
            },
            covered: 1,
        }],
        defects: defects(),
        own_schema: Some(own_schema()),
        ..equal()
    }
}

/// Advisors that found something on each side, of objects whose names were chosen to hurt.
pub(super) fn advised() -> RunReport {
    let rule = |rule: &str, name: &str, level, object: ObjectRef, found_on, new| Advice {
        name: name.into(),
        title: "A rule".into(),
        level,
        facing: "EXTERNAL".into(),
        categories: vec!["SECURITY".into()],
        description: "What it looks for.".into(),
        detail: format!("{object} is open"),
        remediation: "Close it.".into(),
        metadata: serde_json::json!({ "schema": "public", "type": object.kind }),
        cache_key: format!("{name}_{}", object.identity),
        rule: rule.into(),
        object,
        found_on,
        new,
    };
    let disabled = |name: &str, found_on, new| {
        rule("0013", "rls_disabled_in_public", AdviceLevel::Error, table(name), found_on, new)
    };
    let mut advice = vec![
        disabled("hotels", FoundOn::Both, false),
        disabled("<script>|`x`\u{1b}[31m", FoundOn::Target, true),
        disabled("gone", FoundOn::Source, false),
    ];
    advice.extend((1..=8).map(|n| {
        let object = ObjectRef::new("function", format!("public.f{n}()"));
        rule("0011", "function_search_path_mutable", AdviceLevel::Warn, object, FoundOn::Both, false)
    }));
    let object = ObjectRef::new("index", "public.unused");
    advice.push(rule("0005", "unused_index", AdviceLevel::Info, object, FoundOn::Source, false));
    let new =
        Finding::new("advise", advice[1].object.clone(), "rls_disabled_in_public", "ERROR new on the target: open");
    let rule = |name: &str| ObjectRef::new("rule", name);
    RunReport {
        verb: "advise".to_owned(),
        units: vec![
            Unit::judged("advise", rule("rls_disabled_in_public"), vec![new.on(Side::Target)]).detail("3 findings"),
            same("advise", rule("function_search_path_mutable"), "8 findings"),
        ],
        ledger: vec![LedgerEntry {
            object: rule("unused_index"),
            compared_by: Vec::new(),
            not_compared: Some("it means nothing on a fresh copy: asked of the source alone".into()),
        }],
        advice,
        ..equal()
    }
}

fn phases() -> Vec<PhaseReport> {
    let phase = |phase, status, seconds, summary: &str| PhaseReport {
        phase,
        status,
        seconds,
        summary: summary.into(),
        started: None,
        planned: None,
    };
    let copy = |phase: PhaseReport| PhaseReport { planned: Some(7200.0), ..phase };
    vec![
        phase(Phase::Preflight, PhaseStatus::Go, 1.2, "14 of 14 rows pass"),
        copy(phase(
            Phase::Copy,
            PhaseStatus::Go,
            7.8,
            "12 tables, 96,252 rows copied in 3 levels; every count is the same on both servers",
        )),
        phase(Phase::Verify, PhaseStatus::NoGo, 3.1, "3 units differ"),
    ]
}

/// Two levels, a table that refers to itself, a cycle, and a name chosen to hurt.
fn plan(hostile: &RelationName) -> PlanPicture {
    let name = |name: &str| RelationName::new("public", name);
    let planned = |table: RelationName, level, parents: &[&str], itself: &[&str]| PlannedTable {
        table,
        level,
        parents: parents.iter().map(|parent| name(parent)).collect(),
        self_references: itself.iter().map(|column| (*column).to_owned()).collect(),
        bytes: 65_536,
    };
    PlanPicture {
        tables: vec![
            planned(name("hotels"), 0, &[], &["parent_id"]),
            planned(name("table_1"), 0, &["table_2"], &[]),
            planned(name("table_2"), 0, &["table_1"], &[]),
            planned(name("guests"), 1, &["hotels", "table_1"], &[]),
            planned(hostile.clone(), 1, &["hotels"], &["<b>"]),
        ],
        cycles: vec![vec![name("table_1"), name("table_2")]],
    }
}

/// Every outcome a persona's look can have.
fn sight(hostile: &RelationName) -> SightMatrix {
    let persona = |name: &str, role: &str, tenant: Option<&str>| SightPersona {
        name: name.into(),
        role: role.into(),
        tenant: tenant.map(Into::into),
    };
    let cell = |comes_to, source: Option<&str>, target: Option<&str>, of_others| Sight {
        comes_to,
        source: source.map(Into::into),
        target: target.map(Into::into),
        of_others,
    };
    let same = || cell(SightOutcome::Same, Some("4,333 rows"), Some("4,333 rows"), None);
    let tenant = |mine| cell(SightOutcome::Different, Some("12 rows"), Some("4,333 rows"), mine);
    SightMatrix {
        personas: vec![
            persona("anon", "anon", None),
            persona("guest <i>", "authenticated", None),
            persona("tenant 7", "authenticated", Some("7")),
        ],
        relations: vec![
            SightRow { object: table("hotels"), cells: vec![same(), same(), tenant(Some(4_321))] },
            SightRow {
                object: ObjectRef::table(hostile),
                cells: vec![
                    cell(SightOutcome::Same, Some("refused"), Some("refused"), None),
                    cell(SightOutcome::LeftToRows, Some("3 rows"), Some("2 rows"), None),
                    cell(SightOutcome::Unknown, None, None, None),
                ],
            },
        ],
        left_out: 3,
    }
}

fn recalls() -> Vec<Recall> {
    let column = |name: &str| ObjectRef::new("column", format!("public.{name}.embedding"));
    let found = |name: &str, source, target| Recall {
        column: column(name),
        source,
        target,
        required: 0.9,
        searches: 20,
        neighbours: 10,
        index: Some(format!("{name}_embedding_idx")),
    };
    vec![
        found("hotels", Some(0.99), Some(0.985)),
        found("guests", Some(1.0), Some(0.61)),
        found("<b>", None, Some(0.0)),
    ]
}

fn ledger() -> Vec<LedgerEntry> {
    let entry = |object, by: &[&str], why: Option<&str>| LedgerEntry {
        object,
        compared_by: by.iter().map(|check| (*check).to_owned()).collect(),
        not_compared: why.map(Into::into),
    };
    let mut ledger = vec![entry(table("hotels"), &["rows", "counts"], None), entry(table("guests"), &["rows"], None)];
    ledger.extend((1..=5).map(|n| entry(table(&format!("log_{n}")), &[], Some("excluded: logs stay where they are"))));
    ledger.push(entry(ObjectRef::new("statistics", "public.s1"), &[], Some("no check compares extended statistics")));
    ledger
}

fn own_schema() -> OwnSchema {
    let aside = |object: &str, reason: &str| Aside { object: object.into(), reason: reason.into() };
    OwnSchema {
        file: "prod <b>.sql".into(),
        target_file: Some("staging.sql".into()),
        tables: 12,
        foreign_keys: 1,
        policies: 2,
        rows: 2_400,
        left_out: vec![aside("extension \"uuid`|ossp\" (line 12)", "extension \"uuid`|ossp\" is not <i>available</i>")],
        stood_in: vec![aside("role anon", "a role without any right of its own")],
        fewer_rows: vec![aside("public.hotels, 3 of 200 rows", "its unique keys leave room for no more")],
        not_planted: Vec::new(),
    }
}

fn defects() -> Vec<DefectResult> {
    let defect = |name: &str, planted: &str, caught: &[&str], missed: &[&str], unexpected: &[&str]| DefectResult {
        defect: name.into(),
        planted: planted.into(),
        caught_by: caught.iter().map(|text| (*text).into()).collect(),
        missed: missed.iter().map(|text| (*text).into()).collect(),
        unexpected: unexpected.iter().map(|text| (*text).into()).collect(),
        seconds: 0.42,
    };
    vec![
        defect("null-to-empty", "table public.hotels, column phone, one row", &["rows"], &[], &[]),
        defect("policy-or-true", "policy public.hotels.tenant_read", &["policies", "personas"], &[], &[]),
        defect(
            "swapped-values",
            "table public.guests, two rows",
            &[],
            &["rows: table public.guests"],
            &["orphans: table public.x"],
        ),
    ]
}
