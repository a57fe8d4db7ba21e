//! The whole day and the way back as the roles it is meant to be run as: those of least privilege that are shipped, and one like a
//! platform's owner without superuser.

use crate::copy_fixture::{digests, muva};
use crate::support::command::Shell;
use crate::support::endpoints::{Pair, run};

const SOURCE: &str = include_str!("../../docs/roles/source.sql");
const TARGET: &str = include_str!("../../docs/roles/target.sql");

/// Under the fixture's own configuration, with the roles left out of the comparison.
fn configuration(roles: &[&str]) -> String {
    let roles: std::collections::BTreeSet<&str> = roles.iter().copied().collect();
    let own: String = roles.iter().map(|role| format!("{role} = \"this tool's own\"\n")).collect();
    let fixture = include_str!("../../fixtures/muva/migration.toml");
    format!("{fixture}\n[verify.roles_left_out]\n{own}")
}

fn as_role(url: &str, role: &str) -> String {
    crate::support::as_role(url, role, "unheard-of-4711")
}

/// Everything of the schema `public` as a platform has it: owned by a role that is no superuser, passes row security and may be a
/// replica.
const PLATFORM: &str = "
    create role platform login createrole bypassrls;
    grant set on parameter session_replication_role to platform;
    grant create on database :database to platform;
    grant usage on schema public, auth, extensions to platform;
    grant select on all tables in schema auth to platform;
    grant anon, authenticated, service_role to platform;
    do $$ declare thing record; begin
        for thing in select c.oid::regclass as name, case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind
                     from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') loop
            execute format('alter %s %s owner to platform', thing.kind, thing.name);
        end loop;
        for thing in select c.oid::regclass as name from pg_class c
                     where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'
                       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i')) loop
            execute format('alter sequence %s owner to platform', thing.name);
        end loop;
    end $$";

/// The tables of which the configuration masks columns.
const MASKED: [&str; 3] = ["airbnb_sync_log", "guest_conversations", "guest_reservations"];

async fn there_and_back(pair: &Pair, reader: &str, writer: &str) {
    let before = digests(pair).await;
    assert_ne!(before.0, before.1);
    let (source, target) = (as_role(pair.source.url.expose(), reader), as_role(pair.target.url.expose(), writer));
    let shell = Shell::between(&source, &target).await.file("migration.toml", &configuration(&[reader, writer]));
    let shell = shell.variable("PG_REHEARSE_MASK_SALT", "the salt of the shipped fixture");
    shell.run("preflight").exits(0).says("kept quiet");

    shell.run("migrate --confirm staging --folder day").exits(0);
    let after = digests(pair).await;
    assert_eq!(after.0, before.0, "the source changed");
    let differ = after.0.iter().zip(&after.1).filter(|(source, target)| source != target);
    let differ = differ.filter_map(|(source, _)| source.split('|').next());
    // The users of the platform are not in scope.
    assert_eq!(differ.filter(|table| *table != "users").collect::<Vec<_>>(), MASKED, "the target is not the source");

    shell.run("rollback --confirm staging --folder day").exits(0).says("equal by fingerprint");
    assert_eq!(digests(pair).await, before, "the target is not as it was");
    shell.assert_no_secret_kept();
}

/// Drops the databases, then the roles.
async fn end(pair: Pair, roles: [&str; 2]) {
    let servers = pair.servers();
    pair.drop_databases().await;
    for (server, role) in [&servers.0, &servers.1].into_iter().zip(roles) {
        run(server, &format!("drop owned by {role}; drop role {role}")).await;
    }
}

#[tokio::test]
async fn the_shipped_roles_suffice() {
    let pair = muva("roles").await;
    let (reader, writer) = (format!("reader_{}", std::process::id()), format!("writer_{}", std::process::id()));
    let named = |script: &str| script.replace("rehearse_reader", &reader).replace("rehearse_writer", &writer);
    pair.on_source(&format!("{}; alter role {reader} password 'unheard-of-4711'", named(SOURCE))).await;
    pair.on_target(&format!("{}; alter role {writer} password 'unheard-of-4711'", named(TARGET))).await;
    there_and_back(&pair, &reader, &writer).await;
    end(pair, [&reader, &writer]).await;
}

#[tokio::test]
async fn a_platforms_owner_suffices() {
    let pair = muva("owned").await;
    let role = format!("platform_{}", std::process::id());
    let names = (pair.names().0.to_owned(), pair.names().1.to_owned());
    let script = |database: &str| {
        format!("{}; alter role platform password 'unheard-of-4711'", PLATFORM)
            .replace(":database", database)
            .replace("platform", &role)
    };
    // One role where both databases stand on one server.
    pair.on_source(&script(&names.0)).await;
    let servers = pair.servers();
    if servers.0 != servers.1 {
        pair.on_target(&script(&names.1)).await;
    } else {
        let rest = script(&names.1);
        pair.on_target(rest.split_once(';').unwrap().1).await;
    }
    there_and_back(&pair, &role, &role).await;
    pair.drop_databases().await;
    run(&servers.0, &format!("drop owned by {role}; drop role {role}")).await;
    if servers.0 != servers.1 {
        run(&servers.1, &format!("drop owned by {role}; drop role {role}")).await;
    }
}
