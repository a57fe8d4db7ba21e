//! The shape of `migration.toml`. Every key a user may write stands here, with its default.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use schemars::transform::{RecursiveTransform, Transform};
use serde::Deserialize;

use super::behaviour::{BehaviourSection, PersonaSection};
use super::deciding::DecideSection;
use super::float_tolerance::FloatToleranceSection;
use super::gate::GateSection;
use super::masking::{MaskSection, MasksSection};
use super::notify::{NotifySection, PlannedSection};
use super::tls::Tls;
use super::tolerance::ToleranceSection;
use super::unknown;
use crate::model::{Error, Result};

/// The whole file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct File {
    /// The database copied from.
    pub source: SideSection,
    /// The database copied into.
    pub target: SideSection,
    /// Which schemas and tables take part.
    pub scope: ScopeSection,
    /// How rows are copied.
    pub copy: CopySection,
    /// How the sides are compared.
    pub verify: VerifySection,
    /// What all masks need.
    pub masks: MasksSection,
    /// Columns whose values are replaced before they leave the source.
    pub mask: Vec<MaskSection>,
    /// How many rows of busy tables may differ.
    pub tolerance: Vec<ToleranceSection>,
    /// How far apart the numbers of columns may be.
    pub float_tolerance: Vec<FloatToleranceSection>,
    /// What the sample queries as a whole must reach.
    pub samples: SamplesSection,
    /// Queries whose answers must hold on the target.
    pub sample: Vec<Sample>,
    /// Nearest-neighbour searches that must answer alike.
    pub vector_probe: Vec<VectorProbe>,
    /// As whom the databases are asked what they show.
    pub behaviour: BehaviourSection,
    /// Somebody of a name of its own whom they are asked as.
    pub persona: Vec<PersonaSection>,
    /// Differences that are accepted, why and how long.
    pub waive: Vec<WaiveSection>,
    /// What a migration day does when something is wrong.
    pub decide: DecideSection,
    /// Who is told of a migration day.
    pub notify: NotifySection,
    /// What is saved before anything is written.
    pub backup: BackupSection,
    /// How long the phases of a migration day were planned to take.
    pub planned: PlannedSection,
    /// What saved reports must say before a migration may start.
    pub gate: GateSection,
}

/// `[source]` or `[target]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SideSection {
    /// What people call it; also what `--confirm` must name. Defaults to `source` or `target`.
    pub name: Option<String>,
    /// A target marked `production` is never written to.
    pub environment: Option<Environment>,
    /// The environment variable that holds the connection URL.
    pub url_env: Option<String>,
    /// Seconds after which the server ends a statement; 0 means never. Default 0.
    pub statement_timeout: Option<u64>,
    /// How well the connection must be secured: `require`, `verify-ca` or `verify-full`. Default what the URL says.
    pub tls: Option<Tls>,
    /// The reference of its project, on a platform that has such: what URLs and keys must belong to.
    pub project: Option<String>,
    /// The environment variable that holds the address of the project's API.
    pub api_url_env: Option<String>,
    /// The environment variable that holds the key to the project's API that may do everything there.
    pub api_key_env: Option<String>,
    /// Which database it must be, as `preflight` shows it: any other is refused.
    pub identity: Option<String>,
}

/// What kind of database a side is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Never written to.
    Production,
    /// May be written to once confirmed.
    Staging,
    /// May be written to once confirmed.
    Development,
    /// A throwaway server of a rehearsal.
    Rehearsal,
}

/// `[scope]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ScopeSection {
    /// Schemas that take part. Empty means every schema that is not the system's.
    pub schemas: Vec<String>,
    /// Globs over `schema.table` that take part. Empty means every table of the schemas.
    pub tables: Vec<String>,
    /// Tables that do not take part, with the reason: `"public.audit" = "kept on staging"`.
    pub excluded: BTreeMap<String, String>,
    /// Conditions that choose rows of the source: `"public.bookings" = "tenant_id = 7"`. Rows that refer to rows left out are left out
    /// with them. Tables are named by globs over `schema.table`. Default all rows.
    pub rows: BTreeMap<String, String>,
    /// Names of foreign keys along which rows are not left out with the rows they refer to.
    pub not_followed: Vec<String>,
    /// A file that transcribes documented orders, as `plan --expect` reads it: a day's log sets its counts beside those copied.
    pub expected: Option<String>,
}

/// `[copy]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CopySection {
    /// Tables, pieces of tables and indexes worked at at once. Default 4, or what `--jobs` says.
    pub jobs: Option<usize>,
    /// The size of the pieces in which long tables are copied. Default `"128MiB"`.
    pub chunk: Option<String>,
    /// The size from which a table's indexes and keys stand aside while its rows come in. Default `"4MiB"`.
    pub set_aside_from: Option<String>,
    /// Whether the database's large objects are copied too. Default true, unless only some schemas or tables are.
    pub large_objects: Option<bool>,
    /// The most that is read from the source in a second, such as `"20MB"`. Default no limit.
    pub rate: Option<String>,
    /// How far a standby of the source may fall behind before the copy stops, in WAL, such as `"1GB"`. Default no limit.
    pub max_replica_lag: Option<String>,
    /// How long the copy may hold its snapshot before it stops, such as `"30m"`. Default no limit.
    pub max_snapshot_age: Option<String>,
}

/// `[backup]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct BackupSection {
    /// Whether a migration day saves the source too. Default true.
    pub source: Option<bool>,
}

/// `[verify]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct VerifySection {
    /// Connections to each side. Default 4, or what `--jobs` says.
    pub jobs: Option<usize>,
    /// Examples of differing rows shown for each table. Default 10.
    pub examples: Option<usize>,
    /// Schemas in which every table of the target must have row security. Default none.
    pub require_row_security: Vec<String>,
    /// Whether rows are hashed with 256 bits in place of 64. Default false.
    pub strong: Option<bool>,
    /// How many times rows that differ are looked at again before they count as different. Default 0.
    pub recheck: Option<u32>,
    /// The share of the time each session may work, in percent. Default 100.
    pub throttle: Option<u8>,
    /// Sessions of others that may be active on a server while ours go on; above, ours wait. Default no limit.
    pub max_load: Option<u32>,
    /// The time after which nothing more is begun, such as `10m`; what is left is incomplete. Default no limit.
    pub budget: Option<String>,
    /// Roles that are not compared, with what they are given, and why: `"rehearse_writer" = "this tool's own"`.
    pub roles_left_out: BTreeMap<String, String>,
}

/// `[samples]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SamplesSection {
    /// How many of the sample queries must pass; default all of them.
    pub minimum_pass: Option<usize>,
}

/// `[[sample]]`: a read-only query and what it must answer.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Sample {
    /// A short name for reports.
    pub name: String,
    /// One SQL statement; names are schema-qualified, as the search path is empty.
    pub sql: String,
    /// `"same"` (both sides answer alike), `{ value = "42" }` (one row of one column) or the rows both sides must answer,
    /// each value as text.
    pub expect: SampleExpectation,
    /// Whether the order of the rows does not count. Default false.
    #[serde(default)]
    pub any_order: bool,
    /// Seconds after which the query is given up and the sample incomplete. Default the side's `statement_timeout`.
    #[serde(default)]
    pub timeout: Option<u64>,
}

/// What a sample query must answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum SampleExpectation {
    /// The word `same`.
    Word(String),
    /// Rows of values as text.
    Rows(Vec<Vec<String>>),
    /// One row of one column.
    Literal {
        /// The value as text.
        value: String,
    },
}

/// `[[vector_probe]]`: a nearest-neighbour search on a vector column.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct VectorProbe {
    /// `schema.table`.
    pub table: String,
    /// The vector column.
    pub column: String,
    /// Neighbours asked for. Default 10.
    #[serde(default = "default_neighbours")]
    pub k: u32,
    /// Rows used as the query, chosen evenly by key hash. Default 3.
    #[serde(default = "default_probes")]
    pub probes: u32,
    /// Lowest accepted share of exact neighbours that the index finds, 0 to 1. Default 0.9.
    #[serde(default = "default_recall")]
    pub minimum_recall: f64,
}

fn default_neighbours() -> u32 {
    10
}

fn default_probes() -> u32 {
    3
}

fn default_recall() -> f64 {
    0.9
}

/// `[[waive]]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct WaiveSection {
    /// The check whose finding is accepted.
    pub check: String,
    /// The object as findings print it, such as `table public.code_embeddings`.
    pub object: String,
    /// The attribute as findings print it, such as `default`. Without it the waiver covers the object whatever differs.
    pub attribute: Option<String>,
    /// Why.
    pub reason: String,
    /// Last day, `YYYY-MM-DD`.
    pub until: Option<String>,
}

impl File {
    /// Reads and checks a configuration file.
    ///
    /// # Errors
    /// A usage error naming the file and line, or the unknown key and the nearest valid one.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::usage(format!("cannot read {}", path.display()))
                .hint("--config names a file of text, which is migration.toml unless told otherwise")
                .caused_by(error)
        })?;
        Self::parse(&text).map_err(|error| error.at(path.display()))
    }

    /// The JSON Schema of the file, in which a key that is unknown is refused as it is in the file.
    pub fn schema() -> schemars::Schema {
        let closed = |schema: &mut schemars::Schema| {
            if schema.get("properties").is_some() {
                schema.insert("additionalProperties".to_owned(), false.into());
            }
        };
        let mut schema = schemars::schema_for!(Self);
        RecursiveTransform(closed).transform(&mut schema);
        schema.insert("title".to_owned(), "migration.toml".into());
        schema
    }

    /// Checks a configuration given as text.
    ///
    /// # Errors
    /// A usage error naming the line, or the unknown key and the nearest valid one.
    pub fn parse(text: &str) -> Result<Self> {
        const HINT: &str = "correct the line it names; docs/configuration.md describes every key";
        let deserializer =
            toml::Deserializer::parse(text).map_err(|error| Error::usage(error.to_string()).hint(HINT))?;
        let mut ignored = Vec::new();
        let file: Self = serde_ignored::deserialize(deserializer, |path| ignored.push(path.to_string()))
            .map_err(|error| Error::usage(error.to_string().trim_end().to_owned()).hint(HINT))?;
        match ignored.first() {
            None => Ok(file),
            Some(path) => Err(unknown::key_error(path, &schemars::schema_for!(Self))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_name_the_nearest_valid_one() {
        let error = File::parse("[scope]\nschemsa = [\"public\"]\n").unwrap_err();
        assert_eq!(error.to_string(), "unknown key `scope.schemsa`");
        assert_eq!(
            error.hint_text(),
            Some("did you mean `schemas`? valid here: excluded, expected, not_followed, rows, schemas, tables")
        );
        let error = File::parse("[[sample]]\nname='a'\nsql='b'\nexpect='same'\nlimit=3\n").unwrap_err();
        assert_eq!(error.to_string(), "unknown key `sample.0.limit`");
    }

    #[test]
    fn wrong_types_name_the_line() {
        let error = File::parse("[copy]\njobs = \"many\"\n").unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}
