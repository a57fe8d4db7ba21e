//! A wire between the tool and a server, which can be cut.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

/// Forwards connections to a server until it is dropped.
pub(super) struct Proxy {
    port: u16,
    wire: Arc<Wire>,
    accepting: tokio::task::JoinHandle<()>,
}

struct Wire {
    server: String,
    /// Counts the cuts; every connection ends when it goes up.
    generation: watch::Sender<u64>,
    open: AtomicU64,
    /// Bytes that may still pass; a cut follows.
    budget: AtomicI64,
    spent: Notify,
    /// Until when no connection is taken.
    down: std::sync::Mutex<Instant>,
}

/// No cut by bytes.
const NO_LIMIT: i64 = i64::MAX;

impl Proxy {
    /// A proxy of the server at `host:port`.
    pub(super) async fn start(server: String) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let wire = Arc::new(Wire {
            server,
            generation: watch::Sender::new(0),
            open: AtomicU64::new(0),
            budget: AtomicI64::new(NO_LIMIT),
            spent: Notify::new(),
            down: std::sync::Mutex::new(Instant::now()),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&wire)));
        Ok(Self { port, wire, accepting })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Cuts every connection, and takes no new one for a while; gives how many were open.
    pub(super) fn cut(&self, down: Duration) -> u64 {
        *self.wire.down.lock().unwrap() = Instant::now() + down;
        self.wire.cut()
    }

    /// Cuts every connection once so many bytes more have passed.
    pub(super) fn cut_after(&self, bytes: u64) {
        self.wire.budget.store(bytes as i64, Ordering::Relaxed);
    }

    /// Waits until that has happened.
    pub(super) async fn was_cut(&self) {
        self.wire.spent.notified().await;
    }

    /// Lets bytes pass again.
    pub(super) fn mend(&self) {
        self.wire.budget.store(NO_LIMIT, Ordering::Relaxed);
        *self.wire.down.lock().unwrap() = Instant::now();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.wire.cut();
    }
}

impl Wire {
    fn cut(&self) -> u64 {
        let open = self.open.load(Ordering::Relaxed);
        self.generation.send_modify(|generation| *generation += 1);
        open
    }

    /// Lets bytes pass, or cuts.
    fn pass(&self, bytes: usize) {
        if self.budget.load(Ordering::Relaxed) == NO_LIMIT {
            return;
        }
        let before = self.budget.fetch_sub(bytes as i64, Ordering::Relaxed);
        if before > 0 && before <= bytes as i64 {
            self.budget.store(NO_LIMIT, Ordering::Relaxed);
            self.cut();
            self.spent.notify_one();
        }
    }
}

async fn accept(listener: TcpListener, wire: Arc<Wire>) {
    while let Ok((client, _)) = listener.accept().await {
        if Instant::now() < *wire.down.lock().unwrap() {
            continue;
        }
        let mut cut = wire.generation.subscribe();
        let wire = Arc::clone(&wire);
        tokio::spawn(async move {
            let Ok(server) = TcpStream::connect(&wire.server).await else { return };
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            wire.open.fetch_add(1, Ordering::Relaxed);
            let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
            // Whichever ends first takes the other direction with it: a cut is a cut.
            tokio::select! {
                _ = cut.changed() => {}
                () = relay(from_client, to_server, &wire) => {}
                () = relay(from_server, to_client, &wire) => {}
            }
            wire.open.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

async fn relay(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, wire: &Wire) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        wire.pass(read);
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
