//! Holds the pages to the tool: links lead somewhere, and every check, key, verb, exit code, room and defect is named.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use pg_rehearse::config::File;
use pg_rehearse::verify;
use serde_json::Value;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The pages: every Markdown file at the top, under `docs` and beside a fixture.
pub(crate) fn pages() -> Vec<PathBuf> {
    let mut folders = vec![root().to_owned(), root().join("docs"), root().join("docs/advisors")];
    folders.extend(std::fs::read_dir(root().join("fixtures")).unwrap().map(|entry| entry.unwrap().path()));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let files = entries.map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// A page's lines outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// What a page links to.
fn links(text: &str) -> Vec<String> {
    let targets = prose(text).flat_map(|line| line.split("](").skip(1).filter_map(|rest| rest.split(')').next()));
    targets.map(str::to_owned).collect()
}

/// The anchors of a page's headings.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = prose(text).filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings.map(|heading| heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
}

/// The part of a page from the first heading of level two that contains `mark` to the next.
fn section(text: &str, mark: &str) -> Option<String> {
    let heading = |line: &&str| line.starts_with("## ");
    let mut lines = text.lines().skip_while(|line| !(heading(line) && line.contains(mark)));
    let first = lines.next()?;
    Some(std::iter::once(first).chain(lines.take_while(|line| !heading(line))).collect::<Vec<_>>().join("\n"))
}

/// The code spans that begin the rows of a section's tables.
fn rows(section: &str) -> BTreeSet<String> {
    let named = |line: &str| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned());
    section.lines().filter_map(named).collect()
}

#[test]
fn links_lead_to_files_and_headings() {
    let mut followed = 0;
    for page in pages() {
        for link in links(&read(&page)).into_iter().filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { page.clone() } else { page.with_file_name(file) };
            assert!(target.exists(), "{} links to {link}", page.display());
            if !anchor.is_empty() {
                let known = anchors(&read(&target));
                assert!(known.contains(anchor), "{} links to {link}: {known:?}", page.display());
            }
            followed += 1;
        }
    }
    assert!(followed > 10, "only {followed} links were found: the scan is broken");
}

#[test]
fn the_readme_opens_with_the_two_commands() {
    let readme = read("README.md");
    let opening = readme.lines().take(40).collect::<Vec<_>>().join("\n");
    for command in ["cargo xtask rehearse", "cargo xtask test"] {
        assert!(opening.contains(command), "{command} is not at the top of README.md");
    }
}

#[test]
fn the_readme_names_every_verb_and_no_other() {
    let help = Command::new(env!("CARGO_BIN_EXE_pg-rehearse")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    // A verb stands two spaces in; what continues its line stands further.
    let verbs = listed.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    let verbs: BTreeSet<String> = verbs.filter(|verb| *verb != "help").map(str::to_owned).collect();
    assert!(verbs.contains("verify"), "no verbs in: {help}");
    assert_eq!(rows(&section(&read("README.md"), "Verbs").unwrap()), verbs);
}

#[test]
fn every_exit_code_is_in_the_readme() {
    let source = read("src/model/exit.rs");
    let codes: BTreeSet<String> = source
        .lines()
        .filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = "))
        .map(|(_, code)| code.to_owned())
        .collect();
    assert!(codes.contains("130"), "no codes in exit.rs");
    assert_eq!(rows(&section(&read("README.md"), "Exit codes").unwrap()), codes);
    assert_eq!(rows(&section(&read("docs/verify.md"), "Exit codes").unwrap()), codes);
}

#[test]
fn every_check_has_a_section() {
    let page = read("docs/verify.md");
    let overview = rows(&section(&page, "The checks").unwrap());
    for check in verify::checks() {
        let mark = format!("`{}`", check.name());
        let section = section(&page, &mark).unwrap_or_else(|| panic!("docs/verify.md has no section {mark}"));
        for part in ["**Proves**", "**Does not prove**", "**How**", "**Cost**"] {
            assert!(section.contains(part), "docs/verify.md, {mark}: no {part}");
        }
        assert!(overview.contains(check.name()), "docs/verify.md does not list {mark}");
    }
    assert_eq!(overview.len(), verify::checks().len(), "{overview:?}");
}

/// The keys of a table in the schema.
fn keys(schema: &Value, node: &Value) -> BTreeSet<String> {
    let node = node.get("items").unwrap_or(node);
    let node = match node.get("$ref").and_then(Value::as_str) {
        Some(path) => schema.pointer(path.trim_start_matches('#')).unwrap(),
        None => node,
    };
    node.get("properties").and_then(Value::as_object).map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn every_configuration_key_is_described_and_no_other() {
    let page = read("docs/configuration.md");
    let schema = schemars::schema_for!(File);
    let schema = schema.as_value();
    let tables = schema["properties"].as_object().unwrap();
    assert!(tables.len() > 5);
    for (table, node) in tables {
        let section = section(&page, &format!("[{table}]")).unwrap_or_else(|| panic!("no section for [{table}]"));
        assert_eq!(rows(&section), keys(schema, node), "docs/configuration.md, [{table}]");
    }
}

#[test]
fn examples_of_the_configuration_are_read() {
    let page = read("docs/configuration.md");
    let examples: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        File::parse(example).unwrap_or_else(|error| panic!("{}\n{example}", error.chain()));
    }
}

#[test]
fn every_defect_is_in_the_matrix() {
    let catalogue: toml::Table = read("fixtures/muva/defects.toml").parse().unwrap();
    let page = read("docs/rehearsal.md");
    let text = |value: &toml::Value| value.as_str().unwrap().to_owned();
    let defects = catalogue["defect"].as_array().unwrap();
    for defect in defects {
        let expects = defect["expects"].as_array().unwrap().iter().map(text);
        // A bar would end the cell, so the parts are set apart otherwise.
        let expects: Vec<String> = expects.map(|one| format!("`{}`", one.replace(" | ", " · "))).collect();
        let row = format!("| {} | {} | {} |", text(&defect["name"]), text(&defect["planted"]), expects.join("<br>"));
        assert!(page.contains(&row), "docs/rehearsal.md lacks the row\n{row}");
    }
    assert_eq!(page.matches(" · ").count() / 2, page.matches("`<br>`").count() + defects.len(), "a row too many");
}

#[test]
fn every_advisor_is_listed() {
    let page = read("docs/advisors/README.md");
    for rule in pg_rehearse::advise::rules().unwrap() {
        let file = format!("{}_{}.md", rule.digits(), rule.name);
        let categories = rule.categories.join(", ").to_lowercase();
        let row = format!("| [{}]({file}) | `{}` | {} | {categories} | ", rule.digits(), rule.name, rule.level);
        assert!(page.contains(&row), "docs/advisors/README.md lacks the row\n{row}");
    }
}

#[test]
fn every_room_is_on_the_map() {
    let map = rows(&section(&read("ARCHITECTURE.md"), "The rooms").unwrap());
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(!path.is_dir() || map.contains(name), "ARCHITECTURE.md does not name the room {name}");
    }
    for room in &map {
        assert!(root().join("src").join(room).is_dir(), "ARCHITECTURE.md names the room {room}, which is not there");
    }
}
