//! `[[tolerance]]`: how far a table's rows, or a column's numbers, may differ without being a difference.

use schemars::JsonSchema;
use serde::Deserialize;

use super::resolve::glob_matches;
use crate::model::{Error, RelationName, Result};

/// `[[tolerance]]`: `rows` of tables, or `float` and `absolute` of a column.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ToleranceSection {
    /// A glob over `schema.table`.
    pub table: String,
    /// The column, for `float` and `absolute`.
    pub column: Option<String>,
    /// Rows that may differ: a number, or a share of the source's rows such as `"1%"`.
    pub rows: Option<RowsAllowed>,
    /// How far a number may be off, as a share of the larger of the two: `1e-6`.
    pub float: Option<f64>,
    /// How far a number may be off, whatever its size.
    pub absolute: Option<f64>,
}

/// A number of rows or a share of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RowsAllowed {
    /// A number of rows.
    Number(u64),
    /// A share, such as `"1%"`.
    Share(String),
}

/// How many rows of a table may differ.
#[derive(Debug, Clone, PartialEq)]
pub struct RowTolerance {
    /// A glob over `schema.table`.
    pub table: String,
    /// As the configuration writes it: `1%`, `20 rows`.
    pub written: String,
    allowed: Allowed,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Allowed {
    Number(u64),
    Percent(f64),
}

impl RowTolerance {
    /// How many of the source's rows may differ.
    pub fn allowed(&self, rows: u64) -> u64 {
        match self.allowed {
            Allowed::Number(number) => number,
            // Rounded down: 1% of 150 rows is one row.
            #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            Allowed::Percent(percent) => (rows as f64 * percent / 100.0).floor() as u64,
        }
    }
}

/// How far the numbers of a column may be off.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueTolerance {
    /// A glob over `schema.table`.
    pub table: String,
    /// The column.
    pub column: String,
    /// As a share of the larger of the two.
    pub relative: f64,
    /// Whatever their size.
    pub absolute: f64,
}

impl ValueTolerance {
    /// Whether two numbers are near enough. NaN and the infinities are near to themselves alone.
    pub fn accepts(&self, one: f64, two: f64) -> bool {
        if !one.is_finite() || !two.is_finite() {
            return one.is_nan() && two.is_nan() || one == two;
        }
        let difference = (one - two).abs();
        difference <= self.absolute || difference <= self.relative * one.abs().max(two.abs())
    }
}

/// What a configuration tolerates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tolerances {
    /// Of tables.
    pub rows: Vec<RowTolerance>,
    /// Of columns.
    pub values: Vec<ValueTolerance>,
}

impl Tolerances {
    pub(super) fn resolve(sections: Vec<ToleranceSection>) -> Result<Self> {
        let mut resolved = Self::default();
        for section in sections {
            add(&mut resolved, section)?;
        }
        Ok(resolved)
    }

    /// What is tolerated of a table's rows; where several match, the last in the file.
    pub fn of_rows(&self, table: &RelationName) -> Option<&RowTolerance> {
        self.rows.iter().rev().find(|tolerance| matches(&tolerance.table, table))
    }

    /// What is tolerated of a column's numbers; where several match, the last in the file.
    pub fn of_column(&self, table: &RelationName, column: &str) -> Option<&ValueTolerance> {
        self.values.iter().rev().find(|tolerance| tolerance.column == column && matches(&tolerance.table, table))
    }
}

/// Whether a table is one of a tolerance.
pub(super) fn matches(glob: &str, table: &RelationName) -> bool {
    glob_matches(glob, &format!("{}.{}", table.schema, table.name))
}

fn add(resolved: &mut Tolerances, section: ToleranceSection) -> Result<()> {
    let ToleranceSection { table, column, rows, float, absolute } = section;
    let place = match &column {
        Some(column) => format!("{table}.{column}"),
        None => table.clone(),
    };
    let wrong = |what: String, hint: &str| Err(Error::usage(format!("tolerance of `{place}`: {what}")).hint(hint));
    match (column, rows, float.is_some() || absolute.is_some()) {
        (None, Some(rows), false) => {
            let (allowed, written) = match &rows {
                RowsAllowed::Number(number) => (Allowed::Number(*number), crate::model::plural(*number, "row")),
                RowsAllowed::Share(text) => match percent(text) {
                    Some(percent) => (Allowed::Percent(percent), text.trim().to_owned()),
                    None => {
                        return wrong(
                            format!("rows = \"{text}\" is no share of the rows"),
                            "write a number such as 20, or a share from 0% to 100% such as \"0.5%\"",
                        );
                    }
                },
            };
            resolved.rows.push(RowTolerance { table, written, allowed });
        }
        (Some(column), None, true) => {
            let (relative, absolute) = (float.unwrap_or(0.0), absolute.unwrap_or(0.0));
            let sound = |number: f64| number.is_finite() && number >= 0.0;
            if !sound(relative) || !sound(absolute) || relative >= 1.0 {
                return wrong(
                    "`float` is not from 0 to below 1, or `absolute` is below 0".to_owned(),
                    "write float = 1e-6 for a millionth of the value, absolute = 0.01 for a hundredth",
                );
            }
            resolved.values.push(ValueTolerance { table, column, relative, absolute });
        }
        (None, None, false) => return wrong("it tolerates nothing".to_owned(), HINT),
        (None, _, true) => return wrong("`float` and `absolute` are of a column".to_owned(), HINT),
        (Some(_), None, false) => return wrong("it tolerates nothing of the column".to_owned(), HINT),
        (Some(_), Some(_), _) => return wrong("`rows` are of a table, not of a column".to_owned(), HINT),
    }
    Ok(())
}

const HINT: &str = "write table and rows, or table, column and float (or absolute)";

fn percent(text: &str) -> Option<f64> {
    let number: f64 = text.trim().strip_suffix('%')?.trim_end().parse().ok()?;
    (0.0..=100.0).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Flags};

    fn tolerances(text: &str) -> Tolerances {
        Config::from_text(text, &Flags::default()).unwrap().tolerances
    }

    #[test]
    fn what_is_tolerated_is_found_by_table_and_column() {
        let found = tolerances(
            "[[tolerance]]\ntable='public.*'\nrows='1%'\n[[tolerance]]\ntable='public.logs'\nrows=20\n\
             [[tolerance]]\ntable='public.items'\ncolumn='price'\nfloat=1e-6\n",
        );
        let table = |name: &str| RelationName::new("public", name);
        assert_eq!(found.of_rows(&table("items")).unwrap().allowed(150), 1);
        assert_eq!(found.of_rows(&table("logs")).unwrap().allowed(150), 20);
        assert_eq!(found.of_rows(&RelationName::new("auth", "users")), None);
        assert!(found.of_column(&table("items"), "price").is_some());
        assert!(found.of_column(&table("items"), "weight").is_none());
    }

    #[test]
    fn numbers_are_near_by_share_or_by_distance() {
        let tolerance = ValueTolerance { table: String::new(), column: String::new(), relative: 1e-6, absolute: 0.0 };
        assert!(tolerance.accepts(1_000_000.0, 1_000_001.0) && tolerance.accepts(-1e300, -1.000_000_1e300));
        assert!(!tolerance.accepts(1_000_000.0, 1_000_003.0) && !tolerance.accepts(0.0, 1e-12));
        assert!(!tolerance.accepts(1.0, -1.0) && !tolerance.accepts(f64::INFINITY, f64::NEG_INFINITY));
        assert!(tolerance.accepts(f64::NAN, f64::NAN) && tolerance.accepts(f64::INFINITY, f64::INFINITY));
        assert!(!tolerance.accepts(f64::INFINITY, f64::MAX) && !tolerance.accepts(f64::NAN, 1.0));
        assert!(ValueTolerance { absolute: 1e-9, ..tolerance }.accepts(0.0, 1e-12));
    }

    #[test]
    fn a_tolerance_that_says_nothing_is_refused() {
        for (rest, what) in [
            ("", "tolerates nothing"),
            ("rows='101%'", "no share"),
            ("rows='-1%'", "no share"),
            ("rows='few'", "no share"),
            ("float=0.1", "of a column"),
            ("column='a'", "tolerates nothing of the column"),
            ("column='a'\nrows=1", "of a table"),
            ("column='a'\nfloat=-0.1", "not from 0"),
            ("column='a'\nfloat=nan", "not from 0"),
            ("column='a'\nabsolute=-1.0", "not from 0"),
        ] {
            let error =
                Config::from_text(&format!("[[tolerance]]\ntable='a.b'\n{rest}\n"), &Flags::default()).unwrap_err();
            assert!(error.to_string().contains(what) && error.hint_text().is_some(), "{rest}: {error}");
        }
    }
}
