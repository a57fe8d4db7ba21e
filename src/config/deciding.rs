//! What a migration day does when something is wrong: the thresholds of its rules, and who acts on them.

use schemars::JsonSchema;
use serde::Deserialize;

use super::tolerance::percent;
use crate::model::{Error, Result};

/// `[decide]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DecideSection {
    /// The share of a table's rows that may be missing before the rules say roll back. Default `"10%"`.
    pub missing_rows: Option<String>,
    /// Rows whose parent is absent before the rules say roll back. Default 0.
    pub orphans: Option<u64>,
    /// Tables without the row security they have on the source before the rules say roll back. Default 5.
    pub unprotected_tables: Option<u64>,
    /// Rows that may differ in all and be left for a person to judge. Default 2.
    pub held_rows: Option<u64>,
    /// What the rules say of any other difference. Default `"rollback"`.
    pub otherwise: Option<Otherwise>,
    /// Whether anybody acts on what the rules say: `ask`, `hold` or `rollback`. Default `ask` on a terminal, else `hold`.
    pub on_failure: Option<OnFailure>,
    /// How often a phase that failed for a passing reason, such as a lost connection, is done again. Default 3.
    pub retries: Option<u32>,
}

/// What the rules say where none of them speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Otherwise {
    /// Leave the target for a person.
    Hold,
    /// Go back: the cause is not known.
    Rollback,
}

/// Who acts on what the rules say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// Somebody at the terminal; where there is none, as `hold`.
    Ask,
    /// Nobody: the target is left as it is.
    Hold,
    /// The run itself, where the rules say roll back.
    Rollback,
}

/// The rules, resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decide {
    /// The share of a table's rows that may be missing, 0 to 1.
    pub missing_rows: f64,
    /// Rows whose parent may be absent.
    pub orphans: u64,
    /// Tables that may lack their row security.
    pub unprotected_tables: u64,
    /// Differing rows that are left for a person.
    pub held_rows: u64,
    /// What any other difference means.
    pub otherwise: Otherwise,
    /// Who acts; `None` where nothing was said.
    pub on_failure: Option<OnFailure>,
    /// How often a phase is done again.
    pub retries: u32,
}

impl Decide {
    pub(super) fn resolve(section: &DecideSection) -> Result<Self> {
        let missing_rows = section.missing_rows.as_deref().unwrap_or("10%");
        let missing_rows = percent(missing_rows).ok_or_else(|| {
            Error::usage(format!("decide.missing_rows is `{missing_rows}`"))
                .hint("write a share of a table's rows from 0% to 100%, such as \"10%\"")
        })?;
        if let Some(retries) = section.retries.filter(|retries| *retries > 100) {
            return Err(Error::usage(format!("decide.retries is {retries}")).hint("try again at most 100 times"));
        }
        Ok(Self {
            missing_rows: missing_rows / 100.0,
            orphans: section.orphans.unwrap_or(0),
            unprotected_tables: section.unprotected_tables.unwrap_or(5),
            held_rows: section.held_rows.unwrap_or(2),
            otherwise: section.otherwise.unwrap_or(Otherwise::Rollback),
            on_failure: section.on_failure,
            retries: section.retries.unwrap_or(3),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plans_thresholds_are_the_defaults_and_senseless_ones_are_refused() {
        let rules = Decide::resolve(&DecideSection::default()).unwrap();
        assert_eq!((rules.missing_rows, rules.orphans, rules.unprotected_tables, rules.held_rows), (0.1, 0, 5, 2));
        for wrong in ["10", "110%", "a tenth", ""] {
            let section = DecideSection { missing_rows: Some(wrong.into()), ..DecideSection::default() };
            let error = Decide::resolve(&section).unwrap_err();
            assert!(error.to_string().contains("decide.missing_rows") && error.hint_text().is_some(), "{wrong}");
        }
        let section = DecideSection { retries: Some(101), ..DecideSection::default() };
        assert!(Decide::resolve(&section).is_err());
    }
}
