//! What each difference of the schema means for the migration: one table of kinds and attributes, and what depends on the values.
//!
//! Never true in here: an unknown difference called cosmetic.

use super::inventory_diff::Compared;
use crate::catalog::{Inventory, InventoryObject};
use crate::model::{Finding, ObjectRef, Severity};

/// Stands for every kind.
const ANY: &str = "*";

/// Kind, attribute, severity, why. What is not listed changes behaviour.
const TABLE: [(&str, &str, Severity, &str); 34] = [
    ("schema", "missing", Severity::Blocks, "what it holds has no place"),
    ("table", "missing", Severity::Blocks, "its rows have no place"),
    ("table", "kind", Severity::Blocks, "rows are kept elsewhere, or are divided"),
    ("table", "partition key", Severity::Blocks, "rows may find no partition"),
    ("table", "partition bound", Severity::Blocks, "rows may find no partition"),
    ("table", "foreign server", Severity::Blocks, "rows are kept elsewhere"),
    ("column", "missing", Severity::Blocks, "its values have no place"),
    ("column", "type", Severity::Blocks, "values may not fit"),
    ("column", "generated", Severity::Blocks, "a generated column takes no values"),
    ("constraint", "extra", Severity::Blocks, "rows that the source allows are refused"),
    ("constraint", "definition", Severity::Blocks, "rows that the source allows are refused"),
    ("type", "missing", Severity::Blocks, "columns of this type cannot be made"),
    ("type", "kind", Severity::Blocks, "values may not fit"),
    ("type", "labels", Severity::Blocks, "values may not be known"),
    ("type", "base type", Severity::Blocks, "values may not fit"),
    ("type", "checks", Severity::Blocks, "values that the source allows are refused"),
    ("type", "attributes", Severity::Blocks, "values may not fit"),
    ("type", "subtype", Severity::Blocks, "values may not fit"),
    ("type", "functions", Severity::Blocks, "values are read and written in another way"),
    ("extension", "missing", Severity::Blocks, "columns of its types cannot be made"),
    ("database", "encoding", Severity::Blocks, "characters may have no place"),
    (ANY, "comment", Severity::Cosmetic, "for people only"),
    (ANY, "comments", Severity::Cosmetic, "for people only"),
    (ANY, "column comments", Severity::Cosmetic, "for people only"),
    (ANY, "statistics target", Severity::Cosmetic, "how much the planner looks at"),
    (ANY, "statistics targets", Severity::Cosmetic, "how much the planner looks at"),
    (ANY, "storage", Severity::Cosmetic, "where a value is kept, not what it is"),
    (ANY, "column storage", Severity::Cosmetic, "where a value is kept, not what it is"),
    (ANY, "compression", Severity::Cosmetic, "how a value is kept, not what it is"),
    ("column", "not null constraint", Severity::Cosmetic, "a name"),
    ("index", "clustered", Severity::Cosmetic, "a mark for the next CLUSTER"),
    ("constraint", "name", Severity::Cosmetic, "a name"),
    ("index", "name", Severity::Cosmetic, "a name"),
    ("role", "named here", Severity::Cosmetic, "no property of the role"),
];

/// What a difference of this attribute means, whatever the values are. `missing` and `extra` count as attributes.
pub(super) fn of(kind: &str, attribute: &str) -> Severity {
    let row = TABLE.iter().find(|(one, two, ..)| (*one == kind || *one == ANY) && *two == attribute);
    row.map_or(Severity::Behaviour, |(_, _, severity, _)| *severity)
}

/// The same with a look at the values: a target that allows more than the source refuses nothing.
pub(super) fn judge(kind: &str, finding: &Finding, target: Option<&InventoryObject>) -> Severity {
    let here = |name: &str| target.and_then(|facts| facts.attributes.get(name)).and_then(Option::as_deref);
    let refuses = match (kind, finding.attribute.as_str()) {
        ("column" | "type", "not null") => finding.target.as_deref() != Some("false"),
        // Rows come in without a value for it.
        ("column", "extra") => {
            let filled = ["default", "generated", "identity"].iter().any(|name| here(name).is_some());
            here("not null") != Some("false") && !filled
        }
        ("constraint", "validated") => finding.target.as_deref() == Some("true"),
        ("constraint", "enforcement") => finding.target.is_none(),
        ("index", "extra" | "definition") => here("definition").is_some_and(|it| it.starts_with("CREATE UNIQUE ")),
        _ => return of(kind, &finding.attribute),
    };
    if refuses { Severity::Blocks } else { Severity::Behaviour }
}

/// Constraints and indexes that the target has under another name: nothing but a name differs.
pub(super) fn name_only(compared: &mut [Compared], source: &Inventory, target: &Inventory) {
    let alone = |attribute: &str, side: &Inventory| -> Vec<(ObjectRef, String)> {
        let with = compared.iter().filter(|one| one.findings.iter().any(|finding| finding.attribute == attribute));
        with.filter_map(|one| Some((one.key.clone(), nameless(&one.key, side.get(&one.key)?)?))).collect()
    };
    let (missing, mut extra) = (alone("missing", source), alone("extra", target));
    for (key, shape) in missing {
        let Some(at) = extra.iter().position(|(other, it)| other.kind == key.kind && *it == shape) else { continue };
        let (twin, _) = extra.swap_remove(at);
        for one in compared.iter_mut().filter(|one| one.key == key || one.key == twin) {
            for finding in &mut one.findings {
                finding.severity = Some(of(&one.key.kind, "name"));
            }
        }
    }
}

/// All there is to a constraint or an index but its name.
fn nameless(key: &ObjectRef, facts: &InventoryObject) -> Option<String> {
    let mut attributes = facts.attributes.clone();
    attributes.remove("comment");
    match key.kind.as_str() {
        "constraint" => {}
        "index" => {
            let definition = attributes.get_mut("definition")?.as_mut()?;
            let (head, rest) = definition.split_once(" ON ")?;
            *definition = format!("{} {rest}", head.starts_with("CREATE UNIQUE "));
        }
        _ => return None,
    }
    Some(format!("{:?} {attributes:?}", facts.parent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::KINDS;

    fn facts(attributes: &[(&str, &str)]) -> InventoryObject {
        let attributes = attributes.iter().map(|(name, value)| ((*name).into(), Some((*value).into()))).collect();
        InventoryObject { parent: Some("public.t".into()), attributes }
    }

    fn finding(attribute: &str, source: Option<&str>, target: Option<&str>) -> Finding {
        let values = (source.map(Into::into), target.map(Into::into));
        Finding::new("schema", ObjectRef::new("column", "public.t.a"), attribute, "differs").values(values.0, values.1)
    }

    #[test]
    fn every_row_of_the_table_is_of_a_kind_there_is_and_gives_a_reason() {
        for (kind, attribute, _, why) in TABLE {
            assert!(kind == ANY || KINDS.iter().any(|one| one.name == kind), "{kind}");
            assert!(!why.is_empty());
            assert_eq!(TABLE.iter().filter(|row| (row.0, row.1) == (kind, attribute)).count(), 1, "{kind} {attribute}");
        }
    }

    #[test]
    fn what_is_not_listed_changes_behaviour() {
        assert_eq!(of("column", "an attribute of tomorrow"), Severity::Behaviour);
        assert_eq!(of("a kind of tomorrow", "missing"), Severity::Behaviour);
        assert_eq!(of("policy", "extra"), Severity::Behaviour);
        assert_eq!(of("a kind of tomorrow", "comment"), Severity::Cosmetic);
        assert_eq!(of("table", "missing"), Severity::Blocks);
    }

    #[test]
    fn a_target_that_allows_more_blocks_nothing() {
        let nullable = |source, target| judge("column", &finding("not null", Some(source), Some(target)), None);
        assert_eq!(nullable("false", "true"), Severity::Blocks);
        assert_eq!(nullable("true", "false"), Severity::Behaviour);
        let extra = |attributes: &[_]| judge("column", &finding("extra", None, None), Some(&facts(attributes)));
        assert_eq!(extra(&[("not null", "true")]), Severity::Blocks);
        assert_eq!(extra(&[("not null", "true"), ("default", "1")]), Severity::Behaviour);
        assert_eq!(extra(&[("not null", "false")]), Severity::Behaviour);
        let index = |text| judge("index", &finding("extra", None, None), Some(&facts(&[("definition", text)])));
        assert_eq!(index("CREATE UNIQUE INDEX i ON t (a)"), Severity::Blocks);
        assert_eq!(index("CREATE INDEX i ON t (a)"), Severity::Behaviour);
    }

    #[test]
    fn another_name_is_cosmetic_and_another_condition_is_not() {
        let made = |name: &str, attribute: &str, text: &str| {
            let key = ObjectRef::new("constraint", format!("public.t.{name}"));
            let severity = of("constraint", attribute);
            let found = Finding::new("schema", key.clone(), attribute, "").severity(severity);
            let one = Compared { key: key.clone(), object: key.clone(), findings: vec![found], note: None };
            (one, (key, facts(&[("definition", text)])))
        };
        let judged = |there: &str, here: &str| {
            let ((one, source), (two, target)) = (made("a", "missing", there), made("b", "extra", here));
            let mut compared = [one, two];
            name_only(&mut compared, &Inventory::from([source]), &Inventory::from([target]));
            compared.map(|one| one.findings[0].severity)
        };
        assert_eq!(judged("UNIQUE (a)", "UNIQUE (a)"), [Some(Severity::Cosmetic); 2]);
        assert_eq!(judged("UNIQUE (a)", "UNIQUE (b)"), [Some(Severity::Behaviour), Some(Severity::Blocks)]);
    }
}
