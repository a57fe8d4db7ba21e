//! A real browser without a head: pages are opened in it, driven by a script of the test's, and pictured.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What Chromium is called on one system or another.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A browser and a folder for its pages.
pub(crate) struct Browser {
    program: PathBuf,
    folder: tempfile::TempDir,
}

/// How a page is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) dark: bool,
}

impl Window {
    pub(crate) const WIDE: Self = Self { width: 1280, height: 2000, dark: false };
    /// A phone.
    pub(crate) const NARROW: Self = Self { width: 360, height: 2000, dark: false };

    pub(crate) fn dark(self) -> Self {
        Self { dark: true, ..self }
    }
}

/// A page as the browser left it, and what it said on the way.
pub(crate) struct Opened {
    pub(crate) dom: String,
    pub(crate) console: Vec<String>,
}

impl Browser {
    /// The browser of this machine; `None`, and a loud word, where there is none. Where `CI` is set that is a failure.
    pub(crate) fn find() -> Option<Self> {
        let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
        let candidates = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        let Some(program) = candidates.into_iter().find(|path| path.is_file()) else {
            assert!(std::env::var_os("CI").is_none(), "no Chromium on this machine: the page was not tried");
            eprintln!("NO CHROMIUM ON THIS MACHINE: the report's page was NOT tried (install the package `chromium`)");
            return None;
        };
        Some(Self { program, folder: tempfile::tempdir().unwrap() })
    }

    fn command(&self, window: Window) -> Command {
        let mut command = Command::new(&self.program);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-extensions",
            "--allow-file-access-from-files",
            "--hide-scrollbars",
            "--no-first-run",
            "--force-device-scale-factor=1",
            "--enable-logging=stderr",
            "--v=0",
        ]);
        command.arg(format!("--user-data-dir={}", self.folder.path().join("profile").display()));
        command.arg(format!("--window-size={},{}", window.width, window.height));
        command.arg(format!("--blink-settings=preferredColorScheme={}", if window.dark { 0 } else { 1 }));
        command
    }

    fn page(&self, name: &str, html: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, html).unwrap();
        format!("file://{}", path.display())
    }

    /// Opens a page as it is.
    pub(crate) fn open(&self, html: &str, window: Window) -> Opened {
        let ran = self.command(window).arg("--dump-dom").arg(self.page("page.html", html)).output().unwrap();
        let (dom, log) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert!(dom.contains("</html>"), "the browser gave no page:\n{log}");
        let console = log.lines().filter(|line| line.contains(":CONSOLE")).map(str::to_owned).collect();
        Opened { dom: dom.into_owned(), console }
    }

    /// Opens a page with a script of ours beside its own, and gives what it answers. The script is the body of a function that
    /// runs once the page is there; errors and refusals by the page's policy are collected and must be none.
    pub(crate) fn drive(&self, html: &str, script: &str, window: Window) -> Value {
        let driver = include_str!("driver.js").replace("/* STEPS */", script);
        self.page("driven.html", &beside(html, &driver));
        // A window has a least width; a frame has none.
        let frame = include_str!("frame.html").replace("WIDTH", &window.width.to_string());
        let opened = self.open(&frame.replace("HEIGHT", &window.height.to_string()), window);
        let marked = opened.dom.split_once("<pre id=\"driven\">").and_then(|(_, rest)| rest.split_once("</pre>"));
        let Some((answer, _)) = marked else { panic!("the driver gave no answer: {:?}", opened.console) };
        let answer = STANDARD.decode(answer).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        assert_eq!(answer["errors"], serde_json::json!([]), "the page has errors");
        answer["answer"].clone()
    }

    /// A picture of a page, as PNG.
    pub(crate) fn picture(&self, html: &str, window: Window, path: &Path) -> Vec<u8> {
        let mut command = self.command(window);
        command.arg("--virtual-time-budget=2000").arg(format!("--screenshot={}", path.display()));
        let ran = command.arg(self.page("page.html", html)).output().unwrap();
        std::fs::read(path).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&ran.stderr)))
    }
}

/// The page with one more script, which its policy is told of.
fn beside(html: &str, script: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(script.as_bytes()));
    let (head, rest) = html.split_once("script-src ").expect("the page has a policy for scripts");
    let with_policy = format!("{head}script-src 'sha256-{hash}' {rest}");
    let (head, rest) = with_policy.split_once("<title>").expect("the page has a title");
    format!("{head}<script>{script}</script><title>{rest}")
}
