//! How much there is, how long it will take at the rate the source answers at, and whether there is room for the backups here.

use std::time::{Duration, Instant};

use serde::Deserialize;

use super::{PreflightRow, Sides, present};
use crate::check::SideView;
use crate::model::{Result, seconds};
use crate::postgres::Role;

/// Bytes read to find the rate, and how long at most.
const SAMPLE: u64 = 8 << 20;
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Deserialize, Clone, Copy, Default)]
struct Sizes {
    rows: u64,
    whole: u64,
}

/// The rows: what the copy comes to, and the room for backups.
pub(super) async fn check(sides: &Sides<'_>) -> Vec<PreflightRow> {
    let sizes = tokio::try_join!(sizes(sides, sides.source), sizes(sides, sides.target));
    let (there, here) = match sizes {
        Ok(sizes) => sizes,
        Err(error) => return vec![PreflightRow::warn("size", error.chain(), "known")],
    };
    let size = |bytes: u64| bytesize::ByteSize(bytes).display().si().to_string();
    let copied = size(there.rows);
    let grows = size(there.whole.saturating_sub(here.whole));
    let rate = match rate(sides).await {
        Ok(Some(rate)) => rate,
        Ok(None) => {
            return vec![PreflightRow::go("size", format!("{copied} to copy"), "known"), room(sides, there, here)];
        }
        Err(error) => return vec![PreflightRow::warn("size", error.chain(), "known")],
    };
    let limit = sides.config.copy.rate.map_or(rate, |limit| rate.min(limit as f64));
    #[allow(clippy::cast_precision_loss)]
    let took = there.rows as f64 / limit.max(1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let found = format!(
        "{copied} to copy, about {} at {} a second; the target grows by up to {grows}",
        seconds(took.max(1.0)),
        size(limit as u64)
    );
    vec![
        PreflightRow::go("size", found, "as much free on the target's volume, which SQL cannot ask"),
        room(sides, there, here),
    ]
}

/// Dumps are compressed: as much as the tables' rows is on the safe side.
fn room(sides: &Sides<'_>, there: Sizes, here: Sizes) -> PreflightRow {
    let wanted = here.rows + if sides.config.backup_source { there.rows } else { 0 };
    let size = |bytes: u64| bytesize::ByteSize(bytes).display().si().to_string();
    let (found, text) = (free_here(), format!("{} for the backups", size(wanted)));
    match found {
        None => PreflightRow::go("disk", "not known", text),
        Some(free) if free >= wanted => PreflightRow::go("disk", format!("{} free here", size(free)), text),
        Some(free) => PreflightRow::warn("disk", format!("{} free here", size(free)), text)
            .fix("name a folder with more room by --folder, or leave the source out with [backup] source = false"),
    }
}

/// Bytes free where runs leave their files.
#[cfg(unix)]
fn free_here() -> Option<u64> {
    let found = nix::sys::statvfs::statvfs(".").ok()?;
    #[allow(clippy::unnecessary_cast, clippy::useless_conversion)]
    Some((found.blocks_available() as u64).saturating_mul(found.fragment_size() as u64))
}

#[cfg(not(unix))]
fn free_here() -> Option<u64> {
    None
}

async fn sizes<R: Role>(sides: &Sides<'_>, view: &SideView<R>) -> Result<Sizes> {
    let mut session = view.readers.acquire().await?;
    let sql = include_str!("sql/sizes.sql").replace(":tables", &present(sides, view));
    Ok(session.read::<Sizes>(&sql).await?.into_iter().next().unwrap_or_default())
}

/// Bytes a second at which the source gives the rows of its largest planned table; `None` where there is nothing to read.
async fn rate(sides: &Sides<'_>) -> Result<Option<f64>> {
    let largest = sides.plan.tables.iter().max_by_key(|planned| planned.estimated_rows);
    let Some(largest) = largest.filter(|planned| planned.estimated_rows > 0) else { return Ok(None) };
    let Some(relation) = sides.source.catalog.relation(&largest.table) else { return Ok(None) };
    let mut session = sides.source.readers.acquire().await?;
    let sql = format!("copy (select * from {} limit 20000) to stdout", relation.from_item());
    let (clock, mut bytes) = (Instant::now(), 0_u64);
    let mut out = session.copy_out(&sql).await?;
    while let Some((frame, _)) = out.frame().await? {
        bytes += frame.len() as u64;
        if bytes > SAMPLE || clock.elapsed() > PATIENCE {
            break;
        }
    }
    let took = clock.elapsed().as_secs_f64();
    #[allow(clippy::cast_precision_loss)]
    Ok((bytes > 0 && took > 0.0).then(|| bytes as f64 / took))
}
