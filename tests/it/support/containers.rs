//! What of the container engine tests use.

use std::process::Command;

use pg_rehearse::rehearse::server::{DEFAULT_IMAGE, Server};

/// The engine's answer to a command, if there is an engine.
pub(crate) fn engine(arguments: &[&str]) -> Option<String> {
    let output = Command::new("docker").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether container tests can run here; says why where they cannot.
pub(crate) fn image_is_here() -> bool {
    let here = engine(&["image", "inspect", "--format", "{{.Id}}", DEFAULT_IMAGE]).is_some();
    if !here {
        eprintln!("SKIPPED: no container engine answers with the image {DEFAULT_IMAGE}; `cargo xtask image` makes it");
    }
    here
}

/// The containers that publish the server's port.
pub(crate) fn containers_on(server: &Server) -> Option<String> {
    let port = server.url().rsplit_once(':')?.1.split('/').next()?.to_owned();
    engine(&["ps", "--all", "--quiet", "--filter", "label=pg-rehearse", "--filter", &format!("publish={port}")])
}

/// The program in a container of its own: another machine as far as files, processes and network go.
pub(crate) struct Machine {
    id: String,
}

impl Machine {
    /// Starts the program in `folder`.
    pub(crate) fn start(folder: &std::path::Path, urls: [&str; 2], arguments: &str) -> Self {
        let mount = |from: &str, to: &str| format!("type=bind,source={from},target={to},readonly");
        let (program, folder) =
            (mount(env!("CARGO_BIN_EXE_pg-rehearse"), "/pg-rehearse"), mount(folder.to_str().unwrap(), "/day"));
        let [source, target] =
            [("SOURCE", urls[0]), ("TARGET", urls[1])].map(|(side, url)| format!("PG_REHEARSE_{side}_URL={url}"));
        let mut command = vec!["run", "--detach", "--mount", &program, "--mount", &folder, "--workdir", "/day"];
        command.extend(["--env", &source, "--env", &target, "--entrypoint", "/pg-rehearse", DEFAULT_IMAGE]);
        command.extend(arguments.split_whitespace());
        Self { id: engine(&command).expect("a container for the program") }
    }

    /// Its address.
    pub(crate) fn address(&self) -> String {
        let template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        engine(&["inspect", "--format", template, &self.id]).unwrap()
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&self) {
        engine(&["kill", &self.id]).unwrap();
    }

    /// Waits for its end; gives the exit code and what it said.
    pub(crate) fn wait(&self) -> (i32, String) {
        let code = engine(&["wait", &self.id]).unwrap().parse().unwrap();
        let output = Command::new("docker").args(["logs", &self.id]).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (code, String::from_utf8_lossy(&text).into_owned())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        engine(&["rm", "--force", "--volumes", &self.id]);
    }
}
