//! `cargo xtask image`: an image compatible with the well-known pgvector one, made from Debian packages, for machines
//! whose container engine reaches no image registry; and one of programs to measure against.

mod mirror;
mod recipe;
mod tree;

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;
use xshell::{Shell, cmd};

use super::{built, shell};
use recipe::{Recipe, SUITE};
use tree::Tree;

/// Builds the throwaway servers' image from Debian packages and keeps it in the local engine
#[derive(Debug, Args)]
pub(crate) struct Image {
    /// Build the image of pgcopydb instead, which `bench copy` measures against
    #[arg(long)]
    clients: bool,
    /// The name to give it
    #[arg(long)]
    tag: Option<String>,
    /// Build even where an image of this name is present
    #[arg(long)]
    force: bool,
}

impl Image {
    pub(crate) fn run(self) -> Result<()> {
        let shell = shell()?;
        let recipe = if self.clients { Recipe::Clients } else { Recipe::Server };
        let tag = self.tag.as_deref().unwrap_or(recipe.tag());
        cmd!(shell, "docker version").quiet().ignore_stdout().run().context("no container engine answers")?;
        if !self.force && cmd!(shell, "docker image inspect {tag}").quiet().ignore_stderr().read().is_ok() {
            return cmd!(shell, "docker image ls {tag}").run().map_err(Into::into);
        }
        provide_debootstrap(&shell)?;
        let tree = Tree::new(&shell)?;
        let path = tree.path();
        let packages = recipe.packages();
        let mirror = mirror::of_this_machine();
        let cache = downloads()?;
        let options = ["--variant=minbase", "--include", &packages, "--cache-dir", &cache];
        cmd!(shell, "debootstrap {options...} {SUITE} {path} {mirror...}").run()?;
        recipe.furnish(&shell, path)?;
        import(&tree, &recipe.changes(), tag)
    }
}

/// Debootstrap, installed where it is missing.
fn provide_debootstrap(shell: &Shell) -> Result<()> {
    if cmd!(shell, "id -u").quiet().read()? != "0" {
        bail!("the image is built in a root file system: run this as root");
    }
    if cmd!(shell, "debootstrap --version").quiet().ignore_stdout().ignore_stderr().run().is_ok() {
        return Ok(());
    }
    cmd!(shell, "apt-get update --quiet").run()?;
    cmd!(shell, "apt-get install --quiet --yes --no-install-recommends debootstrap").run()?;
    Ok(())
}

/// Where packages are kept for the next build: beside this program, so cleaning the build removes them too.
fn downloads() -> Result<String> {
    let cache = built("image-packages")?.with_extension("");
    std::fs::create_dir_all(&cache).with_context(|| format!("cannot make {}", cache.display()))?;
    Ok(cache.display().to_string())
}

/// Hands the tree to the engine as one layer.
fn import(tree: &Tree, changes: &[String], tag: &str) -> Result<()> {
    let mut tar = Command::new("tar")
        .args(["--create", "--one-file-system", "--numeric-owner", "--file=-", "--directory"])
        .arg(tree.path())
        .arg(".")
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run tar")?;
    let stream = tar.stdout.take().context("tar has no output")?;
    let mut import = Command::new("docker");
    import.arg("import").stdin(stream);
    for change in changes {
        import.args(["--change", change]);
    }
    let imported = import.args(["-", tag]).status().context("cannot run docker")?;
    // Our copy of the pipe goes away with the command; tar would wait for a reader for ever.
    drop(import);
    let packed = tar.wait().context("cannot wait for tar")?;
    if !packed.success() || !imported.success() {
        bail!("the image was not imported: tar ended with {packed}, docker with {imported}");
    }
    Ok(())
}
