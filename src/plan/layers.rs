//! Dependency levels of a graph, by its strongly connected components (Tarjan's algorithm, from petgraph).

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// Levels and cycles of a dependency graph over nodes `0..n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layers {
    /// The level of each node: 0 without parents, else one more than the highest parent. The members of a cycle
    /// share a level.
    pub level: Vec<usize>,
    /// Cycles of two nodes or more, each sorted; a node that refers to itself is no cycle here.
    pub cycles: Vec<Vec<usize>>,
}

/// Computes the layers of a graph; an edge is `(child, parent)`, both below `nodes`.
pub fn layers(nodes: usize, edges: &[(usize, usize)]) -> Layers {
    let mut graph = DiGraph::<(), ()>::with_capacity(nodes, edges.len());
    for _ in 0..nodes {
        graph.add_node(());
    }
    for &(child, parent) in edges {
        if child != parent {
            graph.add_edge(NodeIndex::new(child), NodeIndex::new(parent), ());
        }
    }
    // Components come out in reverse topological order: what a component points to (its parents) comes first.
    let mut level = vec![0; nodes];
    let mut cycles = Vec::new();
    for component in tarjan_scc(&graph) {
        let above = component
            .iter()
            .flat_map(|&node| graph.neighbors(node))
            .filter(|parent| !component.contains(parent))
            .map(|parent| level[parent.index()] + 1)
            .max()
            .unwrap_or(0);
        for node in &component {
            level[node.index()] = above;
        }
        if component.len() > 1 {
            let mut members: Vec<usize> = component.iter().map(|node| node.index()).collect();
            members.sort_unstable();
            cycles.push(members);
        }
    }
    cycles.sort();
    Layers { level, cycles }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether `from` reaches `to` along edges, by plain search: the oracle.
    fn reaches(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
        let (mut seen, mut open) = (vec![from], vec![from]);
        while let Some(node) = open.pop() {
            for &(child, parent) in edges {
                if child == node && !seen.contains(&parent) {
                    if parent == to {
                        return true;
                    }
                    seen.push(parent);
                    open.push(parent);
                }
            }
        }
        false
    }

    proptest! {
        #[test]
        fn every_edge_is_respected_and_every_cycle_found(
            (nodes, edges) in (1usize..14).prop_flat_map(|n| (Just(n), prop::collection::vec((0..n, 0..n), 0..30)))
        ) {
            let found = layers(nodes, &edges);
            for &(child, parent) in &edges {
                if child == parent { continue; }
                let cyclic = reaches(&edges, parent, child);
                let together = found.cycles.iter().any(|cycle| cycle.contains(&child) && cycle.contains(&parent));
                prop_assert_eq!(cyclic, together);
                if cyclic {
                    prop_assert_eq!(found.level[child], found.level[parent]);
                } else {
                    prop_assert!(found.level[child] > found.level[parent]);
                }
            }
            // No level is higher than it needs to be.
            for node in 0..nodes {
                if found.level[node] > 0 {
                    let justified = edges.iter().any(|&(child, parent)| {
                        found.level[child] == found.level[node] && found.level[parent] + 1 == found.level[node]
                            && (child == node || found.cycles.iter().any(|c| c.contains(&child) && c.contains(&node)))
                    });
                    prop_assert!(justified, "node {} has no parent one level below", node);
                }
            }
        }
    }
}
