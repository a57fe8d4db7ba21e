//! What stands aside: indexes and constraints of long tables, where the role may bring them back as they were. Pure.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::journal::{Kind, SetAside};
use crate::model::{RelationName, literal, quoted};

/// An index of a planned table.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Index {
    pub(super) oid: i64,
    pub(super) schema: String,
    pub(super) relation: String,
    pub(super) name: String,
    pub(super) vector: bool,
    /// Whether it is on expressions.
    pub(super) expressions: bool,
    pub(super) definition: String,
    pub(super) comment: Option<String>,
    pub(super) key: Option<Key>,
    pub(super) movable: bool,
}

/// The constraint an index backs.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) primary: bool,
    pub(super) deferrable: bool,
    pub(super) deferred: bool,
    pub(super) comment: Option<String>,
}

/// A foreign key from or to a planned table.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Foreign {
    /// The index on the parent it relies on.
    pub(super) index: i64,
    pub(super) schema: String,
    pub(super) relation: String,
    pub(super) parent_schema: String,
    pub(super) parent_relation: String,
    pub(super) name: String,
    pub(super) definition: String,
    pub(super) comment: Option<String>,
    pub(super) validated: bool,
    pub(super) movable: bool,
}

impl Foreign {
    pub(super) fn child(&self) -> RelationName {
        RelationName::new(&self.schema, &self.relation)
    }

    pub(super) fn parent(&self) -> RelationName {
        RelationName::new(&self.parent_schema, &self.parent_relation)
    }

    /// It is to come back proven, although it has not been yet.
    pub(super) fn is_to_be_proven(&mut self) {
        self.validated = true;
        if let Some(definition) = self.definition.strip_suffix(" NOT VALID") {
            self.definition = definition.to_owned();
        }
    }
}

/// Something chosen, and the statement that removes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) aside: SetAside,
    pub(super) table: RelationName,
    /// The other table of a foreign key.
    pub(super) parent: Option<RelationName>,
    /// Whether it is an index on expressions.
    pub(super) expressions: bool,
    pub(super) remove: String,
}

/// What was chosen, and what stays although its table is long.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// In the order in which they can be removed.
    pub(super) chosen: Vec<Chosen>,
    /// Names of indexes of long tables that stay live.
    pub(super) live: Vec<(RelationName, String)>,
}

/// Chooses. `long` are the planned tables for which it pays, `planned` all of them; where foreign keys fire, those of long
/// tables and of `cycles` stand aside too.
pub(super) fn choose(
    indexes: &[Index],
    foreign: &[Foreign],
    long: &BTreeSet<RelationName>,
    planned: &BTreeSet<RelationName>,
    fires: bool,
    in_cycle: impl Fn(&RelationName, &RelationName) -> bool,
) -> Choice {
    let mut choice = Choice::default();
    let free = |key: &Foreign| key.movable && planned.contains(&key.child());
    let mut keys: BTreeSet<usize> = BTreeSet::new();
    let (mut second, mut first) = (Vec::new(), Vec::new());
    for index in indexes {
        let table = RelationName::new(&index.schema, &index.relation);
        let pays = long.contains(&table) || index.vector && planned.contains(&table);
        if !pays {
            continue;
        }
        let referring: Vec<usize> =
            foreign.iter().enumerate().filter(|(_, key)| key.index == index.oid).map(|(at, _)| at).collect();
        if !index.movable || !referring.iter().all(|&at| free(&foreign[at])) {
            choice.live.push((table, index.name.clone()));
            continue;
        }
        keys.extend(referring);
        match &index.key {
            Some(key) => second.push(of_key(table, index, key)),
            None => first.push(of_index(table, index)),
        }
    }
    if fires {
        let more = foreign
            .iter()
            .enumerate()
            .filter(|(_, key)| free(key) && (long.contains(&key.child()) || in_cycle(&key.child(), &key.parent())));
        keys.extend(more.map(|(at, _)| at));
    }
    choice
        .chosen
        .extend(keys.into_iter().map(|at| of_foreign(foreign[at].child(), foreign[at].parent(), &foreign[at])));
    choice.chosen.extend(second);
    choice.chosen.extend(first);
    choice
}

fn aside(kind: Kind, table: &RelationName, name: &str, rebuild: Vec<String>, completion: Option<String>) -> SetAside {
    SetAside { number: 0, kind, relation: table.to_string(), name: name.to_owned(), rebuild, completion }
}

fn of_index(table: RelationName, index: &Index) -> Chosen {
    let sql = RelationName::new(&index.schema, &index.name).sql();
    let mut rebuild = vec![index.definition.clone()];
    rebuild.extend(index.comment.as_ref().map(|text| format!("comment on index {sql} is {}", literal(text))));
    let aside = aside(Kind::Index, &table, &index.name, rebuild, None);
    Chosen { aside, table, parent: None, expressions: index.expressions, remove: format!("drop index {sql}") }
}

/// The index is built first, on whatever memory and workers there are, and then the constraint takes it over: in another
/// transaction, since the two take locks of which the second would wait for others who build on the table, and they for it.
fn of_key(table: RelationName, index: &Index, key: &Key) -> Chosen {
    let (sql, name) = (RelationName::new(&index.schema, &index.name).sql(), quoted(&key.name));
    let kind = if key.primary { "primary key" } else { "unique" };
    let when = match (key.deferrable, key.deferred) {
        (true, true) => " deferrable initially deferred",
        (true, false) => " deferrable",
        _ => "",
    };
    let mut take_over = vec![format!(
        "alter table only {} add constraint {name} {kind} using index {}{when}",
        table.sql(),
        quoted(&index.name)
    )];
    take_over.extend(index.comment.as_ref().map(|text| format!("comment on index {sql} is {}", literal(text))));
    take_over.extend(
        key.comment
            .as_ref()
            .map(|text| format!("comment on constraint {name} on {} is {}", table.sql(), literal(text))),
    );
    let remove = format!("alter table only {} drop constraint {name}", table.sql());
    let rebuild = vec![index.definition.clone()];
    Chosen {
        aside: aside(Kind::Key, &table, &key.name, rebuild, Some(take_over.join("; "))),
        table,
        parent: None,
        expressions: false,
        remove,
    }
}

fn of_foreign(table: RelationName, parent: RelationName, key: &Foreign) -> Chosen {
    let (name, sql) = (quoted(&key.name), table.sql());
    // Made first and proven after: to prove it takes a weaker lock.
    let suffix = if key.validated { " not valid" } else { "" };
    let mut rebuild = vec![format!("alter table only {sql} add constraint {name} {}{suffix}", key.definition)];
    rebuild
        .extend(key.comment.as_ref().map(|text| format!("comment on constraint {name} on {sql} is {}", literal(text))));
    let validate = key.validated.then(|| format!("alter table only {sql} validate constraint {name}"));
    let remove = format!("alter table only {sql} drop constraint {name}");
    let aside = aside(Kind::ForeignKey, &table, &key.name, rebuild, validate);
    Chosen { aside, table, parent: Some(parent), expressions: false, remove }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(oid: i64, table: &str, name: &str, key: bool, movable: bool) -> Index {
        let key =
            key.then(|| Key { name: name.into(), primary: true, deferrable: false, deferred: false, comment: None });
        let definition = format!("CREATE INDEX {name} ON public.{table}");
        let (schema, relation, name) = ("public".into(), table.into(), name.into());
        let (vector, expressions) = (false, false);
        Index { oid, schema, relation, name, vector, expressions, definition, comment: None, key, movable }
    }

    fn foreign(index: i64, child: &str, parent: &str, movable: bool) -> Foreign {
        Foreign {
            index,
            schema: "public".into(),
            relation: child.into(),
            parent_schema: "public".into(),
            parent_relation: parent.into(),
            name: format!("{child}_{parent}"),
            definition: "FOREIGN KEY (x) REFERENCES y".into(),
            comment: None,
            validated: true,
            movable,
        }
    }

    fn names(list: &[&str]) -> BTreeSet<RelationName> {
        list.iter().map(|name| RelationName::new("public", *name)).collect()
    }

    fn removed(choice: &Choice) -> Vec<&str> {
        choice.chosen.iter().map(|chosen| chosen.aside.name.as_str()).collect()
    }

    #[test]
    fn a_key_goes_with_what_refers_to_it_and_not_without() {
        let indexes = [index(1, "a", "a_pkey", true, true), index(2, "a", "a_x", false, true)];
        let (long, planned) = (names(&["a"]), names(&["a", "b"]));
        let choice = choose(&indexes, &[foreign(1, "b", "a", true)], &long, &planned, false, |_, _| false);
        assert_eq!(removed(&choice), ["b_a", "a_pkey", "a_x"]);
        // A table outside the plan refers to it; or the role may not make the foreign key again.
        for key in [foreign(1, "outside", "a", true), foreign(1, "b", "a", false)] {
            let choice = choose(&indexes, &[key], &long, &planned, false, |_, _| false);
            assert_eq!(removed(&choice), ["a_x"]);
            assert_eq!(choice.live[0].1, "a_pkey");
        }
    }

    #[test]
    fn short_tables_keep_theirs() {
        let indexes = [index(1, "a", "a_pkey", true, true)];
        let choice = choose(&indexes, &[], &names(&[]), &names(&["a"]), true, |_, _| false);
        assert!(choice.chosen.is_empty() && choice.live.is_empty());
    }

    #[test]
    fn foreign_keys_that_fire_stand_aside_where_they_are_in_the_way() {
        let keys = [foreign(1, "a", "b", true), foreign(2, "c", "d", true)];
        let planned = names(&["a", "b", "c", "d"]);
        let cycle = |child: &RelationName, _: &RelationName| child.name == "c";
        let choice = choose(&[], &keys, &names(&["a"]), &planned, true, cycle);
        assert_eq!(removed(&choice), ["a_b", "c_d"]);
        assert!(choose(&[], &keys, &names(&["a"]), &planned, false, cycle).chosen.is_empty());
    }

    #[test]
    fn a_foreign_key_is_made_first_and_proven_after() {
        let chosen =
            of_foreign(RelationName::new("public", "b"), RelationName::new("public", "a"), &foreign(1, "b", "a", true));
        assert_eq!(
            chosen.aside.rebuild,
            [r#"alter table only "public"."b" add constraint "b_a" FOREIGN KEY (x) REFERENCES y not valid"#]
        );
        assert_eq!(
            chosen.aside.completion.as_deref(),
            Some(r#"alter table only "public"."b" validate constraint "b_a""#)
        );
    }
}
