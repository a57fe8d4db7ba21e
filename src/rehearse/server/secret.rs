//! Random words for passwords and names of throwaway things.

use std::hash::{BuildHasher, RandomState};

use sha2::{Digest, Sha256};

/// A word of 32 hexadecimal digits nobody can guess.
pub(super) fn word() -> String {
    // Every `RandomState` carries 128 bits seeded by the operating system.
    let mut digest = Sha256::new();
    for turn in 0..8_u64 {
        digest.update(RandomState::new().hash_one((turn, std::process::id())).to_le_bytes());
    }
    hex(&digest.finalize())[..32].to_owned()
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_differ() {
        assert_ne!(word(), word());
        assert_eq!(word().len(), 32);
        assert_eq!(hex(&[0, 255, 16]), "00ff10");
    }
}
