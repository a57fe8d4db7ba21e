//! Who may see and do what in one database, as a text that people review and keep beside the code.
//!
//! Of each object it keeps what decides on access: owners, row security, policies, grants, roles and their members, the rights
//! that views and functions use. Equal rules read the same on every version of the server; what only a later version
//! knows stands on a line of its own.

mod text;

use crate::catalog::{Catalog, Inventory, InventoryObject};

/// The kinds that decide on access, in the order of the text, each with its heading and the attributes that count; none
/// named means all.
const SECTIONS: [(&str, &str, &[&str]); 10] = [
    (
        "role",
        "Roles that the database names",
        &[
            "superuser",
            "bypasses row security",
            "may log in",
            "inherits",
            "creates roles",
            "creates databases",
            "replication",
            "valid until",
        ],
    ),
    ("membership", "Who is a member of which role", &["admin", "inherits", "may become it"]),
    ("schema", "Schemas", &["owner"]),
    ("table", "Tables", &["owner"]),
    ("row security", "Row security of tables", &["row security", "forced"]),
    ("policy", "Policies", &["command", "permissive", "roles", "using", "with check"]),
    ("view", "Views", &["kind", "owner", SECURITY_INVOKER, SECURITY_BARRIER]),
    ("function", "Functions", &["owner", "security", "settings"]),
    ("sequence", "Sequences", &["owner"]),
    ("grant", "Privileges, default privileges among them; a star is the right to grant on", &["privileges"]),
];

const SECURITY_INVOKER: &str = "security_invoker";
const SECURITY_BARRIER: &str = "security_barrier";
/// Tells roles that the database names; what it does not name is another database's business.
const NAMED_HERE: &str = "named here";

/// The access rules of one database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The server's major version.
    pub server: u32,
    /// The schemas looked at.
    pub schemas: Vec<String>,
    /// Whether these were all there are.
    pub every_schema: bool,
    /// The objects that decide on access, with the attributes that do.
    pub rules: Inventory,
}

impl Access {
    /// The rules of a database. `every_schema` says that the catalog was not limited to some.
    pub fn of(catalog: &Catalog, every_schema: bool) -> Self {
        Self {
            server: catalog.server.major(),
            schemas: catalog.schemas.clone(),
            every_schema,
            rules: Self::rules(&catalog.inventory),
        }
    }

    /// What of all objects decides on access. An object without attributes (a lock keeps them back) stays one.
    pub fn rules(inventory: &Inventory) -> Inventory {
        let mut rules = Inventory::new();
        for (object, facts) in inventory {
            let Some((_, _, names)) = SECTIONS.iter().find(|(kind, ..)| *kind == object.kind) else { continue };
            let named = facts.attributes.get(NAMED_HERE).and_then(Option::as_deref);
            if named == Some("false") {
                continue;
            }
            let counts = names.iter().copied().chain(named.map(|_| NAMED_HERE));
            let attributes = counts.filter_map(|name| Some((name.to_owned(), Some(value(facts, name)?))));
            let kept = InventoryObject { parent: facts.parent.clone(), attributes: attributes.collect() };
            rules.insert(object.clone(), kept);
        }
        rules
    }
}

/// An attribute's value, where it has one.
fn value(facts: &InventoryObject, name: &str) -> Option<String> {
    match name {
        SECURITY_INVOKER | SECURITY_BARRIER => {
            let options = facts.attributes.get("options").cloned().flatten()?;
            let set = options.split(", ").find_map(|option| option.strip_prefix(name)?.strip_prefix('='))?;
            // As the server reads a truth value.
            matches!(set.to_ascii_lowercase().as_str(), "t" | "tr" | "tru" | "true" | "y" | "ye" | "yes" | "on" | "1")
                .then(|| "true".to_owned())
        }
        _ => facts.attributes.get(name).cloned().flatten(),
    }
}
