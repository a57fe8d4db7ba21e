//! A table read in pieces: ranges of its pages, so that several sessions share one table, a pause fits between two
//! pieces, and a lost connection costs one piece.

use crate::catalog::{Relation, RelationKind};

/// Bytes of a piece, TOAST included: about a third of a second of hashing.
const PIECE_BYTES: u64 = 64 << 20;
/// Most pieces of a table: each answers every bucket once.
const MOST_PIECES: u64 = 64;

/// A part of a relation's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// The pieces of a relation, which together hold each of its rows once. Only heaps have pages that can be told
    /// apart by `ctid` cheaply; the leaves of a partition tree are read as one.
    pub fn of(relation: &Relation) -> Vec<Self> {
        let heap = matches!(relation.kind, RelationKind::Table | RelationKind::MaterializedView);
        let number = (relation.bytes / PIECE_BYTES).min(MOST_PIECES).min(relation.heap_pages);
        if !heap || number < 2 {
            return vec![Self::WHOLE];
        }
        let edge = |at: u64| relation.heap_pages * at / number;
        (0..number)
            .map(|at| Self { from: (at > 0).then(|| edge(at)), to: (at + 1 < number).then(|| edge(at + 1)) })
            .collect()
    }

    /// The conditions that choose the piece's rows.
    pub(super) fn conditions(self) -> Vec<String> {
        let from = self.from.map(|page| format!("ctid >= '({page},0)'::tid"));
        let to = self.to.map(|page| format!("ctid < '({page},0)'::tid"));
        from.into_iter().chain(to).collect()
    }
}
