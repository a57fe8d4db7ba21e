//! Who may do what, and who may pass it on.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::inventory_diff;
use crate::check::{Check, CheckOutcome, Context};
use crate::model::Result;

const NAME: &str = "grants";

/// The grants check.
pub(super) struct Grants;

impl Check for Grants {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "every role holds the same privileges on the database and each table, column, sequence, schema, function, type, \
         language and foreign server, by default privileges too, and each role that the database names has the same \
         attributes, settings and members; it says nothing of passwords"
    }

    fn turn(&self) -> u8 {
        0
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        async move { Ok(inventory_diff::compare(NAME, context).into_outcome(NAME)) }.boxed_local()
    }
}
