//! One error type for the whole tool: what happened, where, what to do about it, and which exit code it means.

use std::fmt;

use super::ExitCode;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an error ends the run, and so which exit code it becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Bad input, configuration or command line: exit 2, nothing was changed.
    Usage,
    /// A check says stop: exit 1, nothing that follows was done.
    NoGo,
    /// Something needed could not be looked at: exit 3.
    Incomplete,
    /// The run itself failed: exit 4.
    Failed,
    /// Stopped by the user: exit 130.
    Interrupted,
}

/// An error with what happened, an optional hint for the reader and an optional cause.
///
/// The text is a lower-case fragment that names the place; the cause is chained, never repeated in the text.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    sqlstate: Option<String>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Bad input: exit 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// A phase says stop: exit 1.
    pub fn no_go(place: impl fmt::Display, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NoGo, message).at(place)
    }

    /// Something could not be checked: exit 3.
    pub fn incomplete(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Incomplete, message)
    }

    /// The run failed: exit 4.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, message)
    }

    /// The user stopped the run: exit 130.
    pub fn interrupted() -> Self {
        Self::new(ErrorKind::Interrupted, "interrupted")
    }

    /// The run stopped of its own accord and can be resumed: exit 130.
    pub fn stopped(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Interrupted, message)
    }

    fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, sqlstate: None, cause: None }
    }

    /// Adds what the reader can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds something more that the reader can do, after what is said already.
    #[must_use]
    pub fn further_hint(self, more: impl fmt::Display) -> Self {
        let hint = match self.hint_text() {
            Some(hint) => format!("{hint}; {more}"),
            None => more.to_string(),
        };
        self.hint(hint)
    }

    /// Chains the cause.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Records the five-character SQLSTATE the server gave.
    #[must_use]
    pub fn with_sqlstate(mut self, sqlstate: impl Into<String>) -> Self {
        self.sqlstate = Some(sqlstate.into());
        self
    }

    /// Says where it happened, in front of the message.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.message = format!("{place}: {}", self.message);
        self
    }

    /// The same error without its text, which may quote values that are not to be seen.
    #[must_use]
    pub fn withheld(self, what: &str) -> Self {
        let state = self.sqlstate.as_deref().map_or_else(String::new, |state| format!(" (SQLSTATE {state})"));
        let message = format!("{what}{state}; the server's message is not shown, since it may quote values");
        Self { message, cause: None, ..self }
    }

    /// Why it ended the run.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The SQLSTATE, when a server gave one.
    pub fn sqlstate(&self) -> Option<&str> {
        self.sqlstate.as_deref()
    }

    /// What the reader can do about it.
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The documented exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self.kind {
            ErrorKind::Usage => ExitCode::Usage,
            ErrorKind::NoGo => ExitCode::Different,
            ErrorKind::Incomplete => ExitCode::Incomplete,
            ErrorKind::Failed => ExitCode::Failed,
            ErrorKind::Interrupted => ExitCode::Interrupted,
        }
    }

    /// The message with its whole chain of causes, on one line.
    pub fn chain(&self) -> String {
        let mut text = self.message.clone();
        let mut cause = std::error::Error::source(self);
        while let Some(inner) = cause {
            let inner_text = inner.to_string();
            if !text.ends_with(&inner_text) {
                text.push_str(": ");
                text.push_str(&inner_text);
            }
            cause = inner.source();
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn std::error::Error + 'static))
    }
}
