//! How a copy is done, merged from the file and the flags.

use std::time::Duration;

use super::file::CopySection;
use super::manner::duration;
use crate::model::{Error, Result};

/// How a copy is done, resolved; sizes in bytes, `None` where the copy engine chooses or there is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyConfig {
    /// Tasks worked at at once.
    pub jobs: usize,
    /// The size of the pieces in which long tables are copied.
    pub chunk: Option<u64>,
    /// The size from which a table's indexes and keys stand aside.
    pub set_aside_from: Option<u64>,
    /// Whether large objects are copied.
    pub large_objects: Option<bool>,
    /// Bytes a second.
    pub rate: Option<u64>,
    /// Bytes of WAL by which a standby of the source may fall behind.
    pub max_replica_lag: Option<u64>,
    /// How long the copy may hold its snapshot.
    pub max_snapshot_age: Option<Duration>,
}

impl CopyConfig {
    /// Merges; a flag wins over the file.
    pub(super) fn merge(jobs: usize, flags: &CopySection, file: &CopySection) -> Result<Self> {
        let text = |key: &'static str, pick: fn(&CopySection) -> &Option<String>| {
            pick(flags).clone().or_else(|| pick(file).clone()).map(|text| (key, text))
        };
        let bytes = |given: Option<(&str, String)>| given.map(|(key, text)| bytes(key, &text)).transpose();
        let age = text("copy.max_snapshot_age", |section| &section.max_snapshot_age);
        let config = Self {
            jobs,
            chunk: bytes(text("copy.chunk", |section| &section.chunk))?,
            set_aside_from: bytes(text("copy.set_aside_from", |section| &section.set_aside_from))?,
            large_objects: flags.large_objects.or(file.large_objects),
            rate: bytes(text("copy.rate", |section| &section.rate))?,
            max_replica_lag: bytes(text("copy.max_replica_lag", |section| &section.max_replica_lag))?,
            max_snapshot_age: age.map(|(key, text)| duration(key, &text)).transpose()?,
        };
        for (key, value) in [("copy.chunk", config.chunk), ("copy.rate", config.rate)] {
            if value == Some(0) {
                return Err(Error::usage(format!("{key} is 0")).hint("give a size such as \"64MiB\", or leave it out"));
            }
        }
        Ok(config)
    }
}

fn bytes(key: &str, text: &str) -> Result<u64> {
    text.parse::<bytesize::ByteSize>().map(|size| size.as_u64()).map_err(|_| {
        Error::usage(format!("{key}: `{text}` is no size"))
            .hint("write a number with its unit, such as \"64MiB\" or \"20MB\"")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_and_sizes_have_units() {
        let section = |rate: &str| CopySection { rate: Some(rate.into()), ..CopySection::default() };
        let merged = CopyConfig::merge(4, &section("2MB"), &section("1KiB")).unwrap();
        assert_eq!(merged.rate, Some(2_000_000));
        assert_eq!(CopyConfig::merge(4, &CopySection::default(), &section("1KiB")).unwrap().rate, Some(1024));
        for wrong in ["fast", "0", "-1MB", ""] {
            let error = CopyConfig::merge(4, &section(wrong), &CopySection::default()).unwrap_err();
            assert!(error.to_string().starts_with("copy.rate"), "{error}");
        }
    }
}
