//! On Supabase: database URLs, API addresses and keys must belong to one project each, and a key must be the one that may do
//! everything. Only what the configuration names, or a URL shows, is looked at.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;
use serde::Deserialize;
use url::Url;

use super::{PreflightRow, Sides};
use crate::config::SideConfig;

/// What a key says of itself.
#[derive(Debug, Deserialize)]
struct Payload {
    role: Option<String>,
    #[serde(rename = "ref")]
    project: Option<String>,
    exp: Option<i64>,
}

/// A row for each side that has anything to look at, and one where both are of one project.
pub(super) fn check(sides: &Sides<'_>) -> Vec<PreflightRow> {
    let (source, target) = (&sides.config.source, &sides.config.target);
    let mut rows: Vec<PreflightRow> = [source, target].into_iter().filter_map(row).collect();
    if let (Some(one), Some(two)) = (known(source), known(target))
        && one == two
    {
        let row = PreflightRow::stop("projects", format!("both sides are of {one}"), "two projects");
        rows.push(row.fix("give the other project's URL and key"));
    }
    rows
}

/// The project as the first that names one has it.
fn known(side: &SideConfig) -> Option<String> {
    side.platform.project.clone().or_else(|| side.url.as_ref().and_then(|url| of_database(url.expose())))
}

fn row(side: &SideConfig) -> Option<PreflightRow> {
    let check = format!("{} project", side.side);
    let wanted = "URLs and keys of one project, the key one that may do everything";
    let mut found: Vec<(String, String)> = Vec::new();
    let mut named =
        |what: &str, project: Option<String>| found.extend(project.map(|project| (what.to_owned(), project)));
    named("the configuration", side.platform.project.clone());
    named("the database URL", side.url.as_ref().and_then(|url| of_database(url.expose())));
    let mut key_says = None;
    if let Some(api) = &side.platform.api_url {
        match &api.value {
            None => return Some(missing(check, &api.variable, wanted)),
            Some(address) => match of_api(address.expose_secret()) {
                Some(project) => named(&api.variable, Some(project)),
                None => {
                    let found = format!("{} holds no address of a project's API", api.variable);
                    return Some(
                        PreflightRow::stop(check, found, wanted).fix("write it as https://<project>.supabase.co"),
                    );
                }
            },
        }
    }
    if let Some(key) = &side.platform.api_key {
        let Some(value) = &key.value else { return Some(missing(check, &key.variable, wanted)) };
        match judge(value.expose_secret(), jiff::Timestamp::now().as_second()) {
            Ok((says, project)) => {
                named(&key.variable, project);
                key_says = Some(format!("{} is {says}", key.variable));
            }
            Err(why) => {
                let row = PreflightRow::stop(check, format!("{} {why}", key.variable), wanted);
                return Some(row.fix("copy the key named service_role, or a secret key, from the project's settings"));
            }
        }
    }
    let (first, rest) = found.split_first()?;
    if let Some(other) = rest.iter().find(|(_, project)| *project != first.1) {
        let found = format!("{} names {}, {} names {}", first.0, first.1, other.0, other.1);
        return Some(
            PreflightRow::stop(check, found, wanted).fix("correct the one that is wrong; are the two sides swapped?"),
        );
    }
    let said = [
        Some(format!("{} by {}", first.1, found.iter().map(|(what, _)| what.as_str()).collect::<Vec<_>>().join(", "))),
        key_says,
    ];
    Some(PreflightRow::go(check, said.into_iter().flatten().collect::<Vec<_>>().join("; "), wanted))
}

fn missing(check: String, variable: &str, wanted: &str) -> PreflightRow {
    PreflightRow::stop(check, format!("{variable} is not set"), wanted)
        .fix("set it in the environment, .env.local or .env")
}

/// `db.<project>.supabase.co`, or the user `name.<project>` at a pooler.
fn of_database(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    if let Some(project) = host.strip_prefix("db.").and_then(|rest| rest.strip_suffix(".supabase.co")) {
        return Some(project.to_owned());
    }
    let user = host.ends_with(".pooler.supabase.com").then(|| url.username())?;
    user.split_once('.').map(|(_, project)| project.to_owned())
}

/// `https://<project>.supabase.co`.
fn of_api(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let project = url.host_str()?.strip_suffix(".supabase.co")?;
    (!project.is_empty() && !project.contains('.')).then(|| project.to_owned())
}

/// What a key is and of which project, or why it is the wrong one. Nothing of the key itself is repeated. Its signature is not looked at:
/// only the platform can.
fn judge(key: &str, now: i64) -> Result<(&'static str, Option<String>), String> {
    if key.starts_with("sb_secret_") {
        return Ok(("a secret key, which names no project", None));
    }
    if key.starts_with("sb_publishable_") {
        return Err("is a publishable key, which row security limits".to_owned());
    }
    let parts: Vec<&str> = key.split('.').collect();
    let [_, payload, _] = parts.as_slice() else { return Err("holds no key".to_owned()) };
    let payload = BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok();
    let payload = payload.and_then(|bytes| serde_json::from_slice::<Payload>(&bytes).ok());
    let Some(payload) = payload else { return Err("holds no key that can be read".to_owned()) };
    match payload.role.as_deref() {
        Some("service_role") => {}
        Some(role) => return Err(format!("is a key of the role {}, not of service_role", short(role))),
        None => return Err("is a key that names no role".to_owned()),
    }
    if payload.exp.is_some_and(|end| end <= now) {
        return Err("is a key that has expired".to_owned());
    }
    Ok(("a service_role key", payload.project))
}

fn short(role: &str) -> String {
    role.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(30).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(payload: &str) -> String {
        format!("e30.{}.sig", BASE64_URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn projects_are_read_from_addresses() {
        let of = |url: &str| of_database(url);
        assert_eq!(of("postgres://postgres:x@db.abc.supabase.co:5432/postgres").as_deref(), Some("abc"));
        assert_eq!(of("postgres://postgres.abc:x@aws-0-eu.pooler.supabase.com:5432/postgres").as_deref(), Some("abc"));
        assert_eq!(of("postgres://me@db.example/app"), None);
        assert_eq!(of_api("https://abc.supabase.co").as_deref(), Some("abc"));
        assert_eq!(of_api("https://abc.supabase.co.evil.example"), None);
    }

    #[test]
    fn only_a_key_that_may_do_everything_will_do() {
        let service = key(r#"{"role":"service_role","ref":"abc","exp":2000}"#);
        assert_eq!(judge(&service, 1000), Ok(("a service_role key", Some("abc".to_owned()))));
        assert!(judge(&service, 2000).unwrap_err().contains("expired"));
        assert!(judge(&key(r#"{"role":"anon","ref":"abc"}"#), 0).unwrap_err().contains("role anon"));
        assert!(judge("sb_publishable_x", 0).is_err() && judge("sb_secret_x", 0).is_ok());
        for wrong in ["", "hunter2", "a.b.c", "a.!.c"] {
            let why = judge(wrong, 0).unwrap_err();
            assert!(wrong.is_empty() || !why.contains(wrong), "{why}");
        }
    }
}
