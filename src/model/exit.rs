//! The exit codes scripts rely on, documented in this one place.

/// What the process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// The databases are the same, or the decision is go.
    Same = 0,
    /// They differ, or the decision is no-go.
    Different = 1,
    /// The command line, the configuration or another input is wrong; nothing was changed.
    Usage = 2,
    /// Something could not be checked. Never reported as same.
    Incomplete = 3,
    /// The run itself failed.
    Failed = 4,
    /// Stopped by the user; the run can be resumed.
    Interrupted = 130,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
