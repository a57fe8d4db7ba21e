//! Care for servers that others work on: a share of the time, a limit of load, a time budget.

use std::time::{Duration, Instant};

/// How gently a side is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Care {
    /// The share of the time each session may work, in percent; `None` is all of it.
    pub throttle: Option<u8>,
    /// Others' sessions that may be active while ours go on; above, they wait.
    pub max_load: Option<u32>,
    /// When the time budget is used up.
    pub deadline: Option<Instant>,
}

impl Care {
    /// How long a session rests after it has worked so long.
    pub(super) fn rest(&self, worked: Duration) -> Duration {
        match self.throttle {
            Some(share @ 1..=99) => worked * u32::from(100 - share) / u32::from(share),
            _ => Duration::ZERO,
        }
    }

    /// What is left of the budget; `None` without one.
    pub(super) fn left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

/// Counts the sessions of others that are at work.
pub(super) const LOAD: &str = "select count(*) from pg_catalog.pg_stat_activity \
    where state = 'active' and backend_type = 'client backend' and application_name <> 'pg-rehearse'";

/// Drops what the transaction has been told of other sessions.
pub(super) const LOOK_AGAIN: &str = "select pg_catalog.pg_stat_clear_snapshot()";

/// Whether the role sees what others do.
pub(super) const MAY_SEE_LOAD: &str = "select pg_catalog.pg_has_role('pg_read_all_stats', 'usage')";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_rests_in_proportion() {
        let care = |throttle| Care { throttle, ..Care::default() };
        let second = Duration::from_secs(1);
        assert_eq!(care(None).rest(second), Duration::ZERO);
        assert_eq!(care(Some(100)).rest(second), Duration::ZERO);
        assert_eq!(care(Some(50)).rest(second), second);
        assert_eq!(care(Some(20)).rest(second), 4 * second);
    }
}
