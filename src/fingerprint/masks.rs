//! What a manifest says of the masks its rows were read with: enough to tell another configuration apart, and neither a
//! value nor the salt.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::config::Salt;

/// The masks behind a manifest's sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskRecord {
    /// The rule of each masked column, by `schema.table.column` as findings print it.
    pub columns: BTreeMap<String, String>,
    /// By what the salt is known again, where a mask needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<SaltDigest>,
}

/// A digest of the salt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaltDigest {
    /// A word made for this digest alone.
    pub word: String,
    /// The digest of word and salt.
    pub digest: String,
}

impl SaltDigest {
    /// The digest of a salt.
    pub fn of(salt: &Salt, word: String) -> Self {
        Self { digest: salt.digest(&word), word }
    }

    /// Whether it is that salt's.
    pub fn is_of(&self, salt: &Salt) -> bool {
        salt.digest(&self.word) == self.digest
    }
}
