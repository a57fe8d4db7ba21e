//! Deciding where the two servers come from, saying so, and starting both at once.

#[cfg(unix)]
use super::cluster::Cluster;
#[cfg(feature = "containers")]
use super::container;
use super::programs::Programs;
use super::{Choice, Kind, Options, Server, installed, wheel};
use crate::model::{Error, Events, Result};

/// Where a server will come from, and why from there.
#[derive(Debug, Clone)]
struct Plan {
    from: From,
    why: String,
}

#[derive(Debug, Clone)]
enum From {
    #[cfg(feature = "containers")]
    Container(String),
    Programs(Programs),
}

impl From {
    fn description(&self) -> String {
        match self {
            #[cfg(feature = "containers")]
            Self::Container(image) => format!("container {image}"),
            Self::Programs(programs) => programs.description.clone(),
        }
    }
}

/// Starts two throwaway servers at once and says where they come from. When one does not start, neither is left.
pub async fn start_pair(source: &Options, target: &Options, events: &Events) -> Result<(Server, Server)> {
    let first = plan(source).await?;
    let second = if source == target { first.clone() } else { plan(target).await? };
    if source == target {
        events.note(format!("servers: {}, {}", first.from.description(), first.why));
    } else {
        events.note(format!("source server: {}, {}", first.from.description(), first.why));
        events.note(format!("target server: {}, {}", second.from.description(), second.why));
    }
    // Both run to their end, so that a failure of one never cuts the other short half-made.
    let (source, target) = tokio::join!(start(first.from), start(second.from));
    Ok((source.map_err(|error| error.at("source server"))?, target.map_err(|error| error.at("target server"))?))
}

/// Starts one throwaway server and says where it comes from.
///
/// # Errors
/// Failed, when none can be had or it does not start.
pub async fn start_one(options: &Options, events: &Events) -> Result<Server> {
    let plan = plan(options).await?;
    events.note(format!("server: {}, {}", plan.from.description(), plan.why));
    start(plan.from).await
}

/// Starts an installed server of a major version, whether or not it has pgvector; `None` where none is installed.
///
/// # Errors
/// Failed, when it does not start.
pub async fn start_installed(major: u32) -> Result<Option<Server>> {
    let found = tokio::task::spawn_blocking(move || installed::of_major(major, usable))
        .await
        .map_err(|cause| Error::failed("cannot look for Postgres programs").caused_by(cause))?;
    match found {
        Some(programs) => start(From::Programs(programs)).await.map(Some),
        None => Ok(None),
    }
}

async fn start(from: From) -> Result<Server> {
    let description = from.description();
    match from {
        #[cfg(feature = "containers")]
        From::Container(image) => {
            let container = container::Container::start(&image).await?;
            Ok(Server { url: container.url(), description, kind: Kind::Container(container) })
        }
        #[cfg(unix)]
        From::Programs(programs) => {
            let cluster = Cluster::start(programs).await?;
            Ok(Server { url: cluster.url(), description, kind: Kind::Cluster(cluster) })
        }
        #[cfg(not(unix))]
        From::Programs(_) => Err(Error::failed(format!("{description}: embedded servers run on Unix systems only"))
            .hint("run a container engine")),
    }
}

async fn plan(options: &Options) -> Result<Plan> {
    match options.choice {
        Choice::Container => contained(options).await,
        Choice::Embedded => embedded("as asked".to_owned()).await,
        Choice::Auto => match available(&options.image).await {
            Ok(plan) => Ok(plan),
            Err(why) => embedded(format!("since {why}")).await.map_err(|error| error.at(why)),
        },
    }
}

/// A container if one can be had soon; else why not.
#[cfg(feature = "containers")]
async fn available(image: &str) -> Result<Plan, String> {
    container::available(image).await?;
    let why = "since a container engine answers and has the image".to_owned();
    Ok(Plan { from: From::Container(image.to_owned()), why })
}

#[cfg(not(feature = "containers"))]
async fn available(_: &str) -> Result<Plan, String> {
    Err("containers are not built in".to_owned())
}

#[cfg(feature = "containers")]
async fn contained(options: &Options) -> Result<Plan> {
    container::engine()
        .await
        .map_err(|why| Error::failed(why).hint("start the container engine, or choose embedded servers"))?;
    Ok(Plan { from: From::Container(options.image.clone()), why: "as asked".to_owned() })
}

#[cfg(not(feature = "containers"))]
async fn contained(_: &Options) -> Result<Plan> {
    Err(Error::usage("containers are not built in")
        .hint("build with the feature containers, or choose embedded servers"))
}

/// Installed programs with pgvector, else the embedded ones.
async fn embedded(why: String) -> Result<Plan> {
    let programs = tokio::task::spawn_blocking(|| installed::with_pgvector(usable).map_or_else(wheel::provide, Ok))
        .await
        .map_err(|cause| Error::failed("cannot look for Postgres programs").caused_by(cause))??;
    Ok(Plan { from: From::Programs(programs), why })
}

/// Whether the account the server will run as can reach the programs.
#[cfg(unix)]
fn usable(directory: &std::path::Path) -> bool {
    use super::unprivileged;
    !unprivileged::is_root() || unprivileged::reachable_by_all(directory)
}

#[cfg(not(unix))]
fn usable(_: &std::path::Path) -> bool {
    true
}
