//! What rows that differ have in common, told from real databases.

use pg_rehearse::check::Checked;
use pg_rehearse::model::Unit;

use crate::support::{Pair, run};

/// The message and the causes of the one finding about rows.
fn told(checked: &Checked, attribute: &str) -> (String, Vec<String>) {
    let mut findings = checked.units.iter().flat_map(Unit::open_findings).filter(|one| one.attribute == attribute);
    let found = findings.next().unwrap_or_else(|| panic!("nothing says {attribute}: {:?}", checked.units));
    assert!(findings.next().is_none());
    (found.message.clone(), found.causes.iter().map(|cause| cause.text.clone()).collect())
}

const ORDERS: &str = "
create table public.orders (id uuid primary key, tenant text, state text, secret text, at timestamptz);
insert into public.orders
select md5(n::text)::uuid, 'tenant ' || n % 7, case n % 2 when 0 then 'open' end, 'raw-' || n % 7, '2025-01-01+00'::timestamptz + n * interval '1 h'
from generate_series(1, 1400) n";

#[tokio::test]
async fn rows_of_one_value_are_told_by_it() {
    let pair = Pair::new(&[ORDERS]).await;
    run(&pair.target, "delete from public.orders where tenant = 'tenant 3'").await;
    let (message, causes) = told(&pair.verify("", &["rows"]).await, "rows missing");
    let expected = "tenant = 'tenant 3', of which the source has 200 and the target none";
    assert_eq!(message, format!("200 rows in the source and not in the target; all 200: {expected}"));
    assert_eq!(causes, [expected]);

    // The other way round, and by NULL.
    run(&pair.source, "delete from public.orders where tenant = 'tenant 3' or state is null").await;
    let (message, _) = told(&pair.verify("", &["rows"]).await, "rows extra");
    assert!(
        message.ends_with("; all 600: state is null, of which the target has 600 and the source none"),
        "{message}"
    );

    // The target has some, but too few of them are missing by chance alone.
    run(&pair.source, "delete from public.orders where true").await;
    run(&pair.target, "delete from public.orders where true").await;
    for url in [&pair.source, &pair.target] {
        run(url, ORDERS.split_once("insert").map(|(_, rest)| format!("insert{rest}")).unwrap().as_str()).await;
    }
    run(&pair.target, "delete from public.orders where tenant = 'tenant 5' and id::text < '8'").await;
    let (message, _) = told(&pair.verify("", &["rows"]).await, "rows missing");
    assert!(message.contains(": tenant = 'tenant 5', of which the source has 200 and the target "), "{message}");
    pair.drop().await;
}

#[tokio::test]
async fn rows_with_nothing_in_common_have_no_cause() {
    let pair = Pair::new(&[ORDERS]).await;
    run(&pair.target, "delete from public.orders where id::text < '1'").await;
    let (message, causes) = told(&pair.verify("", &["rows"]).await, "rows missing");
    assert!(message.ends_with(" in the source and not in the target") && causes.is_empty(), "{message}");
    // Of one row nothing is told, whatever it is.
    run(&pair.target, "insert into public.orders values (gen_random_uuid(), 'alone')").await;
    let (message, _) = told(&pair.verify("", &["rows"]).await, "rows extra");
    assert_eq!(message, "1 row in the target and not in the source");
    pair.drop().await;
}

#[tokio::test]
async fn a_masked_column_is_no_cause() {
    let pair = Pair::new(&[ORDERS]).await;
    let mask = "[[mask]]\ncolumn = 'public.orders.secret'\nmask = 'null'\n";
    run(&pair.target, "update public.orders set secret = null, tenant = null").await;
    run(&pair.source, "update public.orders set tenant = null").await;
    run(&pair.target, "delete from public.orders where extract(hour from at) = 3").await;
    run(
        &pair.target,
        "insert into public.orders select gen_random_uuid(), null, 'open', 'raw-5', '2024-01-01' from generate_series(1, 5)",
    )
    .await;
    let checked = pair.verify(mask, &["rows"]).await;
    let (missing, _) = told(&checked, "rows missing");
    let (extra, _) = told(&checked, "rows extra");
    let shown = format!("{:?}", checked.units);
    assert!(!shown.contains("raw-") && !missing.contains("secret") && !extra.contains("secret"), "{shown}");
    // What is not masked is told all the same.
    assert!(extra.contains("at = '2024-01-01 00:00:00+00', of which the target has 5"), "{extra}");
    pair.drop().await;
}

#[tokio::test]
async fn rows_newer_than_all_others_are_told_as_late() {
    let late = "
        create table public.events (id bigint primary key, kind text, at timestamptz default '2025-01-01');
        insert into public.events select n, 'kind ' || n % 3, '2025-01-01+00'::timestamptz + n * interval '1 min' from generate_series(1, 1000) n;
        create table public.numbered (id bigint primary key, kind text);
        insert into public.numbered select n, 'kind ' || n % 3 from generate_series(1, 2500) n";
    let pair = Pair::new(&[late]).await;
    run(&pair.target, "delete from public.events where id > 990; delete from public.numbered where id > 2400").await;
    let checked = pair.verify("", &["rows"]).await;
    let message = |table: &str| {
        let findings = checked.units.iter().flat_map(Unit::open_findings);
        findings
            .filter(|one| one.object.identity == table)
            .map(|one| one.message.clone())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(
        message("public.numbered"),
        "100 rows in the source and not in the target; all 100: id greater than any of the target, 2400: written after the \
         copy, or the copy ended there"
    );
    let events = message("public.events");
    assert!(events.contains("all 10: ") && events.contains("than any of the target, "), "{events}");
    // One older row among them, and it is another matter.
    run(&pair.target, "delete from public.numbered where id = 7").await;
    let checked = pair.verify("", &["rows"]).await;
    let mut findings = checked.units.iter().flat_map(Unit::open_findings);
    let found = findings.find(|one| one.object.identity == "public.numbered").unwrap();
    assert_eq!(found.message, "101 rows in the source and not in the target");
    pair.drop().await;
}

#[tokio::test]
async fn a_column_left_at_its_default_is_a_cause() {
    let script = "
        create table public.rooms (id int primary key, state text default 'new', price numeric(10,2) default 0, at timestamptz default now());
        insert into public.rooms select n, 'state ' || n, n / 7.0, '2025-01-01' from generate_series(1, 50) n";
    let pair = Pair::new(&[script]).await;
    run(&pair.target, "update public.rooms set state = default, price = default").await;
    let (message, causes) = told(&pair.verify("", &["rows"]).await, "rows changed");
    let expected = "state, price at its default, as a copy that leaves the column out writes";
    assert!(message.ends_with(&format!("; all 50: {expected}")), "{message}");
    assert_eq!(causes, [expected]);
    // As many rows at one value that is no default are no such cause.
    run(&pair.target, "update public.rooms set state = 'other', price = 1").await;
    let (message, _) = told(&pair.verify("", &["rows"]).await, "rows changed");
    assert!(!message.contains("default"), "{message}");
    pair.drop().await;
}
