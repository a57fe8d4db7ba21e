//! Fills in the catalog's `.sql` files: three placeholders, and lines for some versions only.
//!
//! `:schemas` becomes the array of schemas in scope. `:sql(x)` becomes `x` as an identifier in SQL, always quoted, as
//! [`crate::model::quoted`] does. `:id(x)` becomes `x` as an identifier for people, quoted by the
//! same rule as [`crate::model::RelationName`] prints: `quote_ident` would not do, since it follows the server's list
//! of key words, which differs between versions. A line that ends in `-- since 15` is for servers of that major version and
//! later: what it asks for is not there before.

use crate::model::literal;

/// A list of texts in SQL.
pub(super) fn array(texts: &[String]) -> String {
    let list: Vec<String> = texts.iter().map(|text| literal(text)).collect();
    format!("array[{}]::text[]", list.join(", "))
}

/// Placeholders filled for a list of schemas.
#[derive(Debug)]
pub(crate) struct Template {
    schemas: String,
    major: u32,
}

impl Template {
    pub(crate) fn new(schemas: &[String], major: u32) -> Self {
        let list: Vec<String> = schemas.iter().map(|schema| literal(schema)).collect();
        Self { schemas: format!("array[{}]::name[]", list.join(", ")), major }
    }

    pub(crate) fn fill(&self, sql: &str) -> String {
        let lines: Vec<&str> = sql.lines().filter(|line| since(line).is_none_or(|first| self.major >= first)).collect();
        let sql = lines.join("\n");
        let quoted = |expression: &str| format!("('\"' || replace({expression}, '\"', '\"\"') || '\"')");
        let readable = |expression: &str| {
            let quoted = quoted(expression);
            format!("(case when {expression} ~ '^[a-z_][a-z0-9_]*$' then {expression} else {quoted} end)")
        };
        let filled = calls(&calls(&sql, ":id(", readable), ":sql(", quoted);
        filled.replace(":schemas", &self.schemas)
    }
}

/// Each call of a placeholder with what becomes of its argument, as text.
fn calls(sql: &str, name: &str, made: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(sql.len() * 2);
    let mut rest = sql;
    while let Some(at) = rest.find(name) {
        filled.push_str(&rest[..at]);
        let inner = &rest[at + name.len()..];
        let end = closing(inner);
        filled.push_str(&made(&format!("({})::text", &inner[..end])));
        rest = inner.get(end + 1..).unwrap_or("");
    }
    filled.push_str(rest);
    filled
}

/// The first major version a line is for.
fn since(line: &str) -> Option<u32> {
    line.rsplit_once("-- since ")?.1.trim().parse().ok()
}

/// Where the parenthesis that is already open closes.
pub(crate) fn closing(text: &str) -> usize {
    let mut depth = 1;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_for_their_versions() {
        let sql = "select a\n, b -- since 15\nfrom t -- since long ago";
        assert_eq!(Template::new(&[], 14).fill(sql), "select a\nfrom t -- since long ago");
        assert_eq!(Template::new(&[], 15).fill(sql), sql);
    }

    #[test]
    fn placeholders_are_filled() {
        let template = Template::new(&["public".into(), "it's".into()], 18);
        assert_eq!(template.fill("a = any(:schemas)"), "a = any(array['public', 'it''s']::name[])");
        let filled = template.fill("select :id(f(a)) || 'x'");
        assert!(filled.starts_with("select (case when (f(a))::text ~"), "{filled}");
        assert!(filled.ends_with("end) || 'x'"), "{filled}");
        assert_eq!(template.fill(":sql(f(a))"), "('\"' || replace((f(a))::text, '\"', '\"\"') || '\"')");
    }
}
