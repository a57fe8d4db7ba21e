//! Posts a message as JSON with a `text`, which Slack and what imitates it take.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::Message;

/// Tries so often, with longer pauses each time.
///
/// # Errors
/// What the last attempt came to; it never holds the address, which is a secret.
pub(super) fn post(address: &SecretString, message: &Message, timeout: Duration, attempts: u32) -> Result<(), String> {
    let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(timeout)).build().into();
    let body = serde_json::json!({ "text": message.text }).to_string();
    let mut last = String::new();
    for attempt in 1..=attempts {
        let sent = agent.post(address.expose_secret()).header("content-type", "application/json").send(&body);
        last = match sent {
            Ok(_) => return Ok(()),
            Err(ureq::Error::StatusCode(code)) => format!("the webhook answers {code}"),
            Err(ureq::Error::Timeout(_)) => format!("the webhook does not answer within {} s", timeout.as_secs_f64()),
            Err(ureq::Error::Io(problem)) => format!("the webhook cannot be reached ({})", problem.kind()),
            Err(ureq::Error::HostNotFound) => "the webhook's host is not known".to_owned(),
            Err(_) => "the webhook cannot be posted to".to_owned(),
        };
        if attempt < attempts {
            std::thread::sleep(Duration::from_millis(500) * attempt);
        }
    }
    Err(format!("{last}, tried {attempts} times"))
}
