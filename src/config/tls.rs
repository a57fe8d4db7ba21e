//! How well the connection to a side must be secured.

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

use super::DatabaseUrl;
use crate::model::{Error, Result};

/// What a side demands at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// An encrypted connection, to whomever.
    Require,
    /// To a server whose certificate is signed by a known authority. The driver holds it to the name as well.
    VerifyCa,
    /// And that is the host of the URL.
    VerifyFull,
}

impl Tls {
    /// The name as a URL's `sslmode` has it.
    pub fn sslmode(self) -> &'static str {
        match self {
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

impl DatabaseUrl {
    /// Whether the address is of this machine: a socket, or the loopback.
    pub fn is_near(&self) -> bool {
        let Ok(url) = Url::parse(self.expose()) else { return false };
        match url.host_str() {
            None | Some("" | "localhost" | "127.0.0.1" | "[::1]") => true,
            Some(host) => host.starts_with('/') || host.starts_with("%2F") || host.starts_with("%2f"),
        }
    }

    /// The same address, secured at least so well.
    ///
    /// # Errors
    /// Usage, where the URL itself asks for less: it is not guessed which of the two is meant.
    pub fn secured(&self, tls: Tls) -> Result<Self> {
        let wrong = || Error::usage("not a connection URL");
        let mut url = Url::parse(self.expose()).map_err(|_| wrong())?;
        let is_mode = |key: &str| matches!(key, "sslmode" | "ssl-mode");
        let given = url.query_pairs().find(|(key, _)| is_mode(key)).map(|(_, value)| value.into_owned());
        let strength = |mode: &str| {
            let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
            modes.iter().position(|known| *known == mode)
        };
        match given {
            Some(given) if strength(&given) < strength(tls.sslmode()) => {
                Err(Error::usage(format!("the URL says sslmode={given}, the configuration demands {}", tls.sslmode()))
                    .hint("take sslmode out of the URL, or lower `tls` in the configuration"))
            }
            Some(_) => Ok(self.clone()),
            None => {
                url.query_pairs_mut().append_pair("sslmode", tls.sslmode());
                Self::parse(url.as_str())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_raised_to_what_is_demanded_and_never_lowered() {
        let url = |text: &str| DatabaseUrl::parse(text).unwrap();
        let raised = url("postgres://me:pw@h/d").secured(Tls::VerifyFull).unwrap();
        assert!(raised.expose().ends_with("?sslmode=verify-full"), "{raised}");
        let kept = url("postgres://me@h/d?sslmode=verify-full").secured(Tls::Require).unwrap();
        assert!(kept.expose().ends_with("?sslmode=verify-full"));
        for weak in ["disable", "prefer", "nonsense"] {
            let error = url(&format!("postgres://me@h/d?sslmode={weak}")).secured(Tls::Require).unwrap_err();
            assert!(error.to_string().contains(weak), "{error}");
        }
    }
}
