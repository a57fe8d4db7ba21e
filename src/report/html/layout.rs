//! Where the tables of a plan stand in a drawing: levels from left to right, each ordered so that few edges cross.
//!
//! Never true in here: two tables at one place; an order that is another in the next run; room for levels that no table has.

use std::collections::BTreeSet;

/// A node's size, and the room between nodes of a column, columns of a level, and levels.
pub(super) const WIDTH: f64 = 196.0;
pub(super) const HEIGHT: f64 = 22.0;
const BETWEEN_NODES: f64 = 8.0;
const BETWEEN_COLUMNS: f64 = 40.0;
const BETWEEN_LEVELS: f64 = 84.0;
/// Room around all, and for the headings above.
const MARGIN: f64 = 4.0;
const ABOVE: f64 = 26.0;
/// Nodes of a column: at least so many, and more where there are many tables.
const COLUMN: usize = 20;
/// Rounds of ordering.
const ROUNDS: usize = 6;

/// A drawing without its marks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// The upper left corner of each node.
    pub(super) places: Vec<(f64, f64)>,
    /// Each level and where it begins.
    pub(super) levels: Vec<(usize, f64)>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Places nodes `0..levels.len()`; an edge is `(child, parent)`.
pub(super) fn layout(levels: &[usize], edges: &[(usize, usize)]) -> Layout {
    let used: Vec<usize> = levels.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let ranks: Vec<usize> = levels.iter().map(|level| used.partition_point(|known| known < level)).collect();
    let ordered = ordered(&ranks, used.len(), edges);
    let column = COLUMN.max((2.0 * (levels.len() as f64).sqrt()).ceil() as usize);
    let mut drawn = Layout { places: vec![(0.0, 0.0); levels.len()], levels: Vec::new(), width: 0.0, height: 0.0 };
    let mut left = MARGIN;
    for (level, number) in ordered.iter().zip(used) {
        drawn.levels.push((number, left));
        // Columns of one level are equally long.
        let columns = level.len().div_ceil(column).max(1);
        let long = level.len().div_ceil(columns).max(1);
        for (at, &node) in level.iter().enumerate() {
            let (x, y) =
                ((at / long) as f64 * (WIDTH + BETWEEN_COLUMNS), (at % long) as f64 * (HEIGHT + BETWEEN_NODES));
            drawn.places[node] = (left + x, ABOVE + y);
            drawn.height = drawn.height.max(ABOVE + y + HEIGHT + MARGIN);
        }
        let wide = columns as f64 * (WIDTH + BETWEEN_COLUMNS) - BETWEEN_COLUMNS;
        // A loop of a table that refers to itself stands out to the right.
        drawn.width = left + wide + BETWEEN_COLUMNS;
        left += wide + BETWEEN_LEVELS;
    }
    drawn
}

/// The nodes of each level, each near the mean of what it is joined to.
fn ordered(levels: &[usize], number: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut ordered = vec![Vec::new(); number];
    for (node, &level) in levels.iter().enumerate() {
        ordered[level].push(node);
    }
    let mut joined = vec![(Vec::new(), Vec::new()); levels.len()];
    for &(child, parent) in edges {
        if levels[child] != levels[parent] {
            joined[child].0.push(parent);
            joined[parent].1.push(child);
        }
    }
    let mut place = vec![0.0; levels.len()];
    for level in &ordered {
        put(level, &mut place);
    }
    for round in 0..ROUNDS {
        let down = round % 2 == 0;
        for at in 0..number {
            let level = &mut ordered[if down { at } else { number - 1 - at }];
            let wanted = |node: usize| {
                let others = if down { &joined[node].0 } else { &joined[node].1 };
                let sum: f64 = others.iter().map(|&other| place[other]).sum();
                if others.is_empty() { place[node] } else { sum / others.len() as f64 }
            };
            let mut keyed: Vec<(f64, usize)> = level.iter().map(|&node| (wanted(node), node)).collect();
            keyed.sort_by(|one, two| one.0.total_cmp(&two.0));
            *level = keyed.into_iter().map(|(_, node)| node).collect();
            put(level, &mut place);
        }
    }
    ordered
}

/// Notes the places of a level's nodes as shares of its length, so that levels of any length compare.
fn put(level: &[usize], place: &mut [f64]) {
    for (at, &node) in level.iter().enumerate() {
        place[node] = (at as f64 + 0.5) / level.len() as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_nodes_share_a_place_and_all_stand_inside() {
        let levels: Vec<usize> = (0..150).map(|n| [0, 0, 0, 0, 1, 1, 2, 2, 3, 4][n % 10]).collect();
        let edges: Vec<(usize, usize)> =
            (0..150).flat_map(|n| (1..4).map(move |k| (n, (n * 7 + k * 13) % 150))).collect();
        let drawn = layout(&levels, &edges);
        let places: BTreeSet<(u64, u64)> = drawn.places.iter().map(|(x, y)| (*x as u64, *y as u64)).collect();
        assert_eq!(places.len(), 150);
        for (&(x, y), &level) in drawn.places.iter().zip(&levels) {
            assert!(x >= drawn.levels[level].1 && x + WIDTH <= drawn.width && y + HEIGHT <= drawn.height);
        }
        assert_eq!(drawn.levels.iter().map(|(level, _)| *level).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert!(drawn.height < 1_000.0, "{}", drawn.height);
        assert_eq!(drawn, layout(&levels, &edges));
    }

    #[test]
    fn children_stand_beside_their_parents() {
        // Parents 0, 1, 2; their children in the other order.
        let drawn = layout(&[0, 0, 0, 1, 1, 1], &[(3, 2), (4, 1), (5, 0)]);
        for (child, parent) in [(3, 2), (4, 1), (5, 0)] {
            assert!((drawn.places[child].1 - drawn.places[parent].1).abs() < 0.1, "{drawn:?}");
        }
    }
}
