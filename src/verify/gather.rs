//! Runs the units of a check, a bounded number at once.

use futures_util::future::LocalBoxFuture;
use futures_util::{StreamExt, stream};

/// The answers in the order of the tasks.
pub(super) async fn gather<T: Send>(tasks: Vec<LocalBoxFuture<'_, T>>, at_once: usize) -> Vec<T> {
    stream::iter(tasks).buffered(at_once.max(1)).collect().await
}
