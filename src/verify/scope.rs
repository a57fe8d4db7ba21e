//! Which relations take part. A partition goes by its root, whatever it is called itself.

use crate::catalog::Catalog;
use crate::check::Context;
use crate::config::TableScope;
use crate::model::RelationName;

/// Why a relation does not take part; `None` when it does.
pub(super) fn exclusion(context: &Context, name: &RelationName) -> Option<String> {
    let catalogs = [&context.source.catalog, &context.target.catalog];
    let root = catalogs.into_iter().find(|catalog| catalog.relation(name).is_some()).map(|found| root(found, name));
    context.config.scope.exclusion(root.unwrap_or(name))
}

/// The same where only one catalog is at hand.
pub(super) fn exclusion_on(scope: &TableScope, catalog: &Catalog, name: &RelationName) -> Option<String> {
    scope.exclusion(root(catalog, name))
}

/// The root of a partition; any other relation is its own root.
fn root<'a>(catalog: &'a Catalog, name: &'a RelationName) -> &'a RelationName {
    let mut at = name;
    while let Some(parent) = catalog.relation(at).filter(|found| found.is_partition).and_then(|it| it.parents.first()) {
        at = parent;
    }
    at
}
