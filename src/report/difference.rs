//! What changed between two long texts: words, with a little of what stands around them.
//!
//! Never true in here: work without a bound, however long the texts are; a difference between unequal texts that shows none.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::value;

/// Characters kept on either side of a change.
const CONTEXT: usize = 24;
/// Characters shown of one removed or added piece.
const PIECE: usize = 80;
/// Changes shown.
const CHANGES: usize = 6;
/// Characters compared after the common beginning; what lies beyond is cut.
const COMPARED: usize = 4_000;

/// A piece of a difference, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// The same on both sides.
    Same(String),
    /// Only on the source.
    Removed(String),
    /// Only on the target.
    Added(String),
}

/// The difference of two texts as pieces with every invisible character written out.
pub(super) fn pieces(source: &str, target: &str) -> Vec<Piece> {
    let (prefix, suffix) = common_ends(source, target);
    let head = &source[..prefix];
    let tail = &source[source.len() - suffix..];
    let (old, old_cut) = bounded(&source[prefix..source.len() - suffix]);
    let (new, new_cut) = bounded(&target[prefix..target.len() - suffix]);
    let (old, new) = (tokens(old), tokens(new));

    let mut out = Vec::new();
    if !head.is_empty() {
        out.push(Piece::Same(ending(head)));
    }
    let mut changes = 0;
    let operations = capture_diff_slices(Algorithm::Myers, &old, &new);
    for (index, operation) in operations.iter().enumerate() {
        if let DiffOp::Equal { old_index, len, .. } = *operation {
            let text = old[old_index..old_index + len].concat();
            let last = index + 1 == operations.len();
            out.push(Piece::Same(if last && tail.is_empty() { beginning(&text) } else { middle(&text) }));
            continue;
        }
        if changes == CHANGES {
            out.push(Piece::Same("… and more changes".to_owned()));
            return out;
        }
        changes += 1;
        let (removed, added) = (old[operation.old_range()].concat(), new[operation.new_range()].concat());
        if !removed.is_empty() {
            out.push(Piece::Removed(changed(&removed)));
        }
        if !added.is_empty() {
            out.push(Piece::Added(changed(&added)));
        }
    }
    if old_cut || new_cut {
        out.push(Piece::Same("…".to_owned()));
    } else if !tail.is_empty() {
        out.push(Piece::Same(beginning(tail)));
    }
    out
}

/// Bytes both texts begin and end with, up to where a word stands whole.
fn common_ends(source: &str, target: &str) -> (usize, usize) {
    let same = |(a, b): &(char, char)| a == b;
    let prefix: usize = source.chars().zip(target.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let prefix = source[..prefix].trim_end_matches(char::is_alphanumeric).len();
    let (rest, other) = (&source[prefix..], &target[prefix..]);
    let suffix: usize = rest.chars().rev().zip(other.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let suffix = rest[rest.len() - suffix..].trim_start_matches(char::is_alphanumeric).len();
    (prefix, suffix)
}

fn bounded(text: &str) -> (&str, bool) {
    match text.char_indices().nth(COMPARED) {
        Some((at, _)) => (&text[..at], true),
        None => (text, false),
    }
}

/// Words, and every other character on its own.
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut word = 0;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            if word < at {
                out.push(&text[word..at]);
            }
            word = at + c.len_utf8();
            out.push(&text[at..word]);
        }
    }
    if word < text.len() {
        out.push(&text[word..]);
    }
    out
}

fn changed(text: &str) -> String {
    value::edges(&value::escaped(&value::cut(text, PIECE)))
}

/// The last characters of what stands before a change.
fn ending(text: &str) -> String {
    let start = text.char_indices().rev().nth(CONTEXT - 1).map_or(0, |(at, _)| at);
    let mark = if start > 0 { "…" } else { "" };
    format!("{mark}{}", value::escaped(&text[start..]))
}

/// The first characters of what stands after the last change.
fn beginning(text: &str) -> String {
    value::escaped(&value::cut(text, CONTEXT))
}

/// Both ends of what stands between two changes.
fn middle(text: &str) -> String {
    if text.chars().count() <= 2 * CONTEXT + 1 {
        return value::escaped(text);
    }
    format!("{}{}", beginning(text), ending(text).trim_start_matches('…'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Same(text) => text.clone(),
                Piece::Removed(text) => format!("[-{text}-]"),
                Piece::Added(text) => format!("{{+{text}+}}"),
            })
            .collect()
    }

    #[test]
    fn the_change_stands_in_its_context() {
        let source = format!("{} the lake has ten rooms {}", "before ".repeat(20), "after ".repeat(20));
        let target = source.replace("ten", "twelve");
        assert_eq!(
            plain(&pieces(&source, &target)),
            "…re before  the lake has [-ten-]{+twelve+} rooms after after after…"
        );
    }

    #[test]
    fn a_space_at_the_end_is_seen() {
        assert_eq!(plain(&pieces("a b", "a b ")), r"a b{+\x20+}");
    }

    #[test]
    fn a_very_long_text_is_bounded() {
        let (source, target) = ("0.1,".repeat(200_000), "0.2,".repeat(200_000));
        assert!(plain(&pieces(&source, &target)).len() < 2_000);
    }

    proptest! {
        #[test]
        fn unequal_texts_show_a_change(source in "[a-c \\n']{0,80}", target in "[a-c \\n']{0,80}") {
            let changed = pieces(&source, &target).iter().any(|piece| !matches!(piece, Piece::Same(_)));
            prop_assert_eq!(changed, source != target);
        }
    }
}
