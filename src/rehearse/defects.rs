//! The catalogue of defects: data and SQL in one file, read here.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::model::{Error, Result, Unit};

/// One defect: how to plant it, how to heal it, and exactly what must be reported.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Defect {
    /// A short name.
    pub(super) name: String,
    /// Where it is planted, for people.
    pub(super) planted: String,
    /// SQL that plants it.
    pub(super) plant: String,
    /// SQL that heals it.
    pub(super) heal: String,
    /// What must be reported: `check | object | attribute`.
    pub(super) expects: BTreeSet<String>,
    /// What may be reported besides, as `check | object`: what hangs on the planted thing by the catalog. The shipped
    /// catalogue allows nothing.
    #[serde(skip)]
    pub(super) allows: BTreeSet<String>,
}

impl Defect {
    /// Whether something reported is no surprise. What could not be looked at always is one.
    pub(super) fn explains(&self, reported: &str) -> bool {
        let allowed = |object: &String| {
            reported
                .strip_prefix(object.as_str())
                .and_then(|rest| rest.strip_prefix(" | "))
                .is_some_and(|attribute| !attribute.starts_with("incomplete:"))
        };
        self.expects.contains(reported) || self.allows.iter().any(allowed)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    defect: Vec<Defect>,
}

/// Reads a catalogue.
///
/// # Errors
/// Usage, for a malformed file, a name given twice or a defect that expects nothing.
pub(super) fn parse(text: &str) -> Result<Vec<Defect>> {
    let catalogue: Catalogue = toml::from_str(text)
        .map_err(|error| Error::usage(format!("defect catalogue: {}", error.to_string().trim())))?;
    let mut names = BTreeSet::new();
    for defect in &catalogue.defect {
        if !names.insert(&defect.name) {
            return Err(Error::usage(format!("defect catalogue: `{}` is there twice", defect.name)));
        }
        if defect.expects.is_empty() {
            return Err(Error::usage(format!("defect catalogue: `{}` expects nothing to be reported", defect.name)));
        }
    }
    Ok(catalogue.defect)
}

/// What a run reported, in the catalogue's form; units that could not be checked count as reported too.
pub(super) fn reported(units: &[Unit]) -> BTreeSet<String> {
    let findings = units.iter().flat_map(Unit::open_findings);
    let findings = findings.map(|finding| format!("{} | {} | {}", finding.check, finding.object, finding.attribute));
    let incomplete = units.iter().filter_map(|unit| match &unit.outcome {
        crate::model::Outcome::Incomplete { reason, .. } => {
            Some(format!("{} | {} | incomplete: {reason}", unit.check, unit.object))
        }
        _ => None,
    });
    findings.chain(incomplete).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_catalogue_is_sound() {
        let defects = parse(crate::rehearse::fixture::DEFECTS).unwrap();
        assert!(defects.len() >= 62, "only {} kinds", defects.len());
        let checks: BTreeSet<&str> = crate::verify::checks().iter().map(|check| check.name()).collect();
        for expected in defects.iter().flat_map(|defect| &defect.expects) {
            let parts: Vec<&str> = expected.split(" | ").collect();
            assert_eq!(parts.len(), 3, "{expected}");
            assert!(checks.contains(parts[0]), "{expected}");
        }
    }

    #[test]
    fn only_what_hangs_on_the_planted_thing_is_allowed_besides() {
        let text = "[[defect]]\nname='a'\nplanted='b'\nplant='c'\nheal='d'\nexpects=['rows | table t | x']\n";
        let mut defect = parse(text).unwrap().remove(0);
        defect.allows.insert("behaviour | table t".to_owned());
        assert!(defect.explains("rows | table t | x") && defect.explains("behaviour | table t | rows seen by anon"));
        for other in ["rows | table t | y", "behaviour | table t2 | rows", "behaviour | table t | incomplete: locked"] {
            assert!(!defect.explains(other), "{other}");
        }
    }

    #[test]
    fn a_defect_that_expects_nothing_is_refused() {
        let text = "[[defect]]\nname='a'\nplanted='b'\nplant='c'\nheal='d'\nexpects=[]\n";
        assert!(parse(text).unwrap_err().to_string().contains("expects nothing"));
    }
}
