//! What reports carry to be drawn: the plan, what personas are shown, recalls and row counts, as the databases have them.

use pg_rehearse::model::{RelationName, RowCounts, SightMatrix, SightOutcome};
use serde_json::json;

use crate::behaviour::{CONFIG, Cast, NOTES};
use crate::support::command::Shell;
use crate::support::{Pair, run};

/// A cell of the matrix: what it comes to, and what both sides show.
fn cell(matrix: &SightMatrix, relation: &str, persona: &str) -> (SightOutcome, String, String) {
    let column = matrix.personas.iter().position(|one| one.name == persona).unwrap();
    let row = matrix.relations.iter().find(|row| row.object.to_string() == relation).unwrap();
    assert_eq!(row.cells.len(), matrix.personas.len());
    let cell = &row.cells[column];
    let shown = |side: &Option<String>| side.clone().unwrap_or_default();
    (cell.comes_to, shown(&cell.source), shown(&cell.target))
}

#[tokio::test]
async fn the_matrix_says_what_each_persona_is_shown() {
    let cast = Cast::new("matrix").await;
    let pair = Pair::new(&[&cast.fill(NOTES)]).await;
    let matrix = async || pair.verify(&cast.fill(CONFIG), &["behaviour"]).await.sight.unwrap();
    let (guest, notes) = (cast.fill("$guest"), "table public.notes");
    let rows = |comes_to, source: &str, target: &str| (comes_to, source.to_owned(), target.to_owned());

    let equal = matrix().await;
    assert_eq!(equal.personas.len(), 6);
    let tenants: Vec<&str> = equal.personas.iter().filter_map(|one| one.tenant.as_deref()).collect();
    assert_eq!(tenants, ["blue", "blue", "green", "red"], "the persona, then the tenants");
    assert_eq!(cell(&equal, notes, &guest), rows(SightOutcome::Same, "6 rows", "6 rows"));
    assert_eq!(cell(&equal, notes, "blue user"), rows(SightOutcome::Same, "10 rows", "10 rows"));
    assert_eq!(cell(&equal, "table public.log", &guest), rows(SightOutcome::Same, "refused", "refused"));
    let own = equal.relations.iter().find(|row| row.object.to_string() == notes).unwrap();
    assert_eq!(own.cells.iter().filter(|cell| cell.of_others == Some(0)).count(), 4, "each tenant sees its own");

    // Another policy, rows that are not there, and a policy that cannot be waited for.
    run(&pair.target, &cast.fill("alter policy open on public.notes using (true)")).await;
    let open = matrix().await;
    assert_eq!(cell(&open, notes, &guest), rows(SightOutcome::Different, "6 rows", "30 rows"));
    assert_eq!(cell(&open, notes, "blue user"), rows(SightOutcome::Same, "10 rows", "10 rows"));
    run(
        &pair.target,
        &cast.fill("alter policy open on public.notes using (is_open); delete from public.notes where id = 5"),
    )
    .await;
    assert_eq!(cell(&matrix().await, notes, &guest), rows(SightOutcome::LeftToRows, "6 rows", "5 rows"));
    run(&pair.target, &cast.fill("alter policy open on public.notes using (pg_sleep(60) is null)")).await;
    let slow = format!("{}\n", cast.fill(CONFIG).replace("[behaviour]", "[behaviour]\ntimeout = 1"));
    let slow = pair.verify(&slow, &["behaviour"]).await.sight.unwrap();
    assert_eq!(cell(&slow, notes, &guest), rows(SightOutcome::Unknown, "6 rows", ""));
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn nobody_to_ask_as_is_no_matrix() {
    let pair = Pair::new(&["create table t (id int primary key)"]).await;
    assert_eq!(pair.verify("[behaviour]\nroles = []\n", &["behaviour"]).await.sight, None);
    assert_eq!(pair.verify("", &["rows"]).await.sight, None);
    pair.drop().await;
}

#[tokio::test]
async fn recalls_are_those_of_the_indexes() {
    let pair = Pair::new(&[
        "create extension if not exists vector;
         create table v (id int primary key, e vector(3), bare vector(3));
         insert into v select n, array[sin(n), cos(n), n::float / 100]::vector, array[n, 1, 2]::vector from generate_series(1, 200) n;
         create index v_e on v using hnsw (e vector_l2_ops)",
    ])
    .await;
    let config = "[[vector_probe]]\ntable = 'public.v'\ncolumn = 'e'\nprobes = 4\nk = 5\nminimum_recall = 0.5\n\
                  [[vector_probe]]\ntable = 'public.v'\ncolumn = 'bare'\nprobes = 2\nk = 5\n";
    let found = pair.verify(config, &["vectors"]).await.recalls;
    let [only] = found.as_slice() else { panic!("a column without an index has no recall: {found:?}") };
    assert_eq!((only.column.to_string().as_str(), only.index.as_deref()), ("column public.v.e", Some("v_e")));
    assert_eq!((only.searches, only.neighbours, only.required), (4, 5, 0.5));
    assert!(only.source.is_some_and(|share| share > 0.5 && share <= 1.0), "{only:?}");
    run(&pair.target, "drop index v_e").await;
    let found = pair.verify(config, &["vectors"]).await.recalls;
    assert!(matches!(found.as_slice(), [one] if one.source.is_some() && one.target.is_none()), "{found:?}");
    pair.drop().await;
}

#[tokio::test]
async fn the_plan_and_the_counts_are_in_the_reports_of_verify_and_migrate() {
    let pair = Pair::new(&["create table a (id int primary key, up int references a);
         create table b (id int primary key, a_id int references a);
         create table c (id int primary key, d_id int);
         create table d (id int primary key, c_id int references c);
         alter table c add foreign key (d_id) references d"])
    .await;
    run(&pair.source, "insert into a values (1, null), (2, 1); insert into b values (1, 2)").await;
    let checked = pair.verify("", &["rows"]).await;
    let counts = |table: &str| {
        let object = RelationName::new("public", table).to_string();
        checked.units.iter().find(|unit| unit.object.identity == object).and_then(|unit| unit.rows)
    };
    assert_eq!(counts("a"), Some(RowCounts { source: 2, target: 0 }));
    assert_eq!(counts("c"), Some(RowCounts { source: 0, target: 0 }));

    let shell = Shell::on(&pair).await;
    let verified = shell.run("verify --only rows --format json").exits(1).json();
    shell.run("migrate --confirm target --folder day").exits(0);
    let migrated: serde_json::Value = serde_json::from_str(&shell.read("day/report.json")).unwrap();
    let name = |table: &str| json!({ "schema": "public", "name": table });
    for report in [verified, migrated] {
        let tables = report["plan"]["tables"].as_array().unwrap();
        let drawn: Vec<_> = tables.iter().map(|table| (table["table"].clone(), table["level"].as_u64())).collect();
        let expected = [("a", 0), ("c", 0), ("d", 0), ("b", 1)];
        assert_eq!(drawn, expected.map(|(table, level)| (name(table), Some(level))));
        assert_eq!(tables[0]["self_references"], json!(["up"]));
        assert_eq!(tables[3]["parents"], json!([name("a")]));
        assert_eq!(report["plan"]["cycles"], json!([[name("c"), name("d")]]));
    }
    // A fingerprint has no plan, and the page says nothing of one.
    shell.run("fingerprint --out source.json").exits(0);
    let against = shell.run("verify --against source.json --format json").exits(0).json();
    assert!(against.get("plan").is_none());
    assert_eq!(against["units"][0]["rows"], json!({ "source": 2, "target": 2 }));
    pair.drop().await;
}
