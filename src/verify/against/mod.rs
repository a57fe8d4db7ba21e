//! The target against a fingerprint taken earlier, where there is no live source to ask.
//!
//! Never true in here: a table called same whose sums were not compared, a check that needs the source and is passed
//! over in silence.

mod access;
mod tables;

pub use access::verify_against_access;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::inventory_diff::Sides;
use super::majors::Majors;
use super::{Options, checks, identity, indexes, masked_manifest, own_roles, parents, rls, rows, scope, trouble};
use crate::catalog::{Catalog, Column, Inventory, RelationKind, Unread};
use crate::check::{CheckOutcome, Objects, Selection, SideView, care, conclude};
use crate::config::Config;
use crate::fingerprint::{Fingerprint, TableFingerprint};
use crate::model::{
    Error, Event, Events, Finding, ObjectRef, Outcome, RelationName, Result, RunReport, Side, SideFacts, Unit, count,
    plural, readable,
};
use crate::postgres::{Endpoint, Target};

/// The checks a fingerprint can serve; the others need a live source.
const SERVED: [&str; 6] = ["rows", "schema", "rls", "grants", "sequences", "indexes"];

/// Compares the target with a fingerprint in place of the source. `place` says where the fingerprint is from. Of the
/// options, a run's own file to resume from counts; the others need a live source.
///
/// # Errors
/// When the target cannot be reached, the selection leaves nothing a fingerprint can serve, or the fingerprint does
/// not hold a configured schema.
pub async fn verify_against(
    config: &Config,
    before: &Fingerprint,
    place: &str,
    selection: &Selection,
    options: &Options,
    events: &Events,
) -> Result<RunReport> {
    let (started, clock) = (jiff::Timestamp::now(), Instant::now());
    let care = care(config, config.manner.budget);
    let selection = served(selection, &SERVED, "a fingerprint")?;
    let finished = options.resume.as_deref().map(rows::Finished::open).transpose()?;
    masked_manifest::agree(config, before)?;
    if let Some(unknown) = config.scope.schemas.iter().find(|schema| !before.schemas.contains(schema)) {
        return Err(Error::usage(format!("the fingerprint does not hold the schema {unknown}"))
            .hint(format!("it was taken of: {}", before.schemas.join(", "))));
    }
    let endpoint = Endpoint::<Target>::new(&config.target)?;
    let mut here = SideView::<Target>::open_in_part(&endpoint, config.verify_jobs, &config.scope.schemas).await?;
    here.readers.take_care(care).await?;
    let rows = rows::Rows { finished, since: None };
    let (now, unreadable) = match selection.includes("rows") {
        true => tables::sum(&here, config, before, &rows).await,
        false => (Fingerprint::of_schema(&here.catalog), BTreeMap::new()),
    };
    let (target, catalog) = (here.facts(), here.catalog);
    here.readers.close().await;
    let inventory = before.inventory();
    let against =
        Against { config, before, inventory: &inventory, now: &now, unreadable: &unreadable, catalog: &catalog };
    let mut outcomes = Vec::new();
    for check in SERVED.into_iter().filter(|check| selection.includes(check)) {
        let outcome = against.outcome(check)?;
        tell(events, check, &outcome, clock);
        outcomes.push((check, outcome));
    }
    for check in checks().iter().map(|check| check.name()).filter(|check| !SERVED.contains(check)) {
        let reason = "a fingerprint holds no rows: this check needs a live source".to_owned();
        let uncovered = vec![(ObjectRef::new("check", check), reason)];
        outcomes.push((check, CheckOutcome { uncovered, ..CheckOutcome::default() }));
    }
    let objects =
        Objects { inventories: [&inventory, &catalog.inventory], unmodelled: catalog.unmodelled.iter().collect() };
    let checked = conclude(outcomes, &objects, &config.waivers, &selection);
    let source = SideFacts {
        name: config.source.name.clone(),
        url: format!("fingerprint {place}"),
        version: before.server_version.clone(),
        database: before.database.clone(),
        lsn: None,
        snapshot_taken: Some(before.taken.clone()),
        identity: None,
        schema: None,
    };
    Ok(checked.report("verify", started, clock, source, target))
}

/// The selection narrowed to the checks that a file can serve.
fn served(selection: &Selection, checks: &[&str], file: &str) -> Result<Selection> {
    selection.validate(&super::checks())?;
    let hint = format!("{file} serves: {}", checks.join(", "));
    if let Some(other) = selection.only.iter().find(|check| !checks.contains(&check.as_str())) {
        return Err(Error::usage(format!("the check `{other}` needs a live source")).hint(hint));
    }
    let only: Vec<String> =
        checks.iter().filter(|check| selection.includes(check)).map(|check| (*check).to_owned()).collect();
    if only.is_empty() {
        return Err(Error::usage("the selection leaves no check to run").hint(hint));
    }
    Ok(Selection { only, skip: Vec::new() })
}

/// What is compared.
struct Against<'a> {
    config: &'a Config,
    before: &'a Fingerprint,
    /// The fingerprint's objects.
    inventory: &'a Inventory,
    now: &'a Fingerprint,
    unreadable: &'a BTreeMap<String, Error>,
    catalog: &'a Catalog,
}

impl Against<'_> {
    fn outcome(&self, check: &'static str) -> Result<CheckOutcome> {
        match check {
            "rows" => Ok(self.rows()),
            "sequences" => Ok(self.sequences()),
            _ => self.objects(check),
        }
    }

    fn exclusion(&self, name: &RelationName) -> Option<String> {
        scope::exclusion_on(&self.config.scope, self.catalog, name)
    }

    /// Tables by count and bucket sums.
    fn rows(&self) -> CheckOutcome {
        let mut outcome = CheckOutcome::default();
        let known = self.before.tables.keys().chain(self.now.tables.keys()).chain(self.unreadable.keys());
        for name in known.collect::<BTreeSet<_>>() {
            let object = ObjectRef::new("table", name);
            match identity::relation(name).and_then(|relation| self.exclusion(&relation)) {
                Some(reason) => outcome.uncovered.push((object, reason)),
                None => {
                    outcome.covered.push(object.clone());
                    outcome.uncovered.extend(self.columns_left_out(name));
                    outcome.units.push(self.table(name, object));
                }
            }
        }
        if [self.inventory, &self.catalog.inventory].iter().any(|held| held.contains_key(&ObjectRef::large_objects())) {
            let reason = "a fingerprint holds nothing of what is inside large objects";
            outcome.units.push(Unit::incomplete("rows", ObjectRef::large_objects(), reason));
            outcome.uncovered.push((ObjectRef::large_objects(), reason.to_owned()));
        }
        for table in self.catalog.relations.values().filter(|held| held.of_extension) {
            let (object, reason) = (ObjectRef::table(&table.name), "a fingerprint holds no rows of extensions' tables");
            if self.exclusion(&table.name).is_none() {
                outcome.units.push(Unit::incomplete("rows", object.clone(), reason));
                outcome.uncovered.push((object, reason.to_owned()));
            }
        }
        let views = self.catalog.relations.values().filter(|held| held.kind == RelationKind::MaterializedView);
        outcome.uncovered.extend(views.map(|view| {
            let reason = "a fingerprint holds no rows of materialized views".to_owned();
            (ObjectRef::new("view", view.name.to_string()), reason)
        }));
        outcome
    }

    /// Columns of the target that the fingerprint has not summed.
    fn columns_left_out(&self, name: &str) -> Vec<(ObjectRef, String)> {
        let relation = identity::relation(name).and_then(|relation| self.catalog.relation(&relation));
        let (Some(relation), Some(before)) = (relation, self.before.tables.get(name)) else { return Vec::new() };
        let summed = |column: &&Column| !before.shape.columns.iter().any(|held| held.name == column.name);
        let entry = |column: &Column| {
            let object = ObjectRef::new("column", format!("{name}.{}", readable(&column.name)));
            (object, "the fingerprint was taken without this column".to_owned())
        };
        relation.columns.iter().filter(summed).map(entry).collect()
    }

    fn table(&self, name: &str, object: ObjectRef) -> Unit {
        if let Some(error) = self.unreadable.get(name) {
            return Unit::incomplete("rows", object, trouble::reason(error));
        }
        match (self.before.tables.get(name), self.now.tables.get(name)) {
            (Some(before), Some(now)) => sums(object, before, now),
            (None, _) if self.inventory.contains_key(&object) => {
                Unit::incomplete("rows", object, "the fingerprint was taken without the rows of this table")
            }
            (before, _) => {
                let (side, has_none) = match before {
                    Some(_) => (Side::Target, "the target has"),
                    None => (Side::Source, "the fingerprint has"),
                };
                let message = format!("{has_none} no such relation, so none of its rows");
                let finding = Finding::new("rows", object.clone(), "relation missing", message).on(side);
                Unit::judged("rows", object, vec![finding])
            }
        }
    }

    /// Where sequences stand. One that only a side has is the schema's finding.
    fn sequences(&self) -> CheckOutcome {
        let mut outcome = CheckOutcome::default();
        for (name, before) in &self.before.sequences {
            let Some(now) = self.now.sequences.get(name) else { continue };
            let object = ObjectRef::new("sequence", name);
            let owner = self.inventory.get(&object).and_then(|facts| parents::relation(&object, facts, self.inventory));
            if let Some(reason) = owner.and_then(|table| self.exclusion(&table)) {
                outcome.uncovered.push((object, reason));
                continue;
            }
            outcome.covered.push(object.clone());
            outcome.units.push(match (before, now) {
                (Some(before), Some(now)) if before == now => Unit::judged("sequences", object, Vec::new()),
                (Some(before), Some(now)) => {
                    let message = "the sequence does not stand where the fingerprint has it";
                    let finding = Finding::new("sequences", object.clone(), "state", message);
                    Unit::judged("sequences", object, vec![finding.values(shown(*before), shown(*now))])
                }
                (None, _) => Unit::incomplete("sequences", object, "the fingerprint does not say where it stood"),
                (_, None) => {
                    let denied = || "the connected role may not read where it stands".to_owned();
                    let reason = self.catalog.unread.get(&object).cloned().unwrap_or_else(denied);
                    Unit::incomplete("sequences", object, reason)
                }
            });
        }
        outcome
    }

    /// Objects by their attributes, as the check of their kind compares them.
    fn objects(&self, check: &'static str) -> Result<CheckOutcome> {
        let mut source = self.inventory.clone();
        let left_out = narrow(&mut source, &self.config.scope.schemas);
        let target = &self.catalog.inventory;
        let none = Unread::new();
        let unread = [(Side::Source, &none), (Side::Target, &self.catalog.unread)];
        let sides = Sides { source: &source, target, unread };
        let major = self.before.server_version.split(|c: char| !c.is_ascii_digit()).next();
        let major = major.and_then(|text| text.parse().ok()).unwrap_or(0);
        let majors = Majors { source: major, target: self.catalog.server.major() };
        let mut comparison = sides.compare(check, majors, |name| self.exclusion(name));
        match check {
            "indexes" => comparison.compared.iter_mut().for_each(|one| indexes::judge_state(one, &source, target)),
            "rls" => {
                let excluded = |name: &RelationName| self.exclusion(name).is_some();
                let required = &self.config.require_row_security;
                rls::require(&mut comparison, required, &source, self.catalog, excluded)?;
            }
            _ => {}
        }
        comparison.uncovered.extend(left_out);
        own_roles::leave_out(&mut comparison, &self.config.roles_left_out);
        Ok(comparison.into_outcome(check))
    }
}

/// One table's sums. Rows hashed over other columns than before cannot be compared; their number can.
fn sums(object: ObjectRef, before: &TableFingerprint, now: &TableFingerprint) -> Unit {
    let counts = (Some(count(before.rows)), Some(count(now.rows)));
    let finding = |attribute: &str, message: String| {
        Finding::new("rows", object.clone(), attribute, message).values(counts.0.clone(), counts.1.clone())
    };
    let number = (before.rows != now.rows)
        .then(|| finding("number of rows", format!("{} became {}", plural(before.rows, "row"), count(now.rows))));
    if before.shape != now.shape {
        let outcome = Outcome::Incomplete {
            reason: "its columns have changed since, so that its rows cannot be compared with the fingerprint"
                .to_owned(),
            findings: number.into_iter().collect(),
        };
        return Unit { outcome, ..Unit::judged("rows", object, Vec::new()) };
    }
    let differing = before.checksum.differing(&now.checksum);
    let found = number.or_else(|| {
        let some = format!("{} of {}", differing.len(), plural(u64::from(before.shape.buckets), "bucket"));
        (!differing.is_empty()).then(|| finding("row values", format!("as many rows with other values, in {some}")))
    });
    let unit = Unit::judged("rows", object, found.into_iter().collect()).rows(before.rows, now.rows);
    unit.detail(plural(now.rows, "row"))
}

fn shown((value, called): (i64, bool)) -> Option<String> {
    Some(format!("{value}, {}", if called { "given out" } else { "not given out yet" }))
}

/// Kinds of objects that belong to the database, and to no schema.
const OF_THE_DATABASE: [&str; 16] = [
    "access method",
    "cast",
    "database",
    "event trigger",
    "extension",
    "extension dependency",
    "foreign data wrapper",
    "foreign server",
    "language",
    "large objects",
    "membership",
    "publication",
    "role",
    "security label",
    "subscription",
    "transform",
];

/// Takes out what is in other schemas than these, none of which means all.
fn narrow(inventory: &mut Inventory, schemas: &[String]) -> Vec<(ObjectRef, String)> {
    let mut left_out = Vec::new();
    if !schemas.is_empty() {
        inventory.retain(|key, facts| {
            let inside = schema_of(key, facts.parent.as_deref()).is_none_or(|schema| schemas.contains(&schema));
            if !inside {
                left_out.push((key.clone(), "outside the configured schemas".to_owned()));
            }
            inside
        });
    }
    left_out
}

/// The schema an object belongs to; `None` for what belongs to the database.
fn schema_of(key: &ObjectRef, parent: Option<&str>) -> Option<String> {
    let first = |name: &str| identity::parts(name).into_iter().next();
    match (key.kind.as_str(), parent) {
        ("grant", Some(parent)) => {
            let in_schema = ["table", "view", "column", "sequence", "schema", "function", "type"];
            match parent.strip_prefix("default privileges ") {
                Some(rest) => first(rest.strip_prefix("in ")?.split(" by ").next()?),
                None => parent.split_once(' ').filter(|(kind, _)| in_schema.contains(kind)).and_then(|it| first(it.1)),
            }
        }
        (kind, _) => (!OF_THE_DATABASE.contains(&kind)).then(|| first(&key.identity)).flatten(),
    }
}

/// Tells of a check that ended, and of its units.
fn tell(events: &Events, check: &str, outcome: &CheckOutcome, clock: Instant) {
    for _ in &outcome.units {
        events.send(&Event::UnitChecked { check: check.to_owned() });
    }
    let seconds = clock.elapsed().as_secs_f64();
    events.send(&Event::CheckEnded { check: check.to_owned(), units: outcome.units.len(), seconds });
}
