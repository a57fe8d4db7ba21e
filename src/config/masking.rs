//! `[masks]` and `[[mask]]`: columns whose values are replaced before they leave the source.

use schemars::JsonSchema;
use serde::Deserialize;

use super::expression::is_one_expression;
use super::{ColumnPattern, Salt};
use crate::model::{Error, Result};

/// Where the salt is, unless `[masks] salt_env` names another variable.
pub(super) const SALT_VARIABLE: &str = "PG_REHEARSE_MASK_SALT";

/// `[masks]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MasksSection {
    /// The environment variable that holds the salt. Default `PG_REHEARSE_MASK_SALT`.
    pub salt_env: Option<String>,
}

/// `[[mask]]`: what becomes of the values of some columns.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct MaskSection {
    /// `schema.table.column`; each part may be a glob, or quoted to be taken as it is.
    pub column: String,
    /// What is made of a value.
    pub mask: MaskName,
    /// The value of `constant`, as text.
    pub value: Option<String>,
    /// The expression of `sql`; `{column}` stands for the column.
    pub sql: Option<String>,
}

/// The masks by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MaskName {
    /// An address nobody has.
    Email,
    /// Two made-up words.
    Name,
    /// A number nobody has.
    Phone,
    /// Digits of a hash.
    Hash,
    /// No value.
    Null,
    /// The same value in every row.
    Constant,
    /// An expression of the user's.
    Sql,
}

/// What is made of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MaskKind {
    /// An address nobody has.
    Email,
    /// Two made-up words.
    Name,
    /// A number nobody has.
    Phone,
    /// Digits of a hash.
    Hash,
    /// No value.
    Null,
    /// The same value in every row, as text.
    Constant(String),
    /// An expression over the row, in which `{column}` stands for the column.
    Sql(String),
}

impl MaskKind {
    /// The name the configuration gives it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Hash => "hash",
            Self::Null => "null",
            Self::Constant(_) => "constant",
            Self::Sql(_) => "sql",
        }
    }

    /// What it does, in full: for a record of what was masked by what.
    pub fn rule(&self) -> String {
        match self {
            Self::Constant(value) => format!("constant: {value}"),
            Self::Sql(sql) => format!("sql: {sql}"),
            _ => self.name().to_owned(),
        }
    }

    /// Whether it makes its values from the salt: then different values stay different, and equal ones equal.
    pub fn is_salted(&self) -> bool {
        matches!(self, Self::Email | Self::Name | Self::Phone | Self::Hash)
    }
}

/// A mask and the columns it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    /// The columns.
    pub columns: ColumnPattern,
    /// What is made of their values.
    pub kind: MaskKind,
}

/// The masks of a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Masks {
    /// In the order of the file.
    pub list: Vec<Mask>,
    /// The variable that holds the salt.
    salt_env: String,
}

impl Masks {
    pub(super) fn resolve(section: MasksSection, masks: Vec<MaskSection>) -> Result<Self> {
        let salt_env = section.salt_env.unwrap_or_else(|| SALT_VARIABLE.to_owned());
        Ok(Self { list: masks.into_iter().map(mask).collect::<Result<_>>()?, salt_env })
    }

    /// The variable that holds the salt.
    pub fn salt_env(&self) -> &str {
        &self.salt_env
    }

    /// Refuses masks that need a salt where there is none.
    ///
    /// # Errors
    /// Usage, naming the mask and the variable.
    pub fn require(&self, salt: Option<&Salt>) -> Result<()> {
        match self.list.iter().find(|mask| mask.kind.is_salted()) {
            Some(mask) if salt.is_none() => {
                let (columns, kind, variable) = (&mask.columns, mask.kind.name(), &self.salt_env);
                Err(Error::usage(format!("mask of `{columns}`: `{kind}` needs a salt, and {variable} is not set"))
                    .hint(format!(
                        "set {variable} to a secret text that stays the same from run to run, in the environment, \
                         .env.local or .env"
                    )))
            }
            _ => Ok(()),
        }
    }
}

fn mask(section: MaskSection) -> Result<Mask> {
    let MaskSection { column, mask, value, sql } = section;
    let columns = ColumnPattern::parse(&column).map_err(|error| error.at("mask"))?;
    let wrong = |what: &str, hint: &str| Err(Error::usage(format!("mask of `{columns}`: {what}")).hint(hint));
    let kind = match (mask, value, sql) {
        (MaskName::Constant, Some(value), None) => MaskKind::Constant(value),
        (MaskName::Constant, None, _) => return wrong("`constant` has no `value`", "write value = \"...\""),
        (MaskName::Sql, None, Some(sql)) if sql.trim().is_empty() => {
            return wrong("`sql` is empty", "write an expression, such as sql = \"left({column}, 1)\"");
        }
        (MaskName::Sql, None, Some(sql)) if !is_one_expression(&sql, false) => {
            return wrong(
                "`sql` is not one expression",
                "write it without semicolons, comments and dollar quotes, and with every parenthesis closed",
            );
        }
        (MaskName::Sql, None, Some(sql)) => MaskKind::Sql(sql),
        (MaskName::Sql, _, None) => {
            return wrong("`sql` has no expression", "write sql = \"left({column}, 1)\" or the like");
        }
        (_, Some(_), _) => {
            return wrong("`value` goes with `constant` only", "remove it, or write mask = \"constant\"");
        }
        (_, _, Some(_)) => return wrong("`sql` goes with `sql` only", "remove it, or write mask = \"sql\""),
        (MaskName::Email, None, None) => MaskKind::Email,
        (MaskName::Name, None, None) => MaskKind::Name,
        (MaskName::Phone, None, None) => MaskKind::Phone,
        (MaskName::Hash, None, None) => MaskKind::Hash,
        (MaskName::Null, None, None) => MaskKind::Null,
    };
    Ok(Mask { columns, kind })
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Flags, Salt};

    fn refused(text: &str) -> String {
        let error = Config::from_text(text, &Flags::default()).unwrap_err();
        assert!(error.hint_text().is_some(), "{error}");
        error.to_string()
    }

    #[test]
    fn masks_say_what_they_lack() {
        let mask = |rest: &str| refused(&format!("[[mask]]\ncolumn='public.t.c'\n{rest}"));
        assert_eq!(mask("mask='constant'"), "mask of `public.t.c`: `constant` has no `value`");
        assert_eq!(mask("mask='sql'"), "mask of `public.t.c`: `sql` has no expression");
        assert_eq!(mask("mask='sql'\nsql=' '"), "mask of `public.t.c`: `sql` is empty");
        for sql in ["a; drop table t", "a) from t --", "(a", "'a", "$$a$$", "a /* b", "E'\\\\' || a"] {
            assert_eq!(
                mask(&format!("mask='sql'\nsql=\"{sql}\"")),
                "mask of `public.t.c`: `sql` is not one expression"
            );
        }
        assert_eq!(mask("mask='email'\nvalue='x'"), "mask of `public.t.c`: `value` goes with `constant` only");
        assert_eq!(mask("mask='null'\nsql='x'"), "mask of `public.t.c`: `sql` goes with `sql` only");
        assert_eq!(refused("[[mask]]\ncolumn='t.c'\nmask='hash'"), "mask: `t.c` does not name a column");
        let error = Config::from_text("[[mask]]\ncolumn='a.b.c'\nmask='blur'", &Flags::default()).unwrap_err();
        assert!(error.to_string().contains("line 3") && error.to_string().contains("`email`"), "{error}");
    }

    #[test]
    fn a_salted_mask_needs_a_salt_that_is_never_shown() {
        let text = "[masks]\nsalt_env='SALT_OF_MINE'\n[[mask]]\ncolumn='a.b.c'\nmask='hash'\n";
        let mut config = Config::from_text(text, &Flags::default()).unwrap();
        let error = config.require_salt().unwrap_err();
        assert!(error.to_string().contains("SALT_OF_MINE is not set"), "{error}");
        config.source.salt = Some(Salt::parse("correct horse battery").unwrap());
        config.require_salt().unwrap();
        assert!(!format!("{config:?}").contains("horse"));
        let error = Salt::parse("short horse").unwrap_err();
        assert!(!error.chain().contains("horse") && error.to_string().contains("too short"), "{error}");
    }
}
