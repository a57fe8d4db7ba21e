//! What personas are shown and could change: equal databases are the same, each planted difference is exactly its finding, and
//! nothing is written on either side.

use pg_rehearse::check::{Checked, Selection};
use pg_rehearse::model::Outcome;

use crate::support::{Case, Found, Pair, expect, incomplete, open, run, server_urls, value, verify_urls};

/// Roles of one test: they belong to the whole server.
pub(crate) struct Cast {
    name: String,
}

impl Cast {
    /// Makes them on both servers: `member` and `guest` may be asked as, `keeper` owns tables and bypasses nothing.
    pub(crate) async fn new(test: &str) -> Self {
        let cast = Self { name: format!("{test}_{}", std::process::id()) };
        for url in cast.servers() {
            for role in ["member", "guest", "keeper"] {
                run(&url, &format!("create role {role}_{} nologin", cast.name)).await;
            }
        }
        cast
    }

    fn servers(&self) -> Vec<String> {
        let (one, two) = server_urls();
        if one == two { vec![one] } else { vec![one, two] }
    }

    /// A script or configuration with the roles' names in it.
    pub(crate) fn fill(&self, text: &str) -> String {
        ["member", "guest", "keeper"]
            .iter()
            .fold(text.to_owned(), |text, role| text.replace(&format!("${role}"), &format!("{role}_{}", self.name)))
    }

    /// Drops them, once nothing names them any more.
    pub(crate) async fn drop(self) {
        for url in self.servers() {
            for role in ["member", "guest", "keeper"] {
                run(&url, &format!("drop role {role}_{}", self.name)).await;
            }
        }
    }
}

/// Check, object and attribute of each finding.
type Expected<'a> = Vec<(&'a str, &'a str, String)>;

/// Three tenants with ten notes each; every third is open to guests.
pub(crate) const NOTES: &str = "
create table public.tenants (id text primary key);
insert into public.tenants values ('blue'), ('green'), ('red');
create function public.tenant() returns text language sql stable set search_path = ''
  as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app' ->> 'tenant' $$;
create table public.notes (id int primary key, tenant_id text not null references public.tenants, body text, is_open bool not null);
insert into public.notes select n, (array['blue', 'green', 'red'])[n % 3 + 1], 'note ' || n, n % 5 = 0 from generate_series(1, 30) n;
alter table public.tenants enable row level security;
alter table public.notes enable row level security;
create policy own on public.tenants for select to $member using (id = public.tenant());
create policy own on public.notes for select to $member using (tenant_id = public.tenant());
create policy open on public.notes for select to $guest using (is_open);
create policy changes on public.notes for update to $member using (tenant_id = public.tenant()) with check (tenant_id = public.tenant() and not is_open);
create policy leaves on public.notes for delete to $member using (tenant_id = public.tenant());
create policy closed_stays on public.notes as restrictive for delete to $member using (is_open);
create policy comes on public.notes for insert to $member with check (tenant_id = public.tenant());
create view public.bodies with (security_invoker = true) as select id, tenant_id, body from public.notes;
create table public.log (at int, what text);
insert into public.log values (1, 'a'), (1, 'a'), (2, null);
grant select, insert, update, delete on public.notes to $member;
grant select on public.notes, public.bodies to $guest;
grant select on public.tenants, public.bodies, public.log to $member;
";

pub(crate) const CONFIG: &str = "
[behaviour]
roles = ['$member', '$guest']
tenant_column = 'tenant_id'
tenant_claim = 'app.tenant'
tenant_role = '$member'
[[persona]]
name = 'blue user'
role = '$member'
claims = { sub = 'u1', app = { tenant = 'blue' } }
";

/// The detail of a unit.
fn detail<'a>(checked: &'a Checked, object: &str) -> &'a str {
    let unit = checked.units.iter().find(|unit| unit.object.to_string() == object);
    unit.and_then(|unit| unit.detail.as_deref()).unwrap_or_else(|| panic!("{object} in {:?}", checked.units))
}

#[tokio::test]
async fn equal_databases_behave_alike() {
    let cast = Cast::new("alike").await;
    let pair = Pair::new(&[&cast.fill(NOTES)]).await;
    let checked = pair.verify(&cast.fill(CONFIG), &["behaviour"]).await;
    assert_eq!((open(&checked.units), incomplete(&checked.units)), (Found::new(), Vec::new()));
    assert!(checked.units.iter().all(|unit| unit.outcome == Outcome::Same));
    // Both roles, the configured persona and three tenants.
    assert_eq!(detail(&checked, "table public.notes"), "6 personas");
    assert_eq!(detail(&checked, "view public.bodies"), "6 personas");
    assert_eq!(detail(&checked, "persona tenants"), "3 of 3 tenants");
    // The tenants and the persona that names one.
    assert_eq!(detail(&checked, "isolation public.notes"), "4 tenants");
    assert_eq!(detail(&checked, "isolation public.tenants"), "4 tenants");
    assert_eq!(detail(&checked, "isolation public.bodies"), "4 tenants");
    let without = pair.verify("[behaviour]\nroles = []\n", &["behaviour"]).await;
    assert!(without.units.is_empty(), "nobody to be asked as: {:?}", without.units);
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn each_difference_is_exactly_its_finding() {
    let cast = Cast::new("planted").await;
    let pair = Pair::new(&[&cast.fill(NOTES)]).await;
    let (member, guest) = (cast.fill("$member"), cast.fill("$guest"));
    let notes = "table public.notes";
    let by = |what: &str, who: &str| format!("{what} by {who}");
    let seen = |who: &str| by("rows seen", who);
    let cases: Vec<(String, String, Expected<'_>)> = vec![
        (
            "create policy all_of_it on public.notes for select to $guest using (true)".into(),
            "drop policy all_of_it on public.notes".into(),
            vec![("behaviour", notes, seen(&guest)), ("behaviour", "view public.bodies", seen(&guest))],
        ),
        (
            "alter policy own on public.notes to public".into(),
            "alter policy own on public.notes to $member".into(),
            // A guest has no tenant.
            vec![],
        ),
        (
            "alter policy open on public.notes using (not is_open)".into(),
            "alter policy open on public.notes using (is_open)".into(),
            vec![("behaviour", notes, seen(&guest)), ("behaviour", "view public.bodies", seen(&guest))],
        ),
        (
            "drop policy closed_stays on public.notes".into(),
            "create policy closed_stays on public.notes as restrictive for delete to $member using (is_open)".into(),
            vec![
                ("behaviour", notes, by("rows open to delete", "blue user")),
                ("behaviour", notes, by("rows open to delete", "tenants")),
            ],
        ),
        (
            "alter policy changes on public.notes with check (tenant_id = public.tenant())".into(),
            "alter policy changes on public.notes with check (tenant_id = public.tenant() and not is_open)".into(),
            vec![
                ("behaviour", notes, by("rows open to update", "blue user")),
                ("behaviour", notes, by("rows open to update", "tenants")),
            ],
        ),
        (
            "revoke insert on public.notes from $member".into(),
            "grant insert on public.notes to $member".into(),
            vec![
                ("behaviour", notes, by("rows open to insert", "blue user")),
                ("behaviour", notes, by("rows open to insert", "tenants")),
            ],
        ),
        (
            "grant select on public.log to $guest".into(),
            "revoke select on public.log from $guest".into(),
            vec![("behaviour", "table public.log", seen(&guest))],
        ),
        (
            "revoke select on public.notes from $guest; grant select (id, is_open) on public.notes to $guest".into(),
            "revoke select (id, is_open) on public.notes from $guest; grant select on public.notes to $guest".into(),
            // The view asks for more columns than are left.
            vec![
                ("behaviour", notes, by("columns seen", &guest)),
                ("behaviour", "view public.bodies", seen(&guest)),
            ],
        ),
        (
            "alter view public.bodies reset (security_invoker)".into(),
            "alter view public.bodies set (security_invoker = true)".into(),
            vec![
                ("behaviour", "isolation public.bodies", "rows of another tenant".into()),
                ("behaviour", "view public.bodies", seen("blue user")),
                ("behaviour", "view public.bodies", seen("tenants")),
                ("behaviour", "view public.bodies", seen(&guest)),
                ("behaviour", "view public.bodies", seen(&member)),
                ("behaviour", "role $guest", "views with their owner's rights".into()),
                ("behaviour", "role $member", "views with their owner's rights".into()),
            ],
        ),
        (
            "alter function public.tenant() security definer".into(),
            "alter function public.tenant() security invoker".into(),
            vec![
                ("behaviour", "role $guest", "functions with their owner's rights".into()),
                ("behaviour", "role $member", "functions with their owner's rights".into()),
            ],
        ),
        (
            "create or replace function public.tenant() returns text language sql stable set search_path = '' as $$ select 'red' $$"
                .into(),
            "create or replace function public.tenant() returns text language sql stable set search_path = ''
             as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app' ->> 'tenant' $$"
                .into(),
            ["table public.tenants", "view public.bodies", notes]
                .into_iter()
                .flat_map(|object| ["blue user", "tenants", member.as_str()].map(|who| ("behaviour", object, seen(who))))
                .chain(
                    ["isolation public.tenants", "isolation public.notes", "isolation public.bodies"]
                        .map(|object| ("behaviour", object, "rows of another tenant".to_owned())),
                )
                .collect(),
        ),
    ];
    for (plant, heal, found) in &cases {
        let found: Vec<(String, String, String)> = found
            .iter()
            .map(|(check, object, attribute)| ((*check).to_owned(), cast.fill(object), attribute.clone()))
            .collect();
        let found: Vec<(&str, &str, &str)> =
            found.iter().map(|(a, b, c)| (a.as_str(), b.as_str(), c.as_str())).collect();
        let (plant, heal) = (cast.fill(plant), cast.fill(heal));
        let case = Case { plant: &plant, heal: &heal, found: &found };
        pair.plant(&cast.fill(CONFIG), "behaviour", &[case]).await;
    }
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn rows_that_one_side_lacks_are_no_matter_of_policies() {
    let cast = Cast::new("lacking").await;
    let pair = Pair::new(&[&cast.fill(NOTES)]).await;
    let config = cast.fill(CONFIG);
    // Two of them open, of two tenants; one row of a table without a key; one row more.
    run(&pair.target, "delete from public.notes where id in (10, 15, 17); delete from public.log where at = 2").await;
    run(&pair.target, "insert into public.notes values (99, 'red', 'new', true)").await;
    assert_eq!(pair.findings(&config, "behaviour").await, Found::new());
    let alone = pair.verify(&config, &["behaviour"]).await;
    let unseen = incomplete(&alone.units);
    assert!(unseen.iter().any(|(_, reason)| reason.contains("`rows`, which did not run")), "{unseen:?}");
    let both = pair.verify(&config, &["behaviour", "rows"]).await;
    assert_eq!(incomplete(&both.units), []);
    assert!(open(&both.units).iter().all(|(check, ..)| check == "rows"), "{:?}", open(&both.units));
    // A policy that differs as well is found among them.
    run(&pair.target, &cast.fill("alter policy open on public.notes using (true)")).await;
    let guest = cast.fill("rows seen by $guest");
    let views =
        [("behaviour", "table public.notes", guest.as_str()), ("behaviour", "view public.bodies", guest.as_str())];
    assert_eq!(pair.findings(&config, "behaviour").await, expect(&views));
    run(&pair.target, &cast.fill("alter policy open on public.notes using (is_open)")).await;
    // A row that has changed hands is shown to another, whatever the cause.
    run(&pair.target, "update public.notes set tenant_id = 'blue' where id = 4").await;
    let found = pair.findings(&config, "behaviour").await;
    assert!(
        found.contains(&("behaviour".into(), "table public.notes".into(), "rows seen by tenants".into())),
        "{found:?}"
    );
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn tenants_that_see_each_other_are_told_though_both_sides_agree() {
    let cast = Cast::new("tenants").await;
    let pair = Pair::new(&[&cast.fill(NOTES)]).await;
    let config = cast.fill(CONFIG);
    for url in [&pair.source, &pair.target] {
        run(url, &cast.fill("create policy all_of_it on public.notes for select to $member using (id < 4)")).await;
    }
    let checked = pair.verify(&config, &["behaviour"]).await;
    let isolation = [
        ("behaviour", "isolation public.bodies", "rows of another tenant"),
        ("behaviour", "isolation public.notes", "rows of another tenant"),
    ];
    assert_eq!(open(&checked.units), expect(&isolation));
    let unit = checked.units.iter().find(|unit| unit.object.to_string() == "isolation public.notes").unwrap();
    let finding = &unit.open_findings()[0];
    // Notes 1, 2 and 3 are of green, red and blue: each tenant sees those of the two others besides its ten.
    let matrix = "blue user: 12 rows, 2 of another tenant\ntenant blue: 12 rows, 2 of another tenant\n\
                  tenant green: 12 rows, 2 of another tenant\ntenant red: 12 rows, 2 of another tenant";
    assert_eq!((finding.source.as_deref(), finding.target.as_deref()), (Some(matrix), Some(matrix)));
    assert_eq!(finding.side, Some(pg_rehearse::model::Side::Target));
    // It is accepted by a waiver, as any other.
    let waived = format!(
        "{config}[[waive]]\ncheck = 'behaviour'\nobject = 'isolation public.notes'\nreason = 'samples for all'\n\
         [[waive]]\ncheck = 'behaviour'\nobject = 'isolation public.bodies'\nreason = 'samples for all'\n"
    );
    assert_eq!(open(&pair.verify(&waived, &["behaviour"]).await.units), Found::new());
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn nothing_is_written_on_either_side() {
    let cast = Cast::new("quiet").await;
    let pair = Pair::new(&[&cast.fill(NOTES)]).await;
    // Whoever wrote, even in vain, would leave a trace in the sequence.
    let traps = "create sequence public.traces; grant usage on sequence public.traces to public;
        create function public.trace() returns trigger language plpgsql as $$begin perform nextval('public.traces'); return null; end$$;
        create trigger trace after insert or update or delete or truncate on public.notes for each statement execute function public.trace()";
    let state = "select concat_ws(' ', (select last_value from public.traces), (select is_called from public.traces),
        (select count(*) from public.notes), (select max(xmin::text::bigint) from public.notes), (select max(xmax::text::bigint) from public.notes),
        (select count(*) from pg_class), (select count(*) from pg_locks where locktype = 'advisory'),
        (select string_agg(setrole::text, ',') from pg_db_role_setting))";
    let alone = std::env::var("PG_REHEARSE_TEST_SERVERS").is_err();
    let mut before = Vec::new();
    for url in [&pair.source, &pair.target] {
        run(url, traps).await;
        before
            .push((value(url, state).await, value(url, "select pg_snapshot_xmax(pg_current_snapshot())::text").await));
    }
    let checked = pair.verify(&cast.fill(CONFIG), &["behaviour"]).await;
    assert_eq!((open(&checked.units), incomplete(&checked.units)), (Found::new(), Vec::new()));
    for (url, (state_before, xmax)) in [&pair.source, &pair.target].into_iter().zip(before) {
        assert_eq!(value(url, state).await, state_before);
        // On a server of our own: not one transaction has been given a number.
        let now = value(url, "select pg_snapshot_xmax(pg_current_snapshot())::text").await;
        assert!(!alone || now == xmax, "{xmax:?} became {now:?}");
    }
    // A policy whose function writes is refused, alike on both sides.
    let writes = "create function public.writes() returns bool language plpgsql as
        $$begin insert into public.log values (9, 'written'); return true; end$$;
        create policy writes on public.log for select to public using (public.writes());
        alter table public.log enable row level security";
    for url in [&pair.source, &pair.target] {
        run(url, writes).await;
    }
    let checked = pair.verify(&cast.fill(CONFIG), &["behaviour"]).await;
    assert_eq!(open(&checked.units), Found::new());
    assert_eq!(incomplete(&checked.units).len(), 1, "{:?}", incomplete(&checked.units));
    for url in [&pair.source, &pair.target] {
        assert_eq!(value(url, "select count(*)::text from public.log").await.as_deref(), Some("3"));
    }
    pair.drop().await;
    cast.drop().await;
}

#[tokio::test]
async fn a_connected_role_that_may_not_act_as_others_is_told() {
    let cast = Cast::new("bound").await;
    let pair = Pair::new(&[&cast.fill(NOTES)]).await;
    let reader = format!("bound_reader_{}", std::process::id());
    for url in cast.servers() {
        run(&url, &format!("create role {reader} login bypassrls password 'secret'")).await;
    }
    let login = |url: &str| crate::support::as_role(url, &reader, "secret");
    for url in [&pair.source, &pair.target] {
        run(url, &format!("grant select on all tables in schema public to {reader}")).await;
    }
    // On the target it may; on the source it may not.
    run(&pair.target, &cast.fill(&format!("grant $member, $guest to {reader}"))).await;
    if cast.servers().len() == 1 {
        println!("SKIPPED: one server, whose roles are the same on both sides");
    } else {
        let selection = Selection { only: vec!["behaviour".into()], skip: vec![] };
        let checked = verify_urls(&cast.fill(CONFIG), &login(&pair.source), &login(&pair.target), selection).await;
        let reasons = incomplete(&checked.units);
        let objects: Vec<String> = ["blue user", "$guest", "$member", "tenants"]
            .iter()
            .map(|name| cast.fill(&format!("persona {name}")))
            .collect();
        let told: Vec<&String> = reasons.iter().map(|(object, _)| object).collect();
        assert!(objects.iter().all(|object| told.contains(&object)), "{reasons:?}");
        assert!(reasons[0].1.contains("on the source, the connected role may not become"), "{reasons:?}");
        assert_eq!(open(&checked.units), Found::new());
        assert!(!checked.units.iter().any(|unit| unit.outcome == Outcome::Same), "{:?}", checked.units);
    }
    for url in [&pair.source, &pair.target] {
        run(url, &format!("drop owned by {reader}")).await;
    }
    for url in cast.servers() {
        run(&url, &format!("drop role {reader}")).await;
    }
    pair.drop().await;
    cast.drop().await;
}
