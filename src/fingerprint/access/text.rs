//! The text of access rules: an object on a line, its attributes indented below it, one a line.
//!
//! A value of several lines stands below its name, each line after a bar.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use super::{Access, NAMED_HERE, SECTIONS};
use crate::catalog::{Inventory, InventoryObject};
use crate::fingerprint::manifest::object;
use crate::model::{Error, ObjectRef, Result};

/// The first words of the text, by which it is known.
const FIRST: &str = "# Access rules of a database";
const HEAD: &str = ", written by `pg-rehearse fingerprint --access`; no row value stands here.\n\
                    # `pg-rehearse verify --against FILE` holds a database to them.\n";
/// The version of this format; raised when it changes.
const FORMAT: u32 = 1;
const PRIVILEGES: &str = "privileges";
/// The privilege that servers know from 17 on, and the name it stands under.
const MAINTAIN: &str = "maintain";
const SINCE_17: &str = "privileges since 17";

impl Access {
    /// Whether a text is one of access rules, whatever its version.
    pub fn is_text(text: &str) -> bool {
        text.starts_with(FIRST)
    }

    /// The rules as text.
    pub fn to_text(&self) -> String {
        let every = if self.every_schema { "every schema: " } else { "schemas: " };
        let mut text = format!("{FIRST}{HEAD}format: {FORMAT}\nserver: {}\n", self.server);
        line(&mut text, &format!("{every}{}", self.schemas.join(", ")));
        for (kind, heading, _) in SECTIONS {
            let of_kind: Vec<_> = self.rules.iter().filter(|(object, _)| object.kind == kind).collect();
            if of_kind.is_empty() {
                continue;
            }
            text.push_str(&format!("\n# {heading}\n"));
            for (object, facts) in of_kind {
                text.push('\n');
                line(&mut text, &object.to_string());
                for (name, value) in shown(facts) {
                    attribute(&mut text, name, &value);
                }
            }
        }
        text
    }

    /// Reads rules from their text.
    ///
    /// # Errors
    /// Usage, naming the line, when it is no such text or one of another version.
    pub fn parse(text: &str) -> Result<Self> {
        const HINT: &str = "give a file that `pg-rehearse fingerprint --access` has written";
        if !Self::is_text(text) {
            return Err(Error::usage("these are no access rules").hint(HINT));
        }
        let mut reading = Reading::default();
        for (number, line) in (1..).zip(text.lines()) {
            reading.line(line).map_err(|problem| Error::usage(format!("line {number}: {problem}")).hint(HINT))?;
        }
        reading.end().map_err(|problem| Error::usage(problem).hint(HINT))
    }

    /// Writes the text into a file.
    ///
    /// # Errors
    /// Failed, when it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        crate::fingerprint::write_private(path, &self.to_text())
    }
}

/// The attributes as they are shown: what only a later version knows has a line of its own.
fn shown(facts: &InventoryObject) -> Vec<(&str, String)> {
    let mut all = Vec::new();
    for (name, value) in &facts.attributes {
        let Some(value) = value.as_ref().filter(|_| name != NAMED_HERE) else { continue };
        if name != PRIVILEGES {
            all.push((name.as_str(), value.clone()));
            continue;
        }
        let (later, known): (Vec<&str>, Vec<&str>) =
            value.split(", ").partition(|name| name.trim_end_matches('*') == MAINTAIN);
        for (name, list) in [(PRIVILEGES, known), (SINCE_17, later)] {
            if !list.is_empty() {
                all.push((name, list.join(", ")));
            }
        }
    }
    all
}

fn line(text: &mut String, content: &str) {
    text.push_str(&escaped(content));
    text.push('\n');
}

fn attribute(text: &mut String, name: &str, value: &str) {
    let plain = !value.is_empty() && value.trim() == value && !value.contains(char::is_control);
    if plain {
        let _ = writeln!(text, "  {name}: {value}");
        return;
    }
    let _ = writeln!(text, "  {name}:");
    for part in value.split('\n') {
        let escaped = escaped(part);
        let _ = match escaped.is_empty() {
            true => writeln!(text, "    |"),
            false => writeln!(text, "    | {escaped}"),
        };
    }
}

/// A text on one line, at whose end no space is lost.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let end = text.trim_end().len();
    for (at, letter) in text.char_indices() {
        match letter {
            '\\' => escaped.push_str("\\\\"),
            ' ' if at < end => escaped.push(' '),
            _ if at < end && !letter.is_control() => escaped.push(letter),
            _ => {
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(letter));
            }
        }
    }
    escaped
}

fn plain(text: &str) -> Result<String, String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        if let Some(after) = after.strip_prefix('\\') {
            plain.push('\\');
            rest = after;
            continue;
        }
        let code = after.strip_prefix("u{").and_then(|it| it.split_once('}'));
        let (code, after) = code.ok_or("a backslash that begins nothing")?;
        let letter = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
        plain.push(letter.ok_or_else(|| format!("\\u{{{code}}} is no character"))?);
        rest = after;
    }
    plain.push_str(rest);
    Ok(plain)
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    format: Option<u32>,
    server: Option<u32>,
    schemas: Option<(bool, Vec<String>)>,
    rules: Inventory,
    object: Option<ObjectRef>,
    /// The attribute whose value goes on below, and whether a line of it was read.
    open: Option<(String, bool)>,
}

impl Reading {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(part) = line.strip_prefix("    |") {
            return self.more(part.strip_prefix(' ').unwrap_or(part));
        }
        if let Some((name, false)) = &self.open {
            return Err(format!("the value of `{name}` is missing"));
        }
        self.open = None;
        if line.trim().is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(attribute) = line.strip_prefix("  ") {
            return self.attribute(attribute);
        }
        if self.rules.is_empty() && self.head(line)? {
            return Ok(());
        }
        self.begin(&plain(line)?)
    }

    /// A line of the head; says whether it was one.
    fn head(&mut self, line: &str) -> Result<bool, String> {
        let Some((name, value)) = line.split_once(": ").or_else(|| line.split_once(':')) else { return Ok(false) };
        let number = || value.trim().parse().map_err(|_| format!("`{value}` is no number"));
        match name {
            "format" => match number()? {
                FORMAT => self.format = Some(FORMAT),
                other => return Err(format!("the format is {other}, this tool reads {FORMAT}")),
            },
            "server" => self.server = Some(number()?),
            "schemas" | "every schema" => {
                let names = plain(value)?;
                let names = names.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect();
                self.schemas = Some((name == "every schema", names));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn begin(&mut self, line: &str) -> Result<(), String> {
        let object = object(line);
        if !SECTIONS.iter().any(|(kind, ..)| *kind == object.kind) {
            return Err(format!("`{line}` is no object that decides on access"));
        }
        let mut attributes = BTreeMap::new();
        if matches!(object.kind.as_str(), "role" | "membership") {
            attributes.insert(NAMED_HERE.to_owned(), Some("true".to_owned()));
        }
        let facts = InventoryObject { parent: parent(&object), attributes };
        if self.rules.insert(object.clone(), facts).is_some() {
            return Err(format!("{object} is there twice"));
        }
        self.object = Some(object);
        Ok(())
    }

    fn attribute(&mut self, line: &str) -> Result<(), String> {
        match line.split_once(": ") {
            Some((name, value)) => self.put(name, value, false),
            None => {
                let name = line.trim_end().strip_suffix(':').ok_or_else(|| format!("`{line}` has no value"))?;
                self.open = Some((name.to_owned(), false));
                Ok(())
            }
        }
    }

    /// A further line of a value.
    fn more(&mut self, part: &str) -> Result<(), String> {
        let (name, begun) = self.open.take().ok_or("a line of a value, and no attribute before it")?;
        self.put(&name, &plain(part)?, begun)?;
        self.open = Some((name, true));
        Ok(())
    }

    fn put(&mut self, name: &str, value: &str, goes_on: bool) -> Result<(), String> {
        let object = self.object.as_ref().ok_or("an attribute, and no object before it")?;
        let known = SECTIONS.iter().any(|(kind, _, names)| {
            *kind == object.kind && (names.contains(&name) || (*kind == "grant" && name == SINCE_17))
        });
        if !known {
            return Err(format!("{object} has no attribute `{name}`"));
        }
        let Some(facts) = self.rules.get_mut(object) else { return Ok(()) };
        let joined = name == SINCE_17 || (name == PRIVILEGES && facts.attributes.contains_key(PRIVILEGES));
        let name = if name == SINCE_17 { PRIVILEGES } else { name };
        let entry = facts.attributes.entry(name.to_owned()).or_default();
        match entry {
            Some(before) if goes_on => {
                before.push('\n');
                before.push_str(value);
            }
            Some(before) if joined => {
                let mut all: Vec<&str> = before.split(", ").chain(value.split(", ")).collect();
                all.sort_unstable();
                *before = all.join(", ");
            }
            Some(_) => return Err(format!("`{name}` is there twice")),
            None => *entry = Some(value.to_owned()),
        }
        Ok(())
    }

    fn end(self) -> Result<Access, String> {
        if let Some((name, false)) = &self.open {
            return Err(format!("the value of `{name}` is missing"));
        }
        let missing = |name: &str| format!("the line `{name}:` is missing");
        self.format.ok_or_else(|| missing("format"))?;
        let server = self.server.ok_or_else(|| missing("server"))?;
        let (every_schema, schemas) = self.schemas.ok_or_else(|| missing("schemas"))?;
        Ok(Access { server, schemas, every_schema, rules: self.rules })
    }
}

/// What an object hangs on, by its identity.
fn parent(object: &ObjectRef) -> Option<String> {
    let end = match object.kind.as_str() {
        "policy" => last_outside(&object.identity, "."),
        "grant" => last_outside(&object.identity, " to "),
        _ => None,
    };
    end.map(|end| object.identity[..end].to_owned())
}

/// Where a text stands last outside of quotes.
fn last_outside(text: &str, wanted: &str) -> Option<usize> {
    let mut inside = false;
    let outside = text.char_indices().filter(|(at, letter)| {
        inside ^= *letter == '"';
        !inside && text[*at..].starts_with(wanted)
    });
    outside.last().map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kind, identity, parent, attributes.
    type Planned<'a> = (&'a str, &'a str, Option<&'a str>, &'a [(&'a str, &'a str)]);

    fn access(objects: &[Planned<'_>]) -> Access {
        let one = |(kind, identity, parent, attributes): &Planned<'_>| {
            let attributes = attributes.iter().map(|(name, value)| ((*name).into(), Some((*value).into()))).collect();
            (ObjectRef::new(*kind, *identity), InventoryObject { parent: parent.map(Into::into), attributes })
        };
        let rules = objects.iter().map(one).collect();
        Access { server: 17, schemas: vec!["auth".into(), "public".into()], every_schema: true, rules }
    }

    #[test]
    fn a_text_reads_as_people_read_it() {
        let access = access(&[
            (
                "policy",
                "public.t.\"staff reads\"",
                Some("public.t"),
                &[("command", "select"), ("using", "(EXISTS ( SELECT 1\n   FROM public.s))")],
            ),
            ("grant", "table public.t to anon", Some("table public.t"), &[("privileges", "delete, maintain*, select")]),
            ("role", "anon", None, &[("named here", "true"), ("superuser", "false")]),
        ]);
        let text = access.to_text();
        let body = text.split_once("\n\n").unwrap().1;
        assert_eq!(
            body,
            "# Roles that the database names\n\nrole anon\n  superuser: false\n\n# Policies\n\n\
             policy public.t.\"staff reads\"\n  command: select\n  using:\n    | (EXISTS ( SELECT 1\n    |    FROM public.s))\n\n\
             # Privileges, default privileges among them; a star is the right to grant on\n\n\
             grant table public.t to anon\n  privileges: delete, select\n  privileges since 17: maintain*\n"
        );
        assert_eq!(Access::parse(&text).unwrap(), access);
    }

    #[test]
    fn whatever_names_and_values_hold_comes_back() {
        let odd = [" x", "x ", "", "a\\b", "a\n\n b \n", "\ttab\r\n", "| a", "\\u{41}", "# no comment", "a: b"];
        for value in odd {
            let name = format!("public.\"T to .'{}\"", value.replace('"', ""));
            let policy = format!("{name}.\"p. to x\"");
            let grant = format!("table {name} to \"x to y\"");
            let access = access(&[
                ("policy", &policy, Some(&name), &[("using", value), ("with check", value)]),
                ("grant", &grant, Some(&format!("table {name}")), &[("privileges", "maintain")]),
                ("function", "public.f(a integer, b \"x.y\")", None, &[("security", "definer"), ("settings", value)]),
            ]);
            assert_eq!(Access::parse(&access.to_text()).unwrap(), access, "{value:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let good = access(&[("row security", "public.t", None, &[("forced", "no")])]).to_text();
        let wrong = |from: &str, to: &str| Access::parse(&good.replace(from, to)).unwrap_err().to_string();
        assert_eq!(wrong("# Access rules", "# Rules"), "these are no access rules");
        assert_eq!(wrong("format: 1", "format: 2"), "line 3: the format is 2, this tool reads 1");
        assert_eq!(wrong("server: 17\n", ""), "the line `server:` is missing");
        assert_eq!(wrong("forced: no", "frced: no"), "line 10: row security public.t has no attribute `frced`");
        assert_eq!(
            wrong("row security public.t", "index public.t"),
            "line 9: `index public.t` is no object that decides on access"
        );
        assert_eq!(wrong("  forced: no\n", "  forced: no\n  forced: yes\n"), "line 11: `forced` is there twice");
        assert_eq!(wrong("  forced: no\n", "  forced:\n"), "the value of `forced` is missing");
    }
}
