//! The target against access rules that were written down earlier, and are kept for review.

use std::time::Instant;

use super::{Majors, Sides, narrow, served};
use crate::catalog::Unread;
use crate::check::{CheckOutcome, Objects, Selection, SideView, conclude};
use crate::config::Config;
use crate::fingerprint::Access;
use crate::model::{Error, Events, ObjectRef, RelationName, Result, RunReport, Side, SideFacts};
use crate::postgres::{Endpoint, Target};
use crate::verify::{checks, own_roles, rls, scope};

/// The checks that access rules can serve. That of schemas compares owners, and the rights that views and functions use.
const SERVED: [&str; 3] = ["schema", "rls", "grants"];

/// Compares the target with access rules in place of the source. `place` says where they are from.
///
/// # Errors
/// When the target cannot be reached, the selection leaves nothing the rules can serve, or they do not hold a configured
/// schema.
pub async fn verify_against_access(
    config: &Config,
    before: &Access,
    place: &str,
    selection: &Selection,
    events: &Events,
) -> Result<RunReport> {
    let (started, clock) = (jiff::Timestamp::now(), Instant::now());
    let selection = served(selection, &SERVED, "a file of access rules")?;
    if let Some(unknown) = config.scope.schemas.iter().find(|schema| !before.schemas.contains(schema)) {
        return Err(Error::usage(format!("the access rules do not hold the schema {unknown}"))
            .hint(format!("they were taken of: {}", before.schemas.join(", "))));
    }
    let endpoint = Endpoint::<Target>::new(&config.target)?;
    let here = SideView::<Target>::open_in_part(&endpoint, 1, &config.scope.schemas).await?;
    let (target, catalog) = (here.facts(), here.catalog);
    here.readers.close().await;
    let (mut rules, mut now) = (before.rules.clone(), Access::rules(&catalog.inventory));
    let mut left_out = narrow(&mut rules, &config.scope.schemas);
    // What the rules were not taken of is not compared.
    let taken = if before.every_schema { &[] } else { before.schemas.as_slice() };
    left_out.extend(narrow(&mut now, taken).into_iter().map(|(object, _)| {
        let reason = "outside the schemas that the access rules were taken of".to_owned();
        (object, reason)
    }));
    let none = Unread::new();
    let unread = [(Side::Source, &none), (Side::Target, &catalog.unread)];
    let sides = Sides { source: &rules, target: &now, unread };
    let majors = Majors { source: before.server, target: catalog.server.major() };
    let exclusion = |name: &RelationName| scope::exclusion_on(&config.scope, &catalog, name);
    let mut outcomes = Vec::new();
    for check in SERVED.into_iter().filter(|check| selection.includes(check)) {
        let mut comparison = sides.compare(check, majors, exclusion);
        if check == "rls" {
            let excluded = |name: &RelationName| exclusion(name).is_some();
            rls::require(&mut comparison, &config.require_row_security, &rules, &catalog, excluded)?;
        }
        own_roles::leave_out(&mut comparison, &config.roles_left_out);
        let outcome = comparison.into_outcome(check);
        super::tell(events, check, &outcome, clock);
        outcomes.push((check, outcome));
    }
    if let Some((_, first)) = outcomes.first_mut() {
        first.uncovered.extend(left_out);
    }
    for check in checks().iter().map(|check| check.name()).filter(|check| !SERVED.contains(check)) {
        let reason = "access rules hold nothing that this check compares".to_owned();
        let uncovered = vec![(ObjectRef::new("check", check), reason)];
        outcomes.push((check, CheckOutcome { uncovered, ..CheckOutcome::default() }));
    }
    let objects = Objects { inventories: [&rules, &now], unmodelled: Vec::new() };
    let checked = conclude(outcomes, &objects, &config.waivers, &selection);
    let source = SideFacts {
        name: config.source.name.clone(),
        url: format!("access rules {place}"),
        version: before.server.to_string(),
        database: "access rules".to_owned(),
        lsn: None,
        snapshot_taken: None,
        identity: None,
        schema: None,
    };
    Ok(checked.report("verify", started, clock, source, target))
}
