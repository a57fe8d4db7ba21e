//! What a check is, what it is given, and how checks are run.
//!
//! Never true in here: knowledge of any single check, an error that becomes a finding, a skip that becomes a pass.

mod context;
mod ledger;
mod runner;
pub mod trouble;
mod waiver;

pub use context::{Context, SideView, care, facts, refuse_same};
pub use ledger::Objects;
pub use runner::{Checked, Selection, conclude, run};
pub use waiver::accepted;

use std::collections::BTreeSet;

use futures_util::future::LocalBoxFuture;

use crate::model::{ObjectRef, Recall, Result, SightMatrix, Unit};

/// The turn of checks that read rows beyond the one scan of each table.
const LAST_TURN: u8 = 2;

/// One way of comparing the two databases.
pub trait Check: Send + Sync {
    /// The name used by `--only`, `--skip`, findings and waivers.
    fn name(&self) -> &'static str;

    /// What a green result proves, and what it does not.
    fn proves(&self) -> &'static str;

    /// When its turn comes under a time budget, from 0: what proves most in the least time goes first.
    fn turn(&self) -> u8 {
        LAST_TURN
    }

    /// Looks at everything it is responsible for.
    ///
    /// A unit that cannot be looked at is an incomplete unit, not an error; an error means that the check as a whole
    /// could not go on, and makes the verdict incomplete.
    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>>;
}

/// What a check did.
#[derive(Debug, Default)]
pub struct CheckOutcome {
    /// Every unit it looked at, the same ones too.
    pub units: Vec<Unit>,
    /// Every object it compared, for the coverage ledger.
    pub covered: Vec<ObjectRef>,
    /// Objects it is responsible for and did not compare, with the reason.
    pub uncovered: Vec<(ObjectRef, String)>,
    /// Checks that report what this one left to them. Where one of them does not run, nobody reports it, and this check
    /// is incomplete.
    pub left_to: BTreeSet<&'static str>,
    /// What personas were shown, for reports to draw.
    pub sight: Option<SightMatrix>,
    /// How well the indexes of vectors find, for reports to draw.
    pub recalls: Vec<Recall>,
}
