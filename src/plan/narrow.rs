//! Columns whose type on the target may hold less than the source's. A server that takes a value in rounds numbers and times to
//! what the type holds, and cuts blanks and names short, and calls none of it an error: so the source is asked before. Pure.

use crate::catalog::Column;
use crate::model::{Error, Result, plural, quoted};

/// A column that is to be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowed {
    /// The query; it answers how many values would not be what they were.
    pub sql: String,
    column: String,
    to: String,
}

/// What the source's answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// Every value arrives as it is.
    Whole,
    /// Some would not; why, as the end of a sentence about the table.
    Changed(String),
    /// The source could not say; what is not known.
    Unknown(String),
}

/// Types of which one can be given for another and values still be taken in, changed.
const FAMILIES: [&[&str]; 4] = [
    &["int2", "int4", "int8", "numeric", "float4", "float8"],
    &["bpchar", "varchar", "text", "name"],
    &["date", "time", "timetz", "timestamp", "timestamptz", "interval"],
    &["vector", "halfvec"],
];

/// The family whose values are equal although they differ, as blanks at an end or letters of a collation do.
const TEXTS: usize = 1;
/// The family whose `=` stands in a schema that is not in the path.
const VECTORS: usize = 3;

/// Types that hold every value of another, where they are declared without a limit.
const WIDER: [(&str, &[&str]); 9] = [
    ("int2", &["int4", "int8", "numeric", "float4", "float8"]),
    ("int4", &["int8", "numeric", "float8"]),
    ("int8", &["numeric"]),
    ("float4", &["float8"]),
    ("bpchar", &["varchar", "text"]),
    ("varchar", &["text"]),
    ("text", &["varchar"]),
    ("name", &["varchar", "text"]),
    ("date", &["timestamp", "timestamptz"]),
];

impl Narrowed {
    /// The question about a column that both sides have, in the rows of a `from` item; `None` where no value can be changed
    /// without an error, as far as types tell.
    pub(super) fn new(from_item: &str, source: &Column, target: &Column) -> Option<Self> {
        let (from, to) = (&source.base_type, &target.base_type);
        let (one, other) = (source.plain_type(), target.plain_type());
        let family = FAMILIES.iter().position(|family| family.contains(&one) && family.contains(&other))?;
        if from == to || source.element.is_some() != target.element.is_some() || is_wider(one, other, to) {
            return None;
        }
        let name = quoted(&source.name);
        // As text, since that is how a value of another type travels. A whole number comes back with digits behind the point.
        let back = match one.starts_with("int") && one != "interval" && source.element.is_none() {
            true => format!("({name}::text::{to})::{from}"),
            false => format!("({name}::text::{to})::text::{from}"),
        };
        let differ = match family {
            TEXTS => format!("({name}::text collate \"C\") is distinct from ({back}::text collate \"C\")"),
            VECTORS => format!("{name}::text is distinct from {back}::text"),
            _ => format!("{name} is distinct from {back}"),
        };
        let sql = format!("select count(*) from {from_item} where {differ}");
        Some(Self { sql, column: name, to: to.clone() })
    }

    /// What an answer means.
    pub fn heard(&self, answer: Result<Option<String>, Error>) -> Fit {
        let Self { column, to, .. } = self;
        match answer {
            Ok(number) => match number.and_then(|number| number.parse().ok()) {
                Some(0) => Fit::Whole,
                Some(number) => {
                    let values: u64 = number;
                    let values = plural(values, "value");
                    Fit::Changed(format!(
                        "column {column}: {values} would be rounded or cut off by {to}, its type on the target"
                    ))
                }
                None => Fit::Unknown(format!("it is not known whether the values of column {column} fit {to}")),
            },
            Err(error) if error.sqlstate().is_some_and(|state| state.starts_with("22")) => {
                Fit::Changed(format!("column {column} holds values that {to}, its type on the target, does not take"))
            }
            Err(error) => {
                let reason = error.withheld("the source did not answer");
                Fit::Unknown(format!("it is not known whether the values of column {column} fit {to} ({reason})"))
            }
        }
    }
}

/// Whether a type, written so, holds whatever another one does.
fn is_wider(from: &str, to: &str, written: &str) -> bool {
    let limited = written.contains('(') || written.starts_with("interval ");
    let wider = WIDER.iter().any(|(one, wider)| *one == from && wider.contains(&to));
    !limited && (from == to || wider)
}
