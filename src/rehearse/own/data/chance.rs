//! Chance that is the same in every run: numbers made of names.

/// A number made of a text (FNV-1a).
pub(in crate::rehearse::own) fn seed(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A number made of two (splitmix64).
pub(in crate::rehearse::own) fn mix(seed: u64, number: u64) -> u64 {
    let mut it = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}

/// One of so many, 0 where there are none.
pub(in crate::rehearse::own) fn pick(seed: u64, number: u64, of: usize) -> usize {
    match of {
        0 => 0,
        _ => usize::try_from(mix(seed, number) % of as u64).unwrap_or(0),
    }
}
