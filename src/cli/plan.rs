//! `plan`: dependency levels, cycles, and where a documented order disagrees with the catalog.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::global::Global;
use super::output::answer;
use super::scope::Scope;
use crate::catalog;
use crate::model::{Error, ExitCode, RelationName, Result, count};
use crate::plan::{Disagreement, ExpectedOrder, Plan, disagreements};
use crate::postgres::{Endpoint, Readers, Source};
use crate::report::visible;

/// Show in which order tables are emptied and copied
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  pg-rehearse plan --expect docs/order.md --as mermaid")]
pub(super) struct Args {
    /// Compare a documented order (levels, names, counts) with the catalog; exit 1 where they disagree
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,
    /// How to print the plan
    #[arg(long = "as", value_enum, value_name = "FORM", default_value_t = PlanFormat::Text)]
    form: PlanFormat,
    #[command(flatten)]
    scope: Scope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PlanFormat {
    Text,
    Json,
    Mermaid,
}

/// Reads a file of documented orders.
///
/// # Errors
/// Usage, naming the file, and the line and key where it is none.
pub(super) fn expected(path: &Path) -> Result<ExpectedOrder> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::usage(format!("cannot read {}", path.display())).caused_by(error))?;
    ExpectedOrder::parse(&text).map_err(|error| error.at(path.display()))
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config(&args.scope)?;
    let expected = args.expect.as_deref().map(expected).transpose()?;
    let readers = Readers::<Source>::open(&Endpoint::new(&config.source)?, 1).await?;
    let catalog = catalog::load(&mut *readers.acquire().await?, &config.scope.schemas).await?;
    let plan = Plan::new(&catalog, &config.scope);
    let found = match &expected {
        Some(expected) => disagreements(expected, &plan, &row_counts(&readers, &plan, expected).await?),
        None => Vec::new(),
    };
    readers.close().await;
    answer(&match args.form {
        PlanFormat::Text => text(&plan, expected.is_some().then_some(&found)),
        PlanFormat::Json => json(&plan, &found)?,
        PlanFormat::Mermaid => mermaid(&plan),
    });
    Ok(if found.is_empty() { ExitCode::Same } else { ExitCode::Different })
}

/// Exact counts of the tables that documents count.
async fn row_counts(readers: &Readers<Source>, plan: &Plan, expected: &ExpectedOrder) -> Result<BTreeMap<String, u64>> {
    let mut rows = BTreeMap::new();
    for name in expected.counted_tables() {
        if let Some(planned) = plan.tables.iter().find(|planned| planned.table.name == name) {
            let sql = format!("select count(*) from {}", planned.table.sql());
            let counted = readers.acquire().await?.value(&sql).await?;
            rows.insert(name.to_owned(), counted.and_then(|text| text.parse().ok()).unwrap_or(0));
        }
    }
    Ok(rows)
}

fn text(plan: &Plan, found: Option<&Vec<Disagreement>>) -> String {
    let mut lines = Vec::new();
    for (number, level) in plan.levels().iter().enumerate() {
        lines.push(format!("level {number} ({} tables)", level.len()));
        for planned in level {
            let mut notes = Vec::new();
            if !planned.parents.is_empty() {
                notes.push(format!("below {}", names(&planned.parents)));
            }
            if !planned.self_references.is_empty() {
                notes.push(format!("refers to itself by {}", planned.self_references.join(", ")));
            }
            let notes = if notes.is_empty() { String::new() } else { format!("  {}", notes.join("; ")) };
            lines.push(format!("  {}  (~{} rows){notes}", planned.table, count(planned.estimated_rows)));
        }
    }
    lines.push(format!(
        "{} tables, {} foreign keys, {} levels; emptied by one TRUNCATE, copied from level 0 up",
        plan.tables.len(),
        plan.foreign_keys,
        plan.levels().len()
    ));
    lines.extend(plan.cycles.iter().map(|cycle| format!("cycle: {}", names(cycle))));
    lines.extend(plan.leaving.iter().map(|key| format!("leaves the plan: {key}")));
    lines.extend(
        plan.entering.iter().map(|key| format!("enters the plan from outside, and would stop TRUNCATE: {key}")),
    );
    lines.extend(plan.excluded.iter().map(|(table, reason)| format!("left out: {table} ({reason})")));
    if let Some(found) = found {
        lines.push(String::new());
        lines.push(match found.len() {
            0 => "the documents agree with the catalog".to_owned(),
            number => format!("the documents disagree with the catalog or themselves in {number} places:"),
        });
        for one in found {
            lines.push(format!(
                "  {}: {}: documented {}, found {}",
                one.document, one.subject, one.documented, one.found
            ));
        }
    }
    // A name may hold a line's end.
    lines.iter().map(|line| visible(line) + "\n").collect()
}

fn names(tables: &[RelationName]) -> String {
    tables.iter().map(RelationName::to_string).collect::<Vec<_>>().join(", ")
}

fn json(plan: &Plan, found: &[Disagreement]) -> Result<String> {
    let value = serde_json::json!({ "plan": plan, "disagreements": found });
    let text = serde_json::to_string_pretty(&value)
        .map_err(|error| Error::failed("the plan cannot be written as JSON").caused_by(error))?;
    Ok(text + "\n")
}

/// A flowchart for Markdown pages, parents above children.
fn mermaid(plan: &Plan) -> String {
    let number: BTreeMap<&RelationName, usize> =
        plan.tables.iter().enumerate().map(|(at, planned)| (&planned.table, at)).collect();
    let mut lines = vec!["flowchart TD".to_owned()];
    for (at, planned) in plan.tables.iter().enumerate() {
        lines.push(format!("  t{at}[\"{}\"]", visible(&planned.table.to_string()).replace('"', "#quot;")));
    }
    for (at, planned) in plan.tables.iter().enumerate() {
        for parent in planned.parents.iter().filter_map(|parent| number.get(parent)) {
            lines.push(format!("  t{parent} --> t{at}"));
        }
        if !planned.self_references.is_empty() {
            lines.push(format!("  t{at} --> t{at}"));
        }
    }
    lines.join("\n") + "\n"
}
