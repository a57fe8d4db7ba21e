//! What a server misses when it refuses a statement, read from its SQLSTATE and message.

/// What is missing, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Missing {
    Role(String),
    Schema(String),
    Type(Vec<String>),
    Relation(Vec<String>),
    /// A function with the types of its arguments as the server prints them.
    Function(Vec<String>, String),
    Collation(Vec<String>),
    Publication(String),
    TextSearch(Vec<String>),
    /// A type takes no modifier.
    Modifier(Vec<String>),
    /// An expression has another type than is wanted here.
    Wanted(String),
    /// An extension that the server cannot have.
    Extension,
    /// Another version of an extension is there.
    Version,
    /// It is there already.
    Nothing,
    /// Nothing that could be stood in for.
    Other,
}

/// Reads what is missing; the message is in English and has no place in front.
pub(super) fn missing(sqlstate: &str, message: &str) -> Missing {
    let named = || quoted_name(message);
    let parts = || named().map(|name| name.split('.').map(str::to_owned).collect::<Vec<_>>());
    let begins = |word: &str| message.starts_with(word);
    let found = match sqlstate {
        "42710" | "42P06" | "42P07" | "42723" => Some(Missing::Nothing),
        "58P01" if message.contains("extension") => Some(Missing::Extension),
        "0A000" if message.contains("extension") && message.contains("not available") => Some(Missing::Extension),
        "22023" if message.contains("no installation script") => Some(Missing::Version),
        "42704" | "22023" | "0LP01" if begins("role ") => named().map(Missing::Role),
        "3F000" => named().map(Missing::Schema),
        "42704" if begins("type ") => parts().map(Missing::Type),
        "42704" if begins("collation ") => parts().map(Missing::Collation),
        "42704" if begins("publication ") => named().map(Missing::Publication),
        "42704" if begins("text search configuration ") => parts().map(Missing::TextSearch),
        "42P01" => parts().map(Missing::Relation),
        "42883" => function(message),
        "42601" if begins("type modifier is not allowed") => parts().map(Missing::Modifier),
        "42804" => wanted(message).map(Missing::Wanted),
        _ => None,
    };
    found.unwrap_or(Missing::Other)
}

/// The first name in double quotes.
fn quoted_name(message: &str) -> Option<String> {
    let (_, rest) = message.split_once('"')?;
    rest.split_once('"').map(|(name, _)| name.to_owned())
}

/// `function a.b(integer, text) does not exist`
fn function(message: &str) -> Option<Missing> {
    let rest = message.strip_prefix("function ")?;
    let (signature, _) = rest.split_once(" does not exist")?;
    let (name, arguments) = signature.strip_suffix(')')?.split_once('(')?;
    let name = name.split('.').map(|part| part.trim_matches('"').to_owned()).collect();
    Some(Missing::Function(name, arguments.to_owned()))
}

fn wanted(message: &str) -> Option<String> {
    if message.contains("must be type boolean") {
        return Some("boolean".to_owned());
    }
    let (_, rest) = message.split_once(" is of type ")?;
    rest.split_once(" but ").map(|(wanted, _)| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_what_is_missing() {
        let parts = |name: &str| name.split('.').map(str::to_owned).collect::<Vec<_>>();
        for (state, message, expected) in [
            ("42704", "role \"anon\" does not exist", Missing::Role("anon".into())),
            ("3F000", "schema \"auth\" does not exist", Missing::Schema("auth".into())),
            ("42704", "type \"public.geography\" does not exist", Missing::Type(parts("public.geography"))),
            ("42P01", "relation \"auth.users\" does not exist", Missing::Relation(parts("auth.users"))),
            (
                "42883",
                "function public.st_x(double precision, text) does not exist",
                Missing::Function(parts("public.st_x"), "double precision, text".into()),
            ),
            ("42883", "operator does not exist: public.geometry && text", Missing::Other),
            ("42601", "type modifier is not allowed for type \"geometry\"", Missing::Modifier(parts("geometry"))),
            (
                "42804",
                "column \"id\" is of type uuid but default expression is of type text",
                Missing::Wanted("uuid".into()),
            ),
            ("58P01", "could not open extension control file \"x.control\"", Missing::Extension),
            ("0A000", "extension \"postgis\" is not available", Missing::Extension),
            ("0A000", "ICU is not supported in this build", Missing::Other),
            ("42P07", "relation \"t\" already exists", Missing::Nothing),
        ] {
            assert_eq!(missing(state, message), expected, "{message}");
        }
    }
}
