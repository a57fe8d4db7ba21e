//! Indexes: defined alike, and each one on the target in working order.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::inventory_diff::{self, Compared};
use crate::catalog::Inventory;
use crate::check::{Check, CheckOutcome, Context};
use crate::model::{Finding, Result, Side};

const NAME: &str = "indexes";

/// The index check.
pub(super) struct Indexes;

impl Check for Indexes {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "each index is defined alike, and on the target each is valid and ready; it does not look inside them"
    }

    fn turn(&self) -> u8 {
        0
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        async move {
            let mut comparison = inventory_diff::compare(NAME, context);
            for one in &mut comparison.compared {
                judge_state(one, &context.source.catalog.inventory, &context.target.catalog.inventory);
            }
            Ok(comparison.into_outcome(NAME))
        }
        .boxed_local()
    }
}

/// An index out of order on the target is one finding, whatever the source has.
pub(super) fn judge_state(one: &mut Compared, source: &Inventory, target: &Inventory) {
    let Some(facts) = target.get(&one.key) else { return };
    let is_off = |name: &str| facts.attributes.get(name).and_then(Option::as_deref) == Some("false");
    let (attribute, message) = match (is_off("valid"), is_off("ready")) {
        (true, true) => ("valid", "the index is invalid and not ready: queries and constraints do not use it"),
        (true, false) => ("valid", "the index is invalid: queries do not use it"),
        (false, true) => ("ready", "the index is not ready: new rows do not enter it"),
        (false, false) => return,
    };
    one.findings.retain(|finding| finding.attribute != "valid" && finding.attribute != "ready");
    let source = source.get(&one.key).and_then(|facts| facts.attributes.get(attribute).cloned().flatten());
    let finding = Finding::new(NAME, one.object.clone(), attribute, message);
    one.findings.push(finding.values(source, Some("false".to_owned())).on(Side::Target));
}
