//! Row security and its policies: alike on both sides, and switched on wherever the configuration demands it.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::inventory_diff::{self, Compared, Comparison};
use super::{identity, scope};
use crate::catalog::{Catalog, Inventory};
use crate::check::{Check, CheckOutcome, Context};
use crate::model::{Error, Finding, ObjectRef, RelationName, Result, Side};

const NAME: &str = "rls";

/// The row security check.
pub(super) struct RowSecurity;

impl Check for RowSecurity {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "each table has row security enabled and forced as on the source, each policy has the same command, roles and \
         expressions, and no table lacks row security where it is required; it does not run queries as other roles"
    }

    fn turn(&self) -> u8 {
        0
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        async move {
            let mut comparison = inventory_diff::compare(NAME, context);
            let (source, target) = (&context.source.catalog.inventory, &context.target.catalog);
            let excluded = |name: &RelationName| scope::exclusion(context, name).is_some();
            require(&mut comparison, &context.config.require_row_security, source, target, excluded)?;
            Ok(comparison.into_outcome(NAME))
        }
        .boxed_local()
    }
}

/// Adds a finding for each table of the target that must have row security and has none.
///
/// # Errors
/// Usage, when a schema is required that the target does not have.
pub(super) fn require(
    comparison: &mut Comparison,
    required: &[String],
    source: &Inventory,
    target: &Catalog,
    excluded: impl Fn(&RelationName) -> bool,
) -> Result<()> {
    for finding in unprotected(required, source, target, excluded)? {
        match comparison.compared.iter_mut().find(|one| one.object == finding.object) {
            Some(one) if one.findings.iter().any(|other| other.attribute == finding.attribute) => {}
            Some(one) => one.findings.push(finding),
            // A table that only the target has: the schema check reports the table, this one its openness.
            None => {
                let key = ObjectRef::new("row security", &finding.object.identity);
                comparison.uncovered.retain(|(object, _)| *object != key);
                let object = finding.object.clone();
                comparison.compared.push(Compared { key, object, findings: vec![finding], note: None });
            }
        }
    }
    Ok(())
}

/// A finding for each table of the target that must have row security and has none. A partition is reached through
/// its root's policies, so only the root counts.
fn unprotected(
    required: &[String],
    source: &Inventory,
    target: &Catalog,
    excluded: impl Fn(&RelationName) -> bool,
) -> Result<Vec<Finding>> {
    if let Some(unknown) = required.iter().find(|schema| !target.schemas.contains(schema)) {
        return Err(Error::usage(format!("verify.require_row_security names the schema \"{unknown}\""))
            .hint(format!("schemas compared on the target: {}", target.schemas.join(", "))));
    }
    let mut findings = Vec::new();
    for (key, facts) in target.inventory.iter().filter(|(key, _)| key.kind == "row security") {
        let Some(name) = identity::relation(&key.identity) else { continue };
        let partition = target.relation(&name).is_some_and(|relation| relation.is_partition);
        if partition || !required.contains(&name.schema) || excluded(&name) {
            continue;
        }
        let value = facts.attributes.get("row security").cloned().flatten();
        if value.as_deref() != Some("enabled") {
            let object = ObjectRef::new("table", &key.identity);
            let source = source.get(key).and_then(|facts| facts.attributes.get("row security").cloned().flatten());
            let message = format!("row security is off, and schema {} requires it", name.schema);
            findings.push(Finding::new(NAME, object, "row security", message).values(source, value).on(Side::Target));
        }
    }
    Ok(findings)
}
