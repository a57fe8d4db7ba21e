//! Connection URLs and the salt of masks: what is secret in them never reaches an output, a log or an error text.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use url::Url;

use crate::model::{Error, Result};

/// A Postgres connection URL. `Display` and `Debug` show it without its password.
#[derive(Clone)]
pub struct DatabaseUrl {
    full: SecretString,
    shown: String,
}

impl DatabaseUrl {
    /// Checks the form of a URL; connects to nothing.
    ///
    /// # Errors
    /// A usage error that never repeats the URL's text, since a malformed URL may hold a password anywhere.
    pub fn parse(text: &str) -> Result<Self> {
        const FORM: &str =
            "write it as postgres://user:password@host:5432/database (percent-encode special characters)";
        let mut url =
            Url::parse(text).map_err(|error| Error::usage(format!("not a connection URL: {error}")).hint(FORM))?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(Error::usage("a connection URL must begin with postgres://").hint(FORM));
        }
        // An unencoded # / or ? ends the part a password stands in; what follows would be shown as host, database or option.
        let bare = url.username().is_empty() && url.password().is_none();
        if url.fragment().is_some() || (bare && (url.path().contains('@') || url.query().is_some_and(has_at))) {
            return Err(Error::usage("a connection URL has a password that is not percent-encoded").hint(FORM));
        }
        let full = SecretString::from(text.to_owned());
        if url.password().is_some() {
            // Cannot fail for a URL with a host; were it to, the password must still not be shown.
            if url.set_password(Some("***")).is_err() {
                return Err(Error::usage("a connection URL needs a host").hint(FORM));
            }
        }
        let hidden: Vec<(String, String)> = url
            .query_pairs()
            .map(|(key, value)| {
                let value = if key.contains("password") { "***".to_owned() } else { value.into_owned() };
                (key.into_owned(), value)
            })
            .collect();
        if !hidden.is_empty() {
            url.query_pairs_mut().clear().extend_pairs(hidden);
        }
        Ok(Self { full, shown: url.to_string() })
    }

    /// The whole URL, for the one place that connects.
    pub fn expose(&self) -> &str {
        self.full.expose_secret()
    }

    /// The same address with another database.
    ///
    /// # Errors
    /// A usage error when the URL cannot carry a path.
    pub fn with_database(&self, database: &str) -> Result<Self> {
        let mut url = Url::parse(self.expose()).map_err(|_| Error::usage("not a connection URL"))?;
        url.set_path(database);
        Self::parse(url.as_str())
    }
}

/// Whether an @ stands before the first option's name has ended.
fn has_at(query: &str) -> bool {
    query.split('=').next().is_some_and(|start| start.contains('@'))
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Fewer characters can be guessed, and with them the values behind the masks.
const SHORTEST_SALT: usize = 16;
/// How often a salt is hashed for its digest: about a tenth of a second, so that trying salts is slow.
const ROUNDS: u32 = 1 << 17;

/// What masked values are made with. `Debug` does not show it.
#[derive(Clone)]
pub struct Salt(SecretString);

impl Salt {
    /// Takes a salt.
    ///
    /// # Errors
    /// Usage, when it is so short that it can be guessed; the text is not repeated.
    pub fn parse(text: &str) -> Result<Self> {
        if text.chars().count() < SHORTEST_SALT {
            return Err(Error::usage("the salt of the masks is too short").hint(format!(
                "use at least {SHORTEST_SALT} characters that cannot be guessed, such as those of `openssl rand -hex 32`"
            )));
        }
        Ok(Self(SecretString::from(text.to_owned())))
    }

    /// The salt, for the one place that hands it to the source's session.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// A digest by which the same salt is known again, and which does not tell it. The word beside it, another one each
    /// time, keeps two digests from telling that their salts are one.
    pub fn digest(&self, word: &str) -> String {
        let salt = self.expose().as_bytes();
        let mut digest =
            Sha256::new().chain_update(word.len().to_be_bytes()).chain_update(word).chain_update(salt).finalize();
        for round in 0..ROUNDS {
            digest = Sha256::new().chain_update(round.to_be_bytes()).chain_update(digest).chain_update(salt).finalize();
        }
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        let url = DatabaseUrl::parse("postgres://me:hunter2@db.example:5432/app?sslpassword=hunter3").unwrap();
        assert_eq!(url.to_string(), "postgres://me:***@db.example:5432/app?sslpassword=***");
        assert!(!format!("{url:?}").contains("hunter"));
        assert!(url.expose().contains("hunter2"));
        for malformed in [
            "hunter2@nowhere",
            "postgres://me:hunter2#hunter3@h/d",
            "postgres://me:2024#hunter2@h/d",
            "postgres://me:2024/hunter2@h/d",
            "postgres://me:2024?hunter2@h/d?sslmode=require",
            "postgres://me:hunter2/x@h/d",
        ] {
            let error = DatabaseUrl::parse(malformed).unwrap_err();
            assert!(!error.chain().contains("hunter"), "{}", error.chain());
        }
        DatabaseUrl::parse("postgres://me:2024@h/d@e").unwrap();
        DatabaseUrl::parse("postgres:///d?user=me@corp").unwrap();
    }

    #[test]
    fn a_digest_knows_its_salt_again_and_tells_nothing() {
        let salt = |text: &str| Salt::parse(text).unwrap();
        let (one, other) = (salt("correct horse battery"), salt("correct horse batterz"));
        assert_eq!(one.digest("a word"), salt("correct horse battery").digest("a word"));
        assert_ne!(one.digest("a word"), other.digest("a word"));
        assert_ne!(one.digest("a word"), one.digest("another word"));
        assert_eq!(one.digest("a word").len(), 64);
    }
}
