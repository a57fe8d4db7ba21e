//! A file as `pg_dump` or a person writes it, cut into statements. What is psql's alone is left out.
//!
//! Never true in here: a statement that ends within a string, a comment, parentheses or the body of a function; a panic on any text.

use super::lex::{self, Kind};

/// One statement of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The line it begins on, from 1.
    pub line: usize,
    /// The statement without its semicolon.
    pub sql: String,
    /// Lines of data that stand below it, as those of `COPY ... FROM stdin` do.
    pub data: usize,
}

/// Cuts a file into its statements.
pub fn statements(text: &str) -> Vec<Statement> {
    let mut all = Vec::new();
    let mut lines = Lines { text, seen: 0, line: 1 };
    let (mut at, mut escapes) = (0, false);
    while let Some(start) = beginning(text, &mut at, escapes) {
        let end = end_of(text, start, escapes);
        let sql = text.get(start..end).unwrap_or_default().trim_end();
        at = end + usize::from(text.get(end..).is_some_and(|rest| rest.starts_with(';')));
        let mut data = 0;
        if takes_data(sql) {
            (data, at) = rows(text, at);
        }
        if let Some(off) = conforming(sql) {
            escapes = off;
        }
        if !sql.is_empty() {
            all.push(Statement { line: lines.at(start), sql: sql.to_owned(), data });
        }
    }
    all
}

/// Counts lines as far as they are asked for.
struct Lines<'a> {
    text: &'a str,
    seen: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, place: usize) -> usize {
        self.line += self.text.get(self.seen..place).map_or(0, |passed| passed.matches('\n').count());
        self.seen = place;
        self.line
    }
}

/// Where the next statement begins: after blanks, comments, stray semicolons and psql's own commands.
fn beginning(text: &str, at: &mut usize, escapes: bool) -> Option<usize> {
    loop {
        let token = lex::next(text, *at, escapes)?;
        if token.of(text) == "\\" {
            let rest = text.get(token.start..)?;
            *at = token.start + rest.find('\n').unwrap_or(rest.len());
        } else if token.counts() && token.kind != Kind::Semicolon {
            return Some(token.start);
        } else {
            *at = token.end;
        }
    }
}

/// Where a statement ends: at a semicolon that stands neither in parentheses nor in the body of a function written in SQL.
fn end_of(text: &str, start: usize, escapes: bool) -> usize {
    let (mut at, mut parentheses, mut blocks) = (start, 0_usize, 0_usize);
    let mut words: Vec<String> = Vec::new();
    while let Some(token) = lex::next(text, at, escapes) {
        at = token.end;
        match token.kind {
            Kind::Open => parentheses += 1,
            Kind::Close => parentheses = parentheses.saturating_sub(1),
            Kind::Semicolon if parentheses == 0 && blocks == 0 => return token.start,
            Kind::Word => {
                let word = token.of(text).to_ascii_lowercase();
                match word.as_str() {
                    "atomic" if words.last().is_some_and(|last| last == "begin") && makes_routine(&words) => {
                        blocks += 1
                    }
                    "case" if blocks > 0 => blocks += 1,
                    "end" => blocks = blocks.saturating_sub(1),
                    _ => {}
                }
                if words.len() > 4 {
                    words.remove(4);
                }
                words.push(word);
            }
            _ => {}
        }
    }
    text.len()
}

/// Whether the first words of a statement make a function or a procedure.
fn makes_routine(words: &[String]) -> bool {
    let routine = |word: &String| matches!(word.as_str(), "function" | "procedure");
    words.first().is_some_and(|first| first == "create") && words.iter().take(4).any(routine)
}

fn takes_data(sql: &str) -> bool {
    let tokens = lex::tokens(sql);
    let is = |place: usize, word: &str| tokens.get(place).is_some_and(|token| token.is(sql, word));
    is(0, "copy") && (1..tokens.len()).any(|place| is(place, "from") && is(place + 1, "stdin"))
}

/// How many lines of data follow, and where they end.
fn rows(text: &str, after: usize) -> (usize, usize) {
    let Some(first) = text.get(after..).and_then(|rest| rest.find('\n')) else { return (0, text.len()) };
    let (mut number, mut at) = (0, after + first + 1);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let line = rest.split('\n').next().unwrap_or_default();
        at = (at + line.len() + 1).min(text.len());
        if line.trim_end_matches('\r') == "\\." {
            break;
        }
        number += 1;
    }
    (number, at)
}

/// Whether backslashes escape in strings from here on; `None` where the statement does not say.
fn conforming(sql: &str) -> Option<bool> {
    let tokens = lex::tokens(sql);
    let told = tokens.first()?.is(sql, "set") && tokens.get(1)?.is(sql, "standard_conforming_strings");
    told.then(|| tokens.last().is_some_and(|last| last.of(sql).trim_matches('\'').eq_ignore_ascii_case("off")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(usize, String)> {
        statements(text).into_iter().map(|one| (one.line, one.sql)).collect()
    }

    fn only(text: &str) -> Vec<String> {
        statements(text).into_iter().map(|one| one.sql).collect()
    }

    #[test]
    fn statements_end_at_semicolons_and_know_their_line() {
        assert_eq!(cut("select 1;\n\n-- two\nselect 2"), [(1, "select 1".into()), (4, "select 2".into())]);
        assert_eq!(cut(" ;; \n;"), []);
        assert_eq!(cut(""), []);
    }

    #[test]
    fn semicolons_within_strings_comments_and_parentheses_end_nothing() {
        for sql in [
            "select ';''; '",
            "select e'\\';'",
            "select U&';', u&\";\"",
            "select \"a;\"\";\"",
            "select $$;$$, $a$ $$; $b$ ; $a$",
            "select 1 /* ; /* ; */ ; */ + 1",
            "select 1 -- ;\n + 1",
            "create rule r as on insert to t do also (delete from a; delete from b)",
            "select a$1, b$x$ from t",
        ] {
            assert_eq!(only(&format!("{sql};select 2;")), [sql, "select 2"], "{sql}");
        }
    }

    #[test]
    fn bodies_in_plain_sql_stay_whole() {
        let function = "create or replace function f() returns int language sql begin atomic\n select case when true then 1 end; select 2; end";
        assert_eq!(only(&format!("{function};\nbegin;\nselect 1;\nend;")), [function, "begin", "select 1", "end"]);
    }

    #[test]
    fn what_is_for_psql_is_left_out() {
        let text = "\\restrict abc\nselect 1;\n\\connect - you\n\\unrestrict abc\nselect 2;\n\\.";
        assert_eq!(cut(text), [(2, "select 1".into()), (5, "select 2".into())]);
    }

    #[test]
    fn data_is_counted_and_no_statement() {
        let text = "COPY public.t (a) FROM stdin;\n1;\n'\n\\.\n\nselect 1;\ncopy t from stdin with (format csv);\n\\.\nselect 2;";
        let all = statements(text);
        let seen: Vec<(usize, usize, &str)> = all.iter().map(|one| (one.line, one.data, one.sql.as_str())).collect();
        assert_eq!(
            seen,
            [
                (1, 2, "COPY public.t (a) FROM stdin"),
                (6, 0, "select 1"),
                (7, 0, "copy t from stdin with (format csv)"),
                (9, 0, "select 2")
            ]
        );
    }

    #[test]
    fn backslashes_escape_where_the_file_says_so() {
        assert_eq!(only("set standard_conforming_strings = off; select '\\';'; select 2").len(), 3);
        assert_eq!(only("set standard_conforming_strings = on; select '\\'; select 2").len(), 3);
    }

    #[test]
    fn what_never_ends_is_one_statement() {
        for text in ["select 'a;", "select $a$ ;", "/* ;", "select \"a;", "select (1;", "copy t from stdin;\n1;"] {
            assert!(statements(text).len() <= 1, "{text}");
        }
    }
}
