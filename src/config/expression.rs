//! Expressions of the configuration, which are pasted into statements.

/// Whether a text stays within the parentheses it is put into. Where `comments` are given, a comment to the end of a line may
/// stand in it, and whoever pastes it ends the last line.
pub(super) fn is_one_expression(sql: &str, comments: bool) -> bool {
    let (mut depth, mut quote, mut escapes, mut before) = (0i32, None, false, ' ');
    let mut characters = sql.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            // A backslash keeps a quote from ending what begins as E'.
            (Some(_), '\\') if escapes => return false,
            (Some(_), _) => {}
            (None, '\'' | '"') => {
                quote = Some(character);
                escapes = matches!(before, 'e' | 'E');
            }
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, ';' | '$') => return false,
            (None, '-') if before == '-' && comments => while !matches!(characters.next(), None | Some('\n' | '\r')) {},
            (None, '-') if before == '-' => return false,
            (None, '*') if before == '/' => return false,
            (None, _) => {}
        }
        if depth < 0 {
            return false;
        }
        before = character;
    }
    depth == 0 && quote.is_none()
}

#[cfg(test)]
mod tests {
    use super::is_one_expression;

    #[test]
    fn expressions_stay_within_their_parentheses() {
        for sql in [
            "left({column}, 1) || '; --'",
            "case when \"odd)\" then 'it''s' else (a)[1] end",
            "a - -1",
            r"name ~ '^\d+$'",
        ] {
            assert!(is_one_expression(sql, false), "{sql}");
        }
        assert!(is_one_expression("a = 1 -- it's (odd\n and b = 2 -- and ends", true));
        for sql in ["a = 1) or (true", "1; commit", r"E'\'' ) or ('", "$$a$$", "'a", "a /* ) */", "a -- b\n) or (true"]
        {
            assert!(!is_one_expression(sql, true), "{sql}");
        }
        assert!(!is_one_expression("a -- b", false));
    }
}
