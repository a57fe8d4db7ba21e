//! What a schema's dump cannot say and a check asks: the settings of the database.

use crate::check::{Context, Selection, run};
use crate::config::Config;
use crate::model::{Events, Result, Unit, Waiver};
use crate::verify::{ITERATIVE_SCAN, checks};

/// Waivers for what the checks will find of the databases' settings, which stand in no dump.
///
/// # Errors
/// When a side cannot be read.
pub(in crate::rehearse) async fn waivers(config: &Config) -> Result<Vec<Waiver>> {
    let context = Context::open(config, &Events::silent()).await?;
    let vectors = Selection { only: vec!["vectors".to_owned()], skip: Vec::new() };
    let checked = run(&checks(), &vectors, &context).await;
    context.close().await;
    let units = checked?.units;
    let found = units.iter().flat_map(Unit::open_findings).filter(|finding| finding.attribute == ITERATIVE_SCAN);
    Ok(found
        .map(|finding| Waiver {
            check: finding.check.clone(),
            object: finding.object.to_string(),
            attribute: Some(finding.attribute.clone()),
            reason: "A dump of the schema does not hold the database's settings. See that hnsw.iterative_scan or its like is on in yours."
                .to_owned(),
            until: None,
        })
        .collect())
}
