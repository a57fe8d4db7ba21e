//! The digest of a schema: the same as long as no object of it is made, changed or dropped, whatever happens to the rows.
//!
//! Never true in here: a digest of a part, given as if it were of the whole.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::{Catalog, Inventory, InventoryObject};
use crate::model::ObjectRef;

/// The attribute that tells whether the database has anything to do with a role.
const NAMED_HERE: &str = "named here";

impl Catalog {
    /// SHA-256 over every object of every modelled kind with its attributes, in hexadecimal. `None` where the inventory was not
    /// loaded whole, or a lock kept back a part of it.
    ///
    /// It is made for comparison with an earlier digest of the same database: other versions of the server, or of this tool, may
    /// print the same objects otherwise.
    pub fn schema_digest(&self) -> Option<String> {
        (self.whole && self.unread.is_empty()).then(|| digest(&self.inventory))
    }
}

fn digest(inventory: &Inventory) -> String {
    let mut hash = Sha256::new();
    for (key, object) in inventory.iter().filter(|(key, object)| belongs(inventory, key, object)) {
        text(&mut hash, &key.kind);
        text(&mut hash, &key.identity);
        text(&mut hash, object.parent.as_deref().unwrap_or_default());
        let attributes = object.attributes.iter().filter(|(name, _)| lasting(&key.kind, name));
        for (name, value) in attributes.filter_map(|(name, value)| Some((name, value.as_deref()?))) {
            hash.update([1]);
            text(&mut hash, name);
            text(&mut hash, settled(&key.kind, name, value));
        }
        hash.update([0]);
    }
    let mut hex = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// A text with its length, so that none can run over into the next.
fn text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text.as_bytes());
}

/// Whether an object is the schema's: large objects are data, and a role that the database does not name is another's business.
fn belongs(inventory: &Inventory, key: &ObjectRef, object: &InventoryObject) -> bool {
    let named =
        |object: &InventoryObject| object.attributes.get(NAMED_HERE).is_some_and(|it| it.as_deref() == Some("true"));
    match key.kind.as_str() {
        "large objects" => false,
        "role" | "membership" => named(object),
        // What is set for a role wherever it connects goes with the role.
        "database" => {
            match key.identity.strip_prefix("settings for ").and_then(|it| it.strip_suffix(" in every database")) {
                None | Some("everybody") => true,
                Some(role) => inventory.get(&ObjectRef::new("role", role)).is_none_or(named),
            }
        }
        _ => true,
    }
}

/// Whether an attribute changes by DDL alone. A REFRESH populates a materialized view.
fn lasting(kind: &str, attribute: &str) -> bool {
    attribute != NAMED_HERE && (kind, attribute) != ("view", "populated")
}

/// A value without what the server changes by itself: two-phase commit of a subscription is on from the first copy's end.
fn settled<'a>(kind: &str, attribute: &str, value: &'a str) -> &'a str {
    match (kind, attribute, value) {
        ("subscription", "two phase", "p") => "e",
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(attributes: &[(&str, Option<&str>)]) -> InventoryObject {
        let one = |(name, value): &(&str, Option<&str>)| ((*name).to_owned(), value.map(str::to_owned));
        InventoryObject { parent: None, attributes: attributes.iter().map(one).collect() }
    }

    fn of(kind: &str, identity: &str, attributes: &[(&str, Option<&str>)]) -> String {
        digest(&Inventory::from([(ObjectRef::new(kind, identity), object(attributes))]))
    }

    #[test]
    fn texts_do_not_run_over_into_each_other() {
        let plain = of("table", "public.t", &[("a", Some("bc"))]);
        assert_eq!(plain.len(), 64);
        assert_ne!(plain, of("table", "public.t", &[("ab", Some("c"))]));
        assert_ne!(plain, of("table", "public.t", &[("a", Some("b")), ("c", Some(""))]));
        assert_ne!(of("t", "a", &[("x", None)]), of("t", "a", &[("x", Some(""))]));
        assert_eq!(of("t", "a", &[("x", None)]), of("t", "a", &[]));
    }

    #[test]
    fn what_the_server_does_by_itself_is_left_out() {
        let view = |populated: &str| {
            of("view", "public.v", &[("definition", Some("select 1")), ("populated", Some(populated))])
        };
        assert_eq!(view("true"), view("false"));
        let phase = |state: &str| of("subscription", "s", &[("two phase", Some(state))]);
        assert_eq!(phase("p"), phase("e"));
        assert_ne!(phase("e"), of("subscription", "s", &[]));
        let nothing = digest(&Inventory::new());
        assert_eq!(of("role", "r", &[(NAMED_HERE, Some("false"))]), nothing);
        assert_eq!(of("large objects", "of the database", &[("number", Some("3"))]), nothing);
        assert_ne!(of("role", "r", &[(NAMED_HERE, Some("true"))]), nothing);
    }

    #[test]
    fn settings_of_a_role_go_with_the_role() {
        let with = |named: &str| {
            let setting = ObjectRef::new("database", "settings for r in every database");
            let role = (ObjectRef::new("role", "r"), object(&[(NAMED_HERE, Some(named))]));
            digest(&Inventory::from([role, (setting, object(&[("definition", Some("work_mem=1GB"))]))]))
        };
        assert_eq!(with("false"), digest(&Inventory::new()));
        assert_ne!(with("true"), of("role", "r", &[(NAMED_HERE, Some("true"))]));
    }
}
