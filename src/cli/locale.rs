//! Terminals whose locale is not UTF-8: what is drawn is drawn in ASCII, and other characters are written out.

use std::borrow::Cow;

/// The marks and lines of the texts, with what stands for each; of the same width, so that columns stay where they are.
const PLAIN: [(char, char); 12] = [
    ('─', '-'),
    ('│', '|'),
    ('✓', '+'),
    ('✗', 'x'),
    ('○', 'o'),
    ('·', '.'),
    ('→', '>'),
    ('←', '<'),
    ('…', '.'),
    ('−', '-'),
    ('×', 'x'),
    ('–', '-'),
];

/// Whether the environment's locale takes more than ASCII: its character set is UTF-8, or it names none.
pub(super) fn takes_unicode() -> bool {
    is_unicode(&|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
}

/// As POSIX has it, the first of the three that is set and not empty counts. Containers often set none and take UTF-8.
fn is_unicode(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(env).find(|value| !value.is_empty());
    set.is_none_or(|value| value.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

/// A text as such a terminal can show it.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match PLAIN.iter().find(|(fancy, _)| *fancy == letter) {
            Some((_, plain)) => out.push(*plain),
            None if letter.is_ascii() => out.push(letter),
            None => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let with = |pairs: &'static [(&str, &str)]| {
            move |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        assert!(is_unicode(&with(&[])));
        assert!(is_unicode(&with(&[("LANG", "es_CO.UTF-8")])));
        assert!(is_unicode(&with(&[("LC_ALL", ""), ("LANG", "C.utf8")])));
        assert!(!is_unicode(&with(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")])));
        assert!(!is_unicode(&with(&[("LC_CTYPE", "de_DE.ISO-8859-1")])));
    }

    #[test]
    fn marks_become_ascii_and_names_are_written_out() {
        assert_eq!(plain("✗ table cafés → 3 ─"), "x table caf\\u00e9s > 3 -");
        assert!(matches!(plain("rows"), Cow::Borrowed("rows")));
    }
}
