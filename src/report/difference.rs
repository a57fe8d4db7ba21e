//! The difference of two long texts as every format draws it, with each invisible character written out.
//!
//! Never true in here: a difference of an own reckoning: `model::TextDiff` finds it.

use super::value;
use crate::model::{ColumnDifference, DiffPart, DiffUnit, RowChange, TextDiff, plural};

/// A piece of a difference within one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// The same on both sides.
    Same(String),
    /// Only on the source.
    Removed(String),
    /// Only on the target.
    Added(String),
}

/// A line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// The same on both sides.
    Same(String),
    /// Only on the source.
    Removed(String),
    /// Only on the target.
    Added(String),
    /// What was left out, in words.
    Note(String),
}

impl Line {
    /// The line as `diff -u` writes it.
    pub(super) fn plain(&self) -> String {
        match self {
            Self::Same(text) => format!(" {text}"),
            Self::Removed(text) => format!("-{text}"),
            Self::Added(text) => format!("+{text}"),
            Self::Note(text) => format!("@@ {text}"),
        }
    }
}

/// A difference, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Drawn {
    /// Within the text, as `…same [-source-]{+target+} same…`.
    Inline(Vec<Piece>),
    /// Line under line.
    Lines(Vec<Line>),
}

/// The difference of an attribute's two values; nothing where they are better shown whole.
pub(super) fn values(source: Option<&str>, target: Option<&str>) -> Option<Drawn> {
    let (source, target) = (source?, target?);
    let long = |text: &str| text.contains('\n') || text.chars().count() > value::LONG;
    (source != target && (long(source) || long(target))).then(|| drawn(&TextDiff::of(source, target)))
}

/// The difference of a changed column; nothing where its values are better shown whole.
pub(super) fn column(change: RowChange, column: &ColumnDifference) -> Option<Drawn> {
    if change != RowChange::Changed {
        return None;
    }
    match &column.diff {
        Some(diff) => Some(drawn(diff)),
        None => values(column.source.as_deref(), column.target.as_deref()),
    }
}

fn drawn(diff: &TextDiff) -> Drawn {
    match diff.by {
        DiffUnit::Words => Drawn::Inline(pieces(diff)),
        DiffUnit::Lines => Drawn::Lines(lines(diff)),
    }
}

fn pieces(diff: &TextDiff) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for part in &diff.parts {
        out.push(match part {
            DiffPart::Same(text) => Piece::Same(value::escaped(text)),
            DiffPart::Removed(text) => Piece::Removed(value::edges(&value::escaped(text))),
            DiffPart::Added(text) => Piece::Added(value::edges(&value::escaped(text))),
            DiffPart::Skipped(_) => Piece::Same("…".to_owned()),
        });
    }
    if diff.cut {
        out.push(Piece::Same("… and more, not shown".to_owned()));
    }
    out
}

fn lines(diff: &TextDiff) -> Vec<Line> {
    let texts = diff.parts.iter().filter_map(|part| match part {
        DiffPart::Same(text) | DiffPart::Removed(text) | DiffPart::Added(text) => Some(text),
        DiffPart::Skipped(_) => None,
    });
    // Backslashes are doubled only where something else is written with one: patterns and JSON stay readable.
    let plain = texts.clone().all(|text| value::escaped(text).replace("\\\\", "\\") == *text && !text.ends_with(' '));
    let shown = |text: &str| {
        if plain {
            return text.to_owned();
        }
        let spaces = text.len() - text.trim_end_matches(' ').len();
        format!("{}{}", value::escaped(&text[..text.len() - spaces]), r"\x20".repeat(spaces))
    };
    let mut out: Vec<Line> = Vec::new();
    for part in &diff.parts {
        out.push(match part {
            DiffPart::Same(text) => Line::Same(shown(text)),
            DiffPart::Removed(text) => Line::Removed(shown(text)),
            DiffPart::Added(text) => Line::Added(shown(text)),
            DiffPart::Skipped(left) => Line::Note(format!("{} alike", plural(*left, "line"))),
        });
    }
    if diff.cut {
        out.push(Line::Note("more differs further on, not shown".to_owned()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(source: &str, target: &str) -> String {
        match values(Some(source), Some(target)).unwrap() {
            Drawn::Lines(lines) => lines.iter().map(Line::plain).collect::<Vec<_>>().join("\n"),
            Drawn::Inline(pieces) => format!("{pieces:?}"),
        }
    }

    #[test]
    fn nothing_stays_invisible_and_patterns_stay_readable() {
        assert_eq!(plain("a\\d\nb", "a\\d\nc"), " a\\d\n-b\n+c");
        assert_eq!(plain("a\\d\nb", "a\\d\nb\t"), " a\\\\d\n-b\n+b\\t");
        assert_eq!(plain("a\n  b ", "a\n  b"), " a\n-  b\\x20\n+  b");
    }

    #[test]
    fn short_values_are_shown_whole() {
        assert_eq!(values(Some("a"), Some("b")), None);
        assert_eq!(values(None, Some("b\nc")), None);
    }
}
