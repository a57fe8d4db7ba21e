//! A first configuration, written from what both databases are found to be: masks, tolerances, probes, personas, waivers.
//!
//! Never true in here: a URL or a row value in what is written, a difference accepted that only the target has, a file that the
//! configuration would refuse.

mod busy;
mod masks;
mod page;
mod people;
mod personal;
mod platform;
mod waivers;

use crate::check::{Context, Selection, run};
use crate::config::{Config, Flags, Salt};
use crate::model::{Error, Events, Result};
use crate::verify::{checks, searched_columns};

/// The checks that say what is wrong today without reading a row.
const ASKED: [&str; 4] = ["schema", "rls", "grants", "indexes"];
/// Masks are tried on the source under this salt, which masks no row that is kept.
const TRIAL_SALT: &str = "a salt to try masks with, and for nothing else";

/// A drafted configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The text of the file.
    pub text: String,
    /// What was found, one line a kind.
    pub found: Vec<String>,
    /// Whether masks are proposed, so that a salt is needed.
    pub masks: bool,
}

/// Looks at both databases and drafts a configuration for them. Nothing is written anywhere.
///
/// # Errors
/// When a side cannot be reached or read.
pub async fn draft(config: &Config, events: &Events) -> Result<Draft> {
    let mut config = config.clone();
    config.source.salt = Some(Salt::parse(TRIAL_SALT)?);
    let mut context = Context::open(&config, events).await?;
    let of_platform = platform::schemas(&context.source.catalog);
    if config.scope.schemas.is_empty() && !of_platform.is_empty() {
        let is_own = |schema: &&String| !of_platform.contains(schema);
        config.scope.schemas = context.source.catalog.schemas.iter().filter(is_own).cloned().collect();
        context.close().await;
        context = Context::open(&config, events).await?;
    }
    let drafted = look(&mut context, of_platform).await;
    context.close().await;
    drafted
}

async fn look(context: &mut Context, of_platform: Vec<String>) -> Result<Draft> {
    let mut page = page::Page::begin(context, of_platform);
    tell(context, "columns that look personal");
    page.masks = masks::propose(context).await?;
    tell(context, "tables in use, vector columns, roles");
    page.busy = busy::propose(context).await?;
    page.searched = searched_columns(&context.source).await?;
    page.people = people::propose(context).await?;
    // What is wrong today is asked under the drafted configuration, which says what is required.
    context.config = parsed(&page.text())?;
    tell(context, "what differs today");
    let checked =
        run(&checks(), &Selection { only: ASKED.map(str::to_owned).to_vec(), skip: Vec::new() }, context).await?;
    page.waivers = waivers::propose(&checked.units);
    let text = page.text();
    parsed(&text)?;
    Ok(Draft { found: page.found(), masks: page.masks.iter().any(|mask| mask.refused.is_none()), text })
}

fn tell(context: &Context, what: &str) {
    context.events.note(format!("init: {what}"));
}

/// The drafted text as the tool would read it.
fn parsed(text: &str) -> Result<Config> {
    Config::from_text(text, &Flags::default())
        .map_err(|error| Error::failed("the drafted configuration cannot be read").caused_by(error))
}
