//! SQL as tokens: enough to tell where a statement ends and what it is about. No grammar stands here.
//!
//! Never true in here: a text that is not covered by its tokens from end to end, a panic on any text.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Space,
    Comment,
    /// An unquoted identifier or key word.
    Word,
    /// An identifier in double quotes.
    Quoted,
    /// A string in single quotes, with its prefix, or in dollar quotes.
    Text,
    Number,
    Semicolon,
    Open,
    Close,
    Other,
}

/// A token by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token {
    /// The token as written.
    pub(super) fn of<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether it says anything.
    pub(super) fn counts(&self) -> bool {
        !matches!(self.kind, Kind::Space | Kind::Comment)
    }

    /// Whether it is this key word, given in capitals.
    pub(super) fn is(&self, text: &str, word: &str) -> bool {
        self.kind == Kind::Word && self.of(text).eq_ignore_ascii_case(word)
    }

    /// The identifier it stands for.
    pub(super) fn identifier(&self, text: &str) -> Option<String> {
        match self.kind {
            Kind::Word => Some(self.of(text).to_lowercase()),
            Kind::Quoted => Some(self.of(text).trim_matches('"').replace("\"\"", "\"")),
            _ => None,
        }
    }
}

/// The token that begins at a byte of the text; `None` at its end. `escapes` has backslashes escape in every string, as they did
/// before `standard_conforming_strings`.
pub(super) fn next(text: &str, start: usize, escapes: bool) -> Option<Token> {
    let rest = text.get(start..)?;
    let first = rest.chars().next()?;
    let (kind, length) = match first {
        _ if first.is_whitespace() => (Kind::Space, run(rest, char::is_whitespace)),
        '-' if rest.starts_with("--") => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
        '/' if rest.starts_with("/*") => (Kind::Comment, comment(rest)),
        '\'' => (Kind::Text, string(rest, escapes)),
        '"' => (Kind::Quoted, string(rest, false)),
        '$' => match dollar(rest) {
            Some(length) => (Kind::Text, length),
            None => (Kind::Other, 1),
        },
        ';' => (Kind::Semicolon, 1),
        '(' => (Kind::Open, 1),
        ')' => (Kind::Close, 1),
        '0'..='9' => (Kind::Number, run(rest, |it| it.is_ascii_alphanumeric() || it == '.' || it == '_')),
        _ if begins_word(first) => word(rest, escapes),
        _ => (Kind::Other, first.len_utf8()),
    };
    Some(Token { kind, start, end: start + length })
}

/// All tokens of a text that say something.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(token) = next(text, at, false) {
        at = token.end;
        if token.counts() {
            all.push(token);
        }
    }
    all
}

fn begins_word(it: char) -> bool {
    it == '_' || it.is_alphabetic() || !it.is_ascii() && !it.is_whitespace()
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|it| !belongs(it)).unwrap_or(text.len())
}

/// A word, or the string whose prefix it is.
fn word(text: &str, escapes: bool) -> (Kind, usize) {
    let length = run(text, |it| begins_word(it) || it.is_ascii_digit() || it == '$');
    let rest = text.get(length..).unwrap_or_default();
    let prefix = text.get(..length).unwrap_or_default().to_ascii_lowercase();
    if rest.starts_with('\'') && matches!(prefix.as_str(), "e" | "b" | "x" | "n") {
        return (Kind::Text, length + string(rest, escapes || prefix == "e"));
    }
    if prefix == "u" && rest.starts_with("&'") {
        return (Kind::Text, length + 1 + string(rest.get(1..).unwrap_or_default(), escapes));
    }
    if prefix == "u" && rest.starts_with("&\"") {
        return (Kind::Quoted, length + 1 + string(rest.get(1..).unwrap_or_default(), false));
    }
    (Kind::Word, length)
}

/// The length of what stands between two equal quotes, of which a doubled one is none.
fn string(text: &str, escapes: bool) -> usize {
    let mut all = text.char_indices();
    let Some((_, quote)) = all.next() else { return 0 };
    let mut rest = all.peekable();
    while let Some((at, it)) = rest.next() {
        if escapes && it == '\\' {
            rest.next();
        } else if it == quote {
            if rest.peek().is_some_and(|(_, next)| *next == quote) {
                rest.next();
            } else {
                return at + quote.len_utf8();
            }
        }
    }
    text.len()
}

/// The length of a comment, others within it included.
fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..) {
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth.saturating_sub(1), at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            match rest.chars().next() {
                Some(it) => at += it.len_utf8(),
                None => break,
            }
        }
    }
    text.len()
}

/// The length of a string in dollar quotes; `None` where the dollar opens none.
fn dollar(text: &str) -> Option<usize> {
    let tag = text.get(1..)?;
    let named = run(tag, |it| begins_word(it) || it.is_ascii_digit());
    if tag.starts_with(|it: char| it.is_ascii_digit()) || !tag.get(named..)?.starts_with('$') {
        return None;
    }
    let (open, body) = text.split_at_checked(named + 2)?;
    Some(body.find(open).map_or(text.len(), |end| open.len() + end + open.len()))
}
