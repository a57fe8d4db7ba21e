//! The fingerprint of a source whose columns are masked: taking one, and holding one against a configuration.

use std::collections::BTreeMap;

use super::{identity, masked};
use crate::check::SideView;
use crate::config::Config;
use crate::fingerprint::{Fingerprint, Instead, MaskRecord, SaltDigest};
use crate::model::{Error, RelationName, Result, Side, readable};
use crate::plan::{Readings, check_masks, mask_of};
use crate::postgres::{Endpoint, Source};

/// Takes the fingerprint of the source as the target is to be: with its masks, where some are configured.
///
/// # Errors
/// Usage where a mask cannot be or has no salt; the server's error when a table in scope cannot be read.
pub async fn fingerprint_of_source(config: &Config) -> Result<Fingerprint> {
    config.require_salt()?;
    let endpoint = Endpoint::<Source>::new(&config.source)?;
    let mut view = SideView::open(&endpoint, config.verify_jobs, &config.scope.schemas).await?;
    view.catalog.choose(&config.scope)?;
    let taken = match config.scope.masks.list.is_empty() {
        true => Fingerprint::take(&view.readers, &view.catalog, &config.scope, None).await,
        false => take(&view, config).await,
    };
    view.readers.close().await;
    taken
}

async fn take(view: &SideView<Source>, config: &Config) -> Result<Fingerprint> {
    let (catalog, scope) = (&view.catalog, &config.scope);
    check_masks(scope, catalog)?;
    let (mut instead, mut columns, mut salted) = (BTreeMap::new(), BTreeMap::new(), false);
    for table in catalog.tables().filter(|table| scope.exclusion(&table.name).is_none()) {
        let readings = Readings::of(&scope.masks, catalog, table);
        for masked in &readings.masked {
            salted |= masked.kind.is_salted();
            columns.insert(column(&table.name, &masked.column), masked.kind.rule());
        }
        instead.insert(table.name.clone(), readings.instead);
    }
    let salt = config.source.salt.as_ref().filter(|_| salted);
    let salt = match salt {
        Some(salt) => {
            let word = view.readers.acquire().await?.value("select gen_random_uuid()::text").await?;
            Some(SaltDigest::of(salt, word.unwrap_or_default()))
        }
        None => None,
    };
    let any: Instead = instead.values().flatten().map(|(name, value)| (name.clone(), value.clone())).collect();
    let taken = Fingerprint::take_masked(&view.readers, catalog, scope, &instead, MaskRecord { columns, salt }).await;
    taken.map_err(|error| masked::withheld(error, &any))
}

/// Refuses a fingerprint of rows that were masked otherwise than the configuration says. One of the target holds what
/// was there, whatever the masks.
pub(super) fn agree(config: &Config, before: &Fingerprint) -> Result<()> {
    if before.side == Some(Side::Target) {
        return Ok(());
    }
    if before.subset != config.scope.subset {
        return Err(Error::usage("the fingerprint holds other rows than the configuration's [scope.rows] chooses")
            .hint("compare with the configuration it was taken with, or take it again with this one"));
    }
    refuse_unknown(config, before)?;
    let recorded = before.masks.as_ref();
    for (name, table) in &before.tables {
        let Some(relation) = identity::relation(name).filter(|name| config.scope.exclusion(name).is_none()) else {
            continue;
        };
        for shaped in &table.shape.columns {
            let wanted = mask_of(&config.scope.masks, &relation, &shaped.name);
            let wanted = wanted.map_err(|problem| Error::usage(format!("{relation}: {problem}")))?;
            let wanted = wanted.map(|mask| mask.kind.rule());
            let column = column(&relation, &shaped.name);
            let taken = recorded.and_then(|record| record.columns.get(&column));
            if taken != wanted.as_ref() {
                return Err(other_mask(before, &column, taken, wanted.as_ref()));
            }
        }
    }
    let salt = recorded.and_then(|record| record.salt.as_ref()).zip(config.source.salt.as_ref());
    if salt.is_some_and(|(digest, salt)| !digest.is_of(salt)) {
        let variable = config.scope.masks.salt_env();
        return Err(Error::usage(format!("the fingerprint was taken with another salt than {variable} holds"))
            .hint("set the salt it was taken with, or take it again with this one"));
    }
    Ok(())
}

fn column(table: &RelationName, column: &str) -> String {
    format!("{table}.{}", readable(column))
}

fn other_mask(before: &Fingerprint, column: &str, taken: Option<&String>, wanted: Option<&String>) -> Error {
    let said = |rule: Option<&String>, none: &str| {
        rule.map_or_else(|| none.to_owned(), |rule| format!("masks it by `{rule}`"))
    };
    if before.masks.is_none() {
        let wanted = wanted.map(String::as_str).unwrap_or_default();
        return Error::usage(format!(
            "the fingerprint holds the rows as they are, and the configuration masks {column} by `{wanted}`"
        ))
        .hint("take the fingerprint again with this configuration: `fingerprint` makes the masks then");
    }
    let (taken, wanted) = (said(taken, "holds it unmasked"), said(wanted, "does not mask it"));
    Error::usage(format!("{column}: the fingerprint {taken}, and the configuration {wanted}"))
        .hint("compare with the configuration it was taken with, or take it again with this one")
}

/// Refuses a mask that is for no column the fingerprint knows of, as one is refused that is for none of the source.
fn refuse_unknown(config: &Config, before: &Fingerprint) -> Result<()> {
    let names = before.objects.keys().filter_map(|key| key.strip_prefix("column ")).map(identity::parts);
    let columns: Vec<(RelationName, String)> = names
        .filter_map(|parts| match <[String; 3]>::try_from(parts) {
            Ok([schema, table, column]) => Some((RelationName::new(schema, table), column)),
            Err(_) => None,
        })
        .collect();
    let unknown = config.scope.masks.list.iter().find(|mask| {
        let reached = before.schemas.iter().any(|schema| mask.columns.reaches(schema));
        reached && !columns.iter().any(|(table, column)| mask.columns.matches(table, column))
    });
    match unknown {
        None => Ok(()),
        Some(mask) => Err(Error::usage(format!("mask of `{}`: the fingerprint has no such column", mask.columns))
            .hint("write schema.table.column as the source has it, partitions by their root; `*` stands for any text")),
    }
}
