//! Ways in which a text becomes another.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::way::How;

/// Characters of a piece that is named as replaced.
const PIECE: usize = 40;
/// What the bytes 0x80 to 0x9f stand for in Windows-1252; those it does not use stay what Latin-1 makes of them.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Whether a text is what programs write for NULL.
pub(super) fn is_word_for_nothing(text: &str) -> bool {
    matches!(text, "NULL" | "null" | "Null" | "None" | "nil" | "undefined" | "NaN" | "\\N" | "(null)")
}

pub(super) fn ways(source: &str, target: &str, found: &mut Vec<How>) {
    if target.is_empty() {
        found.push(How::Emptied);
        return;
    }
    space(source, target, found);
    if source.to_lowercase() == target.to_lowercase() {
        found.push(How::Case);
    }
    found.extend(letters(source, target));
    found.extend(encoding(source, target));
    for mark in ['"', '\'', '`'] {
        let quoted = |inner: &str, outer: &str| {
            outer.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark)).is_some_and(|text| text == inner)
        };
        found.extend(quoted(source, target).then_some(How::Quoted(mark)));
        found.extend(quoted(target, source).then_some(How::Unquoted(mark)));
    }
    if source.starts_with(target) {
        found.push(How::Cut(target.chars().count()));
        found.push(How::CutSomewhere);
    }
    let (old, new) = middles(source, target);
    if old.chars().count().max(new.chars().count()) <= PIECE && !old.contains('\n') && !new.contains('\n') {
        found.push(How::Replaced(old.to_owned(), new.to_owned()));
    }
}

fn space(source: &str, target: &str, found: &mut Vec<How>) {
    if source.contains('\r') != target.contains('\r') {
        let (with, without) = if source.contains('\r') { (source, target) } else { (target, source) };
        let became = if source.contains('\r') { "CRLF became LF" } else { "LF became CRLF" };
        if with.replace("\r\n", "\n") == without {
            found.push(How::LineEnds(became));
        }
    }
    if source.trim_end() == target.trim_end() {
        found.push(How::TrailingSpace);
    } else if source.split_whitespace().eq(target.split_whitespace()) {
        found.push(How::Space);
    }
}

/// Another way to write the same letters, or letters without their accents.
fn letters(source: &str, target: &str) -> Option<How> {
    if source.is_ascii() && target.is_ascii() {
        return None;
    }
    if source.nfc().eq(target.nfc()) {
        return Some(How::Form(match (target.nfc().eq(target.chars()), target.nfd().eq(target.chars())) {
            (true, false) => "now composed (NFC)",
            (false, true) => "now decomposed (NFD)",
            _ => "of equal letters",
        }));
    }
    let bare = || source.nfd().filter(|c| !is_combining_mark(*c));
    bare().eq(target.nfd()).then_some(How::Accents)
}

fn encoding(source: &str, target: &str) -> Option<How> {
    for (name, windows) in [("Latin-1", false), ("Windows-1252", true)] {
        if !source.is_ascii() && misread(source, windows).eq(target.chars()) {
            return Some(How::Misread(name));
        }
        if !target.is_ascii() && misread(target, windows).eq(source.chars()) {
            return Some(How::Unmisread(name));
        }
    }
    if source.is_ascii() {
        return None;
    }
    for mark in ["?", "\u{fffd}", "_", ""] {
        let lost = |c: char| if c.is_ascii() { c.to_string() } else { mark.to_owned() };
        let bytes = |c: char| if c.is_ascii() { c.to_string() } else { mark.repeat(c.len_utf8()) };
        if source.chars().map(lost).collect::<String>() == target
            || source.chars().map(bytes).collect::<String>() == target
        {
            return Some(How::Lost(mark.to_owned()));
        }
    }
    None
}

/// What a reader makes of UTF-8 who takes each byte for a character.
fn misread(text: &str, windows: bool) -> impl Iterator<Item = char> {
    text.bytes().map(move |byte| match byte {
        0x80..=0x9f if windows => WINDOWS[usize::from(byte - 0x80)],
        byte => char::from(byte),
    })
}

/// What stands between the beginnings and the ends that both texts share, words left whole.
fn middles<'a>(source: &'a str, target: &'a str) -> (&'a str, &'a str) {
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = source.chars().zip(target.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let head = source[..head].trim_end_matches(char::is_alphanumeric).len();
    let (one, two) = (&source[head..], &target[head..]);
    let tail: usize = one.chars().rev().zip(two.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let tail = one[one.len() - tail..].trim_start_matches(char::is_alphanumeric).len();
    (&one[..one.len() - tail], &two[..two.len() - tail])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(source: &str, target: &str) -> How {
        let mut found = Vec::new();
        ways(source, target, &mut found);
        found.into_iter().min().unwrap_or(How::Other)
    }

    #[test]
    fn space_and_letters() {
        assert_eq!(first("a\r\nb", "a\nb"), How::LineEnds("CRLF became LF"));
        assert_eq!(first("a\nb\n", "a\r\nb\r\n"), How::LineEnds("LF became CRLF"));
        assert_eq!(first("a", "a "), How::TrailingSpace);
        assert_eq!(first("a  b", "a b"), How::Space);
        assert_eq!(first("Ab", "aB"), How::Case);
        assert_eq!(first("caf\u{e9}", "cafe\u{301}"), How::Form("now decomposed (NFD)"));
        assert_eq!(first("cafe\u{301}", "caf\u{e9}"), How::Form("now composed (NFC)"));
        assert_eq!(first("Bogotá", "Bogota"), How::Accents);
    }

    #[test]
    fn encodings() {
        assert_eq!(first("Bogotá", "BogotÃ¡"), How::Misread("Latin-1"));
        assert_eq!(first("10 €", "10 â‚¬"), How::Misread("Windows-1252"));
        assert_eq!(first("niÃ±o", "niño"), How::Unmisread("Latin-1"));
        assert_eq!(first("日本 x", "?? x"), How::Lost("?".into()));
        assert_eq!(first("日x", "???x"), How::Lost("?".into()));
        assert_eq!(first("日本 x", " x"), How::Lost(String::new()));
    }

    #[test]
    fn pieces() {
        assert_eq!(first("a", "\"a\""), How::Quoted('"'));
        assert_eq!(first("'a'", "a"), How::Unquoted('\''));
        assert_eq!(first("abcdef", "abc"), How::Cut(3));
        assert_eq!(first("x", ""), How::Emptied);
        let replaced = How::Replaced("production".into(), "staging".into());
        assert_eq!(first("https://production.example/a.png", "https://staging.example/a.png"), replaced);
        assert_eq!(first(&"a".repeat(50), &"b".repeat(50)), How::Other);
    }
}
