//! From what was found different to statements: what is made, what is altered, what is taken away, and what has to be
//! taken away and made again since something under it changes.

use std::collections::BTreeSet;

use super::facts::Known;
use super::statement::Part;
use super::work::{Sheet, Way, Work};
use super::{column, grants, kinds};
use crate::catalog::InventoryObject;
use crate::model::ObjectRef;
use crate::verify::{identity, parents};

/// Extra objects of these kinds hold nothing and stand on others, so they go before those change.
const LIGHT: [&str; 8] =
    ["constraint", "index", "trigger", "rule", "policy", "statistics object", "event trigger", "publication"];

/// One difference: the object's key in the inventories, and the attribute, or `missing`, or `extra`.
pub(super) type Difference = (ObjectRef, String);

/// The statements for all differences. `left_out` says of an object of the source whether it takes no part.
pub(super) fn statements(
    source: &Known,
    target: &Known,
    differences: &[Difference],
    left_out: impl Fn(&ObjectRef, &InventoryObject) -> bool,
) -> Sheet {
    let mut changes = Changes::new(source, target);
    changes.sort(differences);
    changes.make_room();
    changes.expand(left_out);
    changes.write(differences)
}

struct Changes<'a> {
    source: &'a Known,
    target: &'a Known,
    /// Taken away and made again.
    again: BTreeSet<ObjectRef>,
    missing: BTreeSet<ObjectRef>,
    extra: BTreeSet<ObjectRef>,
    /// Columns of which the type changes.
    retyped: BTreeSet<ObjectRef>,
    /// Columns of which the default stands aside meanwhile.
    defaults: BTreeSet<ObjectRef>,
    /// Taken away before anything else changes.
    first: BTreeSet<ObjectRef>,
    by_hand: Vec<(ObjectRef, String, String)>,
    /// Everything that is made.
    made: BTreeSet<ObjectRef>,
}

impl<'a> Changes<'a> {
    fn new(source: &'a Known, target: &'a Known) -> Self {
        let none = BTreeSet::new;
        Self {
            source,
            target,
            again: none(),
            missing: none(),
            extra: none(),
            retyped: none(),
            defaults: none(),
            first: none(),
            by_hand: Vec::new(),
            made: none(),
        }
    }

    /// What each difference calls for.
    fn sort(&mut self, differences: &[Difference]) {
        let work = Work { source: self.source, target: self.target, made: BTreeSet::new(), owned: BTreeSet::new() };
        for (key, attribute) in differences {
            match attribute.as_str() {
                "missing" => drop(self.missing.insert(key.clone())),
                "extra" => drop(self.extra.insert(key.clone())),
                "type" | "collation" if key.kind == "column" => drop(self.retyped.insert(key.clone())),
                _ => {
                    if kinds::alter(&work, &mut Sheet::default(), key, attribute) == Way::Again {
                        self.again.insert(key.clone());
                    }
                }
            }
        }
    }

    /// What has to go before these changes can be made, and comes back after them.
    fn make_room(&mut self) {
        let light = |key: &&ObjectRef| {
            LIGHT.contains(&key.kind.as_str()) || self.stands_in_the_way(key) || self.keeps_partitions_out(key)
        };
        self.first = self.extra.iter().filter(light).cloned().collect();
        for key in self.again.clone() {
            match self.original_stays(&key).map_or_else(|| self.above(&key, false), Err) {
                Ok(found) => self.aside(found),
                Err(why) => {
                    self.again.remove(&key);
                    self.by_hand.push((key, "again".to_owned(), why));
                }
            }
        }
        for key in self.retyped.clone() {
            match self.above(&key, true) {
                Ok(found) => self.aside(found),
                Err(why) => {
                    self.retyped.remove(&key);
                    self.by_hand.push((key, "type".to_owned(), why));
                }
            }
        }
        for key in self.first.clone() {
            match self.original_stays(&key).map_or_else(|| self.above(&key, false), Err) {
                Ok(found) => self.aside(found),
                Err(why) => {
                    self.first.remove(&key);
                    self.extra.remove(&key);
                    self.by_hand.push((key, "extra".to_owned(), why));
                }
            }
        }
        self.first.extend(self.again.iter().cloned());
    }

    /// An extra column of a table that gets a new partition or child: that lacks it, and could not be attached.
    fn keeps_partitions_out(&self, key: &ObjectRef) -> bool {
        let Some((table, _)) = identity::split_last(&key.identity).filter(|_| key.kind == "column") else {
            return false;
        };
        let new = self.source.of_kind("table").filter(|one| !self.target.has(one));
        new.into_iter().any(|one| {
            let mut at = one.clone();
            while let Some(parent) = self.source.attribute(&at, "inherits").filter(|parent| *parent != at.identity) {
                if parent == table {
                    return true;
                }
                at = ObjectRef::new("table", parent);
            }
            false
        })
    }

    /// An extra relation or type has the name of one that is to be made.
    fn stands_in_the_way(&self, key: &ObjectRef) -> bool {
        let named = ["table", "view", "index", "sequence", "type"];
        let taken = |kind: &str| {
            let other = ObjectRef::new(kind, &key.identity);
            self.source.has(&other) && !self.target.has(&other)
        };
        // Functions that differ in the names of their arguments have different identities, and one signature.
        let signature = self.target.text(key, "signature").filter(|_| key.kind == "function");
        let same = |one: &ObjectRef| self.source.text(one, "signature") == signature;
        (named.contains(&key.kind.as_str()) && named.iter().any(|kind| taken(kind)))
            || (signature.is_some() && self.missing.iter().any(|one| one.kind == "function" && same(one)))
    }

    fn aside(&mut self, found: BTreeSet<ObjectRef>) {
        for key in found {
            match key.kind.as_str() {
                "default" => drop(self.defaults.insert(ObjectRef::new("column", key.identity))),
                _ if self.extra.contains(&key) => drop(self.first.insert(key)),
                _ => drop(self.again.insert(key)),
            }
        }
    }

    /// A copy of a root's object, which cannot go alone.
    fn original_stays(&self, key: &ObjectRef) -> Option<String> {
        let original = parents::original(key, self.target.facts(key)?).filter(|it| self.target.has(it))?;
        if self.of_extra_table(key) {
            return None;
        }
        let goes = self.again.contains(&original) || self.extra.contains(&original);
        (!goes).then(|| format!("it comes from {original}: change that, or detach the partition"))
    }

    /// Whether an index stands on a table that goes.
    fn of_extra_table(&self, key: &ObjectRef) -> bool {
        let table = self.target.text(key, "on").map(|table| ObjectRef::new("table", table));
        table.is_some_and(|table| self.extra.contains(&table))
    }

    /// Everything on the target that needs an object, directly or not. With `retyped` only what the server does not adapt
    /// of itself when the type of a column changes.
    fn above(&self, key: &ObjectRef, retyped: bool) -> Result<BTreeSet<ObjectRef>, String> {
        let (mut found, mut open) = (BTreeSet::new(), vec![(key.clone(), retyped)]);
        while let Some((at, retyped)) = open.pop() {
            for held in self.with_what_it_holds(&at) {
                for one in self.target.dependents(&held) {
                    if one == key || found.contains(one) || self.goes_along(one, &at) || (retyped && self.adapts(one)) {
                        continue;
                    }
                    self.may_go(one)?;
                    found.insert(one.clone());
                    if one.kind != "default" {
                        open.push((one.clone(), false));
                    }
                }
            }
        }
        Ok(found)
    }

    /// An object, and the index behind it where it is a constraint.
    fn with_what_it_holds(&self, key: &ObjectRef) -> Vec<ObjectRef> {
        let mut all = vec![key.clone()];
        if let ("constraint", Some((table, own))) = (key.kind.as_str(), identity::split_last(&key.identity)) {
            let index = ObjectRef::new("index", format!("{}.{own}", identity::first(table)));
            let behind = self.target.constraint_of(&index);
            all.extend(behind.filter(|it| it == key).map(|_| index));
        }
        all
    }

    /// Whether an object goes when another goes, without a statement of its own.
    fn goes_along(&self, one: &ObjectRef, with: &ObjectRef) -> bool {
        let Some(facts) = self.target.facts(one) else { return false };
        let part = one.kind != "view" && parents::parents(one, facts).iter().any(|group| group.contains(with));
        let behind = || self.target.constraint_of(one).as_ref() == Some(with);
        with.kind != "column" && (part || (one.kind == "index" && behind()))
    }

    /// What the server rebuilds itself when a column's type changes.
    fn adapts(&self, one: &ObjectRef) -> bool {
        match one.kind.as_str() {
            "constraint" => matches!(self.target.text(one, "kind"), Some("p" | "u")),
            "index" => self.target.constraint_of(one).is_some(),
            // The statements of the type's change deal with the default.
            "default" | "sequence" | "statistics object" => true,
            _ => false,
        }
    }

    /// Whether something can be taken away and made again without a row being lost.
    fn may_go(&self, one: &ObjectRef) -> Result<(), String> {
        let heavy = match one.kind.as_str() {
            "table" | "column" | "generated" | "sequence" | "schema" | "extension" | "foreign server" | "language" => {
                true
            }
            "type" => self.source.text(one, "create").is_none(),
            _ => false,
        };
        if heavy {
            let word = if one.kind == "generated" { "the generated column" } else { &one.kind };
            return Err(format!(
                "{word} {} needs it: mend this first, in a way that keeps its rows, then verify again",
                one.identity
            ));
        }
        if one.kind != "default" && !self.source.has(one) && !self.extra.contains(one) {
            return Err(format!("{one} needs it, which is left out of the comparison or accepted: drop that first"));
        }
        Ok(())
    }

    /// With an object everything that hangs on it is made, and of a schema that goes everything in it goes.
    fn expand(&mut self, left_out: impl Fn(&ObjectRef, &InventoryObject) -> bool) {
        self.made = self.missing.iter().chain(&self.again).filter(|key| self.source.has(key)).cloned().collect();
        let hangs = |key: &ObjectRef, facts: &InventoryObject, on: &BTreeSet<ObjectRef>| {
            parents::parents(key, facts).iter().flatten().any(|one| on.contains(one))
        };
        loop {
            let more = self.source.inventory.iter().filter(|(key, facts)| {
                let unnamed = key.kind == "membership"
                    && facts.attributes.get("named here").and_then(Option::as_deref) != Some("true");
                !self.made.contains(*key) && !unnamed && hangs(key, facts, &self.made) && !left_out(key, facts)
            });
            let more: Vec<ObjectRef> = more.map(|(key, _)| key.clone()).collect();
            if more.is_empty() {
                break;
            }
            self.made.extend(more);
        }
        let schemas: BTreeSet<ObjectRef> = self.extra.iter().filter(|key| key.kind == "schema").cloned().collect();
        let inside =
            self.target.inventory.iter().filter(|(key, facts)| key.kind != "grant" && hangs(key, facts, &schemas));
        self.extra.extend(inside.map(|(key, _)| key.clone()).collect::<Vec<_>>());
    }

    fn write(mut self, differences: &[Difference]) -> Sheet {
        let owned = differences.iter().filter(|(_, attribute)| attribute == "owner").map(|(key, _)| key.clone());
        let (made, owned) = (std::mem::take(&mut self.made), owned.collect());
        let work = Work { source: self.source, target: self.target, made, owned };
        let mut sheet = Sheet { statements: Vec::new(), by_hand: std::mem::take(&mut self.by_hand) };
        let blocked: BTreeSet<ObjectRef> = sheet.by_hand.iter().map(|(key, ..)| key.clone()).collect();
        let (grants, others): (Vec<_>, Vec<_>) = work.made.iter().partition(|key| key.kind == "grant");
        for key in others {
            kinds::create(&work, &mut sheet, key);
        }
        // Nothing can be granted on what is left for a person to make.
        let unmade: BTreeSet<ObjectRef> = sheet
            .by_hand
            .iter()
            .filter(|(_, attribute, _)| attribute == "missing")
            .map(|(key, ..)| key.clone())
            .collect();
        for key in grants {
            if grants::thing(work.source, key).is_none_or(|thing| !unmade.contains(&thing)) {
                kinds::create(&work, &mut sheet, key);
            }
        }
        for (key, attribute) in differences {
            let gone = work.made.contains(key) || matches!(attribute.as_str(), "missing" | "extra");
            // What is made with its object needs no statement of its own.
            if gone || (blocked.contains(key) && matches!(attribute.as_str(), "type" | "collation")) {
                continue;
            }
            match kinds::alter(&work, &mut sheet, key, attribute) {
                Way::Done(statements) => statements.into_iter().for_each(|one| sheet.push(one)),
                Way::Hand(why) => sheet.hand(key, attribute, why),
                // It cannot be made again: the reason is told already.
                Way::Again => {}
            }
        }
        for key in &self.defaults {
            if !self.extra.contains(key) {
                sheet.push(column::drop_default(key));
                if self.source.attribute(key, "default").is_some() {
                    sheet.push(column::set_default(self.source, key));
                }
            }
        }
        self.take_away(&work, &mut sheet);
        self.column_order(&work, &mut sheet, differences);
        sheet
    }

    /// A new column stands last. Where it does not on the source, the order of the columns becomes a difference.
    fn column_order(&self, work: &Work<'_>, sheet: &mut Sheet, differences: &[Difference]) {
        let columns = |side: &Known, table: &str| -> Vec<ObjectRef> {
            let mut all: Vec<&ObjectRef> =
                side.of_kind("column").filter(|one| side.text(one, "table") == Some(table)).collect();
            all.sort_by_key(|one| side.number(one, "place"));
            all.into_iter().cloned().collect()
        };
        let added = self
            .missing
            .iter()
            .filter(|key| key.kind == "column")
            .filter_map(|key| identity::split_last(&key.identity));
        let tables: BTreeSet<&str> = added.map(|(table, _)| table).collect();
        for table in tables {
            let key = ObjectRef::new("table", table);
            let told = differences.iter().any(|(one, attribute)| *one == key && attribute == "column order");
            if told || work.made.contains(&key) || !self.target.has(&key) {
                continue;
            }
            let wanted = columns(self.source, table);
            let mut got: Vec<ObjectRef> =
                columns(self.target, table).into_iter().filter(|one| wanted.contains(one)).collect();
            got.extend(wanted.iter().filter(|one| !self.target.has(one)).cloned());
            if got != wanted {
                let why = "new columns stand last and on the source they do not, so the order will differ: accept it (a waiver), or make the \
                           table anew with the columns in the source's order, copy the rows, and rename it";
                sheet.hand(&key, "column order", why);
            }
        }
    }

    fn take_away(&self, work: &Work<'_>, sheet: &mut Sheet) {
        let all: BTreeSet<&ObjectRef> = self.extra.iter().chain(&self.first).collect();
        for key in &all {
            let Some(facts) = self.target.facts(key) else { continue };
            let above: Vec<ObjectRef> = parents::parents(key, facts).into_iter().flatten().collect();
            let with_other = above.iter().any(|one| one.kind != "schema" && all.contains(one));
            let behind = (key.kind == "index").then(|| self.target.constraint_of(key)).flatten();
            let of_column = key.kind == "sequence" && self.target.flag(key, "of identity");
            if with_other || self.of_extra_table(key) || behind.is_some() || of_column {
                continue;
            }
            let part = if self.first.contains(*key) { Part::DropFirst } else { Part::DropLast };
            kinds::drop(work, sheet, key, part);
        }
    }
}
