//! One column's searches on both sides, compared.

use super::column::VectorColumn;
use super::index::{self, VectorIndex};
use super::precision::Precision;
use super::probe::Probe;
use super::search::{self, Neighbour, Search as SideSearch};
use super::{NAME, recall};
use crate::check::Context;
use crate::model::{Error, Finding, ObjectRef, Recall, Result, Side};

/// Where no index says otherwise, vectors are compared by angle.
const BY_ANGLE: &str = "<=>";

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
    /// How well the indexes find.
    pub(super) found: Option<Recall>,
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
    let is_same = |n: &usize| {
        let (seed, one, two) = (&seeds[*n], &source[*n].exact, &target[*n].exact);
        let rounded = column.is_rounded();
        Lists { precision: Precision { rounded, dimensions: seed.dimensions() }, operator, length: seed.length }
            .are_same(one, two)
    };
    let differing: Vec<usize> = (0..seeds.len()).filter(|n| !is_same(n)).collect();
    search.differing = differing.first().map(|&first| {
        let (of, key) = (seeds.len(), &seeds[first].key);
        let message = format!("{} of {of} searches find other rows, first the one for {key}", differing.len());
        (message, shown(&source[first].exact), shown(&target[first].exact))
    });
    let shares = (recall::recall(&source), recall::recall(&target));
    judge_recall(&mut search, probe, shares);
    let searched = target_index.filter(serves).or(source_index.filter(serves));
    search.found = (shares.0.is_some() || shares.1.is_some()).then(|| Recall {
        column: column.object(),
        source: shares.0,
        target: shares.1,
        required: probe.minimum_recall,
        searches: seeds.len() as u64,
        neighbours: probe.neighbours,
        index: searched.map(|index| index.name.clone()),
    });
    let unproved = index::of(indexes.1, &column.target).filter(|index| !index.plain);
    search.details.extend(unproved.map(|index| format!("index {} is not searched: it is not plain", index.name)));
    Ok(search)
}

fn judge_recall(search: &mut Search, probe: &Probe, (source, target): (Option<f64>, Option<f64>)) {
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

/// How two lists of neighbours of one vector are compared.
struct Lists<'a> {
    precision: Precision,
    operator: &'a str,
    /// The length of the vector searched for.
    length: f64,
}

impl Lists<'_> {
    /// Whether both lists name the same rows at the same distances, and so in the same order. A row that one list ends
    /// with and the other does not name is the same where the other ends as far away: one of equals was left out.
    fn are_same(&self, source: &[Neighbour], target: &[Neighbour]) -> bool {
        source.len() == target.len() && self.answers(source, target) && self.answers(target, source)
    }

    /// Whether each row of a list stands in the other as near, or could as well have.
    fn answers(&self, list: &[Neighbour], other: &[Neighbour]) -> bool {
        let Some(furthest) = other.last() else { return list.is_empty() };
        list.iter().all(|one| match other.iter().find(|two| two.key == one.key) {
            Some(two) => self.are_close(one, two),
            None => one.distance >= furthest.distance || self.are_close(one, furthest),
        })
    }

    fn are_close(&self, one: &Neighbour, two: &Neighbour) -> bool {
        let (distance, length) = (one.distance.abs().max(two.distance.abs()), one.length.max(two.length));
        let bound = || self.precision.of_distances(self.operator, distance, self.length, length);
        one.distance == two.distance
            || (one.distance.is_nan() && two.distance.is_nan())
            || (one.distance - two.distance).abs() <= bound()
    }
}

fn shown(list: &[Neighbour]) -> String {
    let rows: Vec<String> = list.iter().map(|one| format!("{} at {:.6}", one.key, one.distance)).collect();
    if rows.is_empty() { "none".to_owned() } else { rows.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: &[(&str, f64)]) -> Vec<Neighbour> {
        rows.iter().map(|(key, distance)| Neighbour { key: (*key).into(), distance: *distance, length: 1.0 }).collect()
    }

    fn are_same(rounded: bool, one: &[Neighbour], two: &[Neighbour]) -> bool {
        Lists { precision: Precision { rounded, dimensions: 8 }, operator: "<->", length: 1.0 }.are_same(one, two)
    }

    #[test]
    fn order_counts_but_not_among_the_equally_far() {
        let one = list(&[("a", 0.0), ("b", 0.5), ("c", 0.500_000_1), ("d", 0.7)]);
        assert!(are_same(false, &one, &list(&[("a", 0.0), ("c", 0.5), ("b", 0.500_000_1), ("d", 0.7)])));
        assert!(!are_same(false, &one, &list(&[("b", 0.0), ("a", 0.5), ("c", 0.500_000_1), ("d", 0.7)])));
        assert!(!are_same(false, &one, &list(&[("a", 0.0), ("b", 0.5), ("c", 0.500_000_1), ("d", 0.71)])));
        assert!(!are_same(false, &one, &one[..3]));
    }

    #[test]
    fn of_rows_as_far_as_the_last_any_may_be_named() {
        let one = list(&[("a", 0.1), ("b", 0.5)]);
        assert!(are_same(false, &one, &list(&[("a", 0.1), ("c", 0.500_001)])));
        assert!(!are_same(false, &one, &list(&[("a", 0.1), ("c", 0.51)])), "the target lost the nearer row");
        assert!(!are_same(false, &one, &list(&[("a", 0.1), ("c", 0.49)])), "the target has a row more");
    }

    #[test]
    fn half_floats_are_held_to_their_own_precision() {
        let one = list(&[("a", 0.1), ("b", 0.5)]);
        let rounded = list(&[("a", 0.1005), ("b", 0.4995)]);
        assert!(are_same(true, &one, &rounded) && !are_same(false, &one, &rounded));
        assert!(!are_same(true, &one, &list(&[("a", 0.1), ("b", 0.502)])));
    }
}
