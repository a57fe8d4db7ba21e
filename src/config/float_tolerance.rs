//! `[[float_tolerance]]`: how far apart the numbers of a column may be without being a difference.

use schemars::JsonSchema;
use serde::Deserialize;

use super::resolve::matches_table;
use crate::model::{Error, RelationName, Result};

/// `[[float_tolerance]]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct FloatToleranceSection {
    /// A glob over `schema.table`.
    pub table: String,
    /// The column: a floating-point number, a numeric, a vector or a halfvec.
    pub column: String,
    /// The largest difference as a share of the larger number, such as `1e-6`. Default 0.
    #[serde(default)]
    pub relative: f64,
    /// The largest difference as a number. Default 0.
    #[serde(default)]
    pub absolute: f64,
}

/// How far apart the numbers of a column may be.
#[derive(Debug, Clone, PartialEq)]
pub struct FloatTolerance {
    /// A glob over `schema.table`.
    pub table: String,
    /// The column.
    pub column: String,
    relative: f64,
    absolute: f64,
}

impl FloatTolerance {
    pub(super) fn resolve(section: FloatToleranceSection) -> Result<Self> {
        let FloatToleranceSection { table, column, relative, absolute } = section;
        let sound = |number: f64| number.is_finite() && number >= 0.0;
        if !sound(relative) || !sound(absolute) || relative >= 1.0 || relative + absolute == 0.0 {
            return Err(Error::usage(format!(
                "tolerance of column `{column}` of `{table}` allows nothing or everything"
            ))
            .hint("give relative = 1e-6 (below 1), absolute = 0.01, or both"));
        }
        Ok(Self { table, column, relative, absolute })
    }

    /// Whether it is for a table.
    pub fn is_for(&self, table: &RelationName) -> bool {
        matches_table(&self.table, table)
    }

    /// Whether two values, as the server prints them, are close enough: numbers, or vectors element by element.
    pub fn allows(&self, one: &str, two: &str) -> bool {
        let elements = |text: &str| -> Option<Vec<f64>> {
            let list = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
            list.split(',').map(|number| number.trim().parse().ok()).collect()
        };
        let (Some(one), Some(two)) = (elements(one), elements(two)) else { return false };
        one.len() == two.len() && one.iter().zip(&two).all(|(a, b)| self.close(*a, *b))
    }

    fn close(&self, a: f64, b: f64) -> bool {
        if a == b || (a.is_nan() && b.is_nan()) {
            return true;
        }
        // Infinite or not a number against a number: no distance is small enough.
        let apart = (a - b).abs();
        apart.is_finite() && (apart <= self.absolute || apart <= self.relative * a.abs().max(b.abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tolerance(relative: f64, absolute: f64) -> Result<FloatTolerance> {
        let (table, column) = ("public.t".to_owned(), "c".to_owned());
        FloatTolerance::resolve(FloatToleranceSection { table, column, relative, absolute })
    }

    #[test]
    fn numbers_and_vectors_are_close_or_not() {
        let close = tolerance(1e-3, 0.0).unwrap();
        assert!(close.allows("1000", "1000.9") && close.allows("-0", "0") && close.allows("NaN", "NaN"));
        assert!(close.allows("[1,2,3]", "[1,2.001,3]") && close.allows("Infinity", "Infinity"));
        for (one, two) in [
            ("1000", "1002"),
            ("NaN", "1"),
            ("Infinity", "1e300"),
            ("Infinity", "-Infinity"),
            ("[1,2]", "[1,2,3]"),
            ("[1,2]", "[2,1]"),
            ("abc", "abd"),
            ("", "1"),
            ("0", "1e-300"),
        ] {
            assert!(!close.allows(one, two), "{one} {two}");
        }
        assert!(tolerance(0.0, 0.5).unwrap().allows("0", "0.5") && !tolerance(0.0, 0.5).unwrap().allows("0", "0.51"));
    }

    #[test]
    fn a_tolerance_of_nothing_or_everything_is_refused() {
        for (relative, absolute) in [(0.0, 0.0), (1.0, 0.0), (-1e-3, 0.0), (0.0, f64::INFINITY), (f64::NAN, 1.0)] {
            assert!(tolerance(relative, absolute).is_err(), "{relative} {absolute}");
        }
    }
}
