//! `[[tolerance]]`: how many rows of a busy table may differ without being a difference.

use schemars::JsonSchema;
use serde::Deserialize;

use super::resolve::matches_table;
use crate::model::{Error, RelationName, Result};

/// `[[tolerance]]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct ToleranceSection {
    /// A glob over `schema.table`.
    pub table: String,
    /// Rows that may differ: a number, or a share of the source's rows such as `"1%"`.
    pub rows: RowsAllowed,
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

impl RowTolerance {
    pub(super) fn resolve(section: ToleranceSection) -> Result<Self> {
        let ToleranceSection { table, rows } = section;
        let (allowed, written) = match &rows {
            RowsAllowed::Number(number) => (Allowed::Number(*number), crate::model::plural(*number, "row")),
            RowsAllowed::Share(text) => match percent(text) {
                Some(percent) => (Allowed::Percent(percent), text.trim().to_owned()),
                None => {
                    return Err(Error::usage(format!(
                        "tolerance of `{table}`: rows = \"{text}\" is no share of the rows"
                    ))
                    .hint("write a number such as 20, or a share from 0% to 100% such as \"0.5%\""));
                }
            },
        };
        Ok(Self { table, written, allowed })
    }

    /// Whether it is for a table.
    pub fn is_for(&self, table: &RelationName) -> bool {
        matches_table(&self.table, table)
    }
}

/// `12.5%` as 12.5; `None` for anything that is no share from 0% to 100%.
pub(super) fn percent(text: &str) -> Option<f64> {
    let number: f64 = text.trim().strip_suffix('%')?.trim_end().parse().ok()?;
    (0.0..=100.0).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tolerance(rows: RowsAllowed) -> Result<RowTolerance> {
        RowTolerance::resolve(ToleranceSection { table: "public.*".to_owned(), rows })
    }

    #[test]
    fn a_share_is_rounded_down() {
        let share = |text: &str| tolerance(RowsAllowed::Share(text.to_owned()));
        assert_eq!(share("1%").unwrap().allowed(150), 1);
        assert_eq!(share("1%").unwrap().allowed(99), 0);
        assert_eq!(share("100 %").unwrap().allowed(99), 99);
        assert_eq!(tolerance(RowsAllowed::Number(20)).unwrap().allowed(3), 20);
        for wrong in ["101%", "-1%", "few", "1", "NaN%", ""] {
            let error = share(wrong).unwrap_err();
            assert!(error.to_string().contains("no share") && error.hint_text().is_some(), "{wrong}");
        }
    }
}
