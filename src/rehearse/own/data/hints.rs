//! Values that a condition itself names: its literals, numbers beside them, texts of the lengths and patterns it asks for.

use super::pattern;
use super::value::base36;
use crate::rehearse::own::lex::{self, Kind};

/// Texts made for one pattern, of which many may be alike.
const PATTERN: u64 = 600;
/// Texts made for one length.
const MADE: u64 = 64;
/// The longest text made for a length.
const LONGEST: i64 = 4_000;

/// Texts that are well-formed in one way or another, for conditions that nobody here can read.
const USUAL: [&str; 22] = [
    "a",
    "A",
    "abc",
    "ABC",
    "Abc",
    "0",
    "1",
    "12345",
    "abc-def",
    "abc_def",
    "user@example.com",
    "https://example.com/a",
    "#a1b2c3",
    "+15551234567",
    "1.2.3",
    "2024-01-15",
    "10.0.0.1",
    "{}",
    "[]",
    "en",
    "US",
    "550e8400-e29b-41d4-a716-446655440000",
];

/// Values that conditions name.
pub(super) fn of<'a>(conditions: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut all = Vec::new();
    for condition in conditions {
        let tokens = lex::tokens(condition);
        for (place, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::Number => numbers(token.of(condition), &mut all),
                Kind::Text => {
                    let text = unquoted(token.of(condition));
                    let before =
                        |back: usize| place.checked_sub(back).and_then(|at| tokens.get(at)).map(|it| it.of(condition));
                    // An operator of several signs is as many tokens.
                    let signs: Vec<&str> = (1..=4).filter_map(before).take_while(|it| is_sign(it)).collect();
                    match signs.iter().filter(|sign| **sign == "~").count() {
                        0 => {}
                        1 => all.extend((0..PATTERN).map(|n| pattern::regex(&text, n))),
                        _ => all.extend((0..6).map(|n| pattern::like(&text, n))),
                    }
                    numbers(&text, &mut all);
                    all.push(text);
                }
                _ => {}
            }
        }
    }
    all
}

/// The same for texts: also those of the lengths that conditions name.
pub(super) fn texts<'a>(conditions: impl IntoIterator<Item = &'a str> + Clone) -> Vec<String> {
    let mut all = of(conditions.clone());
    for condition in conditions {
        for token in lex::tokens(condition).iter().filter(|token| token.kind == Kind::Number) {
            let Ok(length) = token.of(condition).parse::<i64>() else { continue };
            for length in [length - 1, length, length + 1] {
                if let Ok(length) = usize::try_from(length.min(LONGEST)) {
                    let some = if length > 64 { 4 } else { MADE };
                    all.extend((0..some).map(|n| base36(n, length)));
                }
            }
        }
    }
    all.extend(USUAL.map(str::to_owned));
    all
}

fn is_sign(text: &str) -> bool {
    matches!(text, "~" | "*" | "!" | "=" | "<" | ">")
}

/// A number and its neighbours.
fn numbers(text: &str, all: &mut Vec<String>) {
    if let Ok(number) = text.parse::<i64>() {
        all.extend([0, 1, -1].map(|more| number.saturating_add(more).to_string()));
    } else if let Ok(number) = text.parse::<f64>().map(|it| it.clamp(-1e12, 1e12)) {
        all.push(text.to_owned());
        all.push(format!("{:.2}", number / 2.0));
        all.push(format!("{:.2}", number + 1.0));
    }
}

/// What a literal in quotes stands for.
fn unquoted(text: &str) -> String {
    let text = text.strip_prefix(['e', 'E', 'b', 'B', 'x', 'X', 'n', 'N']).unwrap_or(text);
    let inside = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(text);
    inside.replace("''", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_name_values_that_meet_them() {
        let list = of(["(status = ANY (ARRAY['new'::text, 'old one''s'::text]))", "(rating >= 10) AND (rating < 20)"]);
        for value in ["new", "old one's", "10", "9", "19"] {
            assert!(list.contains(&value.to_owned()), "{value}");
        }
        let pattern = of(["(code ~ '^[A-Z]{2}[0-9]$'::text)"]);
        assert!(pattern.iter().any(|it| it.len() == 3 && it.ends_with(|it: char| it.is_ascii_digit())));
        assert!(of(["(a ~~ 'ab%'::text)"]).contains(&"ab".to_owned()));
        assert!(texts(["(length(a) = 5)"]).iter().filter(|it| it.len() == 5).count() >= 64);
    }
}
