//! A statement, where it stands in the file, and what its place depends on.

use crate::model::ObjectRef;

/// The parts of the file in their order. Within it, what needs something stands behind it, whatever its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Labels,
    DropFirst,
    Roles,
    Memberships,
    Schemas,
    Extensions,
    Types,
    Functions,
    Sequences,
    Tables,
    Columns,
    Defaults,
    Views,
    Constraints,
    ForeignKeys,
    Indexes,
    Partitions,
    Triggers,
    Policies,
    Others,
    Publications,
    Owners,
    Cleared,
    Grants,
    Comments,
    DropLast,
}

impl Part {
    /// The heading above the part.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Labels => "labels of enums",
            Self::DropFirst => "taken away: what is made again below, or stands in the way",
            Self::Roles => "roles",
            Self::Memberships => "members of roles",
            Self::Schemas => "schemas",
            Self::Extensions => "extensions, languages, access methods",
            Self::Types => "types, collations, foreign servers",
            Self::Functions => "functions and what is made of them",
            Self::Sequences => "sequences",
            Self::Tables => "tables",
            Self::Columns => "columns",
            Self::Defaults => "defaults",
            Self::Views => "views",
            Self::Constraints => "constraints",
            Self::ForeignKeys => "foreign keys",
            Self::Indexes => "indexes and statistics",
            Self::Partitions => "partitions",
            Self::Triggers => "triggers and rules",
            Self::Policies => "row security and policies",
            Self::Others => "settings",
            Self::Owners => "owners",
            Self::Cleared => "privileges that new objects come with",
            Self::Grants => "privileges",
            Self::Comments => "comments",
            Self::Publications => "publications and event triggers",
            Self::DropLast => "what only the target has",
        }
    }

    /// Whether statements here take objects away.
    pub(super) fn drops(self) -> bool {
        matches!(self, Self::DropFirst | Self::DropLast)
    }
}

/// One statement for the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) part: Part,
    /// What it is about: what that needs comes first.
    pub(super) about: ObjectRef,
    /// What there is, or is no more, once it has run.
    pub(super) makes: Vec<ObjectRef>,
    /// The statement without its semicolon.
    pub(super) sql: String,
    /// What the reader has to know, without the comment's dashes.
    pub(super) note: Option<String>,
}

impl Statement {
    pub(super) fn new(part: Part, about: &ObjectRef, sql: impl Into<String>) -> Self {
        Self { part, about: about.clone(), makes: vec![about.clone()], sql: sql.into(), note: None }
    }

    /// Says something above it.
    #[must_use]
    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Nothing that needs the object has to wait for it.
    #[must_use]
    pub(super) fn aside(mut self) -> Self {
        self.makes.clear();
        self
    }

    /// Names what comes along with it.
    #[must_use]
    pub(super) fn with(mut self, others: impl IntoIterator<Item = ObjectRef>) -> Self {
        self.makes.extend(others);
        self
    }
}
