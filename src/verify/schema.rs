//! Whether both sides are built alike: every kind of object that shapes or guards the data.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::inventory_diff;
use crate::check::{Check, CheckOutcome, Context};
use crate::model::Result;

const NAME: &str = "schema";

/// The schema check.
pub(super) struct Schema;

impl Check for Schema {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "extensions, schemas, types, tables, columns, constraints, sequences' settings, views, functions, triggers and \
         rules are defined alike, down to each attribute; it says nothing of rows, row security, grants or indexes"
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        async move { Ok(inventory_diff::compare(NAME, context).into_outcome(NAME)) }.boxed_local()
    }
}
