//! The advisors: rules on security and performance, asked of each side and held against each other.
//!
//! Never true in here: a rule that failed read as one that found nothing, a finding called new where the source was not
//! asked, a rule without its page and its fixtures.

mod fill;
mod judge;
mod look;
mod registry;
mod rule;

pub use registry::rules;
pub use rule::Rule;

use std::collections::BTreeSet;
use std::time::Instant;

use jiff::Timestamp;

use crate::catalog::Inventory;
use crate::check::{CheckOutcome, Checked, Objects, Selection, conclude, refuse_same};
use crate::config::{Config, SideConfig};
use crate::model::{
    Advice, AdviceCounts, AdviceLevel, Error, Event, Events, ObjectRef, Outcome, Result, RunReport, Side, SideFacts,
    Unit, Waiver,
};
use crate::postgres::{Source, Target};
use judge::{Case, Judged, judge};
use look::{Looked, look};

/// The name in findings, waivers and the coverage ledger.
pub const NAME: &str = "advise";

/// Which rules are asked of which side, and what counts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Only this side; each finding is then a difference, since there is nothing to hold it against.
    pub side: Option<Side>,
    /// Only these rules, by name or number; empty means all.
    pub only: Vec<String>,
    /// All rules but these.
    pub skip: Vec<String>,
    /// Rules of a lower level are left out.
    pub min_level: AdviceLevel,
    /// Findings from this level on are differences; those below are listed.
    pub differ_from: AdviceLevel,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            side: None,
            only: Vec::new(),
            skip: Vec::new(),
            min_level: AdviceLevel::Info,
            differ_from: AdviceLevel::Info,
        }
    }
}

impl Options {
    /// Refuses names no rule has, and a choice that leaves no rule.
    ///
    /// # Errors
    /// Usage, naming the rules.
    pub fn validate(&self, rules: &[Rule]) -> Result<()> {
        for name in self.only.iter().chain(&self.skip) {
            find(rules, name)?;
        }
        if rules.iter().all(|rule| self.leaves_out(rule).is_some()) {
            return Err(Error::usage("the selection leaves no rule to ask").hint(names(rules)));
        }
        Ok(())
    }

    /// Why a rule is not asked; `None` when it is.
    fn leaves_out(&self, rule: &Rule) -> Option<&'static str> {
        let names = |list: &[String]| list.iter().any(|name| rule.is_called(name));
        if rule.level < self.min_level {
            Some("left out by --min-level")
        } else if !self.only.is_empty() && !names(&self.only) {
            Some("left out by --only")
        } else if names(&self.skip) {
            Some("left out by --skip")
        } else {
            None
        }
    }
}

/// The rule of a name or number.
///
/// # Errors
/// Usage, naming the rules.
pub fn find<'a>(rules: &'a [Rule], name: &str) -> Result<&'a Rule> {
    rules
        .iter()
        .find(|rule| rule.is_called(name))
        .ok_or_else(|| Error::usage(format!("there is no rule `{name}`")).hint(names(rules)))
}

fn names(rules: &[Rule]) -> String {
    format!("rules: {}", rules.iter().map(|rule| rule.name).collect::<Vec<_>>().join(", "))
}

/// Asks the rules of both sides, or of one, each side in one snapshot.
///
/// # Errors
/// When a side cannot be reached, both are the same database, or the choice of rules is not sound. A rule that fails is
/// an incomplete unit.
pub async fn advise(config: &Config, options: &Options, events: &Events) -> Result<RunReport> {
    let (started, clock) = (Timestamp::now(), Instant::now());
    let all = rules()?;
    options.validate(&all)?;
    let asked: Vec<&Rule> = all.iter().filter(|rule| options.leaves_out(rule).is_none()).collect();
    events.send(&Event::CheckStarted { check: NAME.to_owned() });
    let (source, target) = sides(config, options, &asked).await?;
    let mut outcome = CheckOutcome::default();
    let mut advice = Vec::new();
    for rule in &all {
        let object = rule.object();
        if let Some(reason) = options.leaves_out(rule) {
            outcome.uncovered.push((object, reason.to_owned()));
            continue;
        }
        let case = Case {
            rule,
            source: source.as_ref().and_then(|looked| looked.answers.get(&rule.number)),
            target: target.as_ref().and_then(|looked| looked.answers.get(&rule.number)),
            options,
            accepted: &config.accepted_advice,
        };
        let Judged { advice: found, unit, uncovered } = judge(&case);
        if unit.is_some() {
            events.send(&Event::UnitChecked { check: NAME.to_owned() });
        }
        advice.extend(found);
        outcome.units.extend(unit);
        match uncovered {
            Some(reason) => outcome.uncovered.push((object, reason)),
            None => outcome.covered.push(object),
        }
    }
    let seconds = clock.elapsed().as_secs_f64();
    events.send(&Event::CheckEnded { check: NAME.to_owned(), units: outcome.units.len(), seconds });
    advice.sort_by(|one, two| two.level.cmp(&one.level).then_with(|| one.rule.cmp(&two.rule)));
    let checked = concluded(config, options, outcome, &advice);
    let (source, target) = (facts(source, &config.source), facts(target, &config.target));
    Ok(RunReport { advice, ..checked.report(NAME, started, clock, source, target) })
}

/// Both sides at once, as far as they are wanted.
async fn sides(config: &Config, options: &Options, asked: &[&Rule]) -> Result<(Option<Looked>, Option<Looked>)> {
    let source = async {
        match options.side {
            Some(Side::Target) => Ok(None),
            _ => look::<Source>(&config.source, asked).await.map(Some),
        }
    };
    let target = async {
        match options.side {
            Some(Side::Source) => Ok(None),
            _ => {
                let lasting: Vec<&Rule> = asked.iter().copied().filter(|rule| !rule.quiet_when_fresh).collect();
                look::<Target>(&config.target, &lasting).await.map(Some)
            }
        }
    };
    let (source, target) = tokio::try_join!(source, target)?;
    if let (Some(source), Some(target)) = (&source, &target) {
        refuse_same(&source.server, &target.server)?;
    }
    Ok((source, target))
}

/// Applies the waivers. One that covers nothing is only a finding where all was asked that it could have covered.
fn concluded(config: &Config, options: &Options, outcome: CheckOutcome, advice: &[Advice]) -> Checked {
    let partly = options.side.is_some()
        || !options.only.is_empty()
        || !options.skip.is_empty()
        || options.min_level > AdviceLevel::Info
        || outcome.units.iter().any(|unit| matches!(unit.outcome, Outcome::Incomplete { .. }));
    let names: BTreeSet<(String, &str)> =
        advice.iter().map(|one| (one.object.to_string(), one.name.as_str())).collect();
    let covers = |waiver: &&Waiver| {
        names.iter().any(|(object, rule)| {
            *object == waiver.object && waiver.attribute.as_ref().is_none_or(|attribute| attribute == rule)
        })
    };
    let waivers: Vec<Waiver> =
        config.accepted_advice.iter().filter(|waiver| !partly || covers(waiver)).cloned().collect();
    let nothing = Inventory::new();
    let objects = Objects { inventories: [&nothing, &nothing], unmodelled: Vec::new() };
    conclude(vec![(NAME, outcome)], &objects, &waivers, &Selection::default())
}

/// The facts of a side that was asked, or the name of one that was not.
fn facts(looked: Option<Looked>, config: &SideConfig) -> SideFacts {
    match looked {
        Some(looked) => looked.facts,
        None => SideFacts {
            name: config.name.clone(),
            url: "not asked".to_owned(),
            version: "unknown".to_owned(),
            database: "unknown".to_owned(),
            lsn: None,
            snapshot_taken: None,
            identity: None,
            schema: None,
        },
    }
}

/// A unit that says that the advisors could not be asked at all.
pub fn not_asked(error: &Error) -> Unit {
    Unit::incomplete(NAME, ObjectRef::new("check", NAME), error.chain())
}

/// One line: how many findings of each level there are on each side, and how many are new.
pub fn summary(advice: &[Advice]) -> String {
    let by_level = |side: fn(AdviceCounts) -> u64| {
        let of = |level| side(AdviceCounts::of(advice.iter().filter(|one| one.level == level)));
        AdviceLevel::ALL.map(|level| format!("{} {level}", of(level))).join(", ")
    };
    let all = AdviceCounts::of(advice);
    format!(
        "{} on the source ({}), {} on the target ({}), {} new",
        all.source,
        by_level(|counts| counts.source),
        all.target,
        by_level(|counts| counts.target),
        all.new
    )
}
