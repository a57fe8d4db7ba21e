//! The vectors check beyond equal types and plain searches, and the indexes of vectors.

use pg_rehearse::model::Outcome;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{Case, Found, Pair, expect, incomplete, open, run};

const EXTENSION: &str = "create schema extensions; create extension vector schema extensions;";

/// Five hundred vectors of eight components that no half float holds exactly.
fn made(kind: &str) -> String {
    format!(
        "{EXTENSION} set search_path = public, extensions;
         create table public.t (a int primary key, v {kind});
         insert into public.t select n, array[sin(n), cos(n), sin(2 * n), cos(3 * n), sin(5 * n), n % 7 / 7.0, n % 11 / 11.0, 1]::real[]::vector::{kind}
           from generate_series(1, 500) n"
    )
}

const PROBE: &str = "[[vector_probe]]\ntable = 'public.t'\ncolumn = 'v'\nk = 10\nprobes = 20\n";

fn vectors_of(checked: &pg_rehearse::check::Checked) -> (Found, Vec<(String, String)>) {
    (open(&checked.units), incomplete(&checked.units))
}

#[tokio::test]
async fn half_floats_and_whole_ones_are_compared_within_their_precision() {
    for (there, here) in [("vector(8)", "halfvec(8)"), ("halfvec(8)", "vector(8)"), ("vector", "halfvec(8)")] {
        let pair = Pair::new(&[]).await;
        run(&pair.source, &made(there)).await;
        run(&pair.target, &made(here)).await;
        let index = |kind: &str| {
            let kind = kind.split('(').next().unwrap().to_owned();
            format!(
                "set search_path = public, extensions; create index t_v on public.t using hnsw (v {kind}_cosine_ops)"
            )
        };
        run(&pair.target, &index(here)).await;
        let strict = format!("{PROBE}minimum_recall = 0.9\n");
        let checked = pair.verify(&strict, &["vectors"]).await;
        assert_eq!(vectors_of(&checked), (Found::new(), vec![]), "{there} {here}");
        let detail = checked.units[0].detail.clone().unwrap();
        assert!(detail.starts_with("500 vectors of 8 dimensions; recall none / "), "{detail}");

        // A difference that rounding does not explain: of a component, of a length, of a row.
        let edit = |sql: &str| format!("set search_path = public, extensions; {sql}");
        run(&pair.target, &edit("update t set v = (v::text::vector + '[0.05,0,0,0,0,0,0,0]')::text::halfvec")).await;
        let found = open(&pair.verify(PROBE, &["vectors"]).await.units);
        assert!(found.contains(&("vectors".into(), "column public.t.v".into(), "neighbours".into())), "{found:?}");
        assert!(found.contains(&("vectors".into(), "column public.t.v".into(), "lengths".into())), "{found:?}");
        pair.drop().await;
    }
}

#[tokio::test]
async fn a_column_that_cannot_be_compared_is_left_to_the_schema_check() {
    let pair = Pair::new(&[]).await;
    run(&pair.source, &made("vector(8)")).await;
    run(&pair.target, &made("sparsevec(8)")).await;
    let (found, reasons) = vectors_of(&pair.verify("", &["vectors"]).await);
    assert_eq!((found, reasons.len()), (Found::new(), 1), "{reasons:?}");
    assert!(reasons[0].1.contains("`schema`, which did not run"), "{reasons:?}");
    let checked = pair.verify("", &["vectors", "schema"]).await;
    assert_eq!(vectors_of(&checked), (expect(&[("schema", "column public.t.v", "type")]), vec![]));
    run(&pair.target, "alter table public.t drop column v").await;
    let (_, reasons) = vectors_of(&pair.verify("", &["vectors"]).await);
    assert!(reasons[0].1.contains("`schema`, which did not run"), "{reasons:?}");
    pair.drop().await;
}

#[tokio::test]
async fn dimensions_are_counted_and_components_are_numbers() {
    let pair = Pair::new(&[&made("vector")]).await;
    for url in [&pair.source, &pair.target] {
        run(url, "update public.t set v = '[1,2,3]' where a <= 3; update public.t set v = '[1,2]' where a = 4").await;
    }
    let column = "column public.t.v";
    // The bytes of a vector are given a type without a look at them, as a damaged page would hold them.
    let raw = |component: &str| {
        format!(
            "create cast (bytea as extensions.vector) without function;
             update public.t set v = decode('03000000' || repeat('0000803f', 2) || '{component}', 'hex')::extensions.vector where a = 1;
             drop cast (bytea as extensions.vector)"
        )
    };
    let heal = "update public.t set v = '[1,2,3]' where a = 1";
    pair.plant(
        "",
        "vectors",
        &[
            // The fewest and the most are as they were.
            Case {
                plant: "update public.t set v = '[1,2]' where a = 3",
                heal: "update public.t set v = '[1,2,3]' where a = 3",
                found: &[("vectors", column, "dimensions")],
            },
            Case { plant: &raw("0000c07f"), heal, found: &[("vectors", column, "length")] },
            Case { plant: &raw("0000807f"), heal, found: &[("vectors", column, "length")] },
            // Fewer rows are the rows check's finding.
            Case {
                plant: "delete from public.t where a = 2",
                heal: "insert into public.t values (2, '[1,2,3]')",
                found: &[],
            },
        ],
    )
    .await;
    let checked = pair.verify("", &["vectors"]).await;
    assert!(
        checked.units[0].detail.clone().unwrap().starts_with("500 vectors of 2 to 8 dimensions"),
        "{:?}",
        checked.units[0]
    );
    run(&pair.target, "update public.t set v = '[1,2]' where a = 3").await;
    let checked = pair.verify("", &["vectors"]).await;
    let finding = &checked.units[0].open_findings()[0];
    assert_eq!(finding.source.as_deref(), Some("2 (1 vector), 3 (3 vectors), 8 (496 vectors)"));
    assert_eq!(finding.target.as_deref(), Some("2 (2 vectors), 3 (2 vectors), 8 (496 vectors)"));
    pair.drop().await;
}

#[tokio::test]
async fn an_index_the_server_would_not_use_proves_nothing() {
    let script = format!("{}; create index t_v on public.t using hnsw (v vector_l2_ops)", made("vector(8)"));
    let pair = Pair::new(&[&script]).await;
    let checked = pair.verify(PROBE, &["vectors"]).await;
    assert_eq!(vectors_of(&checked), (Found::new(), vec![]));
    // An index marked as of use only to later snapshots, seen from a snapshot that is not later: an older transaction
    // is still under way.
    let mut older = PgConnection::connect(&pair.target).await.unwrap();
    older.execute("begin; select pg_current_xact_id()").await.unwrap();
    run(&pair.target, "update pg_index set indcheckxmin = true where indexrelid = 'public.t_v'::regclass").await;
    let (found, reasons) = vectors_of(&pair.verify(PROBE, &["vectors"]).await);
    assert_eq!((found, reasons.len()), (Found::new(), 1));
    assert!(reasons[0].1.contains("on the target the server does not use the index t_v"), "{reasons:?}");
    older.execute("rollback").await.unwrap();
    older.close().await.unwrap();
    pair.drop().await;
}

#[tokio::test]
async fn a_search_under_row_security_that_ends_too_early() {
    let script = format!(
        "{}; create index t_v on public.t using hnsw (v vector_l2_ops);
         create table public.open (a int primary key, v vector(8)); create index on public.open using ivfflat (v vector_l2_ops)",
        made("vector(8)")
    );
    let pair = Pair::new(&[&script]).await;
    let set =
        |what: &str| format!("do $$ begin execute format('alter database %I {what}', current_database()); end $$");
    let finding = expect(&[("vectors", "table public.t", "iterative scan")]);
    assert_eq!(pair.findings("", "vectors").await, Found::new(), "no row security");
    for url in [&pair.source, &pair.target] {
        run(url, "alter table public.t enable row level security").await;
    }
    // Both sides alike: a property of the target all the same. What the source sets does not help.
    assert_eq!(pair.findings("", "vectors").await, finding);
    run(&pair.source, &set("set hnsw.iterative_scan = strict_order")).await;
    assert_eq!(pair.findings("", "vectors").await, finding);
    let waiver = "[[waive]]\ncheck = 'vectors'\nobject = 'table public.t'\nattribute = 'iterative scan'\nreason = 'searched by a role that bypasses it'\n";
    let checked = pair.verify(waiver, &["vectors"]).await;
    assert_eq!(vectors_of(&checked), (Found::new(), vec![]));
    assert!(checked.units.iter().any(|unit| matches!(unit.outcome, Outcome::Waived { .. })));
    // The setting of the other kind of index is another.
    run(&pair.target, &set("set ivfflat.iterative_scan = relaxed_order")).await;
    assert_eq!(pair.findings("", "vectors").await, finding);
    run(&pair.target, &set("set hnsw.iterative_scan = relaxed_order")).await;
    assert_eq!(pair.findings("", "vectors").await, Found::new());
    // A role for which it is off again.
    let role = format!("early_{}", std::process::id());
    run(&pair.target, &format!("create role {role}; alter role {role} set hnsw.iterative_scan = off")).await;
    let checked = pair.verify("", &["vectors"]).await;
    let told = checked.units.iter().flat_map(|unit| unit.open_findings()).next().unwrap().message.clone();
    assert!(told.ends_with(&format!("hnsw.iterative_scan is off for {role}")), "{told}");
    run(&pair.target, &format!("drop role {role}")).await;
    // A table that does not take part is nobody's business.
    run(&pair.target, &set("reset hnsw.iterative_scan")).await;
    let excluded = "[scope.excluded]\n'public.t' = 'elsewhere'\n";
    assert_eq!(pair.findings(excluded, "vectors").await, Found::new());
    // What the connected role has of its own hides what others get.
    let mut url = url::Url::parse(&pair.target).unwrap();
    url.query_pairs_mut().append_pair("options", "-c hnsw.iterative_scan=strict_order");
    let selection = pg_rehearse::check::Selection { only: vec!["vectors".into()], skip: vec![] };
    let checked = crate::support::verify_urls("", &pair.source, url.as_str(), selection).await;
    let (found, reasons) = vectors_of(&checked);
    assert_eq!((found, reasons.len()), (Found::new(), 1), "{reasons:?}");
    assert!(reasons[0].1.contains("what others get is hidden"), "{reasons:?}");
    pair.drop().await;
}

#[tokio::test]
async fn options_and_operator_classes_of_vector_indexes() {
    let script = format!(
        "{}; create index t_h on public.t using hnsw (v vector_l2_ops) with (m = 16);
         create index t_i on public.t using ivfflat (v vector_l2_ops) with (lists = 10)",
        made("vector(8)")
    );
    let pair = Pair::new(&[&script]).await;
    let again = |index: &str, how: &str| {
        format!(
            "set search_path = public, extensions; drop index {index}; create index {index} on public.t using {how}"
        )
    };
    let healed = again("t_h", "hnsw (v vector_l2_ops) with (m = 16)");
    let (m, built) = (
        again("t_h", "hnsw (v vector_l2_ops) with (m = 32)"),
        again("t_h", "hnsw (v vector_l2_ops) with (m = 16, ef_construction = 100)"),
    );
    let (class, lists) = (
        again("t_h", "hnsw (v vector_cosine_ops) with (m = 16)"),
        again("t_i", "ivfflat (v vector_l2_ops) with (lists = 20)"),
    );
    let healed_lists = again("t_i", "ivfflat (v vector_l2_ops) with (lists = 10)");
    let options = |index: &'static str| [("indexes", index, "options")];
    let (hnsw, ivfflat) = (options("index public.t_h"), options("index public.t_i"));
    let other_class = [("indexes", "index public.t_h", "definition")];
    pair.plant(
        "",
        "indexes",
        &[
            Case { plant: &m, heal: &healed, found: &hnsw },
            Case { plant: &built, heal: &healed, found: &hnsw },
            Case { plant: &class, heal: &healed, found: &other_class },
            Case { plant: &lists, heal: &healed_lists, found: &ivfflat },
        ],
    )
    .await;
    pair.drop().await;
}
