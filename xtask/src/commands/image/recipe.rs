//! What an image is made of.

use anyhow::Result;
use xshell::{Shell, cmd};

/// The Debian release both are made from.
pub(super) const SUITE: &str = "trixie";

const MAJOR: &str = "17";
const ENTRYPOINT: &str = "usr/local/bin/docker-entrypoint.sh";

/// Which image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recipe {
    /// A server with pgvector, compatible with the well-known image.
    Server,
    /// pgcopydb and the client programs it calls.
    Clients,
}

impl Recipe {
    /// The name it has unless told.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Server => "pgvector/pgvector:pg17",
            Self::Clients => "pg-rehearse/clients:trixie",
        }
    }

    /// The packages it holds beside the smallest system.
    pub(super) fn packages(self) -> String {
        match self {
            Self::Server => format!("postgresql-{MAJOR},postgresql-{MAJOR}-pgvector,locales"),
            Self::Clients => format!("postgresql-client-{MAJOR},pgcopydb"),
        }
    }

    /// How a container of it starts, in the words of a Dockerfile.
    pub(super) fn changes(self) -> Vec<String> {
        let path = format!(
            "ENV PATH=/usr/lib/postgresql/{MAJOR}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        );
        match self {
            Self::Server => vec![
                path,
                "ENV PGDATA=/var/lib/postgresql/data".to_owned(),
                format!("ENV PG_MAJOR={MAJOR}"),
                "ENV LANG=en_US.utf8".to_owned(),
                "EXPOSE 5432".to_owned(),
                "VOLUME /var/lib/postgresql/data".to_owned(),
                format!("ENTRYPOINT [\"/{ENTRYPOINT}\"]"),
                "CMD [\"postgres\"]".to_owned(),
            ],
            Self::Clients => vec![path, "ENV LANG=C.UTF-8".to_owned(), "CMD [\"bash\"]".to_owned()],
        }
    }

    /// Takes out what a container never needs and puts in what the packages do not.
    pub(super) fn furnish(self, shell: &Shell, path: &std::path::Path) -> Result<()> {
        let spare =
            ["var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/info", "debootstrap"];
        for part in spare {
            shell.remove_path(path.join(part))?;
        }
        if self == Self::Clients {
            return Ok(());
        }
        cmd!(shell, "chroot {path} localedef -i en_US -f UTF-8 en_US.UTF-8").run()?;
        for part in [format!("var/lib/postgresql/{MAJOR}"), format!("etc/postgresql/{MAJOR}")] {
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
}
