//! A rule: what its file says in its header, and the query below.

use std::collections::BTreeMap;

use crate::model::{AdviceLevel, Error, ObjectRef, Result};

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its number; those below 1000 are splinter's.
    pub number: u16,
    /// Its name, as splinter, `--only` and waivers have it.
    pub name: &'static str,
    /// The rule in words.
    pub title: &'static str,
    /// How much it matters.
    pub level: AdviceLevel,
    /// Whom it concerns.
    pub facing: &'static str,
    /// What it is about.
    pub categories: Vec<String>,
    /// What it looks for.
    pub description: &'static str,
    /// What to do about a finding.
    pub remediation: &'static str,
    /// Whether it means nothing on a database that was just filled, and so is not asked of the target.
    pub quiet_when_fresh: bool,
    /// Relations without which there is nothing to find, as `schema.name`.
    pub needs: Vec<String>,
    /// The query. Its columns: `detail`, `metadata`, `cache_key`, `kind` and `identity` of the object; where the cache key
    /// may differ between two sides that have the same trouble, `matched_by`; where an object could not be looked
    /// at, the reason as `unread`.
    pub sql: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
}

const KEYS: [&str; 8] = ["title", "level", "facing", "categories", "description", "remediation", "fresh", "needs"];
const CATEGORIES: [&str; 3] = ["SECURITY", "PERFORMANCE", "INTEGRITY"];

impl Rule {
    /// Reads a rule's file; `stem` is the file's name, such as `0013_rls_disabled_in_public`.
    ///
    /// # Errors
    /// Failed, naming the file and what is wrong with its header.
    pub(super) fn parse(stem: &'static str, sql: &'static str, page: &'static str) -> Result<Self> {
        let wrong = |what: String| Error::failed(format!("advisor rule {stem}: {what}"));
        let (number, name) = stem.split_once('_').ok_or_else(|| wrong("the name has no number".to_owned()))?;
        let number = number.parse().map_err(|_| wrong(format!("`{number}` is no number")))?;
        let mut header = BTreeMap::new();
        for line in sql.lines().map_while(|line| line.strip_prefix("-- ")) {
            let (key, value) = line.split_once(": ").ok_or_else(|| wrong(format!("`{line}` is no `key: value`")))?;
            if !KEYS.contains(&key) {
                return Err(wrong(format!("unknown key `{key}`")).hint(format!("keys: {}", KEYS.join(", "))));
            }
            header.insert(key, value.trim());
        }
        let told = |key: &str| header.get(key).copied().ok_or_else(|| wrong(format!("the header lacks `{key}`")));
        let list = |text: &str| text.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>();
        let categories = list(told("categories")?);
        if let Some(unknown) = categories.iter().find(|category| !CATEGORIES.contains(&category.as_str())) {
            return Err(wrong(format!("unknown category `{unknown}`")).hint(CATEGORIES.join(", ")));
        }
        Ok(Self {
            number,
            name,
            title: told("title")?,
            level: told("level")?.parse().map_err(|error: Error| wrong("`level`".to_owned()).caused_by(error))?,
            facing: told("facing")?,
            categories,
            description: told("description")?,
            remediation: told("remediation")?,
            quiet_when_fresh: match header.get("fresh") {
                None => false,
                Some(&"quiet") => true,
                Some(other) => return Err(wrong(format!("`fresh` is `{other}`, and may only be `quiet`"))),
            },
            needs: header.get("needs").map(|text| list(text)).unwrap_or_default(),
            sql,
            page,
        })
    }

    /// The number as it is written: four digits.
    pub fn digits(&self) -> String {
        format!("{:04}", self.number)
    }

    /// Whether a word means this rule: its name, its number, or both as its file has them.
    pub fn is_called(&self, word: &str) -> bool {
        let digits = self.digits();
        word == self.name
            || word == digits
            || word.strip_prefix(&digits).and_then(|rest| rest.strip_prefix('_')) == Some(self.name)
    }

    /// The rule as an object of units and the ledger.
    pub fn object(&self) -> ObjectRef {
        ObjectRef::new("rule", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "-- title: T\n-- level: WARN\n-- facing: EXTERNAL\n-- categories: SECURITY, INTEGRITY\n\
                          -- description: D\n-- remediation: R\n";

    fn parsed(text: &str) -> Result<Rule> {
        Rule::parse("0042_a_name", String::from(text).leak(), "")
    }

    #[test]
    fn a_header_is_read() {
        let rule = parsed(&format!("{HEADER}-- fresh: quiet\n-- needs: a.b, c.d\nselect 1\n-- no: header")).unwrap();
        assert_eq!((rule.number, rule.name, rule.level), (42, "a_name", AdviceLevel::Warn));
        assert_eq!(rule.categories, ["SECURITY", "INTEGRITY"]);
        assert_eq!(rule.needs, ["a.b", "c.d"]);
        assert!(rule.quiet_when_fresh);
        assert!(rule.is_called("a_name") && rule.is_called("0042") && rule.is_called("0042_a_name"));
        assert!(!rule.is_called("42") && !rule.is_called("0042_") && !rule.is_called("a"));
    }

    #[test]
    fn a_header_that_is_wrong_is_refused() {
        for (text, complaint) in [
            ("select 1".to_owned(), "lacks"),
            (format!("{HEADER}-- colour: red\n"), "unknown key `colour`"),
            (format!("{HEADER}-- fresh: yes\n"), "may only be `quiet`"),
            (HEADER.replace("WARN", "LOUD"), "`level`"),
            (HEADER.replace("SECURITY", "BEAUTY"), "unknown category `BEAUTY`"),
            (HEADER.replace("-- title: T", "-- title"), "no `key: value`"),
        ] {
            let error = parsed(&text).unwrap_err().chain();
            assert!(error.contains(complaint) && error.contains("0042_a_name"), "{error}");
        }
    }
}
