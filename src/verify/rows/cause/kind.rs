//! What kind of value a column holds, as far as causes of differences depend on it.

use crate::catalog::Column;

/// The kinds whose values change in ways of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::verify::rows) enum Kind {
    Number,
    Time,
    Bool,
    Vector,
    Json,
    Text,
    /// No column: the partition a row stands in.
    Partition,
    /// Anything else, or another type on each side.
    Other,
}

impl Kind {
    /// The kind of a column that both sides have.
    pub(in crate::verify::rows) fn of(source: Option<&Column>, target: Option<&Column>) -> Self {
        match (source.map(Self::alone), target.map(Self::alone)) {
            (Some(one), Some(two)) if one == two => one,
            _ => Self::Other,
        }
    }

    fn alone(column: &Column) -> Self {
        match column.type_name.as_str() {
            "vector" | "halfvec" if !column.built_in => Self::Vector,
            "citext" => Self::Text,
            _ if !column.built_in || column.element.is_some() => Self::Other,
            "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" => Self::Number,
            "timestamp" | "timestamptz" | "date" => Self::Time,
            "bool" => Self::Bool,
            "json" | "jsonb" => Self::Json,
            "text" | "varchar" | "bpchar" => Self::Text,
            _ => Self::Other,
        }
    }
}
