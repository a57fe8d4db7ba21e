//! Which partition a row stands in, as a number that is the same wherever the partition has the same name.
//!
//! Looked up for each row, so it has to be cheap: the name itself would take longer than hashing a short row.

use sha2::{Digest, Sha256};

use crate::catalog::Relation;
use crate::model::RelationName;

/// An expression of type int8: the number of the partition a row of this tree stands in, found by halves; 0 in one that
/// the catalog does not know.
pub(super) fn number(tree: &Relation) -> String {
    let mut leaves: Vec<(u32, i64)> = tree.leaves.iter().map(|(name, oid)| (*oid, of_name(name))).collect();
    leaves.sort_unstable();
    leaves.dedup();
    format!("({})::int8", among(&leaves))
}

fn among(leaves: &[(u32, i64)]) -> String {
    match leaves {
        [] => "0".to_owned(),
        [(oid, number)] => format!("case when tableoid = {oid} then {number} else 0 end"),
        _ => {
            let (low, high) = leaves.split_at(leaves.len() / 2);
            format!("case when tableoid < {} then {} else {} end", high[0].0, among(low), among(high))
        }
    }
}

/// The first half of a digest's first half: never the same for two names of one tree but by a chance of one to 2^64.
fn of_name(name: &RelationName) -> i64 {
    let digest = Sha256::digest(format!("{}\0{}", name.schema, name.name));
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_is_found_by_halves() {
        let leaves = [(10, 1), (20, 2), (30, -3)];
        assert_eq!(
            among(&leaves),
            "case when tableoid < 20 then case when tableoid = 10 then 1 else 0 end \
             else case when tableoid < 30 then case when tableoid = 20 then 2 else 0 end \
             else case when tableoid = 30 then -3 else 0 end end end"
        );
        let (one, two) = (RelationName::new("a", "b.c"), RelationName::new("a.b", "c"));
        assert_ne!(of_name(&one), of_name(&two));
    }
}
