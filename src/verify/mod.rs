//! The checks: what is compared between source and target, one check a file.
//!
//! Never true in here: an error that reads as "same", a failed unit that takes others with it, a difference hidden
//! because another check is expected to see it (what a check leaves out stands in its `uncovered`, with the reason).

mod gather;
mod grants;
mod identity;
mod indexes;
mod inventory_diff;
mod orphan_query;
mod orphans;
mod parents;
mod rls;
mod rows;
mod samples;
mod schema;
mod scope;
mod sequences;
mod trouble;
mod vectors;

use crate::check::Check;

/// Every check, in the order reports list them.
pub fn checks() -> Vec<Box<dyn Check>> {
    vec![
        Box::new(rows::Rows),
        Box::new(orphans::Orphans),
        Box::new(schema::Schema),
        Box::new(rls::RowSecurity),
        Box::new(grants::Grants),
        Box::new(sequences::Sequences),
        Box::new(indexes::Indexes),
        Box::new(vectors::Vectors),
        Box::new(samples::Samples),
    ]
}
