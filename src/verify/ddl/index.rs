//! Indexes. One that stands behind a constraint comes and goes with it, and so does a partition's copy with its root's.

use super::address::name;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work, setting, storage_options};
use crate::model::{ObjectRef, quoted};
use crate::verify::{identity, parents};

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let source = work.source;
    let Some(facts) = source.facts(key) else { return };
    let behind = source.constraint_of(key).is_some();
    let original = parents::original(key, facts).filter(|it| source.has(it));
    let table_made = source
        .text(key, "on")
        .map(|table| ObjectRef::new("table", table))
        .is_some_and(|table| work.made.contains(&table) || work.joins(&table));
    let comes_along = original.as_ref().is_some_and(|it| !table_made && work.made.contains(it));
    if !behind && !comes_along {
        let Some(definition) = source.text(key, "create") else {
            return sheet.hand(key, "missing", "the source does not show its definition");
        };
        sheet.push(Statement::new(Part::Indexes, key, whole(key, definition)));
        if let (Some(_), Some(root), false) = (&original, source.text(key, "root"), table_made) {
            let sql = format!("alter index {root} attach partition {}", name(&key.identity));
            sheet.push(Statement::new(Part::Partitions, key, sql));
        }
    }
    let mut set = Vec::new();
    set.extend((source.attribute(key, "clustered") == Some("true")).then_some("clustered"));
    set.extend(source.attribute(key, "tablespace").map(|_| "tablespace"));
    set.extend(source.attribute(key, "statistics targets").map(|_| "statistics targets"));
    for attribute in set {
        if let Way::Done(statements) = alter(work, key, attribute) {
            statements.into_iter().for_each(|one| sheet.push(one));
        }
    }
}

/// A definition that covers the partitions too: the server prints that of a partitioned index for the root alone.
fn whole(key: &ObjectRef, definition: &str) -> String {
    let own = identity::parts(&key.identity).pop().unwrap_or_default();
    for unique in ["CREATE INDEX ", "CREATE UNIQUE INDEX "] {
        for own in [quoted(&own), own.clone()] {
            let head = format!("{unique}{own} ON ");
            if let Some(rest) = definition.strip_prefix(&head).and_then(|rest| rest.strip_prefix("ONLY ")) {
                return format!("{head}{rest}");
            }
        }
    }
    definition.to_owned()
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let (source, target, index) = (work.source, work.target, name(&key.identity));
    let Some(table) = source.text(key, "table") else { return Way::hand("the source's table is not known") };
    let own = identity::parts(&key.identity).pop().map(|own| quoted(&own)).unwrap_or_default();
    let wanted = source.attribute(key, attribute);
    match attribute {
        "definition" | "options" => {
            if target.constraint_of(key).is_none() {
                return Way::Again;
            }
            let clauses = storage_options("", &source.list(key, "options"), &target.list(key, "options"));
            if clauses.is_empty() {
                return Way::hand("it stands behind a constraint: drop the constraint and make it again");
            }
            Way::Done(clauses.iter().map(|clause| setting(key, format!("alter index {index} {clause}"))).collect())
        }
        "valid" | "ready" => {
            let divided = target
                .of_kind("index")
                .any(|one| target.facts(one).and_then(|facts| facts.parent.as_deref()) == Some(key.identity.as_str()));
            if divided || source.attribute(key, attribute) == Some("false") {
                return Way::hand(
                    "REINDEX it outside of a transaction, or attach the indexes of the partitions that lack one",
                );
            }
            let note = "reads the whole table; fails where the index is unique and rows are not";
            Way::one(Statement::new(Part::Indexes, key, format!("reindex index {index}")).note(note))
        }
        "replica identity" => match wanted {
            Some("true") => Way::one(setting(key, format!("alter table {table} replica identity using index {own}"))),
            _ => Way::Done(Vec::new()),
        },
        "clustered" => {
            let other = source.of_kind("index").any(|one| {
                source.text(one, "table") == Some(table) && source.attribute(one, "clustered") == Some("true")
            });
            match wanted {
                Some("true") => Way::one(setting(key, format!("alter table {table} cluster on {own}"))),
                _ if other => Way::Done(Vec::new()),
                _ => Way::one(setting(key, format!("alter table {table} set without cluster"))),
            }
        }
        "tablespace" => {
            let usual = target.attribute(&ObjectRef::new("database", "itself"), "tablespace").map(name);
            match source.text(key, "tablespace").map(str::to_owned).or(usual) {
                Some(space) => Way::one(setting(key, format!("alter index {index} set tablespace {space}"))),
                None => Way::hand("the target's own tablespace is not known"),
            }
        }
        "statistics targets" => {
            let pairs = |rows: Vec<Vec<Option<String>>>| -> Vec<(String, String)> {
                rows.into_iter().filter_map(|row| Some((row.first()?.clone()?, row.get(1)?.clone()?))).collect()
            };
            let (there, here) = (pairs(source.rows(key, "statistics")), pairs(target.rows(key, "statistics")));
            let gone = here
                .iter()
                .filter(|(place, _)| there.iter().all(|(other, _)| other != place))
                .map(|(place, _)| (place, "-1"));
            let all = there.iter().map(|(place, value)| (place, value.as_str())).chain(gone);
            let statements = all.map(|(place, value)| {
                setting(key, format!("alter index {index} alter column {place} set statistics {value}"))
            });
            Way::Done(statements.collect())
        }
        _ => Way::Again,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_of_a_root_is_made_with_those_of_its_partitions() {
        let made = |identity: &str, text: &str| whole(&ObjectRef::new("index", identity), text);
        assert_eq!(
            made("public.i", "CREATE INDEX i ON ONLY public.t USING btree (a)"),
            "CREATE INDEX i ON public.t USING btree (a)"
        );
        let odd = "CREATE UNIQUE INDEX \"i ON ONLY \" ON public.t USING btree (a)";
        assert_eq!(made("public.\"i ON ONLY \"", odd), odd);
    }
}
