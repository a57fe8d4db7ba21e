//! Behaviour where it is not easily known: roles of one side, owners, slow and failing policies, masks, many tables.

use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::Events;

use crate::behaviour::{CONFIG, Cast, NOTES};
use crate::support::{Found, Pair, expect, incomplete, open, run};

#[tokio::test]
async fn a_role_that_one_side_lacks_is_incomplete() {
    let cast = Cast::new("absent").await;
    let pair = Pair::new(&[&cast.fill(NOTES)]).await;
    let config = cast.fill("[behaviour]\nroles = []\n[[persona]]\nname = 'nobody'\nrole = 'no such role'\n");
    let checked = pair.verify(&config, &["behaviour"]).await;
    let reason = "the source has no role \"no such role\"; the target has no role \"no such role\"";
    assert_eq!(incomplete(&checked.units), [("persona nobody".to_owned(), reason.to_owned())]);
    assert_eq!(open(&checked.units), Found::new());
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn an_owner_is_held_only_where_row_security_is_forced() {
    let cast = Cast::new("owner").await;
    let script = "alter table public.notes owner to $keeper; alter table public.notes force row level security;
                  create policy keeps on public.notes for all to $keeper using (tenant_id = 'red')";
    let pair = Pair::new(&[&cast.fill(NOTES), &cast.fill(script)]).await;
    let config = cast.fill("[behaviour]\nroles = ['$keeper']\n");
    assert_eq!(pair.findings(&config, "behaviour").await, Found::new());
    run(&pair.target, "alter table public.notes no force row level security").await;
    let keeper = cast.fill("rows seen by $keeper");
    let checked = pair.verify(&config, &["behaviour"]).await;
    assert_eq!(open(&checked.units), expect(&[("behaviour", "table public.notes", keeper.as_str())]));
    let finding = checked.units.iter().flat_map(|unit| unit.open_findings()).next().unwrap();
    let every = |rows: &str| format!("{rows}; open to insert: {rows}; open to update: {rows}; open to delete: {rows}");
    assert_eq!(finding.source, Some(every("10 rows")));
    assert_eq!(finding.target, Some(every("30 rows")));
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn what_a_slow_policy_shows_is_not_known() {
    let cast = Cast::new("slow").await;
    let script = "create policy slow on public.log for select to public using (pg_sleep(20) is not null);
                  alter table public.log enable row level security";
    let pair = Pair::new(&[&cast.fill(NOTES), script]).await;
    let config = cast.fill("[behaviour]\nroles = ['$member']\ntimeout = 1\n");
    let checked = pair.verify(&config, &["behaviour"]).await;
    let unseen = incomplete(&checked.units);
    assert_eq!(unseen.len(), 1, "{unseen:?}");
    assert_eq!(unseen[0].0, "table public.log");
    assert!(unseen[0].1.contains("the server ended the statement after its time limit"), "{unseen:?}");
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn a_policy_that_fails_fails_alike_or_is_a_difference() {
    let cast = Cast::new("failing").await;
    let script = "create policy broken on public.log for select to public using (('x' || what)::int > 0);
                  alter table public.log enable row level security";
    let pair = Pair::new(&[&cast.fill(NOTES), script]).await;
    let config = cast.fill("[behaviour]\nroles = ['$member']\n");
    assert_eq!(pair.findings(&config, "behaviour").await, Found::new());
    run(&pair.target, "alter policy broken on public.log using (true)").await;
    let checked = pair.verify(&config, &["behaviour"]).await;
    let finding = checked.units.iter().flat_map(|unit| unit.open_findings()).next().unwrap();
    assert_eq!(finding.object.to_string(), "table public.log");
    assert_eq!(finding.source.as_deref(), Some("fails with SQLSTATE 22P02"));
    assert_eq!(finding.target.as_deref(), Some("3 rows"));
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn masked_columns_make_no_difference() {
    let cast = Cast::new("masked").await;
    let pair = Pair::new(&[&cast.fill(NOTES)]).await;
    // As a copy with this mask would leave them.
    run(&pair.target, "update public.notes set body = 'x'; update public.log set what = 'y', at = 0").await;
    let masks = "[[mask]]\ncolumn = 'public.notes.body'\nmask = 'constant'\nvalue = 'x'\n\
                 [[mask]]\ncolumn = 'public.log.what'\nmask = 'constant'\nvalue = 'y'\n\
                 [[mask]]\ncolumn = 'public.log.at'\nmask = 'constant'\nvalue = '0'\n";
    let config = cast.fill(&format!("{CONFIG}{masks}"));
    let checked = pair.verify(&config, &["behaviour"]).await;
    assert_eq!((open(&checked.units), incomplete(&checked.units)), (Found::new(), Vec::new()));
    let reason = |object: &str| {
        let entry = checked.ledger.iter().find(|entry| entry.object.to_string() == object).unwrap();
        entry.not_compared.clone()
    };
    assert_eq!(
        reason("view public.bodies").as_deref(),
        Some("the view shows masked columns, so its rows are only counted")
    );
    assert_eq!(
        reason("table public.log").as_deref(),
        Some("the columns that may be read are masked, so rows are only counted")
    );
    assert_eq!(reason("table public.notes"), None, "the key tells rows apart");
    // Their number still counts.
    run(&pair.target, &cast.fill("create policy all_of_it on public.notes for select to $guest using (true)")).await;
    let guest = cast.fill("rows seen by $guest");
    let found =
        [("behaviour", "table public.notes", guest.as_str()), ("behaviour", "view public.bodies", guest.as_str())];
    assert_eq!(pair.findings(&config, "behaviour").await, expect(&found));
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn what_differs_in_many_tables_is_one_finding_of_the_persona() {
    let cast = Cast::new("many").await;
    let mut script = String::new();
    for number in 1..=7 {
        script.push_str(&format!(
            "create table public.t{number} (id int primary key); insert into public.t{number} values (1), (2);
             alter table public.t{number} enable row level security;
             create policy one on public.t{number} for select to $guest using (id = 1);
             grant select on public.t{number} to $guest;"
        ));
    }
    let pair = Pair::new(&[&cast.fill(&script)]).await;
    let config = cast.fill("[behaviour]\nroles = ['$guest']\n");
    assert_eq!(pair.findings(&config, "behaviour").await, Found::new());
    run(&pair.target, &cast.fill("alter role $guest bypassrls")).await;
    let persona = cast.fill("persona $guest");
    let checked = pair.verify(&config, &["behaviour"]).await;
    if pair.source.split('/').nth(2) == pair.target.split('/').nth(2) {
        println!("SKIPPED: one server, whose roles are the same on both sides");
    } else {
        assert_eq!(open(&checked.units), expect(&[("behaviour", &persona, "rows seen")]));
        let finding = checked.units.iter().flat_map(|unit| unit.open_findings()).next().unwrap();
        let lines =
            |rows: &str| (1..=7).map(|number| format!("public.t{number}: {rows}")).collect::<Vec<_>>().join("\n");
        assert_eq!(finding.source.as_deref(), Some(lines("1 row").as_str()));
        assert_eq!(finding.target.as_deref(), Some(lines("2 rows").as_str()));
    }
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn a_tenant_column_that_no_table_has_is_refused() {
    let pair = Pair::new(&["create table public.t (id int primary key)"]).await;
    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let text = "[behaviour]\ntenant_column = 'tennant_id'\ntenant_claim = 'tenant'\n";
    let config = Config::from_text(text, &flags).unwrap();
    let selection = pg_rehearse::check::Selection::default();
    let options = pg_rehearse::verify::Options::default();
    let error = pg_rehearse::verify::verify(&config, &selection, &options, &Events::silent()).await.unwrap_err();
    assert_eq!(error.exit_code(), pg_rehearse::model::ExitCode::Usage);
    assert!(error.to_string().contains("tennant_id"), "{error}");
    pair.drop().await;
}
