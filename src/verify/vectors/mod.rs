//! Vectors: shaped alike, with the same nearest neighbours, and indexes that find them.

mod column;
mod compare;
mod index;
mod iterative;
mod precision;
mod probe;
mod recall;
mod search;
mod statistics;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::gather::gather;
use super::trouble;
use crate::check::{Check, CheckOutcome, Context, SideView};
use crate::model::{Event, Finding, ObjectRef, Outcome, RelationName, Result, Side, Unit, plural};
use crate::postgres::Role;
use column::VectorColumn;
use precision::Precision;
use statistics::{Lengths, Statistics};

const NAME: &str = "vectors";
/// The attribute of findings that say an index does not go on searching where row security takes rows away.
pub const ITERATIVE_SCAN: &str = iterative::ATTRIBUTE;

/// The vector columns of a side that an approximate index serves, by table and column.
///
/// # Errors
/// When the catalog cannot be asked.
pub async fn searched_columns<R: Role>(view: &SideView<R>) -> Result<BTreeSet<(RelationName, String)>> {
    let indexes = index::load(view).await?;
    let plain = indexes.into_iter().filter(|index| index.plain);
    Ok(plain.map(|index| (RelationName::new(index.schema, index.relation), index.column)).collect())
}

/// The vector check.
pub(super) struct Vectors;

impl Check for Vectors {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "each vector column has the same dimensions, NULLs and zero vectors, the probed rows have the same exact nearest \
         neighbours, the approximate index finds as many of them as required, and it goes on searching where row security \
         takes rows away; columns without a configured probe are searched only where none is configured at all"
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        async move {
            let column::Columns { pairs: columns, others } = column::find(context);
            let mut outcome = CheckOutcome::default();
            // A column that only one side has is the schema check's finding; without that check nobody says it.
            outcome.left_to.extend((!others.is_empty()).then_some("schema"));
            outcome.uncovered.extend(others);
            let probes = probe::resolve(context, &columns)?;
            let impossible = probes.impossible.into_iter();
            outcome.units.extend(impossible.map(|(object, reason)| Unit::incomplete(NAME, object, reason)));
            let indexes = tokio::join!(index::load(&context.source), index::load(&context.target));
            let indexes = (indexes.0?, indexes.1?);
            let (shapes, searches) = tokio::join!(
                shapes(context, &columns),
                searches(context, &columns, &probes.of_columns, (&indexes.0, &indexes.1))
            );
            for (column, mut search) in columns.iter().zip(searches) {
                outcome.recalls.extend(search.as_mut().ok().and_then(|search| search.found.take()));
                let unit = judge(column, &shapes, search);
                let known = context.source.catalog.inventory.contains_key(&unit.object);
                if known && !matches!(unit.outcome, Outcome::Incomplete { .. }) {
                    outcome.covered.push(unit.object.clone());
                }
                outcome.units.push(unit);
                context.events.send(&Event::UnitChecked { check: NAME.to_owned() });
            }
            let excluded = |name: &RelationName| context.config.scope.exclusion(name).is_some();
            outcome.units.extend(iterative::judge(&context.target, &indexes.1, excluded).await);
            Ok(outcome)
        }
        .boxed_local()
    }
}

type Shape = (Result<Vec<Statistics>>, Result<Vec<Statistics>>);
type Shapes<'a> = BTreeMap<&'a RelationName, Shape>;

/// Measures all vector columns of each table in one scan a side.
async fn shapes<'a>(context: &'a Context, columns: &'a [VectorColumn<'a>]) -> Shapes<'a> {
    let mut tables: BTreeMap<&RelationName, Vec<&VectorColumn<'_>>> = BTreeMap::new();
    for column in columns {
        tables.entry(column.table).or_default().push(column);
    }
    let tasks = tables.into_iter().map(|(table, columns)| shape(context, table, columns).boxed_local()).collect();
    gather(tasks, context.config.verify_jobs).await.into_iter().collect()
}

async fn shape<'a>(
    context: &'a Context,
    table: &'a RelationName,
    columns: Vec<&'a VectorColumn<'a>>,
) -> (&'a RelationName, Shape) {
    let source = columns.iter().map(|column| column.source).collect();
    let target = columns.iter().map(|column| column.target).collect();
    let measured =
        tokio::join!(statistics::measure(&context.source, source), statistics::measure(&context.target, target));
    (table, measured)
}

/// Runs the probes of each column, in the order of the columns.
async fn searches(
    context: &Context,
    columns: &[VectorColumn<'_>],
    probes: &[Option<probe::Probe>],
    indexes: (&[index::VectorIndex], &[index::VectorIndex]),
) -> Vec<Result<compare::Search>> {
    let mut tasks = Vec::new();
    for (column, probe) in columns.iter().zip(probes) {
        tasks.push(compare::search(context, column, probe.as_ref(), indexes).boxed_local());
    }
    gather(tasks, context.config.verify_jobs).await
}

fn judge(column: &VectorColumn<'_>, shapes: &Shapes<'_>, search: Result<compare::Search>) -> Unit {
    let object = column.object();
    let (mut findings, mut reasons, mut details) = (Vec::new(), Vec::new(), Vec::new());
    match shapes.get(column.table) {
        Some((Ok(source), Ok(target))) => {
            if let (Some(source), Some(target)) = (source.get(column.place), target.get(column.place)) {
                details.push(target.describe());
                findings.extend(differences(&object, source, target));
                findings.extend(column.is_rounded().then(|| lengths(&object, source, target)).flatten());
            }
        }
        Some((source, target)) => {
            reasons.extend([source, target].into_iter().filter_map(|side| side.as_ref().err()).map(trouble::reason));
        }
        None => reasons.push("it was not measured".to_owned()),
    }
    match search {
        Ok(search) => {
            findings.extend(search.findings(&object));
            reasons.extend(search.unproven);
            details.extend(search.details);
        }
        Err(error) => reasons.push(trouble::reason(&error)),
    }
    let unit = Unit::judged(NAME, object, Vec::new()).detail(details.join("; "));
    let outcome = match (reasons.is_empty(), findings.is_empty()) {
        (false, _) => Outcome::Incomplete { reason: reasons.join("; "), findings },
        (true, true) => Outcome::Same,
        (true, false) => Outcome::Different { findings },
    };
    Unit { outcome, ..unit }
}

fn differences(object: &ObjectRef, source: &Statistics, target: &Statistics) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut compare = |attribute: &str, one: String, two: String| {
        if one != two {
            let message = format!("{attribute} differ: {one} on the source, {two} on the target");
            findings.push(Finding::new(NAME, object.clone(), attribute, message).values(Some(one), Some(two)));
        }
    };
    // Where one side has more vectors, only which dimensions there are is compared: the rows are other findings.
    let counted = source.vectors == target.vectors;
    compare("dimensions", source.dimensions(counted), target.dimensions(counted));
    compare("nulls", source.nulls.to_string(), target.nulls.to_string());
    compare("zero vectors", source.zeros.to_string(), target.zeros.to_string());
    for (side, statistics) in [(Side::Source, source), (Side::Target, target)] {
        if statistics.not_finite > 0 {
            let message = format!("on the {side}, {} of no finite length", plural(statistics.not_finite, "vector"));
            findings.push(Finding::new(NAME, object.clone(), "length", message).on(side));
        }
    }
    findings
}

/// Lengths further apart than half floats explain. Where both sides keep the same type the rows check compares every bit.
fn lengths(object: &ObjectRef, source: &Statistics, target: &Statistics) -> Option<Finding> {
    if source.vectors != target.vectors || source.not_finite + target.not_finite > 0 {
        return None;
    }
    let dimensions = source.dimensions.keys().chain(target.dimensions.keys()).max().copied().unwrap_or_default();
    let precision = Precision { rounded: true, dimensions };
    let (one, two) = (&source.lengths, &target.lengths);
    let apart = |one: f64, two: f64, vectors: u64| (one - two).abs() > precision.of_lengths(one, two, vectors);
    let differ = apart(one.shortest, two.shortest, 1)
        || apart(one.longest, two.longest, 1)
        || apart(one.sum, two.sum, source.vectors);
    let shown = |it: &Lengths| format!("{:.6} to {:.6}, in sum {:.6}", it.shortest, it.longest, it.sum);
    differ.then(|| {
        let message = "lengths differ by more than the rounding of half floats explains";
        Finding::new(NAME, object.clone(), "lengths", message).values(Some(shown(one)), Some(shown(two)))
    })
}
