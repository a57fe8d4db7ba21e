//! The definition of one view as servers of different versions print it.
//!
//! Before 16 the server writes each column of a view over a single relation with that relation's name before it; from 16
//! on it does not. Nothing else may pass as alike here.

/// The first major version that leaves the name out.
const LEAVES_OUT: u32 = 16;

/// Whether servers of these major versions print views differently.
pub(super) fn differs_between(one: u32, two: u32) -> bool {
    (one < LEAVES_OUT) != (two < LEAVES_OUT)
}

/// Whether two definitions are one, but for the name of the only relation before its columns.
pub(super) fn alike(one: &str, two: &str) -> bool {
    let (one, two) = (tokens(one), tokens(two));
    let (long, short) = if one.len() >= two.len() { (one, two) } else { (two, one) };
    let (mut at, mut prefix, mut before) = (0, None, "");
    // For each open parenthesis whether a query begins there: FROM leads to relations in a query, to a value elsewhere.
    let mut queries = vec![true];
    for token in &short {
        if long.get(at) != Some(token) {
            // A column of the relation, and no function, type, collation or relation of a schema of that name.
            let [Some(&name), Some(&"."), Some(&column)] = [long.get(at), long.get(at + 1), long.get(at + 2)] else {
                return false;
            };
            let relation = matches!(before, "FROM" | "JOIN") && queries.last() == Some(&true);
            let other = relation || matches!(before, "." | ":" | "COLLATE") || long.get(at + 3) == Some(&"(");
            if column != *token || other || !is_name(name) || *prefix.get_or_insert(name) != name {
                return false;
            }
            at += 2;
        }
        match *token {
            "(" => queries.push(matches!(long.get(at + 1), Some(&"SELECT" | &"WITH" | &"VALUES"))),
            ")" if queries.len() > 1 => drop(queries.pop()),
            _ => {}
        }
        at += 1;
        before = token;
    }
    // The name is that of what the view reads: its alias, or the relation's own.
    let stands_alone = |name: &str| long.windows(2).any(|pair| pair[0] == name && pair[1] != ".");
    at == long.len() && prefix.is_none_or(stands_alone)
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first == '"' || first == '_' || first.is_alphabetic())
}

/// The words, quoted names and texts, and single signs of a statement, without the space between them.
fn tokens(text: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' => closing(rest, first),
            _ if is_word(first) => rest.find(|other| !is_word(other)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(end);
        found.push(token);
        rest = behind.trim_start();
    }
    found
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

/// Where a quoted token ends; a doubled quote is one of the letters inside.
fn closing(text: &str, quote: char) -> usize {
    let mut at = 1;
    while let Some(found) = text[at..].find(quote) {
        at += found + 1;
        if !text[at..].starts_with(quote) {
            return at;
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = " SELECT l.tenant_id,\n    count(*) AS runs,\n    max(l.\"At\") AS at\n   FROM public.log l\n  \
                       WHERE (l.state <> 'l.state'::public.mood)\n  GROUP BY l.tenant_id;";
    const NEW: &str = " SELECT tenant_id,\n    count(*) AS runs,\n    max(\"At\") AS at\n   FROM public.log l\n  \
                       WHERE (state <> 'l.state'::public.mood)\n  GROUP BY tenant_id;";

    #[test]
    fn the_name_of_the_only_relation_makes_no_difference() {
        assert!(alike(OLD, NEW) && alike(NEW, OLD) && alike(OLD, OLD));
        assert!(alike("SELECT EXTRACT(year FROM t.at) AS y FROM s.t;", "SELECT EXTRACT(year FROM at) AS y FROM s.t;"));
    }

    #[test]
    fn quotes_inside_quotes_are_read() {
        let old = "SELECT \"a\"\"b\".x, 'it''s \"a\"\"b\".x' FROM t \"a\"\"b\";";
        assert!(alike(old, "SELECT x, 'it''s \"a\"\"b\".x' FROM t \"a\"\"b\";"));
        assert!(!alike(old, "SELECT x, 'it''s x' FROM t \"a\"\"b\";"));
    }

    #[test]
    fn anything_else_does() {
        let changed = [
            ("tenant_id", "tenant"),
            ("'l.state'", "'state'"),
            ("public.mood", "mood"),
            ("public.log", "log"),
            ("max(", "min("),
            ("log l", "log"),
            ("   FROM", "  , 1 FROM"),
        ];
        for (from, to) in changed {
            assert!(!alike(OLD, &NEW.replace(from, to)), "{from} -> {to}");
            assert!(!alike(&OLD.replace(from, to), NEW), "{from} -> {to} in the old");
        }
        // Another relation's column; a name for two relations.
        assert!(!alike(&OLD.replace("max(l.", "max(m."), NEW));
        assert!(!alike("SELECT s.f(a) FROM s.t", "SELECT f(a) FROM s.t"));
        assert!(!alike("SELECT a COLLATE s.c FROM t s", "SELECT a COLLATE c FROM t s"));
        assert!(!alike("SELECT x.a FROM t", "SELECT a FROM t"));
        assert!(!alike("SELECT a FROM s.t s", "SELECT a FROM t s"));
        assert!(!alike("SELECT (SELECT 1 FROM s.t) FROM t s", "SELECT (SELECT 1 FROM t) FROM t s"));
        assert!(!alike("SELECT 'a b' FROM t", "SELECT 'a  b' FROM t"));
    }
}
