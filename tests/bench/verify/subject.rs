//! Which tables are compared.

use anyhow::Result;

use crate::servers::Pair;
use crate::tool::{self, Verified};

/// The tables measured, alone and together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Events,
    Embeddings,
    Both,
}

impl Subject {
    pub(crate) const ALL: [Self; 3] = [Self::Events, Self::Embeddings, Self::Both];

    /// For people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Embeddings => "embeddings",
            Self::Both => "both tables",
        }
    }

    /// Its tables.
    pub(crate) fn tables(self) -> &'static [&'static str] {
        match self {
            Self::Events => &["events"],
            Self::Embeddings => &["embeddings"],
            Self::Both => &["events", "embeddings"],
        }
    }
}

/// Has the tool compare a subject.
pub(crate) fn verify(pair: &Pair, subject: Subject) -> Result<Verified> {
    tool::verify(&pair.source, &pair.target, subject.tables())
}
