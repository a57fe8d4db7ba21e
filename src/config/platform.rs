//! What a side's configuration says of the platform it stands on: its project, its API and the key to that.

use secrecy::SecretString;

/// A value that an environment variable is to hold.
#[derive(Debug, Clone)]
pub struct FromVariable {
    /// The variable.
    pub variable: String,
    /// What it holds; `None` where it is not set. Never shown, whatever it is.
    pub value: Option<SecretString>,
}

/// The platform of one side.
#[derive(Debug, Clone, Default)]
pub struct Platform {
    /// The project's reference.
    pub project: Option<String>,
    /// The address of its API.
    pub api_url: Option<FromVariable>,
    /// The key that may do everything there.
    pub api_key: Option<FromVariable>,
}
