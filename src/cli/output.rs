//! Writing to the terminal: answers to standard output, everything else to standard error.

use std::io::Write;

use crate::model::Error;

/// Writes an answer. A reader that has gone away (`| head`) is no error.
pub(super) fn answer(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Writes an error with its causes and its hint.
pub(super) fn error_line(error: &Error) {
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "error: {}", error.chain());
    if let Some(hint) = error.hint_text() {
        let _ = writeln!(out, "  hint: {hint}");
    }
}
