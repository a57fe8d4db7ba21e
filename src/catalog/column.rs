//! Columns, with their types resolved down to the base type.

use serde::Deserialize;

/// Types that come with the server and whose binary image is an OID: another object in another database.
const OID_ALIASES: [&str; 11] = [
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
];

/// Whether a type's binary image is the OID of an object, which its text form names instead.
pub fn is_oid_alias(type_name: &str) -> bool {
    OID_ALIASES.contains(&type_name)
}

/// One column of a relation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its number in the relation, from 1, with gaps where columns were dropped.
    pub position: i32,
    /// The type as declared, with modifiers: `numeric(10,2)`, `public.email`.
    pub declared_type: String,
    /// The same of the type that a domain is over.
    pub base_type: String,
    /// Characters that a `char(n)` or `varchar(n)` holds, or a domain over one.
    #[serde(default)]
    pub characters: Option<usize>,
    /// Whether it is declared NOT NULL.
    pub not_null: bool,
    /// Whether its type is a domain that is NOT NULL, which proves nothing of the rows: COPY leaves out a column without asking it.
    pub domain_not_null: bool,
    /// Whether a row that does not name it gets a value: its own default or its domain's.
    pub has_default: bool,
    /// `s` stored or `v` virtual for generated columns.
    pub generated: Option<String>,
    /// `a` always or `d` by default for identity columns.
    pub identity: Option<String>,
    /// Whether the connected role may read it.
    pub can_select: bool,
    /// The schema of the base type (a domain's innermost type).
    pub type_schema: String,
    /// The name of the base type.
    pub type_name: String,
    /// `pg_type.typtype` of the base type: `b` base, `e` enum, `c` composite, `r` range, `m` multirange, `p` pseudo.
    pub type_class: String,
    /// Whether the base type comes with the server, so that its OID is the same everywhere.
    pub built_in: bool,
    /// The element type, for arrays.
    pub element: Option<ElementType>,
    /// The function that makes the binary image.
    pub send: Option<QualifiedFunction>,
    /// Whether the type can travel in binary.
    pub binary: bool,
}

/// The element type of an array.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ElementType {
    /// `pg_type.typtype` of the element.
    pub class: String,
    /// Whether it comes with the server.
    pub built_in: bool,
    /// Its name.
    pub name: String,
}

/// A function by schema and name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct QualifiedFunction {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
}

impl Column {
    /// The base type's name; of an array that of its elements.
    pub fn plain_type(&self) -> &str {
        self.element.as_ref().map_or(&self.type_name, |element| &element.name)
    }

    /// Whether its values are computed by the server and so cannot be copied in.
    pub fn is_generated(&self) -> bool {
        self.generated.is_some()
    }
}
