//! `cargo xtask new-lint`: the files of a new advisor rule, with the next free number.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use super::root;

/// Makes the query, the page and the fixtures of a new advisor rule, and registers it
#[derive(Debug, Args)]
pub(crate) struct NewLint {
    /// The rule's name, such as `table_without_comment`
    name: String,
}

/// The first number of our own; those below are splinter's.
const FIRST: u16 = 1001;
const RULES: &str = "src/advise/rules";
const REGISTRY: &str = "src/advise/registry.rs";
const LIST: &str = "docs/advisors/README.md";

impl NewLint {
    pub(crate) fn run(self) -> Result<()> {
        scaffold(root(), &self.name)
    }
}

fn scaffold(root: &Path, name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    ensure!(
        name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(plain),
        "`{name}` is no name for a rule: lower-case letters, digits and underscores, a letter first"
    );
    let stems = stems(&root.join(RULES))?;
    if let Some(other) = stems.iter().find(|stem| stem.split_once('_').is_some_and(|(_, known)| known == name)) {
        bail!("there is a rule of that name: {other}");
    }
    let numbers = stems.iter().filter_map(|stem| stem.split('_').next()?.parse::<u16>().ok());
    let number = numbers.max().map_or(FIRST, |last| FIRST.max(last + 1));
    let stem = format!("{number}_{name}");
    for (path, text) in files(&stem, number, name) {
        let path = root.join(path);
        let folder = path.parent().context("a file stands in a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let entry = format!("    \"{stem}\",\n];");
    insert(&root.join(REGISTRY), "];", &entry)?;
    append(&root.join(LIST), &format!("| [{number}]({stem}.md) | `{name}` | INFO | security | to be written |\n"))
}

/// The new files, as stubs that the tests refuse until they are written.
fn files(stem: &str, number: u16, name: &str) -> [(String, String); 4] {
    let sql = format!(
        "-- title: To be written\n-- level: INFO\n-- facing: EXTERNAL\n-- categories: SECURITY\n\
         -- description: To be written.\n-- remediation: To be written.\n\
         select format('table %s.%s ...', n.nspname, c.relname) as detail,\n       \
         jsonb_build_object('schema', n.nspname, 'name', c.relname, 'type', 'table') as metadata,\n       \
         format('{name}_%s_%s', n.nspname, c.relname) as cache_key,\n       \
         'table' as kind,\n       \
         :id(n.nspname) || '.' || :id(c.relname) as identity\n\
         from pg_class c\njoin pg_namespace n on n.oid = c.relnamespace\n\
         where c.relkind = 'r' and :ours(n.nspname) and not :of_extension(c)\n"
    );
    let page = format!(
        "# {number} {name}\n\nTo be written. Level INFO, security.\n\nWhat it is, and why it matters.\n\n\
         ```sql\n-- how to mend it\n```\n"
    );
    let bad = format!("-- expect: {name}_public_note\ncreate table public.note (id int primary key);\n");
    let fixtures = format!("fixtures/advisors/{stem}");
    [
        (format!("{RULES}/{stem}.sql"), sql),
        (format!("docs/advisors/{stem}.md"), page),
        (format!("{fixtures}/bad.sql"), bad),
        (format!("{fixtures}/good.sql"), "-- What heals it, and what looks like it and is not.\n".to_owned()),
    ]
}

fn stems(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut stems = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        stems.extend(name.strip_suffix(".sql").map(str::to_owned));
    }
    Ok(stems)
}

/// Replaces the line that is just `mark` by a text.
fn insert(path: &Path, mark: &str, text: &str) -> Result<()> {
    let whole = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let line = format!("\n{mark}\n");
    ensure!(whole.matches(&line).count() == 1, "{} has not one line `{mark}`", path.display());
    fs::write(path, whole.replacen(&line, &format!("\n{text}\n"), 1))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn append(path: &Path, line: &str) -> Result<()> {
    let whole = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    fs::write(path, whole + line).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> std::path::PathBuf {
        let root = std::env::temp_dir().join(format!("new-lint-{}", std::process::id()));
        for folder in [RULES, "docs/advisors"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(root.join(RULES).join("0004_no_primary_key.sql"), "").unwrap();
        fs::write(root.join(REGISTRY), "const FILES = files![\n    \"0004_no_primary_key\",\n];\n").unwrap();
        fs::write(root.join(LIST), "| number |\n").unwrap();
        root
    }

    #[test]
    fn a_rule_gets_the_next_number_of_our_own_and_is_registered() {
        let root = tree();
        scaffold(&root, "first").unwrap();
        scaffold(&root, "second").unwrap();
        let registry = fs::read_to_string(root.join(REGISTRY)).unwrap();
        assert!(registry.ends_with("\"1001_first\",\n    \"1002_second\",\n];\n"), "{registry}");
        assert!(root.join("fixtures/advisors/1002_second/good.sql").is_file());
        assert!(fs::read_to_string(root.join(LIST)).unwrap().contains("[1002](1002_second.md)"));
        for name in ["first", "no_primary_key", "Bad", "9", "a-b"] {
            assert!(scaffold(&root, name).is_err(), "{name}");
        }
        fs::remove_dir_all(root).unwrap();
    }
}
