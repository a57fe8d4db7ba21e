//! A limit of bytes a second over all workers of one process.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lets bytes pass at no more than so many a second.
#[derive(Debug)]
pub(super) struct Rate {
    bytes_per_second: Option<u64>,
    /// When the bytes let through so far are paid for.
    paid: Mutex<Instant>,
}

impl Rate {
    /// `None` is no limit.
    pub(super) fn new(bytes_per_second: Option<u64>) -> Self {
        Self { bytes_per_second, paid: Mutex::new(Instant::now()) }
    }

    /// Waits until so many bytes more are within the limit.
    pub(super) async fn pass(&self, bytes: u64) {
        let wait = self.debt(bytes, Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// How long these bytes have to wait for those before them.
    fn debt(&self, bytes: u64, now: Instant) -> Duration {
        let Some(limit) = self.bytes_per_second.filter(|&limit| limit > 0) else { return Duration::ZERO };
        let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
        // Time in which nothing passed is not saved up.
        let start = (*paid).max(now);
        *paid = start + Duration::from_secs_f64(bytes as f64 / limit as f64);
        start.duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_wait_for_those_before_them() {
        let (rate, now) = (Rate::new(Some(1000)), Instant::now());
        assert_eq!(rate.debt(500, now), Duration::ZERO);
        assert_eq!(rate.debt(500, now), Duration::from_millis(500));
        assert_eq!(rate.debt(1, now + Duration::from_millis(900)), Duration::from_millis(100));
        // What was not used is not saved up.
        assert_eq!(rate.debt(1000, now + Duration::from_secs(60)), Duration::ZERO);
        assert_eq!(rate.debt(1, now + Duration::from_secs(60)), Duration::from_secs(1));
        assert_eq!(Rate::new(None).debt(u64::MAX, now), Duration::ZERO);
    }
}
