//! Database values and names as a reader may see them: nothing invisible, nothing that can steer a terminal.
//!
//! A value is written as the SQL literal it could be pasted as: `'it''s'`, `E'caf\u200b'`, `NULL`, `42`. So two values that
//! differ never look the same.

use unicode_width::UnicodeWidthChar;

/// Values longer than this many characters are shown as a difference, or cut.
pub(super) const LONG: usize = 60;

/// A name or a sentence with every invisible character written out.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push_visible(&mut out, c);
    }
    out
}

/// The inside of an `E''` literal: invisible characters written out and backslashes doubled, and so unambiguous.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\\' {
            out.push('\\');
        }
        push_visible(&mut out, c);
    }
    out
}

/// A value as an SQL literal, whole.
pub(super) fn shown(value: Option<&str>) -> String {
    let Some(value) = value else { return "NULL".to_owned() };
    if is_number(value) {
        return value.to_owned();
    }
    let doubled = value.replace('\'', "''");
    let needs_escape = value.chars().any(is_invisible) || value.starts_with(' ') || value.ends_with(' ');
    if needs_escape { format!("E'{}'", edges(&escaped(&doubled))) } else { format!("'{doubled}'") }
}

/// A value as an SQL literal, cut in the middle of a long one with its length.
pub(super) fn shown_short(value: Option<&str>) -> String {
    match value {
        Some(text) if text.chars().count() > LONG => {
            let head: String = text.chars().take(LONG).collect();
            let whole = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
            format!("{}… ({})", shown(Some(&head)), crate::model::plural(whole, "character"))
        }
        _ => shown(value),
    }
}

/// Text cut after `limit` characters, with a mark where it was.
pub(super) fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Spaces at either end written out.
pub(super) fn edges(text: &str) -> String {
    let inner = text.trim_matches(' ');
    if inner.is_empty() {
        return r"\x20".repeat(text.len());
    }
    let before = text.len() - text.trim_start_matches(' ').len();
    let after = text.len() - text.trim_end_matches(' ').len();
    format!("{}{inner}{}", r"\x20".repeat(before), r"\x20".repeat(after))
}

fn push_visible(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if is_invisible(c) && u32::from(c) > 0xffff => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        c if is_invisible(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        c => out.push(c),
    }
}

/// Whether a reader could overlook the character: controls, everything of no width (joiners, direction marks, combining
/// marks, variation selectors), and every space but the plain one.
fn is_invisible(c: char) -> bool {
    c != ' ' && (c.is_control() || c.is_whitespace() || c.width().is_none_or(|width| width == 0) || c == '\u{ad}')
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{2800}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}')
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut parts = digits.splitn(2, '.');
    parts.all(|part| !part.is_empty() && part.len() <= 40 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_no_text_and_text_is_quoted() {
        assert_eq!(shown(None), "NULL");
        assert_eq!(shown(Some("NULL")), "'NULL'");
        assert_eq!(shown(Some("")), "''");
        assert_eq!(shown(Some("it's")), "'it''s'");
        assert_eq!(shown(Some("1.50")), "1.50");
        assert_eq!(shown(Some(".")), "'.'");
        assert_eq!(shown(Some(r"a\n")), r"'a\n'");
    }

    #[test]
    fn nothing_stays_invisible() {
        assert_eq!(shown(Some("Grand Hotel ")), r"E'Grand Hotel\x20'");
        assert_eq!(shown(Some("a\u{200b}b")), r"E'a\u200bb'");
        assert_eq!(shown(Some("a\nb\\")), r"E'a\nb\\'");
        assert_eq!(shown(Some("\u{1b}[2J")), r"E'\u001b[2J'");
        assert_eq!(visible("t\u{a0}x\u{202e}\u{e0001}"), r"t\u00a0x\u202e\U000e0001");
        assert_eq!(shown(Some("❤\u{fe0f}")), r"E'❤\ufe0f'");
        assert_eq!(shown(Some("   ")), r"E'\x20\x20\x20'");
    }
}
