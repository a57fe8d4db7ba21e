//! What stands in the way of a copy, found before a single row moves.

use std::fmt;

use crate::catalog::Catalog;
use crate::model::{ErrorKind, ObjectRef, Result, quoted, readable};
use crate::plan::{Fit, Plan, TableMapping, mappings};
use crate::postgres::{Readers, Source, is_timeout, is_transient};

/// Something that makes the copy impossible, or would make it lose something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// Where.
    pub object: ObjectRef,
    /// What.
    pub problem: String,
    /// What can be done about it.
    pub fix: String,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.object, self.problem)
    }
}

/// How every planned table travels, and what stands in the way.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    /// The tables in the plan's order.
    pub mappings: Vec<TableMapping>,
    /// Empty when the copy may start.
    pub obstacles: Vec<Obstacle>,
    /// What is worth knowing.
    pub notes: Vec<String>,
}

/// Matches the columns of every planned table and asks the source whether columns that stay behind hold anything, and whether the target's
/// types hold what the source's columns do.
///
/// # Errors
/// The server's error.
pub async fn readiness(
    source: &Readers<Source>,
    source_catalog: &Catalog,
    target_catalog: &Catalog,
    plan: &Plan,
) -> Result<Readiness> {
    let mut found = Readiness { mappings: mappings(source_catalog, target_catalog, plan), ..Readiness::default() };
    for mapping in &found.mappings {
        let object = ObjectRef::table(&mapping.table);
        let fix = "bring the target's schema up to the source's: copying rows repairs no schema";
        let problems = mapping.problems.iter();
        found.obstacles.extend(problems.map(|problem| obstacle(object.clone(), problem, fix)));
        found.notes.extend(mapping.notes.iter().map(|note| format!("{}: {note}", mapping.table)));
        if let Some(reason) = &mapping.text_because {
            found.notes.push(format!("{}: copied as text, since {reason}", mapping.table));
        }
        for probe in &mapping.probes {
            match asked(source, &probe.sql).await? {
                Ok(answer) => found.obstacles.extend(probe.problem(answer.as_deref()).map(|problem| {
                    let fix = "use another mask for the column, or an expression that keeps the constraint";
                    obstacle(object.clone(), &problem, fix)
                })),
                Err(error) => {
                    let reason = error.withheld("the source did not answer");
                    found.notes.push(format!("{}: {} ({reason})", mapping.table, probe.unanswered()));
                }
            }
        }
        if let Some(probe) = mapping.chosen_probe()
            && let Err(error) = asked(source, &probe).await?
        {
            if is_timeout(&error) {
                return Err(error.at(&mapping.table));
            }
            let problem = format!("cannot be read by the condition of its rows: {}", error.chain());
            found.obstacles.push(obstacle(object.clone(), &problem, "correct the condition in [scope.rows]"));
            continue;
        }
        for narrowed in &mapping.narrowed {
            match narrowed.heard(asked(source, &narrowed.sql).await?) {
                Fit::Whole => {}
                Fit::Changed(problem) => found.obstacles.push(obstacle(object.clone(), &problem, fix)),
                Fit::Unknown(what) => found.notes.push(format!("{}: {what}", mapping.table)),
            }
        }
        let Some(probe) = mapping.left_out_probe() else { continue };
        let answer = source.answer(&probe).await.map_err(|error| error.at(&mapping.table))?;
        let holds = answer.into_iter().flatten().map(|value| value.as_deref() == Some("t"));
        for (column, holds) in mapping.left_out.iter().zip(holds) {
            let column = quoted(column);
            if holds {
                let problem = format!("column {column} holds values on the source and is not there on the target");
                let fix = format!("add column {column} to {} on the target", mapping.table);
                found.obstacles.push(obstacle(object.clone(), &problem, &fix));
            } else {
                found.notes.push(format!(
                    "{}: column {column} is only on the source, where every value is NULL; it stays behind",
                    mapping.table
                ));
            }
        }
    }
    sequences(source_catalog, target_catalog, plan, &mut found);
    rules(target_catalog, plan, &mut found.notes);
    Ok(found)
}

/// The first value that the source answers, or why it cannot answer this statement.
///
/// # Errors
/// What says nothing about the statement: the connection or the snapshot is lost, time is up.
async fn asked(source: &Readers<Source>, sql: &str) -> Result<Result<Option<String>>> {
    match source.answer(sql).await {
        Ok(rows) => Ok(Ok(rows.into_iter().flatten().next().flatten())),
        Err(error) if error.kind() == ErrorKind::Incomplete || is_transient(&error) => Err(error),
        Err(error) => Ok(Err(error)),
    }
}

fn obstacle(object: ObjectRef, problem: &str, fix: &str) -> Obstacle {
    Obstacle { object, problem: problem.to_owned(), fix: fix.to_owned() }
}

fn sequences(source: &Catalog, target: &Catalog, plan: &Plan, found: &mut Readiness) {
    for sequence in source.sequences.values().filter(|sequence| plan.covers(source, sequence)) {
        let object = ObjectRef::new("sequence", sequence.name.to_string());
        let Some(here) = target.sequences.get(&sequence.name) else {
            found.notes.push(format!("{object} is only on the source"));
            continue;
        };
        let grant = |privilege: &str, side: &str| {
            let (name, schema) = (&sequence.name, readable(&sequence.name.schema));
            format!("grant {privilege} on sequence {name}, and usage on schema {schema}, to the role of the {side} URL")
        };
        if sequence.state.is_none() {
            let fix = grant("select", "source");
            found.obstacles.push(obstacle(object.clone(), "may not be read on the source", &fix));
        }
        if !here.can_set {
            found.obstacles.push(obstacle(object, "may not be set on the target", &grant("update", "target")));
        }
    }
}

/// COPY does not apply rules, which those who wrote them may not expect.
fn rules(target: &Catalog, plan: &Plan, notes: &mut Vec<String>) {
    for (object, rule) in &target.inventory {
        let planned = rule
            .parent
            .as_ref()
            .and_then(|parent| plan.tables.iter().find(|planned| planned.table.to_string() == *parent));
        if object.kind == "rule" && planned.is_some() {
            notes.push(format!("{object} is not applied to copied rows"));
        }
    }
}
