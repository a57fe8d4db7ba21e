//! SQL that makes the target's schema equal to the source's: written to a file, reviewed and run by a person.
//!
//! Never true in here: a statement that is run, a CASCADE, rows destroyed without a line above that says so, a difference
//! left out without a line that names it, a secret read or written.

mod address;
mod changes;
mod column;
mod constraint;
mod database;
mod default_privileges;
mod facts;
mod foreign;
mod function;
mod grants;
mod index;
mod kinds;
mod order;
mod others;
mod page;
mod policy;
mod publication;
mod role;
mod sequence;
mod statement;
mod table;
mod trigger;
mod types;
mod view;
mod work;

use std::path::Path;

use changes::Difference;
use facts::Known;

use super::{parents, scope};
use crate::check::{Context, Selection};
use crate::fingerprint::write_private;
use crate::model::{Finding, ObjectRef, Outcome, Result, SideFacts, Unit};

/// The checks whose findings are put right here.
pub const CHECKS: [&str; 4] = ["schema", "rls", "grants", "indexes"];

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Written {
    /// Statements.
    pub statements: usize,
    /// Differences that need a hand.
    pub by_hand: usize,
}

/// Writes the statements for everything that the checks of the schema found different.
///
/// # Errors
/// When a side cannot be asked again, or the file cannot be written.
pub(super) async fn write(context: &Context, selection: &Selection, units: &[Unit], path: &Path) -> Result<Written> {
    let units: Vec<&Unit> = units.iter().filter(|unit| CHECKS.contains(&unit.check.as_str())).collect();
    let differences: Vec<Difference> = units.iter().flat_map(|unit| unit.open_findings()).map(difference).collect();
    let (statements, by_hand) = match differences.is_empty() {
        true => (Vec::new(), Vec::new()),
        false => {
            let (source, target) = tokio::try_join!(Known::ask(&context.source), Known::ask(&context.target))?;
            let left_out = |key: &ObjectRef, facts: &_| {
                parents::relation(key, facts, &source.inventory)
                    .is_some_and(|name| scope::exclusion(context, &name).is_some())
            };
            let mut sheet = changes::statements(&source, &target, &differences, left_out);
            tell_why(&mut sheet.by_hand, &differences);
            (order::order(sheet.statements, &source.needs, &target.needs), sheet.by_hand)
        }
    };
    let head = page::Head {
        tool: format!("pg-rehearse {}", env!("CARGO_PKG_VERSION")),
        sides: [side(&context.source.facts()), side(&context.target.facts())],
        date: format!("{:.0}", jiff::Timestamp::now()),
        left_out: left_out(selection, &units),
    };
    write_private(path, &page::render(&head, &statements, &by_hand))?;
    Ok(Written { statements: statements.len(), by_hand: by_hand.len() })
}

fn side(facts: &SideFacts) -> String {
    format!("{} {}, {}", facts.name, facts.url, facts.version)
}

/// The difference that a finding tells of, with the object's key in the inventories.
fn difference(finding: &Finding) -> Difference {
    let kind = match (finding.check.as_str(), finding.object.kind.as_str()) {
        ("rls", "table") => "row security",
        (_, kind) => kind,
    };
    (ObjectRef::new(kind, &finding.object.identity), finding.attribute.clone())
}

/// What cannot be made again is told once for each attribute that was found.
fn tell_why(by_hand: &mut Vec<(ObjectRef, String, String)>, differences: &[Difference]) {
    let mut told: Vec<(ObjectRef, String, String)> = Vec::new();
    for (key, attribute, why) in by_hand.drain(..) {
        let found =
            differences.iter().filter(|(object, name)| *object == key && (attribute == "again" || *name == attribute));
        let mut names: Vec<String> = found.map(|(_, name)| name.clone()).collect();
        if names.is_empty() {
            names.push(attribute);
        }
        for name in names {
            if !told.iter().any(|(object, other, reason)| (object, other, reason) == (&key, &name, &why)) {
                told.push((key.clone(), name, why.clone()));
            }
        }
    }
    // Row security is a property of a table, and findings say so.
    for (key, ..) in &mut told {
        if key.kind == "row security" {
            "table".clone_into(&mut key.kind);
        }
    }
    *by_hand = told;
}

/// What this file does not speak of, and why.
fn left_out(selection: &Selection, units: &[&Unit]) -> Vec<String> {
    let unmade = CHECKS.iter().filter(|check| !selection.includes(check));
    let mut lines: Vec<String> =
        unmade.map(|check| format!("what the check {check} would find: it did not run")).collect();
    for unit in units {
        match &unit.outcome {
            Outcome::Incomplete { reason, .. } => lines.push(format!("{}: not known, {reason}", unit.object)),
            Outcome::Waived { reason, .. } => lines.push(format!("{}: accepted, {reason}", unit.object)),
            _ => {}
        }
    }
    lines
}
