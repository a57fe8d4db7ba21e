//! Whether to colour: what was asked for, then the environment, then whether anybody looks.

use std::str::FromStr;

use crate::model::{Error, Result};

/// The answer to `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ColorChoice {
    /// Colour on a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Colour whatever the environment says.
    Always,
    /// No colour.
    Never,
}

impl FromStr for ColorChoice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            other => Err(Error::usage(format!("unknown colour choice {other:?}")).hint("give auto, always or never")),
        }
    }
}

/// Whether a stream is coloured: an explicit choice wins, then `NO_COLOR`, then `CLICOLOR_FORCE`, then the terminal.
pub(super) fn color_wanted(choice: ColorChoice, stream_is_terminal: bool) -> bool {
    decide(choice, stream_is_terminal, &|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
}

fn decide(choice: ColorChoice, terminal: bool, env: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name| env(name).is_some_and(|value| !value.is_empty());
    let forced = env("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto if forced => true,
        ColorChoice::Auto => terminal && env("TERM").is_none_or(|term| term != "dumb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_beats_the_environment_and_the_environment_the_terminal() {
        let with = |pairs: &'static [(&str, &str)]| {
            move |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        assert!(decide(ColorChoice::Always, false, &with(&[("NO_COLOR", "1")])));
        assert!(!decide(ColorChoice::Never, true, &with(&[("CLICOLOR_FORCE", "1")])));
        assert!(!decide(ColorChoice::Auto, true, &with(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")])));
        assert!(decide(ColorChoice::Auto, true, &with(&[("NO_COLOR", "")])));
        assert!(decide(ColorChoice::Auto, false, &with(&[("CLICOLOR_FORCE", "1")])));
        assert!(!decide(ColorChoice::Auto, false, &with(&[("CLICOLOR_FORCE", "0")])));
        assert!(!decide(ColorChoice::Auto, true, &with(&[("TERM", "dumb")])));
    }
}
