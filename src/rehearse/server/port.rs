//! Loopback ports, and waiting until a server behind one really answers.

use std::net::{Ipv4Addr, TcpListener};
use std::str::FromStr;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::settings::SUPERUSER;
use crate::model::{Error, Result};

const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(20);

/// A loopback port free a moment ago.
pub(super) fn free() -> Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|cause| Error::failed("no free port on the loopback interface").caused_by(cause))
}

/// The superuser's URL.
pub(super) fn url(password: &str, host: &str, port: u16) -> String {
    format!("postgres://{SUPERUSER}:{password}@{host}:{port}/postgres")
}

/// Returns once the server takes a connection; gives up after a minute, or as soon as `gone` says why it never will.
pub(super) async fn wait_until_ready(url: &str, mut gone: impl FnMut() -> Option<Error>) -> Result<()> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|cause| Error::failed("the throwaway server's address is not one").caused_by(cause))?;
    let start = Instant::now();
    loop {
        let attempt = tokio::time::timeout(Duration::from_secs(5), options.connect());
        let failure = match attempt.await {
            Ok(Ok(connection)) => {
                // The server answered; how the farewell goes says nothing about it.
                let _ = connection.close().await;
                return Ok(());
            }
            Ok(Err(cause)) => cause.to_string(),
            Err(_) => "no answer within 5 s".to_owned(),
        };
        if let Some(error) = gone() {
            return Err(error);
        }
        if start.elapsed() > PATIENCE {
            return Err(Error::failed(format!("the throwaway server takes no connection after a minute: {failure}")));
        }
        tokio::time::sleep(PAUSE).await;
    }
}
