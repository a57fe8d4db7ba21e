//! One column's searches on both sides, compared.

use super::column::VectorColumn;
use super::index::{self, VectorIndex};
use super::probe::Probe;
use super::search::{self, Found, Neighbour, Search as SideSearch};
use super::{NAME, recall};
use crate::check::Context;
use crate::model::{Error, Finding, ObjectRef, Result, Side};

/// Where no index says otherwise, vectors are compared by angle.
const BY_ANGLE: &str = "<=>";
/// Distances this close (relative) are one: servers add floats in different orders.
const CLOSE: f64 = 1e-5;

/// What the searches of one column came to.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// The first search that differs: message, source's and target's neighbours.
    differing: Option<(String, String, String)>,
    /// Message, source's and target's recall.
    recall: Option<(String, String, String)>,
    /// Why something is not proven.
    pub(super) unproven: Vec<String>,
    /// Figures for the report.
    pub(super) details: Vec<String>,
}

impl Search {
    /// The findings.
    pub(super) fn findings(&self, object: &ObjectRef) -> Vec<Finding> {
        let finding = |attribute: &str, (message, source, target): &(String, String, String)| {
            Finding::new(NAME, object.clone(), attribute, message).values(Some(source.clone()), Some(target.clone()))
        };
        let mut findings: Vec<Finding> = self.differing.iter().map(|found| finding("neighbours", found)).collect();
        findings.extend(self.recall.iter().map(|found| finding("recall", found).on(Side::Target)));
        findings
    }
}

/// Searches both sides for the same vectors, taken from the source.
pub(super) async fn search(
    context: &Context,
    column: &VectorColumn<'_>,
    probe: Option<&Probe>,
    indexes: (&[VectorIndex], &[VectorIndex]),
) -> Result<Search> {
    let mut search = Search::default();
    let Some(probe) = probe else { return Ok(search) };
    let Some(key) = column.key() else {
        let reason = "the table has no key, so neighbours cannot be told apart".to_owned();
        if probe.configured {
            search.unproven.push(reason);
        } else {
            search.details.push(reason);
        }
        return Ok(search);
    };
    let plain = |indexes, side| index::of(indexes, side).find(|index| index.plain);
    let (source_index, target_index) = (plain(indexes.0, &column.source), plain(indexes.1, &column.target));
    let operator = source_index.or(target_index).and_then(|index| index.operator.as_deref()).unwrap_or(BY_ANGLE);
    // An index by another distance does not serve this search; that it is another is the index check's finding.
    let serves = |index: &&VectorIndex| index.operator.as_deref() == Some(operator);
    let side = |column, index: Option<_>| SideSearch {
        column,
        key,
        operator,
        neighbours: probe.neighbours,
        index: index.filter(serves),
    };
    let (source, target) = (side(column.source, source_index), side(column.target, target_index));

    let seeds = search::seeds(&context.source, column, key, probe).await?;
    let (source, target) = tokio::join!(source.run(&context.source, &seeds), target.run(&context.target, &seeds));
    let (source, target) = match (source, target) {
        (Ok(source), Ok(target)) => (source, target),
        (Err(one), Err(two)) => return Err(Error::incomplete(format!("{}; {}", one.chain(), two.chain()))),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    let differing: Vec<usize> = (0..seeds.len()).filter(|&n| !is_same(&source[n].exact, &target[n].exact)).collect();
    search.differing = differing.first().map(|&first| {
        let (of, key) = (seeds.len(), &seeds[first].key);
        let message = format!("{} of {of} searches find other rows, first the one for {key}", differing.len());
        (message, shown(&source[first].exact), shown(&target[first].exact))
    });
    judge_recall(&mut search, probe, &source, &target);
    let unproved = index::of(indexes.1, &column.target).filter(|index| !index.plain);
    search.details.extend(unproved.map(|index| format!("index {} is not searched: it is not plain", index.name)));
    Ok(search)
}

fn judge_recall(search: &mut Search, probe: &Probe, source: &[Found], target: &[Found]) {
    let (source, target) = (recall::recall(source), recall::recall(target));
    let shown = |recall: Option<f64>| recall.map_or_else(|| "none".to_owned(), |recall| format!("{recall:.2}"));
    if source.is_none() && target.is_none() {
        return;
    }
    search.details.push(format!("recall {} / {}", shown(source), shown(target)));
    if target.is_some_and(|target| target < probe.minimum_recall) {
        let message =
            format!("the index finds too few of the exact neighbours: {} are asked for", probe.minimum_recall);
        search.recall = Some((message, shown(source), shown(target)));
    }
}

/// Whether both lists name the same rows in the same order at the same distances. Rows that are all but equally far
/// have no order among themselves.
fn is_same(source: &[Neighbour], target: &[Neighbour]) -> bool {
    let (one, two) = (settled(source), settled(target));
    one.len() == two.len() && one.iter().zip(&two).all(|(a, b)| a.key == b.key && close(a.distance, b.distance))
}

fn close(one: f64, two: f64) -> bool {
    one == two || (one.is_nan() && two.is_nan()) || (one - two).abs() <= CLOSE * one.abs().max(two.abs()).max(CLOSE)
}

/// The list with every run of close distances in the order of keys.
fn settled(list: &[Neighbour]) -> Vec<Neighbour> {
    let mut list = list.to_vec();
    for run in list.chunk_by_mut(|one, two| close(one.distance, two.distance)) {
        run.sort_by(|one, two| one.key.cmp(&two.key));
    }
    list
}

fn shown(list: &[Neighbour]) -> String {
    let rows: Vec<String> = list.iter().map(|one| format!("{} at {:.6}", one.key, one.distance)).collect();
    if rows.is_empty() { "none".to_owned() } else { rows.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: &[(&str, f64)]) -> Vec<Neighbour> {
        rows.iter().map(|(key, distance)| Neighbour { key: (*key).into(), distance: *distance }).collect()
    }

    #[test]
    fn order_counts_but_not_among_the_equally_far() {
        let one = list(&[("a", 0.0), ("b", 0.5), ("c", 0.500_000_1), ("d", 0.7)]);
        assert!(is_same(&one, &list(&[("a", 0.0), ("c", 0.5), ("b", 0.500_000_1), ("d", 0.7)])));
        assert!(!is_same(&one, &list(&[("b", 0.0), ("a", 0.5), ("c", 0.500_000_1), ("d", 0.7)])));
        assert!(!is_same(&one, &list(&[("a", 0.0), ("b", 0.5), ("c", 0.500_000_1), ("d", 0.71)])));
        assert!(!is_same(&one, &one[..3]));
    }
}
