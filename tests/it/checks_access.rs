//! What a role may not read is incomplete, with the reason, and takes nothing else along.

use crate::checks::STRUCTURE;
use crate::support::{Pair, incomplete, run};
use pg_rehearse::check::Selection;

#[tokio::test]
async fn unreadable_units_are_incomplete() {
    let pair = Pair::new(&[STRUCTURE]).await;
    let role = format!("rehearse_reader_{}", std::process::id());
    let login = |url: &str| crate::support::as_role(url, &role, "secret");
    let create = format!(
        "do $$ begin create role {role} login password 'secret'; exception when duplicate_object then null; end $$;
         grant select on public.child, public.log to {role}; grant select on sequence public.user_id_seq to {role}"
    );
    for url in [&pair.source, &pair.target] {
        run(url, &create).await;
    }
    let selection = Selection { only: vec!["orphans".into(), "sequences".into(), "samples".into()], skip: vec![] };
    let config = "[scope]\nschemas = ['public']\n\
                  [[sample]]\nname = 'a'\nsql = 'select count(*) from public.parent'\nexpect = 'same'\n\
                  [[sample]]\nname = 'b'\nsql = 'select count(*) from public.child'\nexpect = 'same'\n\
                  [[sample]]\nname = 'c'\nsql = 'select count(*) from public.log'\nexpect = 'same'\n";
    let checked = crate::support::verify_urls(config, &login(&pair.source), &login(&pair.target), selection).await;
    let reasons = incomplete(&checked.units);
    let reason = |object: &str| {
        let found = reasons.iter().find(|(name, _)| name == object);
        found.map(|(_, reason)| reason.as_str()).unwrap_or_else(|| panic!("{object} in {reasons:?}"))
    };
    assert!(reason("constraint public.child.child_fk").contains("row security would hide rows"), "{reasons:?}");
    assert!(reason("sample b").contains("row security would hide rows"), "{reasons:?}");
    assert!(reason("sample a").contains("may not read"), "{reasons:?}");
    assert!(reason("sequence public.child_id_seq").contains("may not read where it stands"), "{reasons:?}");
    assert!(reason("sequence public.user_id_seq").contains("may not read"), "{reasons:?}");
    assert!(!reasons.iter().any(|(object, _)| object == "sample c"), "{reasons:?}");
    for url in [&pair.source, &pair.target] {
        run(url, &format!("drop owned by {role}")).await;
    }
    run(&pair.source, &format!("drop role if exists {role}")).await;
    pair.drop().await;
}
