//! What personas are asked for: the relations that both sides have, and how their rows are told apart.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::rights::RelationRights;
use super::sight::{Question, Verb};
use crate::catalog::{Catalog, Relation, RelationKind, ServerFacts};
use crate::check::Context;
use crate::fingerprint::{TableShape, TableSql};
use crate::model::{ObjectRef, RelationName, Result, literal, quoted};
use crate::verify::{identity, masked, scope};

/// A relation that both sides have.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    pub(super) name: RelationName,
    /// What findings call it.
    pub(super) object: ObjectRef,
    /// Both sides of what holds rows itself; `None` for a view.
    pub(super) tables: Option<(&'a Relation, &'a Relation)>,
    /// Columns in whose place the sides show other values.
    masked: BTreeSet<String>,
    /// Whether a view shows values that are masked.
    shows_masked: bool,
}

/// What is asked for, and what is left out with the reason.
#[derive(Debug, Default)]
pub(super) struct Subjects<'a> {
    pub(super) all: Vec<Subject<'a>>,
    pub(super) left_out: Vec<(ObjectRef, String)>,
    /// Whether something is left to the check of schemas.
    pub(super) one_sided: bool,
}

/// Relations by name, with the word findings use.
type Named = BTreeSet<(&'static str, RelationName)>;

/// A view and the columns of one table it reads.
#[derive(Debug, Deserialize)]
struct Reads {
    schema: String,
    name: String,
    table_schema: String,
    table_name: String,
    columns: Vec<String>,
}

/// Everything that personas can be asked for.
///
/// # Errors
/// When the source cannot be asked what its views read.
pub(super) async fn subjects(context: &Context) -> Result<Subjects<'_>> {
    let (source, target) = (&context.source.catalog, &context.target.catalog);
    let masked_views = masked_views(context).await?;
    let mut found = Subjects::default();
    let (there, here): (Named, Named) = (relations(source).collect(), relations(target).collect());
    for named in there.union(&here) {
        let (kind, name) = named.clone();
        let object = ObjectRef::new(kind, name.to_string());
        if let Some(reason) = scope::exclusion(context, &name) {
            found.left_out.push((object, reason));
            continue;
        }
        if !there.contains(named) || !here.contains(named) {
            found.left_out.push((object, "only one side has it".to_owned()));
            found.one_sided = true;
            continue;
        }
        let tables = source.relation(&name).zip(target.relation(&name));
        let masked = source.relation(&name).map(|relation| masked::instead(context, relation).into_keys().collect());
        let shows_masked = masked_views.contains(&name);
        found.all.push(Subject { object, tables, masked: masked.unwrap_or_default(), shows_masked, name });
    }
    for foreign in source.relations.values().filter(|relation| relation.kind == RelationKind::Foreign) {
        found
            .left_out
            .push((ObjectRef::table(&foreign.name), "a foreign table's rows are another server's".to_owned()));
    }
    Ok(found)
}

/// The relations of one side by the word findings use: tables, partitions too, and views of both kinds.
fn relations(catalog: &Catalog) -> impl Iterator<Item = (&'static str, RelationName)> + '_ {
    let held = catalog.relations.values().filter(|relation| !relation.of_extension && relation.persistence != "t");
    let held = held.filter_map(|relation| match relation.kind {
        RelationKind::Table | RelationKind::Partitioned => Some(("table", relation.name.clone())),
        RelationKind::MaterializedView => Some(("view", relation.name.clone())),
        RelationKind::Foreign => None,
    });
    let views = catalog.inventory.keys().filter(|key| key.kind == "view");
    let views = views.filter_map(|key| identity::relation(&key.identity));
    held.chain(views.filter(|name| catalog.relation(name).is_none()).map(|name| ("view", name)))
}

/// The views of the source that read a masked column.
async fn masked_views(context: &Context) -> Result<BTreeSet<RelationName>> {
    if context.config.scope.masks.list.is_empty() {
        return Ok(BTreeSet::new());
    }
    let sql = context.source.catalog.fill(include_str!("sql/views_read.sql"));
    let reads = context.source.readers.acquire().await?.read::<Reads>(&sql).await?;
    let masked = reads.into_iter().filter(|view| {
        let table = RelationName::new(&view.table_schema, &view.table_name);
        masked::touches(context, &table, &view.columns)
    });
    Ok(masked.map(|view| RelationName::new(view.schema, view.name)).collect())
}

/// What is asked of both sides, and what of it counts only by number.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) source: Question,
    pub(super) target: Question,
    /// Why rows are only counted.
    pub(super) only_counted: Option<&'static str>,
}

/// What one side answers a role for a relation.
#[derive(Debug, Clone, Copy)]
pub(super) struct OneSide<'a> {
    pub(super) rights: &'a RelationRights,
    pub(super) catalog: &'a Catalog,
}

impl Subject<'_> {
    /// What both sides are asked, in the columns that the role may read on both. Rows go by their key; where there is none that
    /// may be read, by all columns.
    ///
    /// # Errors
    /// Why it cannot be asked.
    pub(super) fn asked(
        &self,
        source: OneSide<'_>,
        target: OneSide<'_>,
        tenant: Option<(&str, &str)>,
    ) -> Result<Asked, String> {
        let there: BTreeSet<&String> = target.rights.readable().iter().collect();
        let columns: Vec<&String> = source.rights.readable().iter().filter(|name| there.contains(name)).collect();
        let of_others = |side: OneSide<'_>| {
            let readable = tenant.filter(|(column, _)| side.rights.readable().iter().any(|name| name == column));
            readable.map(|(column, tenant)| format!("{}::text collate \"C\" <> {}", quoted(column), literal(tenant)))
        };
        let open = |side: OneSide<'_>| -> Result<Vec<(Verb, String)>, String> {
            let verbs = Verb::ALL.into_iter().filter(|verb| *verb != Verb::See && self.takes_writes());
            let open = verbs.map(|verb| {
                let condition = side.rights.open_to(verb, &side.catalog.inventory, &side.catalog.unread)?;
                Ok(condition.map(|condition| (verb, condition)))
            });
            open.filter_map(Result::transpose).collect()
        };
        let question = |hash: String, from: String, side: OneSide<'_>| {
            Ok::<_, String>(Question { hash, from, open: open(side)?, of_others: of_others(side) })
        };
        let Some((one, two)) = self.tables else {
            let only_counted =
                self.shows_masked.then_some("the view shows masked columns, so its rows are only counted");
            let hash = if only_counted.is_some() { "0::int8".to_owned() } else { of_row(&columns) };
            let from = self.name.sql();
            return Ok(Asked {
                source: question(hash.clone(), from.clone(), source)?,
                target: question(hash, from, target)?,
                only_counted,
            });
        };
        let shape = self.shape(one, two, &columns, &source.catalog.server, &target.catalog.server);
        let masked = shape.columns.is_empty() && !columns.is_empty();
        let only_counted = masked.then_some("the columns that may be read are masked, so rows are only counted");
        let hash = |relation: &Relation| TableSql::new(&shape, relation).hash();
        Ok(Asked {
            source: question(hash(one), one.from_item(), source)?,
            target: question(hash(two), two.from_item(), target)?,
            only_counted,
        })
    }

    /// The columns rows are told apart by.
    fn shape(
        &self,
        one: &Relation,
        two: &Relation,
        columns: &[&String],
        source: &ServerFacts,
        target: &ServerFacts,
    ) -> TableShape {
        let mut shape = TableShape::shared(one, two);
        shape.transcode(source, target);
        let counts = |name: &String| columns.contains(&name) && !self.masked.contains(name);
        let by_key = !shape.key.is_empty() && shape.key.iter().all(counts);
        let key = shape.key.clone();
        shape.columns.retain(|column| if by_key { key.contains(&column.name) } else { counts(&column.name) });
        shape.buckets = 1;
        shape
    }

    /// Whether rows are written to it directly: what a view takes goes to its tables.
    fn takes_writes(&self) -> bool {
        self.tables.is_some_and(|(relation, _)| relation.kind != RelationKind::MaterializedView)
    }

    /// The columns that both sides have, of the given ones.
    pub(super) fn shared<'b>(
        columns: &'b [String],
        source: &RelationRights,
        target: &RelationRights,
    ) -> Vec<&'b String> {
        columns.iter().filter(|name| source.columns().contains(name) && target.columns().contains(name)).collect()
    }

    /// Whether it is a part of another.
    pub(super) fn is_partition(&self) -> bool {
        self.tables.is_some_and(|(relation, _)| relation.is_partition)
    }

    /// Whether it has a column on both sides, and holds rows itself.
    pub(super) fn has_column(&self, column: &str) -> bool {
        self.tables.is_some_and(|(one, two)| one.column(column).is_some() && two.column(column).is_some())
    }
}

/// The hash of a view's row by its text: texts are the same for equal values, under the settings that sessions pin.
fn of_row(columns: &[&String]) -> String {
    let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
    format!("hashtextextended(row({})::text collate \"C\", 0)", names.join(", "))
}
