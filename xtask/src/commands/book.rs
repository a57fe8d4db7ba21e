//! `cargo xtask book`: the pages as a book, in `target/book/site`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use xshell::{Shell, cmd};

use super::shell;

/// What makes the book; pinned, so that it is the same everywhere.
const MAKER: &str = "mkdocs==1.6.1";
/// The pages beside `docs`, in the places their links expect.
const BESIDE: [&str; 8] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "fixtures/muva/README.md",
    "fixtures/muva/defects.toml",
];

/// Makes a book of the pages, and fails for a link that leads nowhere
#[derive(Debug, Args)]
pub(crate) struct Book {}

impl Book {
    pub(crate) fn run(self) -> Result<()> {
        let shell = shell()?;
        let maker = maker(&shell)?;
        let _path = shell.push_env("PYTHONPATH", maker);
        let pages = Path::new("target/book/pages");
        shell.remove_path(pages)?;
        shell.create_dir(pages.join("fixtures/muva"))?;
        cmd!(shell, "cp -r docs {pages}/").run()?;
        for page in BESIDE {
            shell.copy_file(page, pages.join(page))?;
        }
        shell.copy_file("docs/book.yml", "target/book/mkdocs.yml")?;
        let made = cmd!(shell, "python3 -m mkdocs build --strict -f target/book/mkdocs.yml -d site");
        made.run().context("the book could not be made")?;
        let first = "target/book/site/index.html";
        cmd!(shell, "ls {first}").quiet().run().context("no first page was made")
    }
}

/// The folder of the book's maker; fetched once.
fn maker(shell: &Shell) -> Result<PathBuf> {
    let folder = shell.current_dir().join("target/book/maker");
    if !folder.join("mkdocs").exists() {
        // pip also speaks of packages that have nothing to do with this folder.
        let fetched = cmd!(shell, "python3 -m pip install --quiet --target {folder} {MAKER}").ignore_stderr();
        fetched.run().context("the book's maker could not be fetched with pip")?;
    }
    Ok(folder)
}
