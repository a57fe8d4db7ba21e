//! Writing to the terminal: answers to standard output, everything else to standard error.

use std::io::{IsTerminal, Write};

use super::locale;
use crate::model::Error;

/// Writes an answer. A reader that has gone away (`| head`) is no error.
pub(super) fn answer(text: &str) {
    let mut out = std::io::stdout().lock();
    let text = fit(harmless(text), out.is_terminal());
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Writes an error with its causes and its hint.
pub(super) fn error_line(error: &Error) {
    let mut out = std::io::stderr().lock();
    let terminal = out.is_terminal();
    let _ = writeln!(out, "error: {}", fit(harmless(&error.chain()), terminal));
    if let Some(hint) = error.hint_text() {
        let _ = writeln!(out, "  hint: {}", fit(harmless(hint), terminal));
    }
}

/// A terminal is given what its locale takes; a file or another program gets the text as it is.
fn fit(text: String, terminal: bool) -> String {
    if terminal && !locale::takes_unicode() { locale::plain(&text).into_owned() } else { text }
}

/// A text that cannot steer a terminal, whatever names it repeats: lines and colours stay, other control characters and
/// marks of direction are written out, in the way that JSON does.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let steers = match c {
            '\n' => false,
            '\u{1b}' => !is_color(&text[at + 1..]),
            c => steers_terminal(c),
        };
        if steers {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a character is none to be seen but moves or turns what is.
pub(super) fn steers_terminal(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether what follows an escape is a colour: `[1;31m`.
fn is_color(rest: &str) -> bool {
    let digits = rest.strip_prefix('[').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';'));
    digits.is_some_and(|rest| rest.starts_with('m'))
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn only_lines_and_colours_stay() {
        assert_eq!(
            harmless("\u{1b}[31mred\u{1b}[0m\n\u{1b}[2J\u{7}\r\u{202e}"),
            "\u{1b}[31mred\u{1b}[0m\n\\u001b[2J\\u0007\\u000d\\u202e"
        );
    }
}
