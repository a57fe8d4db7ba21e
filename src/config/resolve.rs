//! Merges the file, the environment and the flags into the one [`Config`] the run uses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file::{CopySection, File, SideSection, VerifySection, WaiveSection};
use secrecy::SecretString;

use super::{
    Behaviour, CopyConfig, DatabaseUrl, Decide, DecideSection, Environment, FloatTolerance, FromVariable, Gate, Manner,
    Masks, Notify, Planned, Platform, RowTolerance, Salt, Sample, Subset, VectorProbe,
};
use crate::model::{Error, RelationName, Result, Side, Waiver};

/// What the command line said; it wins over everything else.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--source`.
    pub source: Option<String>,
    /// `--target`.
    pub target: Option<String>,
    /// `--schema`, repeatable.
    pub schemas: Vec<String>,
    /// `--tables`, repeatable.
    pub tables: Vec<String>,
    /// `--jobs`.
    pub jobs: Option<usize>,
    /// What `copy` was told of how to do it.
    pub copy: CopySection,
    /// What `verify` was told of how to read.
    pub verify: VerifySection,
    /// What `migrate` was told to do when something is wrong.
    pub decide: DecideSection,
}

/// Everything a run needs to know, resolved.
#[derive(Debug, Clone)]
pub struct Config {
    /// The database copied from.
    pub source: SideConfig,
    /// The database copied into.
    pub target: SideConfig,
    /// Which tables take part.
    pub scope: TableScope,
    /// The file of documented orders, as `plan --expect` reads it.
    pub expected: Option<PathBuf>,
    /// How a copy is done.
    pub copy: CopyConfig,
    /// Connections to each side while verifying.
    pub verify_jobs: usize,
    /// How verification reads.
    pub manner: Manner,
    /// Examples of differing rows shown for each table.
    pub examples: usize,
    /// Schemas in which every table of the target must have row security.
    pub require_row_security: Vec<String>,
    /// Roles that are not compared, with the reason.
    pub roles_left_out: BTreeMap<String, String>,
    /// How many rows of busy tables may differ; where several are for a table, the last one counts.
    pub tolerances: Vec<RowTolerance>,
    /// How far apart the numbers of columns may be.
    pub float_tolerances: Vec<FloatTolerance>,
    /// Sample queries.
    pub samples: Vec<Sample>,
    /// How many sample queries must pass; `None` means all.
    pub minimum_pass: Option<usize>,
    /// Nearest-neighbour searches.
    pub vector_probes: Vec<VectorProbe>,
    /// As whom the databases are asked what they show.
    pub behaviour: Behaviour,
    /// Accepted differences.
    pub waivers: Vec<Waiver>,
    /// Accepted advice: the waivers of the check `advise`, which is none of those that compare.
    pub accepted_advice: Vec<Waiver>,
    /// What a migration day does when something is wrong.
    pub decide: Decide,
    /// Whether a migration day saves the source too.
    pub backup_source: bool,
    /// Who is told of a migration day.
    pub notify: Notify,
    /// How long its phases were planned to take.
    pub planned: Planned,
    /// What saved reports must say before a migration may start.
    pub gate: Gate,
}

/// One side, resolved.
#[derive(Debug, Clone)]
pub struct SideConfig {
    /// Which side.
    pub side: Side,
    /// What people call it, and what `--confirm` must name.
    pub name: String,
    /// What kind of database it is, where the configuration says.
    pub environment: Option<Environment>,
    /// Where it is; `None` until a verb needs it.
    pub url: Option<DatabaseUrl>,
    /// Seconds after which the server ends a statement; 0 means never.
    pub statement_timeout: u64,
    /// What is said of its platform.
    pub platform: Platform,
    /// Which database it must be, see `ServerFacts::identity`; `None` where any may be.
    pub identity: Option<String>,
    /// A snapshot that another session has exported and holds, to be read in place of a new one.
    pub snapshot: Option<String>,
    /// What masked values are made with; the source alone is ever told.
    pub salt: Option<Salt>,
}

impl SideConfig {
    /// The URL, or how to give one.
    ///
    /// # Errors
    /// A usage error when no URL was given anywhere.
    pub fn required_url(&self) -> Result<&DatabaseUrl> {
        let side = self.side;
        self.url.as_ref().ok_or_else(|| {
            Error::usage(format!("no URL for the {side} database")).hint(format!(
                "give --{side} URL, set {}, or put that variable into .env.local or .env",
                url_variable(side)
            ))
        })
    }
}

/// Which tables take part, and what of their values travels.
#[derive(Debug, Clone, Default)]
pub struct TableScope {
    /// Schemas; empty means every schema that is not the system's.
    pub schemas: Vec<String>,
    /// Globs over `schema.table`; empty means all.
    pub tables: Vec<String>,
    /// Tables left out, with the reason.
    pub excluded: BTreeMap<String, String>,
    /// Which rows of them.
    pub subset: Subset,
    /// Columns whose values are replaced before they leave the source. They stand here so that whoever is told of the
    /// tables is told of them, too.
    pub masks: Masks,
}

impl TableScope {
    /// A glob of `tables` that matches none of these.
    pub fn unmatched(&self, names: &[&RelationName]) -> Option<&str> {
        let plain: Vec<String> = names.iter().map(|name| format!("{}.{}", name.schema, name.name)).collect();
        let unmatched = self.tables.iter().find(|glob| !plain.iter().any(|name| glob_matches(glob, name)));
        unmatched.map(String::as_str)
    }

    /// Why a table does not take part; `None` when it does.
    pub fn exclusion(&self, table: &RelationName) -> Option<String> {
        let plain = format!("{}.{}", table.schema, table.name);
        if !self.schemas.is_empty() && !self.schemas.contains(&table.schema) {
            return Some("outside the configured schemas".to_owned());
        }
        if !self.tables.is_empty() && !self.tables.iter().any(|glob| glob_matches(glob, &plain)) {
            return Some("outside the configured tables".to_owned());
        }
        let reason = self.excluded.iter().find(|(glob, _)| glob_matches(glob, &plain));
        reason.map(|(_, reason)| format!("excluded: {reason}"))
    }
}

/// Whether a glob over `schema.table` matches a table.
pub(super) fn matches_table(glob: &str, table: &RelationName) -> bool {
    glob_matches(glob, &format!("{}.{}", table.schema, table.name))
}

/// Whether a glob (`*` any text, `?` one character) matches; a glob without a dot is matched against the bare name.
pub(super) fn glob_matches(glob: &str, qualified: &str) -> bool {
    let text =
        if glob.contains('.') { qualified } else { qualified.split_once('.').map_or(qualified, |(_, name)| name) };
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    let (mut g, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if g < glob.len() && (glob[g] == '?' || (glob[g] == text[t] && glob[g] != '*')) {
            g += 1;
            t += 1;
        } else if g < glob.len() && glob[g] == '*' {
            star = Some((g, t));
            g += 1;
        } else if let Some((star_g, star_t)) = star {
            g = star_g + 1;
            t = star_t + 1;
            star = Some((star_g, star_t + 1));
        } else {
            return false;
        }
    }
    glob[g..].iter().all(|c| *c == '*')
}

impl Config {
    /// Merges flags, environment, `.env.local`, `.env` and the file, in that order of precedence.
    ///
    /// # Errors
    /// A usage error for an unreadable file, an unknown key, a malformed URL or date.
    pub fn resolve(flags: &Flags) -> Result<Self> {
        let file = match &flags.config {
            Some(path) => File::read(path)?,
            None if Path::new("migration.toml").exists() => File::read(Path::new("migration.toml"))?,
            None => File::default(),
        };
        Self::merge(file, flags, &Variables::load()?)
    }

    /// The configuration in a text, with no environment: what a rehearsal of a shipped fixture uses.
    ///
    /// # Errors
    /// A usage error for an unknown key or a malformed value.
    pub fn from_text(text: &str, flags: &Flags) -> Result<Self> {
        Self::merge(File::parse(text)?, flags, &Variables::default())
    }

    fn merge(mut file: File, flags: &Flags, variables: &Variables) -> Result<Self> {
        let subset = Subset::resolve(&mut file.scope)?;
        let schemas = if flags.schemas.is_empty() { file.scope.schemas } else { flags.schemas.clone() };
        let tables = if flags.tables.is_empty() { file.scope.tables } else { flags.tables.clone() };
        let masks = Masks::resolve(file.masks, file.mask)?;
        let salt = variables.get(masks.salt_env()).filter(|_| !masks.list.is_empty());
        let salt = salt.map(|salt| Salt::parse(&salt).map_err(|error| error.at(masks.salt_env()))).transpose()?;
        let mut withheld = vec![masks.salt_env().to_owned(), "PGPASSWORD".to_owned()];
        for (side, section) in [(Side::Source, &file.source), (Side::Target, &file.target)] {
            let named = [&section.url_env, &section.api_url_env, &section.api_key_env];
            withheld.extend(named.into_iter().flatten().cloned().chain([url_variable(side).to_owned()]));
        }
        let waivers = file.waive.into_iter().map(waiver).collect::<Result<Vec<Waiver>>>()?;
        let (accepted_advice, waivers) = waivers.into_iter().partition(|waiver| waiver.check == "advise");
        let source = side(Side::Source, file.source, flags.source.as_deref(), variables)?;
        Ok(Self {
            source: SideConfig { salt, ..source },
            target: side(Side::Target, file.target, flags.target.as_deref(), variables)?,
            scope: TableScope { schemas, tables, excluded: file.scope.excluded, subset, masks },
            expected: file.scope.expected.map(PathBuf::from),
            copy: CopyConfig::merge(jobs("copy.jobs", flags.jobs.or(file.copy.jobs))?, &flags.copy, &file.copy)?,
            verify_jobs: jobs("verify.jobs", flags.jobs.or(file.verify.jobs))?,
            manner: Manner::merge(&flags.verify, &file.verify)?,
            examples: file.verify.examples.unwrap_or(10),
            require_row_security: file.verify.require_row_security,
            roles_left_out: file.verify.roles_left_out,
            float_tolerances: file.float_tolerance.into_iter().map(FloatTolerance::resolve).collect::<Result<_>>()?,
            tolerances: file.tolerance.into_iter().map(RowTolerance::resolve).collect::<Result<_>>()?,
            samples: samples(file.sample)?,
            minimum_pass: file.samples.minimum_pass,
            vector_probes: file.vector_probe,
            behaviour: Behaviour::resolve(file.behaviour, file.persona)?,
            waivers,
            accepted_advice,
            decide: Decide::resolve(&DecideSection {
                on_failure: flags.decide.on_failure.or(file.decide.on_failure),
                ..file.decide
            })?,
            backup_source: file.backup.source.unwrap_or(true),
            planned: Planned::resolve(&file.planned)?,
            gate: Gate::resolve(file.gate)?,
            notify: {
                let webhook = file.notify.webhook_env.as_ref().and_then(|name| variables.get(name));
                Notify::resolve(file.notify, webhook, withheld)?
            },
        })
    }

    /// Refuses masks that need a salt where there is none.
    ///
    /// # Errors
    /// Usage, naming the mask and the variable.
    pub fn require_salt(&self) -> Result<()> {
        self.scope.masks.require(self.source.salt.as_ref())
    }
}

fn jobs(key: &str, given: Option<usize>) -> Result<usize> {
    match given {
        None => Ok(4),
        Some(jobs @ 1..=64) => Ok(jobs),
        Some(other) => Err(Error::usage(format!("{key} is {other}")).hint("use 1 to 64 connections for each side")),
    }
}

fn samples(samples: Vec<Sample>) -> Result<Vec<Sample>> {
    use super::SampleExpectation::Word;
    for sample in &samples {
        if matches!(&sample.expect, Word(word) if word != "same") {
            return Err(Error::usage(format!("sample `{}`: expect is neither \"same\" nor an answer", sample.name))
                .hint("write expect = \"same\", expect = { value = \"42\" } or expect = [[\"value\", ...], ...]"));
        }
        if sample.timeout.is_some_and(|seconds| seconds == 0 || seconds > 86_400) {
            return Err(Error::usage(format!("sample `{}`: timeout is not between 1 s and a day", sample.name))
                .hint("give seconds, or leave it out for the side's own statement_timeout"));
        }
    }
    Ok(samples)
}

fn side(side: Side, section: SideSection, flag: Option<&str>, variables: &Variables) -> Result<SideConfig> {
    let variable = section.url_env.unwrap_or_else(|| url_variable(side).to_owned());
    let url = match flag {
        Some(text) => Some(DatabaseUrl::parse(text).map_err(|error| error.at(format!("--{side}")))?),
        None => match variables.get(&variable) {
            Some(text) => Some(DatabaseUrl::parse(&text).map_err(|error| error.at(&variable))?),
            None => None,
        },
    };
    let url = match (url, section.tls) {
        (Some(url), Some(tls)) => Some(url.secured(tls).map_err(|error| error.at(side))?),
        (url, _) => url,
    };
    Ok(SideConfig {
        side,
        name: section.name.unwrap_or_else(|| side.to_string()),
        environment: section.environment,
        url,
        statement_timeout: section.statement_timeout.unwrap_or(0),
        identity: section.identity,
        platform: Platform {
            project: section.project,
            api_url: section.api_url_env.map(|name| variables.told(name)),
            api_key: section.api_key_env.map(|name| variables.told(name)),
        },
        snapshot: None,
        salt: None,
    })
}

fn url_variable(side: Side) -> &'static str {
    match side {
        Side::Source => "PG_REHEARSE_SOURCE_URL",
        Side::Target => "PG_REHEARSE_TARGET_URL",
    }
}

fn waiver(section: WaiveSection) -> Result<Waiver> {
    let until = match section.until {
        None => None,
        Some(text) => Some(text.parse().map_err(|error: jiff::Error| {
            Error::usage(format!("waiver of `{}`: `until = \"{text}\"` is not a day", section.object))
                .hint("write it as YYYY-MM-DD")
                .caused_by(error)
        })?),
    };
    if section.reason.trim().is_empty() {
        return Err(Error::usage(format!("waiver of `{}` gives no reason", section.object))
            .hint("say why the difference is accepted: a waiver is read by others later"));
    }
    let WaiveSection { check, object, attribute, reason, .. } = section;
    Ok(Waiver { check, object, attribute, reason, until })
}

/// Environment variables, then `.env.local`, then `.env`.
#[derive(Default)]
struct Variables {
    process: bool,
    files: Vec<BTreeMap<String, String>>,
}

impl Variables {
    fn load() -> Result<Self> {
        let mut files = Vec::new();
        for name in [".env.local", ".env"] {
            if Path::new(name).exists() {
                let entries = dotenvy::from_path_iter(name).and_then(Iterator::collect::<Result<_, _>>);
                // dotenvy's error text repeats the line, which may hold a secret.
                files.push(entries.map_err(|_| {
                    Error::usage(format!("{name} has a line that is not NAME=value")).hint("quote values with spaces")
                })?);
            }
        }
        Ok(Self { process: true, files })
    }

    fn told(&self, variable: String) -> FromVariable {
        let value = self.get(&variable).map(SecretString::from);
        FromVariable { variable, value }
    }

    fn get(&self, name: &str) -> Option<String> {
        let process = if self.process { std::env::var(name).ok() } else { None };
        process.or_else(|| self.files.iter().find_map(|file| file.get(name).cloned())).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        assert!(glob_matches("public.*", "public.hotels"));
        assert!(glob_matches("hotels", "public.hotels"));
        assert!(glob_matches("*_log", "public.sync_status_log"));
        assert!(!glob_matches("hotel?", "public.hotels_x"));
        assert!(!glob_matches("auth.*", "public.hotels"));
    }

    #[test]
    fn a_missing_url_says_where_it_may_be_given() {
        let config = Config::from_text("", &Flags::default()).unwrap();
        let error = config.target.required_url().unwrap_err();
        assert_eq!(error.to_string(), "no URL for the target database");
        assert!(error.hint_text().unwrap().contains("PG_REHEARSE_TARGET_URL"));
    }

    #[test]
    fn a_waiver_needs_a_reason_and_a_real_day() {
        let text = "[[waive]]\ncheck='rls'\nobject='table public.t'\nreason='known'\nuntil='2026-13-01'\n";
        let error = Config::from_text(text, &Flags::default()).unwrap_err();
        assert!(error.to_string().contains("2026-13-01"), "{error}");
        let text = "[[waive]]\ncheck='rls'\nobject='table public.t'\nreason=' '\n";
        assert!(Config::from_text(text, &Flags::default()).unwrap_err().to_string().contains("no reason"));
    }
}
