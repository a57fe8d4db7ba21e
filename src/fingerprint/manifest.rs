//! The portable manifest of one database: counts, bucket sums, sequences and schema, and no row value.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};

use super::{Instead, MaskRecord, TableChecksum, TableShape, TableSql, checksum};
use crate::catalog::{Catalog, Inventory, InventoryObject, KINDS, Relation, Sequence};
use crate::config::{Subset, TableScope};
use crate::model::{ObjectRef, RelationName, Result, Side};
use crate::postgres::{Readers, Role};

/// The version of the manifest's format and of the hash it holds; raised when either changes.
pub const MANIFEST_VERSION: u32 = 2;

/// What a database came to at one snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The version of this format.
    pub manifest_version: u32,
    /// The side it was taken of; older manifests do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// The masks the rows were read with; none where they are summed as they stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masks: Option<MaskRecord>,
    /// Which rows were summed; none of a whole database.
    #[serde(default, skip_serializing_if = "Subset::is_everything")]
    pub subset: Subset,
    /// The server's version.
    pub server_version: String,
    /// The database's name.
    pub database: String,
    /// When the snapshot was taken, by the server's clock.
    pub taken: String,
    /// The schemas looked at.
    pub schemas: Vec<String>,
    /// Every table in scope.
    pub tables: BTreeMap<String, TableFingerprint>,
    /// Where sequences stand: last value and whether it was given out.
    pub sequences: BTreeMap<String, Option<(i64, bool)>>,
    /// Every object of every modelled kind, by `kind identity`.
    pub objects: BTreeMap<String, InventoryObject>,
}

/// One table's part of a fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFingerprint {
    /// Rows.
    pub rows: u64,
    /// What was hashed and how.
    pub shape: TableShape,
    /// The sums.
    pub checksum: TableChecksum,
}

/// One thing in which two fingerprints differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FingerprintDifference {
    /// What differs.
    pub object: ObjectRef,
    /// How.
    pub message: String,
}

impl Fingerprint {
    /// Takes the fingerprint of a snapshot. Tables of `like`, where given, are hashed in the shape they have there,
    /// so that the two can be compared bucket by bucket.
    ///
    /// # Errors
    /// The server's error when any table in scope cannot be read: a fingerprint is whole or it is not one.
    pub async fn take<R: Role>(
        readers: &Readers<R>,
        catalog: &Catalog,
        scope: &TableScope,
        like: Option<&Self>,
    ) -> Result<Self> {
        Self::take_reading(readers, catalog, scope, like, &BTreeMap::new()).await
    }

    /// Takes the fingerprint of the rows as masks make them: by table, what is read in place of its columns.
    ///
    /// # Errors
    /// As [`Fingerprint::take`].
    pub async fn take_masked<R: Role>(
        readers: &Readers<R>,
        catalog: &Catalog,
        scope: &TableScope,
        masked: &BTreeMap<RelationName, Instead>,
        record: MaskRecord,
    ) -> Result<Self> {
        let taken = Self::take_reading(readers, catalog, scope, None, masked).await?;
        Ok(Self { masks: Some(record), ..taken })
    }

    async fn take_reading<R: Role>(
        readers: &Readers<R>,
        catalog: &Catalog,
        scope: &TableScope,
        like: Option<&Self>,
        masked: &BTreeMap<RelationName, Instead>,
    ) -> Result<Self> {
        let plain = Instead::new();
        let tables: Vec<_> = catalog.tables().filter(|table| scope.exclusion(&table.name).is_none()).collect();
        let taken: Vec<(String, Result<TableFingerprint>)> = stream::iter(tables)
            .map(|relation| (relation, masked.get(&relation.name).unwrap_or(&plain)))
            .map(|(relation, instead)| async move {
                let mut shape = like.map_or_else(|| TableShape::alone(relation), |like| like.shape_of(relation));
                shape.may_be_null(instead);
                let summed = checksum(readers, &TableSql::reading(&shape, relation, instead)).await;
                let table = summed.map(|checksum| TableFingerprint { rows: checksum.rows(), shape, checksum });
                (relation.name.to_string(), table)
            })
            .buffer_unordered(readers.jobs())
            .collect()
            .await;
        let mut tables = BTreeMap::new();
        for (name, summed) in taken {
            tables.insert(name.clone(), summed.map_err(|error| error.at(name))?);
        }
        let chosen = catalog.relations.values().any(|relation| relation.chosen.is_some());
        let subset = if chosen { scope.subset.clone() } else { Subset::default() };
        Ok(Self { tables, side: Some(R::SIDE), subset, ..Self::of_schema(catalog) })
    }

    /// The shape in which a relation is summed to be compared with this fingerprint: the one it has here, as long as it
    /// fits.
    pub fn shape_of(&self, relation: &Relation) -> TableShape {
        let here = self.tables.get(&relation.name.to_string()).map(|table| table.shape.clone());
        here.filter(|shape| shape.fits(relation)).unwrap_or_else(|| TableShape::alone(relation))
    }

    /// The part that asks for no rows: sequences and schema objects, and no table.
    pub fn of_schema(catalog: &Catalog) -> Self {
        let state = |sequence: &Sequence| sequence.state.map(|state| (state.last_value, state.is_called));
        Self {
            manifest_version: MANIFEST_VERSION,
            side: None,
            masks: None,
            subset: Subset::default(),
            server_version: catalog.server.version.clone(),
            database: catalog.server.database.clone(),
            taken: catalog.server.snapshot_taken.clone(),
            schemas: catalog.schemas.clone(),
            tables: BTreeMap::new(),
            sequences: catalog.sequences.iter().map(|(name, one)| (name.to_string(), state(one))).collect(),
            objects: catalog.inventory.iter().map(|(object, held)| (object.to_string(), held.clone())).collect(),
        }
    }

    /// The schema objects under their references.
    pub fn inventory(&self) -> Inventory {
        self.objects.iter().map(|(name, held)| (object(name), held.clone())).collect()
    }

    /// Everything in which two fingerprints differ: tables by rows and buckets, sequences, schema objects.
    pub fn differences(&self, other: &Self) -> Vec<FingerprintDifference> {
        let mut found = Vec::new();
        let mut note = |kind: &str, name: &str, message: String| {
            found.push(FingerprintDifference { object: ObjectRef::new(kind, name), message });
        };
        for (name, one, two) in paired(&self.tables, &other.tables) {
            match (one, two) {
                (Some(one), Some(two)) if one.shape != two.shape => {
                    note("table", name, "hashed in another shape: its columns have changed".to_owned());
                }
                (Some(one), Some(two)) if one.checksum != two.checksum => {
                    let buckets = one.checksum.differing(&two.checksum).len();
                    let message = format!(
                        "{} rows became {}; {buckets} of {} buckets differ",
                        one.rows, two.rows, one.shape.buckets
                    );
                    note("table", name, message);
                }
                (Some(_), Some(_)) => {}
                (one, _) => note("table", name, presence(one.is_some()).to_owned()),
            }
        }
        for (name, one, two) in paired(&self.sequences, &other.sequences) {
            if one != two {
                note("sequence", name, format!("{} became {}", state(one), state(two)));
            }
        }
        for (name, one, two) in paired(&self.objects, &other.objects) {
            let object = object(name);
            let (kind, identity) = (object.kind.as_str(), object.identity.as_str());
            match (one, two) {
                (Some(one), Some(two)) => {
                    for (attribute, before, after) in paired(&one.attributes, &two.attributes) {
                        if before != after {
                            note(kind, identity, format!("{attribute} differs"));
                        }
                    }
                }
                (one, _) => note(kind, identity, presence(one.is_some()).to_owned()),
            }
        }
        found
    }

    /// Rows over all tables.
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|table| table.rows).sum()
    }
}

/// The object under a manifest's key: a kind, which may be of two words, and an identity.
pub(super) fn object(key: &str) -> ObjectRef {
    // The longest: "operator class" begins as "operator" does.
    let of_kind = KINDS.iter().filter_map(|kind| {
        let identity = key.strip_prefix(kind.name)?.strip_prefix(' ')?;
        Some(ObjectRef::new(kind.name, identity))
    });
    of_kind.max_by_key(|object| object.kind.len()).unwrap_or_else(|| {
        let (kind, identity) = key.split_once(' ').unwrap_or(("object", key));
        ObjectRef::new(kind, identity)
    })
}

fn presence(was_there: bool) -> &'static str {
    if was_there { "is gone" } else { "is new" }
}

fn state(state: Option<&Option<(i64, bool)>>) -> String {
    match state {
        Some(Some((value, true))) => format!("{value}"),
        Some(Some((value, false))) => format!("{value}, not given out"),
        Some(None) => "unreadable".to_owned(),
        None => "absent".to_owned(),
    }
}

/// Both maps' entries by key.
fn paired<'a, T>(
    one: &'a BTreeMap<String, T>,
    two: &'a BTreeMap<String, T>,
) -> Vec<(&'a str, Option<&'a T>, Option<&'a T>)> {
    let mut keys: Vec<&String> = one.keys().chain(two.keys().filter(|key| !one.contains_key(*key))).collect();
    keys.sort();
    keys.into_iter().map(|key| (key.as_str(), one.get(key), two.get(key))).collect()
}
