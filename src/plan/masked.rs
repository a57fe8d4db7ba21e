//! Which columns of a relation are masked, and by what each of its columns is read on the source. Pure.

use std::collections::BTreeMap;

use super::mask::MaskedColumn;
use crate::catalog::{Catalog, Relation};
use crate::config::{Mask, Masks, TableScope};
use crate::model::{Error, ObjectRef, RelationName, Result, quoted, readable};

/// How a relation's columns are read on the source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readings {
    /// The masked columns, in the relation's order.
    pub masked: Vec<MaskedColumn>,
    /// What is read in place of columns: masks, and generated columns computed again from them.
    pub instead: BTreeMap<String, String>,
    /// Masks that cannot be, each as the end of a sentence about the relation.
    pub problems: Vec<String>,
}

impl Readings {
    /// The readings of a relation.
    pub fn of(masks: &Masks, catalog: &Catalog, relation: &Relation) -> Self {
        let mut readings = Self::default();
        for column in &relation.columns {
            let mask = match mask_of(masks, &relation.name, &column.name) {
                Ok(None) => continue,
                Ok(Some(mask)) => mask,
                Err(problem) => {
                    readings.problems.push(problem);
                    continue;
                }
            };
            match MaskedColumn::new(&mask.kind, column) {
                Ok(masked) => {
                    readings.instead.insert(column.name.clone(), masked.expression.clone());
                    readings.masked.push(masked);
                }
                Err(problem) => {
                    readings.problems.push(format!("column {} cannot be masked: {problem}", quoted(&column.name)));
                }
            }
        }
        if !readings.masked.is_empty() {
            readings.compute_again(catalog, relation);
        }
        readings
    }

    /// A generated column that is computed from a masked one holds what the masked value comes to.
    fn compute_again(&mut self, catalog: &Catalog, relation: &Relation) {
        let mut items: Vec<String> = Vec::new();
        for column in relation.columns.iter().filter(|column| !column.is_generated()) {
            let name = quoted(&column.name);
            let value = self.instead.get(&column.name).unwrap_or(&name);
            items.push(format!("{value} as {name}"));
        }
        for column in relation.columns.iter().filter(|column| column.is_generated()) {
            if self.instead.contains_key(&column.name) {
                continue;
            }
            let object = ObjectRef::new("column", format!("{}.{}", relation.name, readable(&column.name)));
            let attributes = catalog.inventory.get(&object).map(|facts| &facts.attributes);
            let Some(written) = attributes.and_then(|all| all.get("generated").cloned().flatten()) else { continue };
            let expression = written.strip_suffix(" stored").or_else(|| written.strip_suffix(" virtual"));
            let expression = expression.unwrap_or(&written);
            if self.masked.iter().any(|masked| expression.contains(masked.column.as_str())) {
                let computed = format!("(select {expression} from (select {}) masked)", items.join(", "));
                self.instead.insert(column.name.clone(), computed);
            }
        }
    }

    /// A column's mask.
    pub fn mask(&self, column: &str) -> Option<&MaskedColumn> {
        self.masked.iter().find(|masked| masked.column == column)
    }

    /// The relation's columns as a query reads them: masks under the names of their columns.
    pub fn select_list(&self, columns: impl Iterator<Item = impl AsRef<str>>) -> String {
        let item = |column: &str| {
            let name = quoted(column);
            self.instead.get(column).map_or_else(|| name.clone(), |value| format!("{value} as {name}"))
        };
        columns.map(|column| item(column.as_ref())).collect::<Vec<_>>().join(", ")
    }
}

/// The mask of a column: one that names it alone, else the only glob that matches.
///
/// # Errors
/// That several match, as the end of a sentence about the relation.
pub fn mask_of<'a>(masks: &'a Masks, table: &RelationName, column: &str) -> Result<Option<&'a Mask>, String> {
    let matching: Vec<&Mask> = masks.list.iter().filter(|mask| mask.columns.matches(table, column)).collect();
    let exact: Vec<&Mask> = matching.iter().copied().filter(|mask| mask.columns.is_exact()).collect();
    let best = if exact.is_empty() { matching } else { exact };
    match best.as_slice() {
        [] => Ok(None),
        [mask] => Ok(Some(mask)),
        [one, two, ..] => {
            Err(format!("column {} is masked twice, by `{}` and by `{}`", quoted(column), one.columns, two.columns))
        }
    }
}

/// Refuses a mask that is for no column of the source, and masks that cannot be.
///
/// # Errors
/// Usage, naming the mask or the column.
pub fn check_masks(scope: &TableScope, catalog: &Catalog) -> Result<()> {
    let relations = || catalog.relations.values().filter(|relation| !relation.is_partition);
    for mask in &scope.masks.list {
        let found = relations()
            .any(|relation| relation.columns.iter().any(|column| mask.columns.matches(&relation.name, &column.name)));
        // Of schemas that are not looked at nothing is known, and nothing is copied.
        let outside = !scope.schemas.is_empty() && !catalog.schemas.iter().any(|schema| mask.columns.reaches(schema));
        if !found && !outside {
            return Err(Error::usage(format!("mask of `{}`: the source has no such column", mask.columns)).hint(
                "write schema.table.column as the source has it, partitions by their root; `*` stands for any text",
            ));
        }
    }
    for relation in relations().filter(|relation| scope.exclusion(&relation.name).is_none()) {
        let readings = Readings::of(&scope.masks, catalog, relation);
        if let Some(problem) = readings.problems.first() {
            return Err(Error::usage(format!("{}: {problem}", relation.name))
                .hint("see [[mask]] in docs/configuration.md for what each mask is for"));
        }
    }
    Ok(())
}
