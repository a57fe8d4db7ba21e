//! The ways in which one value becomes another, and how they are told.

use super::kind::Kind;
use super::{number, text, time, vector};
use crate::verify::rows::json;

/// How one value became another. Where two explain as many rows, the earlier one here is named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum How {
    /// What the target puts into the column where nobody names it.
    Default,
    NullToEmpty,
    EmptyToNull,
    /// A word for nothing, such as `NULL`, stands where NULL stood.
    NullToWord(String),
    /// NULL stands where a word for nothing stood.
    WordToNull(String),
    /// The text both have, another image.
    Image,
    Exchanged(String),
    NowNull,
    WasNull,
    Emptied,
    LineEnds(&'static str),
    TrailingSpace,
    Space,
    Case,
    Form(&'static str),
    Accents,
    Misread(&'static str),
    Unmisread(&'static str),
    Lost(String),
    Quoted(char),
    Unquoted(char),
    JsonSpace,
    JsonOrder,
    Scale,
    Single,
    Double,
    Rounded(u32),
    Truncated(u32),
    Negated,
    Flipped,
    Precision(&'static str),
    /// Microseconds between two times.
    Shift(i128),
    /// Microseconds in two halves of the year an hour apart, the smaller first.
    Daylight(i128, i128, bool),
    Half,
    NearHalf,
    /// Characters that are left of a longer value.
    Cut(usize),
    CutSomewhere,
    Replaced(String, String),
    /// In another partition than on the source: that one, and the source's.
    Moved(String, String),
    Other,
}

impl How {
    /// Whether it speaks of one value so closely that a single row shows nothing.
    pub(super) fn needs_several(&self) -> bool {
        matches!(self, Self::Default | Self::Replaced(..) | Self::Daylight(..) | Self::CutSomewhere)
    }

    /// The end of a sentence whose beginning is the column.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Default => "at its default, as a copy that leaves the column out writes".to_owned(),
            Self::NullToEmpty => "'' instead of NULL".to_owned(),
            Self::EmptyToNull => "NULL instead of ''".to_owned(),
            Self::NullToWord(word) => format!("the text '{word}' instead of NULL"),
            Self::WordToNull(word) => format!("NULL instead of the text '{word}'"),
            Self::Image => "by its binary value, of equal text".to_owned(),
            Self::Exchanged(other) => format!("and {other} exchanged"),
            Self::NowNull => "NULL instead of a value".to_owned(),
            Self::WasNull => "a value instead of NULL".to_owned(),
            Self::Emptied => "'' instead of a value".to_owned(),
            Self::LineEnds(became) => format!("by line ends, {became}"),
            Self::TrailingSpace => "by trailing spaces".to_owned(),
            Self::Space => "by white space".to_owned(),
            Self::Case => "by upper and lower case".to_owned(),
            Self::Form(became) => format!("by Unicode normal form, {became}"),
            Self::Accents => "without its accents".to_owned(),
            Self::Misread(encoding) => format!("re-encoded: UTF-8 read as {encoding}"),
            Self::Unmisread(encoding) => format!("re-encoded: on the source it is UTF-8 read as {encoding}"),
            Self::Lost(mark) if mark.is_empty() => "without its characters beyond ASCII".to_owned(),
            Self::Lost(mark) => format!("with {mark} for each character beyond ASCII"),
            Self::Quoted(mark) => format!("put between {mark} and {mark}"),
            Self::Unquoted(mark) => format!("no longer between {mark} and {mark}"),
            Self::JsonSpace => "by white space of its JSON".to_owned(),
            Self::JsonOrder => "by the order of its JSON keys".to_owned(),
            Self::Scale => "by its scale, of equal value".to_owned(),
            Self::Single => "rounded to float4 precision".to_owned(),
            Self::Double => "rounded to float8 precision".to_owned(),
            Self::Rounded(0) => "rounded to whole numbers".to_owned(),
            Self::Rounded(places) => format!("rounded to {}", crate::model::plural(u64::from(*places), "decimal")),
            Self::Truncated(0) => "without its decimals".to_owned(),
            Self::Truncated(places) => format!("cut off after {}", crate::model::plural(u64::from(*places), "decimal")),
            Self::Negated => "with the other sign".to_owned(),
            Self::Flipped => "with true and false exchanged".to_owned(),
            Self::Precision(unit) => format!("without what is finer than {unit}"),
            Self::Shift(by) => format!("shifted by {}", time::span(*by)),
            Self::Daylight(less, more, _) => format!(
                "shifted by {} or {}, following daylight saving: local time read as UTC, or the other way round",
                time::span(*less),
                time::span(*more)
            ),
            Self::Half => "rounded to half precision (float16) in each element".to_owned(),
            Self::NearHalf => "by less than half precision (float16) shows, in each element".to_owned(),
            Self::Cut(left) => format!("cut off after {}", crate::model::plural(*left as u64, "character")),
            Self::CutSomewhere => "cut off, at several lengths".to_owned(),
            Self::Replaced(old, new) if old.is_empty() => format!("with '{new}' put in"),
            Self::Replaced(old, new) if new.is_empty() => format!("with '{old}' taken out"),
            Self::Replaced(old, new) => format!("with '{new}' in place of '{old}'"),
            Self::Moved(here, there) => format!("in partition {here} instead of {there}"),
            Self::Other => "changed".to_owned(),
        }
    }
}

/// Every way known that leads from one text to the other; none where there is none.
pub(super) fn ways(kind: Kind, source: Option<&str>, target: Option<&str>) -> Vec<How> {
    let mut found = Vec::new();
    match (source, target) {
        (None, None) => found.push(How::Image),
        (Some(source), Some(target)) if source == target => found.push(How::Image),
        (None, Some("")) => found.push(How::NullToEmpty),
        (Some(""), None) => found.push(How::EmptyToNull),
        (None, Some(word)) => {
            found.push(if text::is_word_for_nothing(word) { How::NullToWord(word.to_owned()) } else { How::WasNull });
        }
        (Some(word), None) => {
            found.push(if text::is_word_for_nothing(word) { How::WordToNull(word.to_owned()) } else { How::NowNull });
        }
        (Some(source), Some(target)) => between(kind, source, target, &mut found),
    }
    found
}

fn between(kind: Kind, source: &str, target: &str, found: &mut Vec<How>) {
    match kind {
        Kind::Number => number::ways(source, target, found),
        Kind::Time => time::ways(source, target, found),
        Kind::Vector => vector::ways(source, target, found),
        Kind::Bool => found.push(How::Flipped),
        Kind::Json => {
            if json::same_tokens(source, target) {
                found.push(How::JsonSpace);
            } else if json::same_but_for_order(source, target) {
                found.push(How::JsonOrder);
            }
            text::ways(source, target, found);
        }
        Kind::Text => text::ways(source, target, found),
        Kind::Partition => found.push(How::Moved(target.to_owned(), source.to_owned())),
        Kind::Other => {
            number::ways(source, target, found);
            time::ways(source, target, found);
            text::ways(source, target, found);
        }
    }
}
