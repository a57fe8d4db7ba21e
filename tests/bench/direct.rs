//! The way to a server that goes through nothing else. A container's published port is served by a program of the engine, which computes for
//! every byte as much as a client does, more or less by how the bytes happen to be cut; the container's own address is not.

use std::process::Command;

use anyhow::{Context, Result};
use pg_rehearse::rehearse::server::Server;
use url::Url;

/// The server's URL: the container's own address where the engine tells it, else what is published.
pub(crate) fn url(server: &Server) -> Result<Url> {
    let mut url = Url::parse(server.url())?;
    let port = url.port().context("a server's URL names no port")?;
    let found = docker(&["ps", "--quiet", "--filter", &format!("publish={port}")]);
    let address = found.filter(|id| !id.is_empty()).and_then(|id| {
        docker(&["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}", &id])
    });
    if let Some(address) = address.as_deref().and_then(|list| list.split_whitespace().next())
        && std::net::TcpStream::connect((address, 5432)).is_ok()
    {
        url.set_host(Some(address))?;
        let _ = url.set_port(Some(5432));
    }
    Ok(url)
}

fn docker(arguments: &[&str]) -> Option<String> {
    let output = Command::new("docker").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
