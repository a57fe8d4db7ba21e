//! Roles, memberships, owners, privileges, default privileges, and what is set for the database.

use super::{apply, left};
use crate::support::{Found, Pair, run, server_urls};

/// A script in which `~` stands for what makes the names of roles this test's own.
fn own(script: &str) -> String {
    script.replace('~', &format!("ddl_{}", std::process::id()))
}

const BASE: &str = "
create table public.t (a int, b int); create view public.v as select 1 as one; create sequence public.s; create function public.f(a int default 1) returns int language sql as 'select 1';
create procedure public.p() language sql as 'select 1'; create schema app; create type public.e as enum ('x'); create domain public.d as int;
create foreign data wrapper far; create server away foreign data wrapper far; create trusted language own handler plpgsql_call_handler;
create table public.owned (id serial); create materialized view public.m as select 1 as one; create publication pub; create aggregate public.agg(int) (sfunc = int4pl, stype = int)";

const SOURCE: &str = "
create role ~_reader login bypassrls connection limit 7 valid until '2030-01-01'; create role ~_group nologin noinherit createdb; create role ~_member; comment on role ~_group is 'group';
alter role ~_both createrole connection limit 3; grant ~_group to ~_reader with admin option; grant pg_monitor to ~_group; grant ~_both to ~_reader;
create table public.named (a int); grant select on public.named to ~_reader, ~_group, ~_member, ~_both; grant insert (a), update (a) on public.named to ~_reader with grant option;
alter table public.owned owner to ~_group; alter view public.v owner to ~_group; alter function public.f(int) owner to ~_group; alter schema app owner to ~_group; alter type public.e owner to ~_group; alter domain public.d owner to ~_group;
alter materialized view public.m owner to ~_group; alter publication pub owner to ~_group; alter server away owner to ~_reader; alter language own owner to ~_group; alter aggregate public.agg(int) owner to ~_group;
grant select, insert on public.t to ~_both; grant update on public.t to ~_both with grant option; grant usage on sequence public.s to ~_both; grant usage on schema app to ~_both; grant usage on type public.e to ~_both with grant option;
revoke execute on function public.f(int) from public; grant execute on procedure public.p() to ~_both; revoke usage on language own from public; grant usage on foreign server away to ~_both; grant usage on foreign data wrapper far to ~_both;
alter default privileges for role ~_both in schema app grant select, insert on tables to public; alter default privileges for role ~_both revoke execute on functions from public;
alter default privileges for role ~_both in schema public grant usage on sequences to ~_member with grant option;
do $do$ begin execute format('alter database %I set work_mem = ''9MB''; alter database %I set search_path = \"$user\", public, \"odd, name\"; alter role ~_both in database %I set statement_timeout = 5000; alter database %I connection limit 50', current_database(), current_database(), current_database(), current_database());
  execute format('comment on database %I is ''made''; grant create on database %I to ~_both', current_database(), current_database()); end $do$;
alter role ~_both set lock_timeout = '3s'";

const TARGET: &str = "
alter role ~_both nologin replication valid until '2031-01-01'; grant ~_other to ~_both;
grant select on public.t to ~_both with grant option; grant delete on public.t to ~_both; grant update (b) on public.t to public; grant all on public.v to ~_both; alter table public.t owner to ~_both;
alter default privileges for role ~_both revoke execute on functions from public; alter default privileges for role ~_both grant select on tables to public; alter default privileges for role ~_both in schema app grant execute on functions to ~_other;
alter default privileges grant all on tables to ~_other; alter default privileges grant all on functions to ~_other; alter default privileges grant all on sequences to public;
do $do$ begin execute format('alter database %I set enable_sort = off; alter role ~_both in database %I set work_mem = ''1MB''', current_database(), current_database()); end $do$;
create role ~_extra; grant select on public.t to ~_extra";

#[tokio::test]
async fn roles_owners_and_privileges_are_healed() {
    let (there, here) = server_urls();
    if there == here {
        println!("SKIPPED: both databases are on one server, whose roles are the same");
        return;
    }
    for url in [&there, &here] {
        run(url, &own("create role ~_both login password 'never shown'; create role ~_other")).await;
    }
    let pair = Pair::new(&[BASE]).await;
    run(&pair.source, &own(SOURCE)).await;
    run(&pair.target, &own(TARGET)).await;
    let (found, file) = left(&pair).await;
    for kind in ["role", "membership", "grant", "database"] {
        assert!(found.iter().any(|(_, object, _)| object.starts_with(kind)), "no {kind} in {found:#?}");
    }
    assert!(!file.contains("never shown"));
    assert!(!file.contains("-- BY HAND"), "{file}");
    apply(&pair.target, &file).await.unwrap_or_else(|error| panic!("{error}\n{file}"));
    let (found, _) = left(&pair).await;
    assert_eq!(found, Found::new(), "{file}");
    pair.drop().await;
    let roles = own(
        "drop role if exists ~_reader; drop role if exists ~_group; drop role if exists ~_member; drop role if exists ~_extra; drop owned by ~_both; drop role ~_both; drop role ~_other",
    );
    for url in [&there, &here] {
        run(url, &roles).await;
    }
}
