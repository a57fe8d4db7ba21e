//! What differs only because the servers are of different major versions: left out of the findings, and said.

use super::view_text;
use crate::catalog::InventoryObject;
use crate::model::{Finding, LEFT_OUT_BY_VERSIONS, ObjectRef};

/// The first major version with the privilege MAINTAIN.
const KNOWS_MAINTAIN: u32 = 17;

/// The first major version that keeps NOT NULL as a constraint with a name.
const NAMES_NOT_NULL: u32 = 18;

/// The attribute that only servers with named NOT NULL constraints have.
pub(super) const NOT_NULL_NAME: &str = "not null constraint";

/// Extensions that come with the server, each version of it with its own of them.
const SHIPPED: &str = "amcheck autoinc bloom bool_plperl btree_gin btree_gist citext cube dblink dict_int dict_xsyn \
    earthdistance file_fdw fuzzystrmatch hstore hstore_plperl insert_username intagg intarray isn jsonb_plperl lo ltree \
    moddatetime pageinspect pg_buffercache pg_freespacemap pg_prewarm pg_stat_statements pg_surgery pg_trgm pg_visibility \
    pg_walinspect pgcrypto pgrowlocks pgstattuple plperl plperlu plpgsql plpython3u pltcl pltclu postgres_fdw refint seg \
    sslinfo tablefunc tcn tsm_system_rows tsm_system_time unaccent uuid-ossp xml2";

/// Letters of a value that a note shows, and how many of them before the first that differs.
const SHOWN: usize = 60;
const BEFORE: usize = 15;

/// The major versions of both servers: what one of them cannot have is no difference.
#[derive(Debug, Clone, Copy)]
pub(super) struct Majors {
    pub(super) source: u32,
    pub(super) target: u32,
}

impl Majors {
    /// Whether one of the servers does not know the privilege MAINTAIN.
    pub(super) fn drop_maintain(self) -> bool {
        self.source != self.target && self.source.min(self.target) < KNOWS_MAINTAIN
    }

    /// Takes MAINTAIN out of a grant where one of the servers does not know it; says so where anything was taken out.
    pub(super) fn without_maintain(self, sides: [&mut Option<InventoryObject>; 2]) -> Option<String> {
        let older = self.source.min(self.target);
        let dropped = self.drop_maintain() && sides.map(strip_maintain).contains(&true);
        dropped.then(|| format!("the privilege MAINTAIN ({older} does not know it)"))
    }

    /// Takes out of the findings what says only how each version keeps or prints the same thing; gives it in words.
    pub(super) fn explained(self, key: &ObjectRef, findings: &mut Vec<Finding>) -> Vec<String> {
        let explained = findings.extract_if(.., |finding| self.explains(key, finding));
        explained.map(|finding| self.in_words(&finding)).collect()
    }

    fn explains(self, key: &ObjectRef, finding: &Finding) -> bool {
        match (key.kind.as_str(), finding.attribute.as_str()) {
            ("column", NOT_NULL_NAME) => self.source.min(self.target) < NAMES_NOT_NULL,
            ("extension", "version") => match (&finding.source, &finding.target) {
                (Some(source), Some(target)) => self.ships(&key.identity, source, target),
                _ => false,
            },
            // Each server comes with a library of its own.
            ("collation", "version") => self.source != self.target,
            ("view", "definition") if view_text::differs_between(self.source, self.target) => {
                matches!((&finding.source, &finding.target), (Some(one), Some(two)) if view_text::alike(one, two))
            }
            _ => false,
        }
    }

    /// Whether an extension that comes with the server is later on the later one.
    fn ships(self, name: &str, source: &str, target: &str) -> bool {
        let version = |text: &str| -> Option<Vec<u32>> { text.split('.').map(|part| part.parse().ok()).collect() };
        let (Some(source), Some(target)) = (version(source), version(target)) else { return false };
        let as_the_servers = source.cmp(&target) == self.source.cmp(&self.target);
        as_the_servers && SHIPPED.split_whitespace().any(|shipped| shipped == name.trim_matches('"'))
    }

    fn in_words(self, finding: &Finding) -> String {
        let (source, target) = (one_line(finding.source.as_deref()), one_line(finding.target.as_deref()));
        let alike = source.iter().zip(&target).take_while(|(one, two)| one == two).count();
        let side = |version: u32, letters: &[char]| match letters {
            [] => format!("{version} has none"),
            _ => format!("{version} prints {}", excerpt(letters, alike)),
        };
        format!("{} ({}, {})", finding.attribute, side(self.source, &source), side(self.target, &target))
    }
}

/// Whether two versions of an extension say only which servers they came with: each side as its server's major version and the
/// extension's version there.
pub fn comes_with_server(name: &str, source: (u32, &str), target: (u32, &str)) -> bool {
    Majors { source: source.0, target: target.0 }.ships(name, source.1, target.1)
}

/// What a unit says of what was left out of it.
pub(super) fn note(left_out: &[String]) -> Option<String> {
    (!left_out.is_empty()).then(|| format!("{LEFT_OUT_BY_VERSIONS}{}", left_out.join(", ")))
}

/// A value's letters with the space between its words made one.
fn one_line(value: Option<&str>) -> Vec<char> {
    value.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ").chars().collect()
}

/// The letters around the first one that differs.
fn excerpt(letters: &[char], alike: usize) -> String {
    let from = if letters.len() <= SHOWN { 0 } else { alike.saturating_sub(BEFORE).min(letters.len() - SHOWN) };
    let until = letters.len().min(from + SHOWN);
    let shown: String = letters[from..until].iter().collect();
    let (before, after) = (if from > 0 { "…" } else { "" }, if until < letters.len() { "…" } else { "" });
    format!("{before}{shown}{after}")
}

/// Takes the privilege MAINTAIN out; a grant of nothing else is no grant. Says whether anything was taken out.
fn strip_maintain(side: &mut Option<InventoryObject>) -> bool {
    let Some(privileges) = side.as_mut().and_then(|facts| facts.attributes.get_mut("privileges")) else { return false };
    let all = privileges.take().unwrap_or_default();
    let kept: Vec<&str> = all.split(", ").filter(|name| name.trim_end_matches('*') != "maintain").collect();
    let (stripped, nothing_left) = (kept.join(", "), kept.is_empty());
    let changed = stripped != all;
    *privileges = Some(stripped);
    if nothing_left {
        *side = None;
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_of_the_server_is_as_late_as_the_server() {
        let explained = |name: &str, source: &str, target: &str, majors: Majors| {
            let key = ObjectRef::new("extension", name);
            let finding = Finding::new("schema", key.clone(), "version", "differs");
            let mut findings = vec![finding.values(Some(source.into()), Some(target.into()))];
            !majors.explained(&key, &mut findings).is_empty() && findings.is_empty()
        };
        let (up, down) = (Majors { source: 15, target: 18 }, Majors { source: 18, target: 15 });
        assert!(explained("citext", "1.6", "1.8", up) && explained("citext", "1.10", "1.9", down));
        assert!(explained("\"uuid-ossp\"", "1.1", "1.2", up));
        assert!(!explained("citext", "1.8", "1.6", up) && !explained("citext", "1.6", "1.8", down));
        assert!(!explained("citext", "1.6", "1.8", Majors { source: 18, target: 18 }));
        assert!(!explained("vector", "0.8.0", "0.8.6", up));
        assert!(comes_with_server("citext", (17, "1.6"), (18, "1.8")));
        assert!(!comes_with_server("vector", (17, "0.8.0"), (18, "0.8.6")));
    }

    #[test]
    fn a_note_shows_where_two_long_texts_part() {
        let (long, short) = (format!(" SELECT t.a,\n  {}\n FROM t;", "b, ".repeat(99)), "SELECT a, c FROM t;");
        let key = ObjectRef::new("view", "public.v");
        let finding = Finding::new("schema", key, "definition", "differs").values(Some(long), Some(short.to_owned()));
        let words = Majors { source: 15, target: 18 }.in_words(&finding);
        assert!(words.starts_with("definition (15 prints SELECT t.a, b, b,"), "{words}");
        assert!(words.ends_with("…, 18 prints SELECT a, c FROM t;)"), "{words}");
        assert!(words.chars().count() < 180, "{words}");
        let late = format!("{}x tail", "b".repeat(200));
        assert_eq!(excerpt(&late.chars().collect::<Vec<_>>(), 200).chars().count(), SHOWN + 1);
        assert_eq!(note(&[]), None);
        assert_eq!(note(std::slice::from_ref(&words)).unwrap(), format!("left out, caused by the versions: {words}"));
    }
}
