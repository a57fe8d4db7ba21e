//! The checks that read rows: sequences, orphans, vectors, samples.

use pg_rehearse::model::{Outcome, Side};

use crate::support::{Case, Found, Pair, expect, incomplete, open, run, value};

#[tokio::test]
async fn sequences() {
    let script = r#"
        create table public.a (id serial primary key, n int);
        create table public.down (id int primary key);
        create sequence public.down_seq increment -1 owned by public.down.id;
        create table public."T t" ("i.d" bigint generated always as identity (increment 7));
        create sequence public.free;
        insert into public.a (n) select 1 from generate_series(1, 10);
        insert into public.down select nextval('public.down_seq') from generate_series(1, 3);
        insert into public."T t" select from generate_series(1, 3);
    "#;
    let pair = Pair::new(&[script]).await;
    let case = |plant, heal, found| Case { plant, heal, found };
    pair.plant(
        "",
        "sequences",
        &[
            case(
                "select setval('public.a_id_seq', 12)",
                "select setval('public.a_id_seq', 10)",
                &[("sequences", "sequence public.a_id_seq", "state")],
            ),
            case(
                "select setval('public.a_id_seq', 10, false)",
                "select setval('public.a_id_seq', 10)",
                &[("sequences", "sequence public.a_id_seq", "behind")],
            ),
            case(
                "select setval('public.a_id_seq', 1)",
                "select setval('public.a_id_seq', 10)",
                &[("sequences", "sequence public.a_id_seq", "behind")],
            ),
            case(
                "select setval('public.down_seq', -1)",
                "select setval('public.down_seq', -3)",
                &[("sequences", "sequence public.down_seq", "behind")],
            ),
            case(
                "select setval('public.\"T t_i.d_seq\"', 22)",
                "select setval('public.\"T t_i.d_seq\"', 15)",
                &[("sequences", "sequence public.\"T t_i.d_seq\"", "state")],
            ),
            case(
                "select setval('public.free', 1)",
                "select setval('public.free', 1, false)",
                &[("sequences", "sequence public.free", "state")],
            ),
        ],
    )
    .await;
    // Behind on both sides alike is still behind.
    for url in [&pair.source, &pair.target] {
        run(url, "insert into public.a (id, n) values (100, 1)").await;
    }
    assert_eq!(pair.findings("", "sequences").await, expect(&[("sequences", "sequence public.a_id_seq", "behind")]));
    pair.drop().await;
}

const REFERENCES: &str = r#"
    create table public.p (a int, b text, primary key (a, b));
    create table public.simple (id int, a int, b text, constraint fk foreign key (a, b) references public.p);
    create table public.strict (a int, b text, constraint fk foreign key (a, b) references public.p match full);
    create table public.big (id bigint primary key);
    create table public.small (n smallint, constraint fk foreign key (n) references public.big);
    create table public.tree (id int primary key, up int, constraint fk foreign key (up) references public.tree);
    create table public.log (at date, n bigint, constraint fk foreign key (n) references public.big) partition by range (at);
    create table public.log_rest partition of public.log default;
    create type public.pair as (x int, y int);
    create table public.whole (p public.pair primary key);
    create table public.part (p public.pair, constraint fk foreign key (p) references public.whole);
    insert into public.whole values ((1, null));
    insert into public.part values ((1, null)), (null);
    create schema "O'dd";
    create table "O'dd"."T.t" ("k ""k" text primary key);
    create table "O'dd".user ("select" text, constraint "f.k" foreign key ("select") references "O'dd"."T.t");
    insert into public.p values (1, 'x');
    insert into public.simple values (1, 1, 'x'), (2, null, 'nowhere'), (3, 9, null);
    insert into public.strict values (1, 'x'), (null, null);
    insert into public.big values (1);
    insert into public.small values (1), (null);
    insert into public.tree values (1, null), (2, 1), (3, 3);
    insert into public.log values ('2025-01-01', 1);
"#;

#[tokio::test]
async fn orphans() {
    let pair = Pair::new(&[REFERENCES]).await;
    let case = |plant, heal, found| Case { plant, heal, found };
    pair.plant("", "orphans", &[
        case(
            "set session_replication_role = replica; insert into public.simple values (7, 8, 'y'), (8, 8, 'y'), (9, 8, 'z')",
            "delete from public.simple where a = 8",
            &[("orphans", "constraint public.simple.fk", "orphans")],
        ),
        case(
            "set session_replication_role = replica; insert into public.strict values (1, null)",
            "delete from public.strict where a = 1 and b is null",
            &[("orphans", "constraint public.strict.fk", "orphans")],
        ),
            case(
                "set session_replication_role = replica; insert into public.part values ((2, null))",
                "delete from public.part where p = (2, null)::public.pair",
                &[("orphans", "constraint public.part.fk", "orphans")],
            ),
        case(
            "set session_replication_role = replica; insert into public.small values (7)",
            "delete from public.small where n = 7",
            &[("orphans", "constraint public.small.fk", "orphans")],
        ),
        case(
            "set session_replication_role = replica; insert into public.tree values (7, 8)",
            "delete from public.tree where id = 7",
            &[("orphans", "constraint public.tree.fk", "orphans")],
        ),
        case(
            "set session_replication_role = replica; insert into public.log values ('2025-01-01', 8)",
            "delete from public.log where n = 8",
            &[("orphans", "constraint public.log.fk", "orphans")],
        ),
        case(
            "set session_replication_role = replica; insert into \"O'dd\".user values (E'it''s \\\\ gone')",
            "delete from \"O'dd\".user",
            &[("orphans", "constraint \"O'dd\".user.\"f.k\"", "orphans")],
        ),
    ])
    .await;

    // Both sides are asked, even where only one declares the key; rows are counted exactly, examples are distinct.
    run(
        &pair.source,
        "set session_replication_role = replica; insert into public.simple values (7, 8, 'y'), (8, 8, 'y')",
    )
    .await;
    run(&pair.target, "alter table public.small drop constraint fk; insert into public.small values (7)").await;
    let checked = pair.verify("", &["orphans"]).await;
    let findings: Vec<_> = checked.units.iter().flat_map(|unit| unit.open_findings()).collect();
    let told: Vec<_> = findings.iter().map(|one| (one.object.identity.as_str(), one.side, one.total)).collect();
    assert_eq!(told, [("public.simple.fk", Some(Side::Source), 2), ("public.small.fk", Some(Side::Target), 1)]);
    assert_eq!(findings[0].rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["a=8, b=y"]);

    // A table that is not there makes its keys incomplete, and only those.
    run(&pair.target, "drop table public.p cascade").await;
    let checked = pair.verify("", &["orphans"]).await;
    let reasons = incomplete(&checked.units);
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert!(reasons.iter().all(|(_, reason)| reason.contains("the target has no table public.p")), "{reasons:?}");
    pair.drop().await;
}

#[tokio::test]
async fn orphans_of_temporal_keys() {
    let (url, other) = crate::support::server_urls();
    for server in [&url, &other] {
        if value(server, "select (current_setting('server_version_num')::int >= 180000)::text").await.as_deref()
            != Some("true")
        {
            eprintln!("skipped: temporal keys need Postgres 18");
            return;
        }
    }
    let script = "create extension btree_gist;
        create table public.p (id int, at daterange, primary key (id, at without overlaps));
        create table public.c (id int, at daterange, constraint fk foreign key (id, period at) references public.p (id, period at));
        insert into public.p values (1, '[2025-01-01,2025-02-01)'), (1, '[2025-02-01,2025-03-01)');
        insert into public.c values (1, '[2025-01-15,2025-02-15)');";
    let pair = Pair::new(&[script]).await;
    assert_eq!(pair.findings("", "orphans").await, Found::new());
    run(
        &pair.target,
        "set session_replication_role = replica; insert into public.c values (1, '[2025-01-15,2025-03-15)')",
    )
    .await;
    assert_eq!(pair.findings("", "orphans").await, expect(&[("orphans", "constraint public.c.fk", "orphans")]));
    pair.drop().await;
}

const VECTORS: &str = r#"
    create schema extensions; create extension vector schema extensions;
    set search_path = public, extensions;
    create table public."T.t" (a int, "b c" text, v vector(8), free vector, h halfvec(8), s sparsevec(8), primary key (a, "b c"));
    insert into public."T.t"
      select n, 'k' || n, e, e, e::halfvec, e::sparsevec
      from (select n, array[sin(n), cos(n), sin(2 * n), cos(3 * n), sin(5 * n), n % 7, n % 11, 1]::real[]::vector as e
            from generate_series(1, 500) n) made;
    insert into public."T.t" (a, "b c") values (0, 'none');
    create index t_v on public."T.t" using hnsw (v vector_l2_ops);
    create index t_h on public."T.t" using hnsw (h halfvec_ip_ops);
    create index t_free on public."T.t" using hnsw ((v::halfvec(8)) halfvec_cosine_ops);
    create table public.keyless (v vector(8));
    insert into public.keyless select v from public."T.t";
"#;

#[tokio::test]
async fn vectors() {
    let (url, _) = crate::support::server_urls();
    let there = "select count(*)::text from pg_available_extensions where name = 'vector'";
    if value(&url, there).await.as_deref() != Some("1") {
        eprintln!("skipped: the server has no pgvector");
        return;
    }
    let pair = Pair::new(&[VECTORS]).await;
    assert_eq!(pair.findings("", "vectors").await, Found::new());
    let probe = "[[vector_probe]]\ntable = 'public.T.t'\ncolumn = 'v'\nk = 5\nprobes = 4\n";
    let column = "column public.\"T.t\".v";
    let nearest =
        "with seed as (select v from public.\"T.t\" where v is not null order by md5(json_build_array(a::text, \"b c\")::text) limit 1)
         select string_agg(t.a::text, ',') from (select t.a from public.\"T.t\" t, seed order by t.v operator(extensions.<->) seed.v limit 3) t";
    let rows = value(&pair.source, nearest).await.unwrap();
    let rows: Vec<&str> = rows.split(',').collect();
    let swap = format!(
        "update public.\"T.t\" t set v = o.v from public.\"T.t\" o where (t.a = {0} and o.a = {1}) or (t.a = {1} and o.a = {0})",
        rows[1], rows[2]
    );
    let zero = "update public.\"T.t\" set free = array_fill(0, array[8])::extensions.vector where a = 17";
    let healed_zero = "update public.\"T.t\" set free = v where a = 17";
    pair.plant(
        probe,
        "vectors",
        &[
            // An index that is gone is the index check's finding; the neighbours are the same without it.
            Case {
                plant: "drop index public.t_v",
                heal: "create index t_v on public.\"T.t\" using hnsw (v extensions.vector_l2_ops)",
                found: &[],
            },
            Case { plant: &swap, heal: &swap, found: &[("vectors", column, "neighbours")] },
            Case {
                plant: zero,
                heal: healed_zero,
                found: &[("vectors", "column public.\"T.t\".free", "zero vectors")],
            },
            Case {
                plant: "update public.\"T.t\" set s = null where a = 17",
                heal: "update public.\"T.t\" set s = v::extensions.sparsevec where a = 17",
                found: &[("vectors", "column public.\"T.t\".s", "nulls")],
            },
            Case {
                plant: "update public.\"T.t\" set free = '[1,2,3]' where a = 17",
                heal: healed_zero,
                found: &[("vectors", "column public.\"T.t\".free", "dimensions")],
            },
        ],
    )
    .await;

    // An index that finds too little: one list of 400 is looked at. Without the rewrite the server would not use an
    // index built over rows just updated in place.
    run(&pair.target, "vacuum full public.\"T.t\"").await;
    run(
        &pair.target,
        "drop index public.t_v; set search_path = public, extensions;
         create index t_v on public.\"T.t\" using ivfflat (v vector_l2_ops) with (lists = 400)",
    )
    .await;
    let strict = format!("{probe}minimum_recall = 1.0\n").replace("k = 5", "k = 50");
    let checked = pair.verify(&strict, &["vectors"]).await;
    assert_eq!(open(&checked.units), expect(&[("vectors", column, "recall")]), "{:?}", checked.units);
    let detail = checked.units.iter().find(|unit| unit.object.to_string() == column).unwrap().detail.clone().unwrap();
    assert!(detail.contains("recall 0.") || detail.contains("recall 1."), "{detail}");

    // Without a key neighbours cannot be told apart: asked for, that is incomplete.
    let keyless = "[[vector_probe]]\ntable = 'public.keyless'\ncolumn = 'v'\n";
    let reasons = incomplete(&pair.verify(keyless, &["vectors"]).await.units);
    assert!(
        matches!(&reasons[..], [(object, reason)] if object == "column public.keyless.v" && reason.contains("no key"))
    );
    // A probed column that the target lost makes that probe incomplete and leaves the others be.
    run(&pair.target, "alter table public.\"T.t\" drop column v cascade").await;
    let checked =
        pair.verify(&format!("{probe}[[vector_probe]]\ntable = 'public.T.t'\ncolumn = 'h'\n"), &["vectors"]).await;
    let reasons = incomplete(&checked.units);
    assert!(
        matches!(&reasons[..], [(object, reason), (check, left)] if object == column && check == "check vectors"
            && reason.contains("target has no such column") && left.contains("which did not run")),
        "{reasons:?}"
    );
    assert!(
        checked.units.iter().any(|unit| unit.detail.as_deref().is_some_and(|detail| detail.contains("recall 1.00 / ")))
    );
    // A probe of nothing is a mistake in the configuration.
    let absent = "[[vector_probe]]\ntable = 'public.keyless'\ncolumn = 'w'\n";
    let reasons = incomplete(&pair.verify(absent, &["vectors"]).await.units);
    assert!(reasons[0].1.contains("public.keyless has no column w on the source"), "{reasons:?}");
    pair.drop().await;
}

#[tokio::test]
async fn samples() {
    let script =
        "create table public.t (id int, price numeric); insert into public.t values (1, 1.00), (2, null), (3, 2.5);";
    let pair = Pair::new(&[script]).await;
    let config = r#"
        [[sample]]
        name = "scale"
        sql = "select id, price as id, array[price], row(price) from public.t where id <> 2 order by t.id -- a comment"
        expect = "same"
        [[sample]]
        name = "prices"
        sql = "select price from public.t where price is not null order by id;"
        expect = [["1.00"], ["2.5"]]
    "#;
    pair.plant(
        config,
        "samples",
        &[
            Case {
                plant: "update public.t set price = 1.0 where id = 1",
                heal: "update public.t set price = 1.00 where id = 1",
                found: &[("samples", "sample prices", "answer"), ("samples", "sample scale", "answer")],
            },
            Case {
                plant: "delete from public.t where id = 3",
                heal: "insert into public.t values (3, 2.5)",
                found: &[("samples", "sample prices", "answer"), ("samples", "sample scale", "answer")],
            },
        ],
    )
    .await;

    // Both sides alike, and both not as expected.
    for url in [&pair.source, &pair.target] {
        run(url, "update public.t set price = 3 where id = 3").await;
    }
    assert_eq!(pair.findings(config, "samples").await, expect(&[("samples", "sample prices", "answer")]));
    // Enough others pass: visible, and waived.
    let lenient = format!("[samples]\nminimum_pass = 1\n{config}");
    let checked = pair.verify(&lenient, &["samples"]).await;
    assert_eq!(open(&checked.units), Found::new());
    let reason = checked.units.iter().find_map(|unit| match &unit.outcome {
        Outcome::Waived { reason, .. } => Some(reason.as_str()),
        _ => None,
    });
    assert_eq!(reason, Some("1 of 2 samples need to pass; 1 did"));
    // A failing query is incomplete, leaves the others be, and cannot leave its transaction.
    let broken = format!(
        "{config}\n[[sample]]\nname = 'broken'\nsql = 'select nothing from public.t'\nexpect = 'same'\n\
         [[sample]]\nname = 'writer'\nsql = 'select 1) q; rollback; delete from public.t; select (1'\nexpect = 'same'\n"
    );
    let checked = pair.verify(&broken, &["samples"]).await;
    let reasons = incomplete(&checked.units);
    assert_eq!(
        reasons.iter().map(|(object, _)| object.as_str()).collect::<Vec<_>>(),
        ["sample broken", "sample writer"]
    );
    assert!(reasons[0].1.contains("column \"nothing\" does not exist"), "{reasons:?}");
    assert_eq!(value(&pair.target, "select count(*)::text from public.t").await.as_deref(), Some("3"));
    pair.drop().await;
}

#[tokio::test]
async fn samples_in_any_order_literal_and_within_a_time() {
    let script = "create table public.t (id int); insert into public.t values (1), (2), (2);";
    let pair = Pair::new(&[script]).await;
    run(&pair.target, "truncate public.t; insert into public.t values (2), (1), (2)").await;
    let config = r#"
        [[sample]]
        name = "bag"
        sql = "select id from public.t"
        expect = "same"
        any_order = true
        [[sample]]
        name = "rows"
        sql = "select id from public.t"
        expect = [["2"], ["2"], ["1"]]
        any_order = true
        [[sample]]
        name = "count"
        sql = "select count(*) from public.t"
        expect = { value = "3" }
        timeout = 30
    "#;
    let answer = |name| ("samples", name, "answer");
    let found = [answer("sample bag"), answer("sample rows")];
    let all = [answer("sample bag"), answer("sample rows"), answer("sample count")];
    let cases = [
        // As many rows, one of them twice in place of another.
        Case {
            plant: "update public.t set id = 1 where ctid = (select min(ctid) from public.t)",
            heal: "truncate public.t; insert into public.t values (2), (1), (2)",
            found: &found,
        },
        Case {
            plant: "insert into public.t values (1)",
            heal: "truncate public.t; insert into public.t values (2), (1), (2)",
            found: &all,
        },
    ];
    pair.plant(config, "samples", &cases).await;

    let slow =
        format!("{config}\n[[sample]]\nname = 'slow'\nsql = 'select pg_sleep(20)'\nexpect = 'same'\ntimeout = 1\n");
    let checked = pair.verify(&slow, &["samples"]).await;
    let unknown = incomplete(&checked.units);
    assert!(
        matches!(&unknown[..], [(object, reason)] if object == "sample slow" && reason.contains("time limit")),
        "{unknown:?}"
    );
    assert_eq!(checked.units.iter().filter(|unit| unit.outcome == Outcome::Same).count(), 3);
    pair.drop().await;
}
