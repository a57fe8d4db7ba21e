//! One comparison for every kind of object that consists of named attributes.

use std::collections::{BTreeMap, BTreeSet};

use super::majors::{self, Majors, NOT_NULL_NAME};
use super::{own_roles, owners, parents, scope, severity};
use crate::catalog::{Inventory, InventoryObject, KINDS, Unread};
use crate::check::{CheckOutcome, Context};
use crate::model::{Finding, ObjectRef, RelationName, Side, Unit};

/// The attribute of a role that tells whether the database has anything to do with it; no property of the role itself.
const NAMED_HERE: &str = "named here";

/// Kind, attribute and another one that follows from it: another version or schema of an extension gives its members other
/// names, what is not there has no name, what each provider of collations has is its own, what is not enforced is not validated, and one object more has an identifier.
const FOLLOWING: [(&str, &str, &str); 8] = [
    ("extension", "version", "members"),
    ("extension", "schema", "members"),
    ("column", "not null", NOT_NULL_NAME),
    ("constraint", "enforced", "validated"),
    ("index", "table", "definition"),
    ("collation", "provider", "ctype"),
    ("collation", "provider", "version"),
    ("large objects", "number", "identifiers"),
];

/// One compared object.
#[derive(Debug, PartialEq)]
pub(super) struct Compared {
    /// Its key in the inventories.
    pub(super) key: ObjectRef,
    /// What findings call it.
    pub(super) object: ObjectRef,
    /// What differs.
    pub(super) findings: Vec<Finding>,
    /// What was left out on purpose.
    pub(super) note: Option<String>,
}

/// All objects of one check.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Comparison {
    pub(super) compared: Vec<Compared>,
    /// Objects that both sides have, and that a side does not show, with the reason.
    pub(super) unread: Vec<(ObjectRef, String)>,
    pub(super) uncovered: Vec<(ObjectRef, String)>,
    /// Other checks that report what explains a difference left out here.
    pub(super) left_to: BTreeSet<&'static str>,
}

impl Comparison {
    /// The check's outcome: a unit for each object.
    pub(super) fn into_outcome(mut self, check: &str) -> CheckOutcome {
        let covered = self.compared.iter().map(|one| one.key.clone()).collect();
        for finding in self.compared.iter_mut().flat_map(|one| &mut one.findings) {
            // What a check has added to the comparison of attributes.
            finding.severity.get_or_insert_with(|| severity::of(&finding.object.kind, &finding.attribute));
        }
        let unit = |one: Compared| {
            let unit = Unit::judged(check, one.object, one.findings);
            one.note.into_iter().fold(unit, Unit::detail)
        };
        let unknown = self.unread.iter().map(|(key, reason)| Unit::incomplete(check, key.clone(), reason));
        let units = self.compared.into_iter().map(unit).chain(unknown).collect();
        self.uncovered.extend(self.unread);
        CheckOutcome { units, covered, uncovered: self.uncovered, left_to: self.left_to, ..CheckOutcome::default() }
    }
}

/// Compares every object of the kinds that `check` is responsible for.
pub(super) fn compare(check: &str, context: &Context) -> Comparison {
    let (source, target) = (&context.source.catalog, &context.target.catalog);
    let sides = Sides {
        source: &source.inventory,
        target: &target.inventory,
        unread: [(Side::Source, &source.unread), (Side::Target, &target.unread)],
    };
    let majors = Majors { source: source.server.major(), target: target.server.major() };
    let mut comparison = sides.compare(check, majors, |relation| scope::exclusion(context, relation));
    own_roles::leave_out(&mut comparison, &context.config.roles_left_out);
    comparison
}

/// The inventories of both sides.
pub(super) struct Sides<'a> {
    pub(super) source: &'a Inventory,
    pub(super) target: &'a Inventory,
    /// What each side has and does not show.
    pub(super) unread: [(Side, &'a Unread); 2],
}

impl Sides<'_> {
    /// Compares every object of the kinds that `check` is responsible for.
    pub(super) fn compare(
        &self,
        check: &str,
        majors: Majors,
        exclusion: impl Fn(&RelationName) -> Option<String>,
    ) -> Comparison {
        let mut comparison = Comparison::default();
        for kind in KINDS.iter().filter(|kind| kind.check == check) {
            let of_kind = |object: &&ObjectRef| object.kind == kind.name;
            let keys: BTreeSet<&ObjectRef> = self.source.keys().chain(self.target.keys()).filter(of_kind).collect();
            for key in keys {
                match self.left_out(key, &exclusion) {
                    Some((reason, cause)) => {
                        comparison
                            .left_to
                            .extend(cause.and_then(|cause| responsible(&cause)).filter(|it| *it != check));
                        comparison.uncovered.push((key.clone(), reason));
                    }
                    None if self.is_unread(key).is_some() => {
                        comparison.unread.extend(self.is_unread(key).map(|reason| (key.clone(), reason)));
                    }
                    None => {
                        let compared = self.object(check, key, majors, &mut comparison.left_to);
                        comparison.compared.push(compared);
                    }
                }
            }
        }
        severity::name_only(&mut comparison.compared, self.source, self.target);
        comparison
    }

    /// Why an object that both sides have cannot be compared; that one side has it not is known all the same.
    fn is_unread(&self, key: &ObjectRef) -> Option<String> {
        let reasons =
            self.unread.iter().filter_map(|(side, unread)| Some(format!("on the {side}, {}", unread.get(key)?)));
        let reasons: Vec<String> = reasons.collect();
        let on_both = self.source.contains_key(key) && self.target.contains_key(key);
        (on_both && !reasons.is_empty()).then(|| reasons.join("; "))
    }

    /// Why an object is no unit of its own, and the object whose absence explains it.
    fn left_out(
        &self,
        key: &ObjectRef,
        exclusion: impl Fn(&RelationName) -> Option<String>,
    ) -> Option<(String, Option<ObjectRef>)> {
        let (source, target) = (self.source.get(key), self.target.get(key));
        let named =
            |facts: &InventoryObject| facts.attributes.get(NAMED_HERE).and_then(Option::as_deref) == Some("true");
        if matches!(key.kind.as_str(), "role" | "membership") && ![source, target].into_iter().flatten().any(named) {
            return Some(("nothing in either database names it".to_owned(), None));
        }
        let (facts, home) = source.map(|facts| (facts, self.source)).or(target.map(|facts| (facts, self.target)))?;
        if let Some(reason) = parents::relation(key, facts, home).and_then(|relation| exclusion(&relation)) {
            return Some((reason, None));
        }
        let (other, side) = match (source, target) {
            (Some(_), None) => (self.target, "target"),
            (None, Some(_)) => (self.source, "source"),
            _ => return None,
        };
        let absent = parents::absent(key, facts, home, other).or_else(|| {
            let constraint = (key.kind == "index").then(|| parents::constraint_of_index(key, facts, home)).flatten();
            constraint.filter(|constraint| !other.contains_key(constraint))
        })?;
        Some((format!("it is part of {absent}, which the {side} does not have"), Some(absent)))
    }

    fn object(&self, check: &str, key: &ObjectRef, majors: Majors, left_to: &mut BTreeSet<&'static str>) -> Compared {
        // Row security is a property of a table, and findings say so.
        let object = match key.kind.as_str() {
            "row security" => ObjectRef::new("table", &key.identity),
            _ => key.clone(),
        };
        let (mut source, mut target) = (self.source.get(key).cloned(), self.target.get(key).cloned());
        let mut left_out = Vec::new();
        if key.kind == "grant" {
            left_out.extend(majors.without_maintain([&mut source, &mut target]));
        }
        let mut findings = match (&source, &target) {
            (Some(source), Some(target)) => attributes(check, &object, &source.attributes, &target.attributes),
            (Some(facts), None) => vec![
                Finding::new(check, object.clone(), "missing", format!("the target has no {object}"))
                    .values(essence(facts), None),
            ],
            (None, Some(facts)) => vec![
                Finding::new(check, object.clone(), "extra", format!("only the target has {object}"))
                    .values(None, essence(facts)),
            ],
            (None, None) => Vec::new(),
        };
        if findings.iter().any(|finding| finding.attribute == "definition") && self.follows_its_constraint(key) {
            findings.retain(|finding| finding.attribute != "definition");
            left_to.insert("schema");
        }
        // What only the one kind of thing has is no difference of its own.
        if findings.iter().any(|finding| finding.attribute == "kind") {
            let own = |finding: &Finding| finding.source.is_none() || finding.target.is_none();
            findings.retain(|finding| !own(finding) || matches!(finding.attribute.as_str(), "comment" | "options"));
        }
        for (kind, cause, effect) in FOLLOWING {
            if key.kind == kind && findings.iter().any(|finding| finding.attribute == cause) {
                findings.retain(|finding| finding.attribute != effect);
            }
        }
        let parent = self.source.get(key).or(self.target.get(key)).and_then(|facts| facts.parent.as_deref());
        let known = |privilege: &str| !majors.drop_maintain() || privilege.trim_end_matches('*') != "maintain";
        if !findings.is_empty() && owners::explain(key, parent, self.source, self.target, known) {
            findings.clear();
            left_to.insert("schema");
        }
        findings.retain(|finding| !self.follows_its_original(key, finding) && finding.attribute != NAMED_HERE);
        left_out.extend(majors.explained(key, &mut findings));
        for finding in &mut findings {
            finding.severity = Some(severity::judge(&key.kind, finding, target.as_ref()));
        }
        Compared { key: key.clone(), object, findings, note: majors::note(&left_out) }
    }

    /// Whether a copy differs exactly as its original does: the original is the finding.
    fn follows_its_original(&self, key: &ObjectRef, finding: &Finding) -> bool {
        let original = |side: &Inventory| parents::original(key, side.get(key)?).and_then(|it| side.get(&it).cloned());
        let (Some(source), Some(target)) = (original(self.source), original(self.target)) else { return false };
        let value = |facts: &InventoryObject| facts.attributes.get(&finding.attribute).cloned().flatten();
        let (one, two) = (value(&source), value(&target));
        one != two && one == finding.source && two == finding.target
    }

    /// Whether an index differs because the constraint it stands behind does: the constraint is the finding.
    fn follows_its_constraint(&self, key: &ObjectRef) -> bool {
        let (Some(facts), "index") = (self.source.get(key), key.kind.as_str()) else { return false };
        let Some(constraint) = parents::constraint_of_index(key, facts, self.source) else { return false };
        if self.unread.iter().any(|(_, unread)| unread.contains_key(&constraint)) {
            return false;
        }
        let definition = |side: &Inventory| side.get(&constraint)?.attributes.get("definition").cloned();
        definition(self.source) != definition(self.target)
    }
}

/// The check that reports on objects of this kind.
fn responsible(object: &ObjectRef) -> Option<&'static str> {
    KINDS.iter().find(|kind| kind.name == object.kind).map(|kind| kind.check)
}

type Attributes = BTreeMap<String, Option<String>>;

fn attributes(check: &str, object: &ObjectRef, source: &Attributes, target: &Attributes) -> Vec<Finding> {
    let names: BTreeSet<&String> = source.keys().chain(target.keys()).collect();
    let differing = names.into_iter().filter_map(|name| {
        let (one, two) = (source.get(name).cloned().flatten(), target.get(name).cloned().flatten());
        if one == two {
            return None;
        }
        let message = match (&one, &two) {
            (Some(_), None) => format!("{name} is set on the source only"),
            (None, Some(_)) => format!("{name} is set on the target only"),
            _ => format!("{name} differs"),
        };
        Some(Finding::new(check, object.clone(), name, message).values(one, two))
    });
    differing.collect()
}

/// What says most about an object that only one side has: one of its attributes, or of a policy whom it lets do what.
fn essence(facts: &InventoryObject) -> Option<String> {
    let attribute = |name: &str| facts.attributes.get(name).and_then(Option::as_deref);
    if let (Some(permissive), Some(command), Some(roles)) =
        (attribute("permissive"), attribute("command"), attribute("roles"))
    {
        let condition = |name: &str| attribute(name).map(|text| format!(" {name} ({text})")).unwrap_or_default();
        let (using, check) = (condition("using"), condition("with check"));
        return Some(format!("{permissive}, for {command} to {roles}{using}{check}"));
    }
    let telling =
        ["definition", "type", "privileges", "version", "labels", "base type", "arguments", "kind", "command"];
    telling.iter().find_map(|name| facts.attributes.get(*name).cloned().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind, identity, parent, attributes.
    type Planned<'a> = (&'a str, &'a str, Option<&'a str>, &'a [(&'a str, &'a str)]);

    fn inventory(objects: &[Planned<'_>]) -> Inventory {
        let object = |(kind, identity, parent, attributes): &Planned<'_>| {
            let attributes = attributes.iter().map(|(name, value)| ((*name).into(), Some((*value).into()))).collect();
            let facts = InventoryObject { parent: parent.map(Into::into), attributes };
            (ObjectRef::new(*kind, *identity), facts)
        };
        objects.iter().map(object).collect()
    }

    #[test]
    fn a_policy_that_one_side_has_is_shown_with_its_roles_and_conditions() {
        let shown = |attributes: &[(&str, &str)]| {
            essence(&inventory(&[("policy", "public.t.p", None, attributes)]).into_values().next().unwrap())
        };
        let mut policy = vec![("permissive", "permissive"), ("command", "all"), ("roles", "anon, public")];
        assert_eq!(shown(&policy).unwrap(), "permissive, for all to anon, public");
        policy.extend([("using", "true"), ("with check", "a = 1")]);
        assert_eq!(shown(&policy).unwrap(), "permissive, for all to anon, public using (true) with check (a = 1)");
        assert_eq!(shown(&[("definition", "x")]).unwrap(), "x");
    }

    const ALIKE: Majors = Majors { source: 18, target: 18 };

    fn found(check: &str, source: &Inventory, target: &Inventory, majors: Majors) -> Vec<(String, String)> {
        let none = Unread::new();
        let unread = [(Side::Source, &none), (Side::Target, &none)];
        let comparison = Sides { source, target, unread }.compare(check, majors, |_| None);
        let findings = comparison.compared.into_iter().flat_map(|one| one.findings);
        findings.map(|finding| (finding.object.to_string(), finding.attribute)).collect()
    }

    #[test]
    fn a_missing_table_is_one_finding() {
        let source = inventory(&[
            ("schema", "public", None, &[]),
            ("table", "public.t", None, &[]),
            ("column", "public.t.a", Some("public.t"), &[("type", "text")]),
            ("constraint", "public.t.t_pkey", Some("public.t"), &[("definition", "PRIMARY KEY (a)")]),
            ("index", "public.t_pkey", Some("public.t"), &[]),
            ("sequence", "public.t_a_seq", None, &[("owned by", "public.t.a")]),
            ("row security", "public.t", None, &[("forced", "no")]),
            ("grant", "table public.t to anon", Some("table public.t"), &[("privileges", "select")]),
        ]);
        let target = inventory(&[("schema", "public", None, &[])]);
        assert_eq!(found("schema", &source, &target, ALIKE), [("table public.t".into(), "missing".into())]);
        assert_eq!(found("schema", &target, &source, ALIKE), [("table public.t".into(), "extra".into())]);
        for check in ["rls", "grants", "indexes"] {
            assert!(found(check, &source, &target, ALIKE).is_empty(), "{check}");
        }
    }

    #[test]
    fn a_missing_constraint_takes_its_index_along_and_a_dropped_index_does_not() {
        let table = ("table", "public.t", None, &[][..]);
        let key = ("constraint", "public.t.t_key", Some("public.t"), &[("definition", "UNIQUE (a)")][..]);
        let other_key = ("constraint", "public.t.t_key", Some("public.t"), &[("definition", "UNIQUE (b)")][..]);
        let index = ("index", "public.t_key", Some("public.t"), &[("definition", "on (a)")][..]);
        let other_index = ("index", "public.t_key", Some("public.t"), &[("definition", "on (b)")][..]);
        let whole = inventory(&[table, key, index]);
        assert!(found("indexes", &whole, &inventory(&[table]), ALIKE).is_empty());
        assert_eq!(found("indexes", &whole, &inventory(&[table, key]), ALIKE).len(), 1);
        let changed = inventory(&[table, other_key, other_index]);
        assert!(found("indexes", &whole, &changed, ALIKE).is_empty());
        assert_eq!(found("schema", &whole, &changed, ALIKE).len(), 1);
    }

    #[test]
    fn what_a_side_does_not_show_is_unknown_unless_only_one_has_it() {
        let table = ("table", "public.t", None, &[][..]);
        let index = ("index", "public.i", Some("public.t"), &[("definition", "on (a)")][..]);
        let hidden = ("index", "public.i", Some("public.t"), &[][..]);
        let (none, unread) =
            (Unread::new(), Unread::from([(ObjectRef::new("index", "public.i"), "locked".to_owned())]));
        let compared = |source: &Inventory, target: &Inventory| {
            let unread = [(Side::Source, &none), (Side::Target, &unread)];
            Sides { source, target, unread }.compare("indexes", ALIKE, |_| None)
        };
        let both = compared(&inventory(&[table, index]), &inventory(&[table, hidden]));
        assert!(both.compared.is_empty());
        assert_eq!(both.unread, [(ObjectRef::new("index", "public.i"), "on the target, locked".to_owned())]);
        let alone = compared(&inventory(&[table]), &inventory(&[table, hidden]));
        assert_eq!((alone.unread.len(), alone.compared[0].findings[0].attribute.as_str()), (0, "extra"));
    }

    #[test]
    fn maintain_does_not_count_across_versions() {
        let table = ("table", "public.t", None, &[][..]);
        let parent = Some("table public.t");
        let old = inventory(&[table, ("grant", "table public.t to a", parent, &[("privileges", "insert, select")])]);
        let new = inventory(&[
            table,
            ("grant", "table public.t to a", parent, &[("privileges", "insert, maintain*, select")]),
            ("grant", "table public.t to b", parent, &[("privileges", "maintain")]),
        ]);
        assert!(found("grants", &old, &new, Majors { source: 15, target: 17 }).is_empty());
        assert_eq!(found("grants", &old, &new, ALIKE).len(), 2);
    }
}
