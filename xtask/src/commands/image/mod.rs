//! `cargo xtask image`: an image compatible with the well-known pgvector one, made from Debian packages, for machines
//! whose container engine reaches no image registry.

mod mirror;
mod tree;

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;
use xshell::{Shell, cmd};

use super::{built, shell};
use tree::Tree;

const MAJOR: &str = "17";
const SUITE: &str = "trixie";
const ENTRYPOINT: &str = "usr/local/bin/docker-entrypoint.sh";

/// Builds the throwaway servers' image from Debian packages and keeps it in the local engine
#[derive(Debug, Args)]
pub(crate) struct Image {
    /// The name to give it
    #[arg(long, default_value = "pgvector/pgvector:pg17")]
    tag: String,
    /// Build even where an image of this name is present
    #[arg(long)]
    force: bool,
}

impl Image {
    pub(crate) fn run(self) -> Result<()> {
        let shell = shell()?;
        let tag = &self.tag;
        cmd!(shell, "docker version").quiet().ignore_stdout().run().context("no container engine answers")?;
        if !self.force && cmd!(shell, "docker image inspect {tag}").quiet().ignore_stderr().read().is_ok() {
            return cmd!(shell, "docker image ls {tag}").run().map_err(Into::into);
        }
        provide_debootstrap(&shell)?;
        let tree = Tree::new(&shell)?;
        let path = tree.path();
        let packages = format!("postgresql-{MAJOR},postgresql-{MAJOR}-pgvector,locales");
        let mirror = mirror::of_this_machine();
        let cache = downloads()?;
        let options = ["--variant=minbase", "--include", &packages, "--cache-dir", &cache];
        cmd!(shell, "debootstrap {options...} {SUITE} {path} {mirror...}").run()?;
        furnish(&shell, &tree)?;
        import(&tree, tag)
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

/// Takes out what a container never needs and puts the entry point in.
fn furnish(shell: &Shell, tree: &Tree) -> Result<()> {
    let path = tree.path();
    cmd!(shell, "chroot {path} localedef -i en_US -f UTF-8 en_US.UTF-8").run()?;
    let cluster = [format!("var/lib/postgresql/{MAJOR}"), format!("etc/postgresql/{MAJOR}")];
    let spare =
        ["var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/info", "debootstrap"];
    for part in cluster.iter().map(String::as_str).chain(spare) {
        shell.remove_path(path.join(part))?;
    }
    for part in ["var/lib/postgresql/data", "docker-entrypoint-initdb.d"] {
        shell.create_dir(path.join(part))?;
    }
    cmd!(shell, "chroot {path} chown -R postgres:postgres /var/lib/postgresql").run()?;
    let entrypoint = path.join(ENTRYPOINT);
    cmd!(shell, "install -m 0755 xtask/image/entrypoint.sh {entrypoint}").run()?;
    Ok(())
}

/// Hands the tree to the engine as one layer.
fn import(tree: &Tree, tag: &str) -> Result<()> {
    let changes = [
        format!(
            "ENV PATH=/usr/lib/postgresql/{MAJOR}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        ),
        "ENV PGDATA=/var/lib/postgresql/data".to_owned(),
        format!("ENV PG_MAJOR={MAJOR}"),
        "ENV LANG=en_US.utf8".to_owned(),
        "EXPOSE 5432".to_owned(),
        "VOLUME /var/lib/postgresql/data".to_owned(),
        format!("ENTRYPOINT [\"/{ENTRYPOINT}\"]"),
        "CMD [\"postgres\"]".to_owned(),
    ];
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
    for change in &changes {
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
