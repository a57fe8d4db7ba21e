//! Runs the selected checks at once over the same two snapshots and gathers what they say.

use std::collections::BTreeSet;
use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::Timestamp;

use super::ledger::{self, Objects};
use super::{Check, CheckOutcome, Context, waiver};
use crate::model::{
    Error, Event, LedgerEntry, ObjectRef, Recall, Result, RunReport, SideFacts, SightMatrix, Unit, Waiver, WaiverUse,
};

/// Which checks run.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these; empty means all.
    pub only: Vec<String>,
    /// All but these.
    pub skip: Vec<String>,
}

impl Selection {
    /// Whether a check runs.
    pub fn includes(&self, check: &str) -> bool {
        (self.only.is_empty() || self.only.iter().any(|name| name == check))
            && !self.skip.iter().any(|name| name == check)
    }

    /// Refuses names no check has, and a selection that leaves nothing to run.
    ///
    /// # Errors
    /// Usage, naming the valid checks.
    pub fn validate(&self, checks: &[Box<dyn Check>]) -> Result<()> {
        let valid: BTreeSet<&str> = checks.iter().map(|check| check.name()).collect();
        let list = valid.iter().copied().collect::<Vec<_>>().join(", ");
        if let Some(unknown) = self.only.iter().chain(&self.skip).find(|name| !valid.contains(name.as_str())) {
            return Err(Error::usage(format!("there is no check `{unknown}`")).hint(format!("checks: {list}")));
        }
        if !valid.iter().any(|check| self.includes(check)) {
            return Err(Error::usage("the selection leaves no check to run").hint(format!("checks: {list}")));
        }
        Ok(())
    }
}

/// What all checks said together.
#[derive(Debug)]
pub struct Checked {
    /// Every unit of every check, waivers applied.
    pub units: Vec<Unit>,
    /// Every object of both catalogs.
    pub ledger: Vec<LedgerEntry>,
    /// What became of each waiver.
    pub waivers: Vec<WaiverUse>,
    /// What personas were shown.
    pub sight: Option<SightMatrix>,
    /// How well the indexes of vectors find.
    pub recalls: Vec<Recall>,
}

impl Checked {
    /// The report of a verb that compares and does nothing else.
    pub fn report(
        self,
        verb: &str,
        started: Timestamp,
        clock: Instant,
        source: SideFacts,
        target: SideFacts,
    ) -> RunReport {
        RunReport {
            started,
            seconds: clock.elapsed().as_secs_f64(),
            units: self.units,
            ledger: self.ledger,
            waivers: self.waivers,
            sight: self.sight,
            recalls: self.recalls,
            ..RunReport::empty(verb, source, target)
        }
    }
}

/// Runs the selected checks; an error of one makes it incomplete and leaves the others be.
///
/// # Errors
/// Usage, when the selection names a check that does not exist.
pub async fn run(checks: &[Box<dyn Check>], selection: &Selection, context: &Context) -> Result<Checked> {
    selection.validate(checks)?;
    let selected: Vec<&dyn Check> =
        checks.iter().map(AsRef::as_ref).filter(|check| selection.includes(check.name())).collect();
    let mut outcomes = Vec::new();
    // All at once; under a time budget by turns, so that it is used up on what is worth most.
    let turn = |check: &&dyn Check| if context.config.manner.budget.is_some() { check.turn() } else { 0 };
    let turns: BTreeSet<u8> = selected.iter().map(turn).collect();
    for now in turns {
        let mut running: FuturesUnordered<_> =
            selected.iter().filter(|check| turn(check) == now).map(|check| one(*check, context)).collect();
        while let Some(outcome) = running.next().await {
            outcomes.push(outcome);
        }
    }
    // Back into the order checks are listed in, whatever order they ended in.
    outcomes.sort_by_key(|(name, _)| selected.iter().position(|check| check.name() == *name));
    let (source, target) = (&context.source.catalog, &context.target.catalog);
    let objects = Objects {
        inventories: [&source.inventory, &target.inventory],
        unmodelled: source.unmodelled.iter().chain(&target.unmodelled).collect(),
    };
    Ok(conclude(outcomes, &objects, &context.config.waivers, selection))
}

/// What the outcomes of checks come to: the ledger over all objects, and the units with waivers applied.
pub fn conclude(
    mut outcomes: Vec<(&'static str, CheckOutcome)>,
    objects: &Objects<'_>,
    waivers: &[Waiver],
    selection: &Selection,
) -> Checked {
    for (name, outcome) in &mut outcomes {
        let unreported = outcome.left_to.iter().filter(|other| !selection.includes(other));
        let reason = |other: &&str| {
            format!(
                "what only one side has, and what that entails, is reported by the check `{other}`, which did not run"
            )
        };
        let units = unreported.map(|other| Unit::incomplete(name, ObjectRef::new("check", *name), reason(other)));
        outcome.units.extend(units.collect::<Vec<_>>());
    }
    let ledger = ledger::entries(objects, &outcomes);
    let sight = outcomes.iter_mut().find_map(|(_, outcome)| outcome.sight.take());
    let recalls = outcomes.iter_mut().flat_map(|(_, outcome)| std::mem::take(&mut outcome.recalls)).collect();
    let units = outcomes.into_iter().flat_map(|(_, outcome)| outcome.units).collect();
    let (units, waivers) = waiver::apply(units, waivers, selection, jiff::Zoned::now().date());
    Checked { units, ledger, waivers, sight, recalls }
}

async fn one<'a>(check: &'a dyn Check, context: &'a Context) -> (&'static str, CheckOutcome) {
    let (name, started) = (check.name(), Instant::now());
    context.events.send(&Event::CheckStarted { check: name.to_owned() });
    let outcome = check.run(context).await.unwrap_or_else(|error| CheckOutcome {
        units: vec![Unit::incomplete(name, ObjectRef::new("check", name), error.chain())],
        ..CheckOutcome::default()
    });
    let seconds = started.elapsed().as_secs_f64();
    context.events.send(&Event::CheckEnded { check: name.to_owned(), units: outcome.units.len(), seconds });
    (name, outcome)
}
