//! `[scope.rows]`: which rows of tables take part.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::expression::is_one_expression;
use super::file::ScopeSection;
use super::resolve::matches_table;
use crate::model::{Error, RelationName, Result};

/// Which rows of the source take part: all, unless told otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subset {
    /// Globs over `schema.table`, each with the condition its rows have to meet.
    pub conditions: BTreeMap<String, String>,
    /// Names of foreign keys along which rows do not stay behind with their parents.
    pub not_followed: Vec<String>,
}

/// What is another value each time it is asked for, or in each session: rows chosen by it would differ from session to session.
const UNSTEADY: [&str; 17] = [
    "set_config",
    "nextval",
    "setval",
    "now",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtime",
    "localtimestamp",
    "clock_timestamp",
    "statement_timestamp",
    "transaction_timestamp",
    "timeofday",
    "random",
    "gen_random_uuid",
    "pg_backend_pid",
    "current_setting",
];

impl Subset {
    /// Takes the conditions out of `[scope]`.
    ///
    /// # Errors
    /// Usage, for a condition that is empty or would not choose the same rows each time.
    pub(super) fn resolve(scope: &mut ScopeSection) -> Result<Self> {
        let (conditions, not_followed) = (std::mem::take(&mut scope.rows), std::mem::take(&mut scope.not_followed));
        for (table, condition) in &conditions {
            let about = |problem: String| Error::usage(format!("scope.rows of `{table}` {problem}"));
            if condition.trim().is_empty() {
                return Err(about("is empty".to_owned())
                    .hint("write a condition such as \"tenant_id = 7\", or leave the table out"));
            }
            if !is_one_expression(condition, true) {
                return Err(about("is not one expression".to_owned()).hint(
                    "write it without semicolons and dollar quotes, and with every parenthesis and quote closed",
                ));
            }
            let lower = condition.to_lowercase();
            let mut words = lower.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
            if let Some(word) = words.find(|word| UNSTEADY.contains(word)) {
                return Err(about(format!("holds `{word}`, which changes while the rows are read"))
                    .hint("write the value itself, such as '2026-01-01'"));
            }
        }
        if conditions.is_empty() && !not_followed.is_empty() {
            return Err(Error::usage("scope.not_followed is for subsets, and scope.rows names no table")
                .hint("name a table in [scope.rows], or leave not_followed out"));
        }
        Ok(Self { conditions, not_followed })
    }

    /// Whether all rows take part.
    pub fn is_everything(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Whether a glob of the conditions is for a table.
    pub fn is_for(&self, glob: &str, table: &RelationName) -> bool {
        matches_table(glob, table)
    }

    /// The conditions for a table, as one; `None` where there is none.
    pub fn condition(&self, table: &RelationName) -> Option<String> {
        let own = self.conditions.iter().filter(|(glob, _)| matches_table(glob, table));
        // A line comment in one must not swallow what follows.
        let own: Vec<String> = own.map(|(_, condition)| format!("({condition}\n)")).collect();
        (!own.is_empty()).then(|| own.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subset(table: &str, condition: &str) -> Result<Subset> {
        let rows = BTreeMap::from([(table.to_owned(), condition.to_owned())]);
        Subset::resolve(&mut ScopeSection { rows, ..ScopeSection::default() })
    }

    #[test]
    fn a_condition_that_moves_is_refused() {
        let error = subset("public.t", "at > Now() - interval '1 day'").unwrap_err().to_string();
        assert!(error.contains("`now`"), "{error}");
        assert!(subset("public.t", " ").is_err());
        assert!(subset("public.t", "known_at > '2026-01-01'").is_ok());
    }

    #[test]
    fn a_table_has_the_conditions_of_all_globs() {
        let rows = BTreeMap::from([("*".to_owned(), "a".to_owned()), ("public.t".to_owned(), "b -- c".to_owned())]);
        let all = Subset::resolve(&mut ScopeSection { rows, ..ScopeSection::default() }).unwrap();
        assert_eq!(all.condition(&RelationName::new("public", "t")).unwrap(), "(a\n) and (b -- c\n)");
        assert_eq!(all.condition(&RelationName::new("public", "u")).unwrap(), "(a\n)");
    }
}
