//! How much of the truth an approximate index finds, and whether it was asked at all.

use serde_json::Value;

use super::index::VectorIndex;
use super::search::{Found, Neighbour};
use crate::catalog::RelationKind;

/// Whether the plan takes its order from the index. Partitions have indexes of their own names, so there it is
/// enough that every row comes from an ordered index scan.
pub(super) fn uses_index(plan: &str, index: &VectorIndex, kind: RelationKind) -> bool {
    let Ok(plan) = serde_json::from_str::<Value>(plan) else { return false };
    let mut scans = Vec::new();
    collect_scans(&plan, &mut scans);
    let any_name = kind == RelationKind::Partitioned;
    let ordered = |scan: &&Value| {
        let name = scan.get("Index Name").and_then(Value::as_str);
        scan.get("Order By").is_some() && (any_name || name == Some(index.name.as_str()))
    };
    !scans.is_empty() && scans.iter().all(ordered)
}

/// Whether no part of the plan takes its order from an index, so that every row is looked at.
pub(super) fn is_exact(plan: &str) -> bool {
    let Ok(plan) = serde_json::from_str::<Value>(plan) else { return false };
    let mut scans = Vec::new();
    collect_scans(&plan, &mut scans);
    scans.iter().all(|scan| scan.get("Order By").is_none())
}

fn collect_scans<'a>(value: &'a Value, scans: &mut Vec<&'a Value>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect_scans(value, scans)),
        Value::Object(node) => {
            let scan = node.get("Node Type").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("Scan"));
            if scan {
                scans.push(value);
            }
            for child in ["Plan", "Plans"].iter().filter_map(|name| node.get(*name)) {
                collect_scans(child, scans);
            }
        }
        _ => {}
    }
}

/// The mean share of exact neighbours that the index found; `None` without an index or without neighbours.
pub(super) fn recall(found: &[Found]) -> Option<f64> {
    let shares: Vec<f64> = found.iter().filter_map(|one| share(&one.exact, one.by_index.as_deref()?)).collect();
    (!shares.is_empty()).then(|| shares.iter().sum::<f64>() / shares.len() as f64)
}

/// A row as near as the furthest exact neighbour is as good as that one. Rows at no distance (zero vectors, by
/// angle) are in no index.
fn share(exact: &[Neighbour], by_index: &[Neighbour]) -> Option<f64> {
    let exact: Vec<&Neighbour> = exact.iter().filter(|one| !one.distance.is_nan()).collect();
    let furthest = exact.last()?.distance;
    let hit = |one: &&Neighbour| one.distance <= furthest || exact.iter().any(|other| other.key == one.key);
    let hits = by_index.iter().filter(hit).count().min(exact.len());
    Some(hits as f64 / exact.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: &[(&str, f64)]) -> Vec<Neighbour> {
        rows.iter().map(|(key, distance)| Neighbour { key: (*key).into(), distance: *distance, length: 1.0 }).collect()
    }

    #[test]
    fn a_tie_counts_and_a_missing_row_does_not() {
        let exact = list(&[("a", 0.0), ("b", 0.5), ("c", 0.5), ("z", f64::NAN)]);
        assert_eq!(share(&exact, &list(&[("a", 0.0), ("d", 0.5), ("e", 0.5)])), Some(1.0));
        assert_eq!(share(&exact[..2], &list(&[("a", 0.0), ("x", 0.7)])), Some(0.5));
        assert_eq!(share(&list(&[("z", f64::NAN)]), &[]), None);
    }

    #[test]
    fn plans_say_which_arm_went_by_the_index() {
        let near = r#"[{"Plan": {"Node Type": "Limit", "Plans": [
            {"Node Type": "Index Scan", "Index Name": "t_v", "Order By": "(v <-> '[1]'::vector)"}]}}]"#;
        let all = r#"[{"Plan": {"Node Type": "Limit", "Plans": [{"Node Type": "Sort", "Plans": [
            {"Node Type": "Subquery Scan", "Plans": [{"Node Type": "Seq Scan"}]}]}]}}]"#;
        let by_key = r#"[{"Plan": {"Node Type": "Index Scan", "Index Name": "t_pkey"}}]"#;
        assert!(!is_exact(near) && is_exact(all) && is_exact(by_key) && !is_exact("no plan"));
        let index: VectorIndex = serde_json::from_str(
            r#"{"schema": "s", "relation": "t", "column": "v", "name": "t_v", "method": "hnsw", "plain": true, "operator": "<->"}"#,
        )
        .unwrap();
        assert!(uses_index(near, &index, RelationKind::Table));
        assert!(!uses_index(all, &index, RelationKind::Table) && !uses_index(by_key, &index, RelationKind::Table));
        let other = near.replace("t_v", "t_w");
        assert!(!uses_index(&other, &index, RelationKind::Table), "another index");
        assert!(uses_index(&other, &index, RelationKind::Partitioned), "partitions have their own");
    }
}
