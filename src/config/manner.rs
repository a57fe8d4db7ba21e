//! How verification reads: how strongly rows are hashed, how often they are looked at again, how gently, how long.

use std::time::Duration;

use super::file::VerifySection;
use crate::model::{Error, Result};

/// How verification reads, resolved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// Whether rows are hashed with 256 bits.
    pub strong: bool,
    /// How many times differing rows are looked at again.
    pub recheck: u32,
    /// The share of the time each session may work, in percent; `None` is all of it.
    pub throttle: Option<u8>,
    /// Sessions of others that may be active while ours go on.
    pub max_load: Option<u32>,
    /// The time after which nothing more is begun.
    pub budget: Option<Duration>,
}

impl Manner {
    /// The flags' values, or else the file's.
    pub(super) fn merge(flags: &VerifySection, file: &VerifySection) -> Result<Self> {
        let throttle = flags.throttle.or(file.throttle);
        if let Some(share) = throttle.filter(|share| !(1..=100).contains(share)) {
            return Err(Error::usage(format!("verify.throttle is {share}"))
                .hint("give the share of the time that sessions may work, 1 to 100 percent"));
        }
        let recheck = flags.recheck.or(file.recheck).unwrap_or(0);
        if recheck > 1000 {
            return Err(Error::usage(format!("verify.recheck is {recheck}")).hint("look again at most 1000 times"));
        }
        let budget = flags.budget.as_ref().or(file.budget.as_ref());
        Ok(Self {
            strong: flags.strong.or(file.strong).unwrap_or(false),
            recheck,
            throttle,
            max_load: flags.max_load.or(file.max_load),
            budget: budget.map(|text| duration("verify.budget", text)).transpose()?,
        })
    }
}

/// A length of time as people write it: `90s`, `10m`, `1h 30m`. `key` is what it was given for.
///
/// # Errors
/// Usage, when it is none, or of no length.
pub fn duration(key: &str, text: &str) -> Result<Duration> {
    let wrong = || Error::usage(format!("{key} is `{text}`")).hint("write a length of time such as 90s, 10m or 1h30m");
    let parsed: jiff::SignedDuration = text.parse().map_err(|problem: jiff::Error| wrong().caused_by(problem))?;
    Duration::try_from(parsed).ok().filter(|length| !length.is_zero()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> VerifySection {
        super::super::File::parse(&format!("[verify]\n{text}")).unwrap().verify
    }

    #[test]
    fn flags_win_over_the_file() {
        let (flags, file) = (section("recheck = 2\nbudget = '10m'"), section("recheck = 5\nstrong = true"));
        let manner = Manner::merge(&flags, &file).unwrap();
        let budget = Some(Duration::from_secs(600));
        assert_eq!(manner, Manner { strong: true, recheck: 2, budget, ..Manner::default() });
    }

    #[test]
    fn senseless_values_are_refused() {
        for text in
            ["throttle = 0", "throttle = 101", "budget = 'soon'", "budget = '0s'", "budget = '-5m'", "recheck = 1001"]
        {
            let error = Manner::merge(&VerifySection::default(), &section(text)).unwrap_err();
            assert!(error.to_string().starts_with("verify."), "{text}: {error}");
            assert!(error.hint_text().is_some());
        }
    }
}
