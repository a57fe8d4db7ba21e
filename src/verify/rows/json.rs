//! JSON texts taken apart without touching a token: set out line by line for a difference, or with sorted keys to see
//! whether only their order differs. Numbers keep every digit, and a key that stands twice stays twice.

/// Nesting followed; deeper texts are left as they are.
const DEPTH: usize = 100;

/// One value; scalars, strings and keys as they were written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Node<'a> {
    Plain(&'a str),
    List(Vec<Node<'a>>),
    Object(Vec<(&'a str, Node<'a>)>),
}

/// The text with each member on a line of its own; nothing where it is no JSON.
pub(super) fn pretty(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() * 2);
    write(&mut out, &parse(text)?, 0);
    Some(out)
}

/// Whether two texts hold the same tokens in the same order, whatever the white space between them.
pub(super) fn same_tokens(one: &str, two: &str) -> bool {
    matches!((parse(one), parse(two)), (Some(one), Some(two)) if one == two)
}

/// Whether two texts hold the same values, whatever the order of the keys.
pub(super) fn same_but_for_order(one: &str, two: &str) -> bool {
    matches!((parse(one), parse(two)), (Some(one), Some(two)) if sorted(one.clone()) == sorted(two.clone()))
}

fn sorted(node: Node<'_>) -> Node<'_> {
    match node {
        Node::Plain(text) => Node::Plain(text),
        Node::List(items) => Node::List(items.into_iter().map(sorted).collect()),
        Node::Object(members) => {
            let mut members: Vec<_> = members.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            members.sort();
            Node::Object(members)
        }
    }
}

fn write(out: &mut String, node: &Node<'_>, depth: usize) {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    match node {
        Node::Plain(text) => out.push_str(text),
        Node::List(items) if items.is_empty() => out.push_str("[]"),
        Node::Object(members) if members.is_empty() => out.push_str("{}"),
        Node::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                line(out, depth + 1);
                write(out, item, depth + 1);
            }
            line(out, depth);
            out.push(']');
        }
        Node::Object(members) => {
            out.push('{');
            for (index, (key, value)) in members.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                line(out, depth + 1);
                out.push_str(key);
                out.push_str(": ");
                write(out, value, depth + 1);
            }
            line(out, depth);
            out.push('}');
        }
    }
}

fn parse(text: &str) -> Option<Node<'_>> {
    let mut reader = Reader { text, at: 0 };
    let node = reader.value(0)?;
    reader.space();
    (reader.at == text.len()).then_some(node)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\n', '\r', '\t']).len();
    }

    /// The next character that is no white space, taken if it is `wanted`.
    fn take(&mut self, wanted: char) -> bool {
        self.space();
        let found = self.text[self.at..].starts_with(wanted);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Option<Node<'a>> {
        if depth > DEPTH {
            return None;
        }
        if self.take('[') {
            let mut items = Vec::new();
            if self.take(']') {
                return Some(Node::List(items));
            }
            loop {
                items.push(self.value(depth + 1)?);
                if self.take(']') {
                    return Some(Node::List(items));
                }
                self.take(',').then_some(())?;
            }
        }
        if self.take('{') {
            let mut members = Vec::new();
            if self.take('}') {
                return Some(Node::Object(members));
            }
            loop {
                self.space();
                let key = self.string()?;
                self.take(':').then_some(())?;
                members.push((key, self.value(depth + 1)?));
                if self.take('}') {
                    return Some(Node::Object(members));
                }
                self.take(',').then_some(())?;
            }
        }
        self.space();
        if self.text[self.at..].starts_with('"') {
            return self.string().map(Node::Plain);
        }
        let rest = &self.text[self.at..];
        let length = rest.find([',', ']', '}', ' ', '\n', '\r', '\t', ':', '"']).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then(|| Node::Plain(&rest[..length]))
    }

    fn string(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let mut escaped = true;
        for (index, c) in rest.char_indices() {
            match c {
                '"' if index > 0 && !escaped => {
                    self.at += index + 1;
                    return Some(&rest[..=index]);
                }
                _ if index == 0 && c != '"' => return None,
                '\\' if !escaped => escaped = true,
                _ => escaped = false,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_on_lines_of_their_own_and_tokens_stay() {
        assert_eq!(
            pretty(r#"{"a":1.00,"b":[{}, [ ],"x,\"]"],"a":null}"#).unwrap(),
            "{\n  \"a\": 1.00,\n  \"b\": [\n    {},\n    [],\n    \"x,\\\"]\"\n  ],\n  \"a\": null\n}"
        );
        assert_eq!(pretty(r#"["\\", "a"]"#).unwrap(), "[\n  \"\\\\\",\n  \"a\"\n]");
        for wrong in ["", "{", "[1,]", "{\"a\"}", "1 2", "{a:1}", "\"open", "[1]]"] {
            assert_eq!(pretty(wrong), None, "{wrong}");
        }
        assert_eq!(pretty(&"[".repeat(5_000)), None);
    }

    #[test]
    fn order_and_space_are_told_from_values() {
        assert!(same_tokens(r#"{"a":1, "b":2}"#, r#"{ "a" : 1,"b":2 }"#));
        assert!(!same_tokens(r#"{"a":1, "b":2}"#, r#"{"b":2, "a":1}"#));
        assert!(same_but_for_order(r#"[{"a":1, "b":2}]"#, r#"[{"b":2, "a":1}]"#));
        assert!(!same_but_for_order("[1,2]", "[2,1]"));
        assert!(!same_but_for_order("[1.0]", "[1.00]"));
    }
}
