//! Tables that are written to so often that some rows may differ when a comparison comes to them.

use serde::Deserialize;

use crate::check::Context;
use crate::model::{RelationName, Result};

/// Rows written a day, as a share of the table's rows, from which a table counts as busy.
const SHARE: f64 = 0.01;
/// Statistics of less than this many days say more about the loading of the table than about its use.
const ENOUGH_DAYS: f64 = 0.5;

/// A busy table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Busy {
    pub(super) table: RelationName,
    /// Rows written a day.
    pub(super) daily: u64,
    /// Rows it holds.
    pub(super) rows: u64,
}

#[derive(Debug, Deserialize)]
struct Activity {
    schema: String,
    name: String,
    rows: u64,
    written: u64,
    days: f64,
}

/// The busy tables of the source, the busiest first.
pub(super) async fn propose(context: &Context) -> Result<Vec<Busy>> {
    let catalog = &context.source.catalog;
    let sql = catalog.fill(include_str!("sql/activity.sql"));
    let activity: Vec<Activity> = context.source.readers.acquire().await?.read(&sql).await?;
    let mut busy: Vec<Busy> = activity.into_iter().filter_map(of).collect();
    busy.retain(|one| catalog.relation(&one.table).is_some_and(|relation| relation.is_table()));
    busy.sort_by(|a, b| b.daily.cmp(&a.daily).then_with(|| a.table.cmp(&b.table)));
    Ok(busy)
}

fn of(one: Activity) -> Option<Busy> {
    let daily = one.written as f64 / one.days.max(ENOUGH_DAYS);
    let is_busy = one.days >= ENOUGH_DAYS && one.rows > 0 && daily >= 1.0 && daily >= SHARE * one.rows as f64;
    is_busy.then(|| Busy {
        table: RelationName::new(one.schema, one.name),
        daily: daily.round() as u64,
        rows: one.rows,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(rows: u64, written: u64, days: f64) -> Activity {
        Activity { schema: "public".to_owned(), name: "t".to_owned(), rows, written, days }
    }

    #[test]
    fn a_table_is_busy_where_a_hundredth_of_it_is_written_in_a_day() {
        assert_eq!(of(activity(1000, 400, 10.0)).map(|busy| busy.daily), Some(40));
        assert!(of(activity(1000, 90, 10.0)).is_none());
    }

    #[test]
    fn a_table_that_was_only_just_filled_is_not_busy() {
        assert!(of(activity(1000, 1000, 0.1)).is_none());
    }
}
