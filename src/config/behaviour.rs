//! `[behaviour]` and `[[persona]]`: as whom the databases are asked what they show.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::model::{Error, Result};

/// Roles that get a persona of their own where the database names them.
const ROLES: [&str; 3] = ["anon", "authenticated", "service_role"];
/// The role of tenants.
const TENANT_ROLE: &str = "authenticated";
/// The name that all tenants have together.
pub(super) const TENANTS: &str = "tenants";
/// The setting that holds the claims.
const CLAIMS: &str = "request.jwt.claims";
/// Where a session of its own would look for names.
const SEARCH_PATH: &str = "\"$user\", public";

/// `[behaviour]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BehaviourSection {
    /// Roles that are asked as, without further claims, where a database names them. Default `anon`, `authenticated` and
    /// `service_role`.
    pub roles: Option<Vec<String>>,
    /// The column that holds a row's tenant, by its name in every table. Default none.
    pub tenant_column: Option<String>,
    /// The claim that holds a user's tenant, such as `app_metadata.tenant_id`. Default none.
    pub tenant_claim: Option<String>,
    /// The role of tenants' users. Default `authenticated`.
    pub tenant_role: Option<String>,
    /// Tenants asked as, 1 to 100. Default 5.
    pub tenants: Option<usize>,
    /// Seconds after which a query of a persona is given up. Default 30.
    pub timeout: Option<u64>,
}

/// `[[persona]]`: somebody the databases are asked as.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct PersonaSection {
    /// A short name for reports.
    pub name: String,
    /// The database role.
    pub role: String,
    /// The claims of the token, set as `request.jwt.claims`. `role` is added where it is not among them.
    #[serde(default)]
    pub claims: BTreeMap<String, Value>,
    /// Further settings: `search_path`, and those whose name has a dot.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
}

/// As whom the databases are asked, resolved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Behaviour {
    /// Roles with a persona of their own, where a database names them.
    pub roles: Vec<String>,
    /// Personas of the configuration.
    pub personas: Vec<Persona>,
    /// How tenants are told apart.
    pub tenants: Option<TenantRule>,
    /// How long a query may take.
    pub timeout: Duration,
}

/// Somebody the databases are asked as.
#[derive(Debug, Clone, PartialEq)]
pub struct Persona {
    /// What reports call it.
    pub name: String,
    /// The database role.
    pub role: String,
    /// Settings of its sessions, the claims among them.
    pub settings: Vec<(String, String)>,
    /// The tenant its claims name.
    pub tenant: Option<String>,
}

/// How tenants are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRule {
    /// The column that holds a row's tenant.
    pub column: String,
    /// The claim that holds a user's tenant, from the outside in.
    pub claim: Vec<String>,
    /// The role of tenants' users.
    pub role: String,
    /// Tenants asked as at most.
    pub most: usize,
}

impl TenantRule {
    /// The persona of one tenant.
    pub fn persona(&self, tenant: &str) -> Persona {
        let mut claims = Map::new();
        let mut inner = Value::from(tenant);
        for (at, name) in self.claim.iter().enumerate().rev() {
            match at {
                0 => drop(claims.insert(name.clone(), std::mem::take(&mut inner))),
                _ => inner = json!({ (name.clone()): inner }),
            }
        }
        let settings = settings(&self.role, claims, &BTreeMap::new());
        Persona { name: format!("tenant {tenant}"), role: self.role.clone(), settings, tenant: Some(tenant.to_owned()) }
    }

    /// The tenant that claims name.
    fn of(&self, claims: &Map<String, Value>) -> Option<String> {
        let (first, rest) = self.claim.split_first()?;
        let found = rest.iter().try_fold(claims.get(first)?, |value, name| value.get(name))?;
        Some(found.as_str().map_or_else(|| found.to_string(), str::to_owned))
    }
}

impl Persona {
    /// The persona of a role, with no claim but the role.
    pub fn of_role(role: &str) -> Self {
        let settings = settings(role, Map::new(), &BTreeMap::new());
        Self { name: role.to_owned(), role: role.to_owned(), settings, tenant: None }
    }
}

/// The settings of a session, its claims and search path among them.
fn settings(role: &str, mut claims: Map<String, Value>, given: &BTreeMap<String, String>) -> Vec<(String, String)> {
    claims.entry("role").or_insert_with(|| role.into());
    let mut all = BTreeMap::from([
        (CLAIMS.to_owned(), Value::Object(claims).to_string()),
        ("search_path".to_owned(), SEARCH_PATH.to_owned()),
    ]);
    all.extend(given.clone());
    all.into_iter().collect()
}

impl Behaviour {
    pub(super) fn resolve(section: BehaviourSection, personas: Vec<PersonaSection>) -> Result<Self> {
        let tenants = tenant_rule(&section)?;
        let timeout = section.timeout.unwrap_or(30);
        if !(1..=86_400).contains(&timeout) {
            return Err(Error::usage(format!("behaviour.timeout is {timeout}")).hint("give seconds, 1 to 86400"));
        }
        let roles = section.roles.unwrap_or_else(|| ROLES.map(str::to_owned).to_vec());
        let mut names = BTreeSet::new();
        let persona = |section: PersonaSection| {
            if !names.insert(section.name.clone()) {
                return Err(Error::usage(format!("persona `{}` is there twice", section.name))
                    .hint("each persona needs a name of its own"));
            }
            persona(section, tenants.as_ref())
        };
        let personas = personas.into_iter().map(persona).collect::<Result<_>>()?;
        Ok(Self { roles, personas, tenants, timeout: Duration::from_secs(timeout) })
    }
}

fn tenant_rule(section: &BehaviourSection) -> Result<Option<TenantRule>> {
    let (column, claim) = match (&section.tenant_column, &section.tenant_claim) {
        (Some(column), Some(claim)) => (column.clone(), claim),
        (None, None) => return Ok(None),
        (Some(_), None) => {
            return Err(Error::usage("behaviour.tenant_column is given without behaviour.tenant_claim")
                .hint("name the claim that holds a user's tenant, such as tenant_claim = \"app_metadata.tenant_id\""));
        }
        (None, Some(_)) => {
            return Err(Error::usage("behaviour.tenant_claim is given without behaviour.tenant_column")
                .hint("name the column that holds a row's tenant, such as tenant_column = \"tenant_id\""));
        }
    };
    let claim: Vec<String> = claim.split('.').map(str::to_owned).collect();
    if column.is_empty() || claim.iter().any(String::is_empty) {
        return Err(Error::usage("behaviour.tenant_column or behaviour.tenant_claim has an empty name")
            .hint("write a column such as tenant_id, and a claim such as app_metadata.tenant_id"));
    }
    let most = section.tenants.unwrap_or(5);
    if !(1..=100).contains(&most) {
        return Err(Error::usage(format!("behaviour.tenants is {most}")).hint("ask as 1 to 100 tenants"));
    }
    let role = section.tenant_role.clone().unwrap_or_else(|| TENANT_ROLE.to_owned());
    Ok(Some(TenantRule { column, claim, role, most }))
}

fn persona(section: PersonaSection, tenants: Option<&TenantRule>) -> Result<Persona> {
    let PersonaSection { name, role, claims, settings: given } = section;
    let wrong = |problem: &str, hint: &str| Err(Error::usage(format!("persona `{name}`: {problem}")).hint(hint));
    if name.trim().is_empty() || name == TENANTS {
        return wrong("the name is empty or taken", "give it a short name other than `tenants`");
    }
    if claims.values().any(is_time) {
        return wrong("a claim is a date or a time", "write it as a text or as a number of seconds");
    }
    if let Some(setting) = given.keys().find(|name| !name.contains('.') && *name != "search_path") {
        let problem = format!("the setting `{setting}` is not the persona's to make");
        return wrong(&problem, "set search_path, or settings whose name has a dot, such as request.headers");
    }
    let claims: Map<String, Value> = claims.into_iter().collect();
    let tenant = tenants.and_then(|rule| rule.of(&claims));
    Ok(Persona { settings: settings(&role, claims, &given), name, role, tenant })
}

/// Whether a value holds a date or a time, which JSON does not have.
fn is_time(value: &Value) -> bool {
    match value {
        Value::Object(inner) => {
            inner.keys().any(|key| key.contains("toml_private_datetime")) || inner.values().any(is_time)
        }
        Value::Array(inner) => inner.iter().any(is_time),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::*;

    fn resolved(text: &str) -> Result<Behaviour> {
        let file = File::parse(text)?;
        Behaviour::resolve(file.behaviour, file.persona)
    }

    fn claims(persona: &Persona) -> &str {
        persona.settings.iter().find(|(name, _)| name == CLAIMS).map(|(_, value)| value.as_str()).unwrap()
    }

    #[test]
    fn claims_become_json() {
        let text = "[behaviour]\ntenant_column = 'tenant_id'\ntenant_claim = 'app_metadata.tenant_id'\n\
                    [[persona]]\nname = 'ana'\nrole = 'authenticated'\n[persona.claims]\nsub = 'u1'\nadmin = true\n\
                    [persona.claims.app_metadata]\ntenant_id = 7\n[persona.settings]\nsearch_path = 'public'\n";
        let found = resolved(text).unwrap();
        let [ana] = &found.personas[..] else { panic!("{found:?}") };
        let value: Value = serde_json::from_str(claims(ana)).unwrap();
        assert_eq!(
            value,
            json!({"sub": "u1", "admin": true, "app_metadata": {"tenant_id": 7}, "role": "authenticated"})
        );
        assert_eq!(ana.tenant.as_deref(), Some("7"));
        assert!(ana.settings.contains(&("search_path".to_owned(), "public".to_owned())));
        let tenant = found.tenants.unwrap().persona("blue");
        let value: Value = serde_json::from_str(claims(&tenant)).unwrap();
        assert_eq!(value, json!({"app_metadata": {"tenant_id": "blue"}, "role": "authenticated"}));
        assert_eq!(found.roles, ROLES);
    }

    #[test]
    fn senseless_values_are_refused() {
        for (text, part) in [
            ("[behaviour]\ntenant_column = 'a'\n", "without behaviour.tenant_claim"),
            ("[behaviour]\ntenant_claim = 'a'\n", "without behaviour.tenant_column"),
            ("[behaviour]\ntenant_claim = 'a..b'\ntenant_column = 'a'\n", "empty name"),
            ("[behaviour]\ntenant_claim = 'a'\ntenant_column = 'a'\ntenants = 0\n", "behaviour.tenants is 0"),
            ("[behaviour]\ntimeout = 0\n", "behaviour.timeout is 0"),
            ("[[persona]]\nname = 'tenants'\nrole = 'a'\n", "empty or taken"),
            ("[[persona]]\nname = 'a'\nrole = 'a'\n[[persona]]\nname = 'a'\nrole = 'b'\n", "there twice"),
            ("[[persona]]\nname = 'a'\nrole = 'a'\nsettings = { row_security = 'off' }\n", "not the persona's to make"),
            ("[[persona]]\nname = 'a'\nrole = 'a'\nclaims = { at = [2025-01-01] }\n", "a date or a time"),
        ] {
            let error = resolved(text).unwrap_err();
            assert!(error.to_string().contains(part) && error.hint_text().is_some(), "{text}: {}", error.chain());
        }
    }
}
