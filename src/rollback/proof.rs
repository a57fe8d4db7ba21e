//! The fingerprint before, the fingerprint after, and what differs between them.

use crate::catalog;
use crate::config::Config;
use crate::fingerprint::{Fingerprint, FingerprintDifference};
use crate::model::Result;
use crate::postgres::{Endpoint, Readers, Target};

/// Takes the fingerprint of the target as it is now; with `like`, in the shape of an earlier one.
///
/// # Errors
/// When a table in scope cannot be read.
pub async fn fingerprint(
    target: &Endpoint<Target>,
    config: &Config,
    like: Option<&Fingerprint>,
) -> Result<Fingerprint> {
    let readers = Readers::open(target, config.verify_jobs).await?;
    let catalog = catalog::load(&mut *readers.acquire().await?, &config.scope.schemas).await?;
    let taken = Fingerprint::take(&readers, &catalog, &config.scope, like).await;
    readers.close().await;
    taken
}

/// Everything in which the target differs from an earlier fingerprint of it.
///
/// # Errors
/// When a table in scope cannot be read: what cannot be compared is not called equal.
pub async fn difference(
    target: &Endpoint<Target>,
    config: &Config,
    before: &Fingerprint,
) -> Result<Vec<FingerprintDifference>> {
    Ok(before.differences(&fingerprint(target, config, Some(before)).await?))
}

/// What of the target's schema is no longer as it was saved: an object for each, rows and sequences left aside.
///
/// # Errors
/// When the catalog cannot be read.
pub async fn schema_difference(
    target: &Endpoint<Target>,
    config: &Config,
    before: &Fingerprint,
) -> Result<Vec<FingerprintDifference>> {
    let readers = Readers::open(target, 1).await?;
    let catalog = catalog::load(&mut *readers.acquire().await?, &config.scope.schemas).await;
    readers.close().await;
    let mut now = Fingerprint::of_schema(&catalog?);
    (now.tables, now.sequences) = (before.tables.clone(), before.sequences.clone());
    Ok(before.differences(&now))
}
