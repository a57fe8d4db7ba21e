//! A throwaway server in a container. The container is removed by name, so that also one half-started is found.

use std::time::Duration;

use futures_util::TryStreamExt;
use testcontainers::bollard::Docker;
use testcontainers::bollard::query_parameters::{
    CreateImageOptionsBuilder, KillContainerOptionsBuilder, RemoveContainerOptionsBuilder, StartContainerOptions,
};
use testcontainers::core::client::docker_client_instance;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerRequest, ImageExt};
use testcontainers_modules::postgres::Postgres;

use super::settings::{LOCALE, SETTINGS, SUPERUSER};
#[cfg(unix)]
use super::watchdog::Watchdog;
use super::{port, secret};
use crate::model::{Error, Result};

const PORT: u16 = 5432;
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
const PULLED_WITHIN: Duration = Duration::from_secs(8);
const STARTED_WITHIN: Duration = Duration::from_secs(120);

/// Parallel queries and index builds share memory through /dev/shm, where engines give 64 MB unless told.
const SHARED_MEMORY: u64 = 1 << 30;

/// A running container.
#[derive(Debug)]
pub(super) struct Container {
    name: String,
    password: String,
    host: String,
    port: u16,
    #[cfg(unix)]
    watchdog: Watchdog,
}

/// The container engine, if one answers soon; else why not.
pub(super) async fn engine() -> Result<Docker, String> {
    let silent = || "no container engine answers".to_owned();
    let asked = tokio::time::timeout(ANSWERS_WITHIN, async {
        let engine = docker_client_instance().await.map_err(|_| silent())?;
        engine.ping().await.map_err(|_| silent())?;
        Ok(engine)
    });
    asked.await.unwrap_or_else(|_| Err(silent()))
}

/// Whether an engine answers and has the image, or gets it soon; else why not.
pub(super) async fn available(image: &str) -> Result<(), String> {
    let engine = engine().await?;
    if engine.inspect_image(image).await.is_ok() {
        return Ok(());
    }
    let options = CreateImageOptionsBuilder::new().from_image(image).build();
    let pull = engine.create_image(Some(options), None, None).try_collect::<Vec<_>>();
    match tokio::time::timeout(PULLED_WITHIN, pull).await {
        Ok(Ok(_)) => Ok(()),
        _ => Err(format!("the container engine neither has the image {image} nor gets it soon")),
    }
}

impl Container {
    /// Starts a container; returns once its server takes connections.
    pub(super) async fn start(image: &str) -> Result<Self> {
        let name = format!("pg-rehearse-{}", &secret::word()[..12]);
        let mut container = Self {
            #[cfg(unix)]
            watchdog: Watchdog::over_container(&name)?,
            name,
            password: secret::word(),
            host: "127.0.0.1".to_owned(),
            port: port::free()?,
        };
        let request = container.request(image)?;
        let started = request.start().await.map_err(|cause| {
            Error::failed(format!("cannot start a container of {image}"))
                .hint("look at the container engine's own message, or choose embedded servers")
                .caused_by(cause)
        })?;
        let host = started.get_host().await.map(|host| host.to_string());
        // Its own removal needs a runtime that still turns, so it is never asked: ours works without.
        std::mem::forget(started);
        container.host = match host.as_deref() {
            Ok("localhost") | Err(_) => container.host.clone(),
            Ok(other) => other.to_owned(),
        };
        port::wait_until_ready(&container.url(), || None).await?;
        Ok(container)
    }

    fn request(&self, image: &str) -> Result<ContainerRequest<Postgres>> {
        let (name, tag) = image
            .rsplit_once(':')
            .filter(|(name, tag)| !name.contains('@') && !tag.contains('/'))
            .ok_or_else(|| Error::usage(format!("'{image}' is not an image with a tag")).hint("write NAME:TAG"))?;
        let settings = SETTINGS.iter().flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")]);
        let request = Postgres::default()
            .with_user(SUPERUSER)
            .with_password(&self.password)
            .with_db_name("postgres")
            .with_name(name)
            .with_tag(tag)
            .with_container_name(&self.name)
            .with_label("pg-rehearse", env!("CARGO_PKG_VERSION"))
            .with_env_var("POSTGRES_INITDB_ARGS", format!("--encoding=UTF8 --locale={LOCALE} --no-sync"))
            .with_cmd(settings.collect::<Vec<_>>())
            .with_shm_size(SHARED_MEMORY)
            .with_mapped_port(self.port, testcontainers::core::ContainerPort::Tcp(PORT))
            .with_startup_timeout(STARTED_WITHIN);
        Ok(if engine_is_here() { request.with_host_config_modifier(loopback_only) } else { request })
    }

    pub(super) fn url(&self) -> String {
        port::url(&self.password, &self.host, self.port)
    }

    /// Stops the server as a crash would: nothing is flushed, the next start recovers.
    pub(super) async fn stop_immediate(&mut self) -> Result<()> {
        let cannot = |cause| Error::failed(format!("cannot stop the container {}", self.name)).caused_by(cause);
        let engine = engine().await.map_err(Error::failed)?;
        let quit = KillContainerOptionsBuilder::new().signal("SIGQUIT").build();
        engine.kill_container(&self.name, Some(quit)).await.map_err(cannot)?;
        let ended =
            engine.wait_container(&self.name, None::<testcontainers::bollard::query_parameters::WaitContainerOptions>);
        // An exit code other than 0 arrives as an error, and a killed server has one.
        let _ = ended.try_collect::<Vec<_>>().await;
        Ok(())
    }

    /// Starts a stopped container again; the port on the host stays.
    pub(super) async fn start_again(&mut self) -> Result<()> {
        let engine = engine().await.map_err(Error::failed)?;
        engine
            .start_container(&self.name, None::<StartContainerOptions>)
            .await
            .map_err(|cause| Error::failed(format!("cannot start the container {}", self.name)).caused_by(cause))?;
        port::wait_until_ready(&self.url(), || None).await
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let name = self.name.clone();
        // A thread with a runtime of its own: this may run outside of any, or inside one that no longer turns.
        let removed = std::thread::spawn(move || remove(&name)).join();
        if !matches!(removed, Ok(Ok(()))) {
            tracing::debug!(?removed, name = self.name, "the container was not removed by the engine's interface");
        }
        #[cfg(unix)]
        let _ = if matches!(removed, Ok(Ok(()))) { self.watchdog.dismiss() } else { self.watchdog.clean_up() };
    }
}

/// Removes a container and its volume.
fn remove(name: &str) -> Result<(), String> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let engine = engine().await?;
        let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
        engine.remove_container(name, Some(options)).await.map_err(|error| error.to_string())
    })
}

/// Whether ports the engine opens on the loopback interface are ours: it runs on this machine, and we in no container.
fn engine_is_here() -> bool {
    let local =
        std::env::var("DOCKER_HOST").map_or(true, |host| host.starts_with("unix:") || host.starts_with("npipe:"));
    local && !std::path::Path::new("/.dockerenv").exists()
}

/// Keeps the published port from the network.
fn loopback_only(config: &mut testcontainers::bollard::models::HostConfig) {
    for binding in config.port_bindings.iter_mut().flatten().flat_map(|(_, bindings)| bindings).flatten() {
        binding.host_ip = Some("127.0.0.1".to_owned());
    }
}
