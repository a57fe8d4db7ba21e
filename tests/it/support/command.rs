//! The program as a user runs it: a scrubbed environment, a folder of its own, an exit code that was expected.

use std::path::{Path, PathBuf};
use std::process::Command;

use pg_rehearse::rehearse::server::client_tools;

use super::Pair;

/// A user's shell in an empty folder.
pub(crate) struct Shell {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
    /// What no output may hold.
    secrets: Vec<String>,
}

/// What a run came to.
pub(crate) struct Ran {
    arguments: String,
    code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Shell {
    /// A shell that knows of no database.
    pub(crate) fn new() -> Self {
        let variables = vec![("COLUMNS".to_owned(), "80".to_owned()), ("PATH".to_owned(), String::new())];
        Self { folder: tempfile::tempdir().unwrap(), variables, secrets: Vec::new() }
    }

    /// A shell whose environment names both databases and the client programs.
    pub(crate) async fn on(pair: &Pair) -> Self {
        Self::between(&pair.source, &pair.target).await
    }

    /// The same by URLs.
    pub(crate) async fn between(source: &str, target: &str) -> Self {
        let tools = client_tools(18).await.unwrap();
        Self::new().url("SOURCE", source).url("TARGET", target).variable("PG_REHEARSE_TOOLS", tools.to_str().unwrap())
    }

    /// Sets a variable.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Names a side's database; its password may not be seen again.
    pub(crate) fn url(mut self, side: &str, url: &str) -> Self {
        let password = url::Url::parse(url).unwrap().password().map(str::to_owned);
        self.secrets.extend(password);
        self.variable(&format!("PG_REHEARSE_{side}_URL"), url)
    }

    /// Sets a variable that holds a secret, which may not be seen again.
    pub(crate) fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets.push(value.to_owned());
        self.variable(name, value)
    }

    /// What may not be seen, beside what variables hold.
    pub(crate) fn unseen(mut self, texts: &[&str]) -> Self {
        self.secrets.extend(texts.iter().map(|text| (*text).to_owned()));
        self
    }

    /// Writes a file into the folder.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of the folder.
    pub(crate) fn read(&self, name: impl AsRef<Path>) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pg-rehearse"));
        command.args(arguments.split_whitespace()).current_dir(self.folder.path()).stdin(std::process::Stdio::null());
        command.env_clear().envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts the program, with what it says going nowhere, until a file of the folder holds a text; gives it as it runs.
    #[track_caller]
    pub(crate) fn start_until(&self, arguments: &str, file: &str, text: &str) -> std::process::Child {
        use std::process::Stdio;
        let mut child = self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let path = self.path(file);
        for _ in 0..6000 {
            if std::fs::read_to_string(&path).is_ok_and(|held| held.contains(text)) {
                return child;
            }
            if let Some(status) = child.try_wait().unwrap() {
                let held = std::fs::read_to_string(&path).unwrap_or_default();
                panic!("`{arguments}` ended ({status}) before {file} held `{text}`:\n{held}");
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("`{arguments}`: {file} does not come to hold `{text}`");
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &str) -> Ran {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        for secret in &self.secrets {
            assert!(!out.contains(secret) && !err.contains(secret), "`{arguments}` shows a secret:\n{out}\n{err}");
        }
        Ran { arguments: arguments.to_owned(), code: output.status.code(), out, err }
    }

    /// No file of the folder may hold a text.
    pub(crate) fn assert_nowhere(&self, text: &str) {
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = std::fs::read(&path).unwrap();
                    let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
                    assert!(!found, "{} holds it", path.display());
                }
            }
        }
    }

    /// No file of the folder may hold a secret.
    pub(crate) fn assert_no_secret_kept(&self) {
        self.secrets.iter().for_each(|secret| self.assert_nowhere(secret));
    }
}

impl Ran {
    /// Expects an exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "`{}`\n{}\n{}", self.arguments, self.out, self.err);
        self
    }

    /// Expects a text in the answer.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.out.contains(text), "`{}` does not say {text:?}:\n{}\n{}", self.arguments, self.out, self.err);
        self
    }

    /// Expects a text among what is no answer.
    #[track_caller]
    pub(crate) fn complains(self, text: &str) -> Self {
        assert!(self.err.contains(text), "`{}` does not complain {text:?}:\n{}", self.arguments, self.err);
        self
    }

    /// The answer as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: `{}`\n{}", self.arguments, self.out))
    }
}
