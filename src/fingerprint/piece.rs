//! A table read in pieces: ranges of its pages, so that several sessions share one table, a pause fits between two
//! pieces, and a lost connection costs one piece.
//!
//! A range of pages is read through the server's whole buffer cache, a whole heap through a small ring of buffers: pieces cost
//! a sixth more processor time and push others' pages out. So a heap is read in one statement, by the server's own
//! parallel workers, unless its bytes are mostly TOAST (for which the server plans no workers, and which the ring does not
//! serve), it is very long, or pauses are asked for.

use serde::{Deserialize, Serialize};

use crate::catalog::{Relation, RelationKind};

/// Bytes of a piece, TOAST included: about a third of a second of hashing.
const PIECE_BYTES: u64 = 64 << 20;
/// Most pieces of a table: each answers every bucket once.
const MOST_PIECES: u64 = 64;
/// Bytes of a heap which one statement reads: some minutes, which are what a lost connection may cost.
const HEAP_BYTES: u64 = 16 << 30;
/// Bytes of a page; where a server was built with others, pieces are of another size and still hold each row once.
const PAGE_BYTES: u64 = 8192;

/// A part of a relation's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The first page; `None` for the first piece, which has no lower end.
    from: Option<u64>,
    /// The page after the last; `None` for the last piece, which has no upper end: a relation's size is not part of a
    /// snapshot, so rows may stand beyond the size that was asked for.
    to: Option<u64>,
}

impl Piece {
    /// The whole relation.
    pub const WHOLE: Self = Self { from: None, to: None };

    /// The pieces of a relation, which together hold each of its rows once; small ones where there are to be `pauses`.
    /// Only heaps have pages that can be told apart by `ctid` cheaply; the leaves of a partition tree are read as one.
    pub fn of(relation: &Relation, pauses: bool) -> Vec<Self> {
        let heap = matches!(relation.kind, RelationKind::Table | RelationKind::MaterializedView);
        let number = (relation.bytes / PIECE_BYTES).min(MOST_PIECES).min(relation.heap_pages);
        let of_heap = relation.heap_pages * PAGE_BYTES;
        let one_statement = !pauses && of_heap > relation.bytes / 2 && of_heap < HEAP_BYTES;
        if !heap || number < 2 || one_statement {
            return vec![Self::WHOLE];
        }
        Self::equal(relation.heap_pages, number)
    }

    /// That many pieces of a heap, of about as many pages each; fewer where it has fewer pages.
    pub fn equal(pages: u64, number: u64) -> Vec<Self> {
        let number = number.min(pages).max(1);
        let edge = |at: u64| pages * at / number;
        (0..number)
            .map(|at| Self { from: (at > 0).then(|| edge(at)), to: (at + 1 < number).then(|| edge(at + 1)) })
            .collect()
    }

    /// The conditions that choose the piece's rows.
    pub fn conditions(self) -> Vec<String> {
        let from = self.from.map(|page| format!("ctid >= '({page},0)'::tid"));
        let to = self.to.map(|page| format!("ctid < '({page},0)'::tid"));
        from.into_iter().chain(to).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_meet_and_have_open_ends() {
        for (pages, number) in [(7, 3), (1000, 64), (2, 5), (0, 4), (1, 1)] {
            let pieces = Piece::equal(pages, number);
            assert_eq!(pieces.first().map(|piece| piece.from), Some(None), "{pages} {number}");
            assert_eq!(pieces.last().map(|piece| piece.to), Some(None), "{pages} {number}");
            assert!(pieces.windows(2).all(|pair| pair[0].to.is_some() && pair[0].to == pair[1].from));
            assert!(pieces.iter().all(|piece| piece.from.unwrap_or(0) < piece.to.unwrap_or(u64::MAX)));
        }
    }
}
