//! The order of statements: by their parts, and what needs something behind what it needs.

use std::collections::{BTreeMap, BTreeSet};

use super::statement::{Part, Statement};
use crate::model::ObjectRef;

/// What each object needs.
type Needs = BTreeMap<ObjectRef, BTreeSet<ObjectRef>>;

/// Orders statements. `there` is what objects of the source need, by which things are made; `here` what those of the
/// target need, by which things are taken away. Where objects need each other, the parts decide.
pub(super) fn order(mut statements: Vec<Statement>, there: &Needs, here: &Needs) -> Vec<Statement> {
    statements.sort_by_key(|one| one.part);
    let before = edges(&statements, there, here);
    let mut waiting: Vec<usize> = vec![0; statements.len()];
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); statements.len()];
    for (one, other) in before {
        waiting[other] += 1;
        after[one].push(other);
    }
    let (mut left, mut order): (BTreeSet<usize>, Vec<usize>) = ((0..statements.len()).collect(), Vec::new());
    while let Some(next) = left.iter().copied().find(|at| waiting[*at] == 0).or_else(|| left.first().copied()) {
        left.remove(&next);
        order.push(next);
        for other in &after[next] {
            waiting[*other] = waiting[*other].saturating_sub(1);
        }
    }
    let mut taken: Vec<Option<Statement>> = statements.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| taken[at].take()).collect()
}

/// Pairs of statements of which the first comes first.
fn edges(statements: &[Statement], there: &Needs, here: &Needs) -> BTreeSet<(usize, usize)> {
    let (mut making, mut dropping): (BTreeMap<&ObjectRef, Vec<usize>>, BTreeMap<&ObjectRef, usize>) =
        Default::default();
    let mut about: BTreeMap<&ObjectRef, Vec<usize>> = BTreeMap::new();
    for (at, one) in statements.iter().enumerate() {
        about.entry(&one.about).or_default().push(at);
        for object in &one.makes {
            if one.part.drops() {
                dropping.insert(object, at);
            } else if one.part < Part::Others {
                making.entry(object).or_default().push(at);
            }
        }
    }
    let mut found = BTreeSet::new();
    for chain in about.values() {
        found.extend(chain.windows(2).map(|pair| (pair[0], pair[1])));
    }
    let none = BTreeSet::new();
    for (at, one) in statements.iter().enumerate() {
        for object in &one.makes {
            let needs = if one.part.drops() { here } else { there }.get(object).unwrap_or(&none);
            for needed in needs {
                if one.part.drops() {
                    found.extend(dropping.get(needed).filter(|other| **other != at).map(|other| (at, *other)));
                } else {
                    let makers = making.get(needed).into_iter().flatten().filter(|other| **other != at);
                    found.extend(makers.map(|other| (*other, at)));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> ObjectRef {
        let (kind, identity) = text.split_once(' ').unwrap();
        ObjectRef::new(kind, identity)
    }

    fn needs(pairs: &[(&str, &str)]) -> Needs {
        let mut needs = Needs::new();
        for (one, other) in pairs {
            needs.entry(key(one)).or_default().insert(key(other));
        }
        needs
    }

    fn ordered(statements: &[(Part, &str)], there: &[(&str, &str)], here: &[(&str, &str)]) -> Vec<String> {
        let made = statements.iter().map(|(part, about)| Statement::new(*part, &key(about), *about)).collect();
        order(made, &needs(there), &needs(here)).into_iter().map(|one| one.sql).collect()
    }

    #[test]
    fn parts_stand_in_their_order_where_nothing_is_needed() {
        let found =
            ordered(&[(Part::DropLast, "table a"), (Part::Views, "view b"), (Part::Schemas, "schema c")], &[], &[]);
        assert_eq!(found, ["schema c", "view b", "table a"]);
    }

    #[test]
    fn what_is_needed_comes_first_whatever_its_part() {
        let statements = [
            (Part::Functions, "function f"),
            (Part::Tables, "table t"),
            (Part::Views, "view v"),
            (Part::Views, "view a"),
        ];
        let there = [("function f", "view v"), ("view v", "table t"), ("view a", "view v")];
        assert_eq!(ordered(&statements, &there, &[]), ["table t", "view v", "function f", "view a"]);
    }

    #[test]
    fn what_is_taken_away_goes_before_what_it_needs() {
        let statements = [(Part::DropLast, "function f"), (Part::DropLast, "view v"), (Part::DropLast, "type t")];
        let here = [("view v", "function f"), ("function f", "type t")];
        assert_eq!(ordered(&statements, &[], &here), ["view v", "function f", "type t"]);
    }

    #[test]
    fn statements_about_one_object_keep_their_order() {
        let statements = [
            (Part::Comments, "view v"),
            (Part::Views, "view v"),
            (Part::DropFirst, "view v"),
            (Part::DropLast, "table t"),
        ];
        let found = order(
            statements.iter().map(|(part, about)| Statement::new(*part, &key(about), format!("{part:?}"))).collect(),
            &needs(&[("view v", "table x")]),
            &Needs::new(),
        );
        let parts: Vec<Part> = found.iter().map(|one| one.part).collect();
        assert_eq!(parts, [Part::DropFirst, Part::Views, Part::Comments, Part::DropLast]);
    }

    #[test]
    fn objects_that_need_each_other_are_all_written() {
        let there = [("table a", "function f"), ("function f", "table a")];
        assert_eq!(
            ordered(&[(Part::Tables, "table a"), (Part::Functions, "function f")], &there, &[]),
            ["function f", "table a"]
        );
    }
}
