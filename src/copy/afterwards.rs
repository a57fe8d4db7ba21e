//! What follows the rows: materialized views are refreshed.

use serde::Deserialize;

use crate::catalog::{Catalog, RelationKind};
use crate::model::{RelationName, Result};
use crate::plan::layers;
use crate::postgres::{Session, Target};

#[derive(Deserialize)]
struct View {
    #[serde(flatten)]
    name: RelationName,
    reads: Option<Vec<RelationName>>,
}

/// Refreshes the target's materialized views in scope, those that others read first; gives how many. One that holds nothing, as a schema
/// that was made without rows leaves it, stays so unless the source's holds something.
///
/// One that cannot be refreshed does not undo the copy: it is noted, and the verification will find it stale.
///
/// # Errors
/// The server's error when it does not say which views there are.
pub async fn refresh(
    session: &mut Session<Target>,
    catalog: &Catalog,
    source: Option<&Catalog>,
    notes: &mut Vec<String>,
) -> Result<usize> {
    let mut views: Vec<View> = session.read(include_str!("sql/materialized_views.sql")).await?;
    views.retain(|view| {
        let here = catalog.relation(&view.name).is_some_and(|relation| relation.kind == RelationKind::MaterializedView);
        let filled = |catalog: &Catalog| catalog.relation(&view.name).is_some_and(|relation| relation.populated);
        here && (filled(catalog) || source.is_some_and(filled))
    });
    let place = |name: &RelationName| views.iter().position(|view| view.name == *name);
    let reads = views.iter().enumerate().flat_map(|(at, view)| {
        view.reads.iter().flatten().filter_map(place).map(move |read| (at, read)).collect::<Vec<_>>()
    });
    let levels = layers(views.len(), &reads.collect::<Vec<_>>()).level;
    let mut order: Vec<(usize, &View)> = levels.into_iter().zip(&views).collect();
    order.sort_by_key(|(level, _)| *level);

    let mut refreshed = 0;
    for (_, View { name, .. }) in order {
        // It is made of what its owner may see, as it was on the source: with `off`, policies would make the server refuse.
        let sql = format!(
            "set search_path to default; set row_security = on; refresh materialized view {}; set row_security = off",
            name.sql()
        );
        match session.execute(&sql).await {
            Ok(()) => {
                refreshed += 1;
                notes.push(format!("materialized view {name} was refreshed"));
            }
            Err(error) => notes.push(format!("materialized view {name} was not refreshed: {}", error.chain())),
        }
    }
    Ok(refreshed)
}
