//! Takes apart the qualified identities that inventories use.

use crate::model::RelationName;

/// The parts of an identity, unquoted: `public."Plan 9".id` is public, Plan 9, id. Ends at a function's arguments.
pub(super) fn parts(identity: &str) -> Vec<String> {
    let (mut parts, mut part, mut inside) = (Vec::new(), String::new(), false);
    let mut letters = identity.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, inside) {
            ('"', true) if letters.peek() == Some(&'"') => {
                letters.next();
                part.push('"');
            }
            ('"', _) => inside = !inside,
            ('.', false) => parts.push(std::mem::take(&mut part)),
            ('(', false) => break,
            _ => part.push(letter),
        }
    }
    parts.push(part);
    parts
}

/// The relation an identity begins with.
pub(super) fn relation(identity: &str) -> Option<RelationName> {
    let mut parts = parts(identity).into_iter();
    Some(RelationName::new(parts.next()?, parts.next()?))
}

/// The identity's last part and what stands before it, both as they were written.
pub(super) fn split_last(identity: &str) -> Option<(&str, &str)> {
    dots(identity).last().map(|at| (&identity[..at], &identity[at + 1..]))
}

/// The identity's first part as it was written: the schema's.
pub(super) fn first(identity: &str) -> &str {
    dots(identity).next().map_or(identity, |at| &identity[..at])
}

/// Where the dots between parts are.
fn dots(identity: &str) -> impl Iterator<Item = usize> {
    let (mut inside, mut ended) = (false, false);
    identity.char_indices().filter_map(move |(at, letter)| {
        inside ^= letter == '"';
        ended |= letter == '(' && !inside;
        (letter == '.' && !inside && !ended).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_names_come_apart() {
        assert_eq!(parts("public.t.c"), ["public", "t", "c"]);
        assert_eq!(parts("\"a.b\".\"say \"\"hi\"\".\".c"), ["a.b", "say \"hi\".", "c"]);
        assert_eq!(parts("public.f(a public.t)"), ["public", "f"]);
        assert_eq!(split_last("public.\"a.b\""), Some(("public", "\"a.b\"")));
        assert_eq!(first("\"My.Schema\".f(public.t)"), "\"My.Schema\"");
        assert_eq!(relation("public.\"T\".c"), Some(RelationName::new("public", "T")));
    }
}
