//! The vector columns both sides have, and how SQL speaks of them.

use crate::catalog::{Column, Key, Relation};
use crate::check::Context;
use crate::model::{ObjectRef, RelationName, literal, quoted, readable};

/// The types pgvector brings.
const TYPES: [&str; 3] = ["vector", "halfvec", "sparsevec"];

/// A vector column of one side.
#[derive(Debug, Clone, Copy)]
pub(super) struct SideColumn<'a> {
    pub(super) relation: &'a Relation,
    pub(super) column: &'a Column,
}

/// A vector column that both sides have.
#[derive(Debug)]
pub(super) struct VectorColumn<'a> {
    pub(super) table: &'a RelationName,
    pub(super) source: SideColumn<'a>,
    pub(super) target: SideColumn<'a>,
    /// Its place among the vector columns of its table.
    pub(super) place: usize,
}

impl VectorColumn<'_> {
    /// Whether one side keeps half floats and the other whole ones.
    pub(super) fn is_rounded(&self) -> bool {
        self.source.column.type_name != self.target.column.type_name
    }

    /// What findings call it.
    pub(super) fn object(&self) -> ObjectRef {
        ObjectRef::new("column", format!("{}.{}", self.table, readable(&self.source.column.name)))
    }

    /// A key that names a row on either side.
    pub(super) fn key(&self) -> Option<&Key> {
        let usable =
            |key: &&Key| key.not_null && key.columns.iter().all(|column| self.target.relation.column(column).is_some());
        self.source.relation.keys.iter().find(usable)
    }
}

impl SideColumn<'_> {
    /// The column as SQL.
    pub(super) fn sql(&self) -> String {
        quoted(&self.column.name)
    }

    /// A function or operator that comes with the type; the search path is empty.
    pub(super) fn schema(&self) -> String {
        quoted(&self.column.type_schema)
    }

    /// The function that gives a vector's length.
    pub(super) fn norm(&self) -> String {
        let function = if self.column.type_name == "vector" { "vector_norm" } else { "l2_norm" };
        format!("{}.{function}", self.schema())
    }

    /// A vector given as text.
    pub(super) fn value(&self, text: &str) -> String {
        format!("{}::{}.{}", literal(text), self.schema(), quoted(&self.column.type_name))
    }
}

/// Whether a column holds vectors.
pub(super) fn is_vector(column: &Column) -> bool {
    !column.built_in && column.type_class == "b" && TYPES.contains(&column.type_name.as_str())
}

/// Types whose values mean the same up to rounding: a half has 11 of a float's 24 bits.
fn meet(one: &Column, two: &Column) -> bool {
    let dense = |column: &Column| matches!(column.type_name.as_str(), "vector" | "halfvec");
    is_vector(two) && (one.type_name == two.type_name || (dense(one) && dense(two)))
}

/// The vector columns in scope.
#[derive(Debug, Default)]
pub(super) struct Columns<'a> {
    /// Those that both sides have in types that can be compared.
    pub(super) pairs: Vec<VectorColumn<'a>>,
    /// The others, with the reason why they are not compared here.
    pub(super) others: Vec<(ObjectRef, String)>,
}

/// All vector columns in scope on either side.
pub(super) fn find(context: &Context) -> Columns<'_> {
    let mut found = Columns::default();
    let (source, target) = (&context.source.catalog, &context.target.catalog);
    let in_scope = |relation: &&Relation| context.config.scope.exclusion(&relation.name).is_none();
    for relation in source.tables().filter(in_scope) {
        let mut place = 0;
        for column in relation.columns.iter().filter(|column| is_vector(column)) {
            let there = target.relation(&relation.name).and_then(|there| Some((there, there.column(&column.name)?)));
            match there {
                Some((there, twin)) if meet(column, twin) => {
                    let source = SideColumn { relation, column };
                    let target = SideColumn { relation: there, column: twin };
                    found.pairs.push(VectorColumn { table: &relation.name, source, target, place });
                    place += 1;
                }
                Some(_) => found.others.push(other(relation, column, "the target has it in another type")),
                None => found.others.push(other(relation, column, "the target does not have it")),
            }
        }
    }
    for relation in target.tables().filter(in_scope) {
        let there = |column: &Column| source.relation(&relation.name).and_then(|it| it.column(&column.name));
        for column in relation.columns.iter().filter(|column| is_vector(column)) {
            match there(column) {
                Some(twin) if is_vector(twin) => {}
                Some(_) => found.others.push(other(relation, column, "the source has it in another type")),
                None => found.others.push(other(relation, column, "the source does not have it")),
            }
        }
    }
    found
}

/// A column whose difference is the schema check's finding.
fn other(relation: &Relation, column: &Column, why: &str) -> (ObjectRef, String) {
    let object = ObjectRef::new("column", format!("{}.{}", relation.name, readable(&column.name)));
    (object, format!("its vectors are not compared: {why}"))
}
