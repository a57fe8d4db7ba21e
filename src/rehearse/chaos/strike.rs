//! Striking, and taking the fault away again.

use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::ground::{End, Ground, PASSWORD};
use super::points::Fault;
use super::tool::{DAY, Tool};
use crate::model::{Error, Result};
use crate::postgres::Session;

/// How long a table stays locked, and a server stays down.
const A_WHILE: Duration = Duration::from_millis(700);

/// What of a fault is still there once it has struck.
pub(super) enum Left {
    Nothing,
    /// A session that keeps writing, until it is told to end.
    Writer(tokio::sync::oneshot::Sender<()>, tokio::task::JoinHandle<Result<()>>),
}

/// Strikes.
pub(super) async fn strike(ground: &Ground, folder: &Path, fault: Fault, tool: &Tool) -> Result<Left> {
    match fault {
        Fault::Interrupt => tool.signal(Signal::SIGINT),
        Fault::Crash(end) => crash(ground, end).await?,
        Fault::Cut(end) => cut(ground, end).await?,
        Fault::Revoke(End::Source) => ground.run(End::Source, "revoke pg_read_all_data from rehearse_reader").await?,
        Fault::Revoke(End::Target) => {
            let sql = "revoke pg_write_all_data, chaos_owner from rehearse_writer";
            ground.run(End::Target, sql).await?;
        }
        Fault::Lock => lock(ground).await?,
        Fault::Load => return load(ground),
        Fault::Password(end) => {
            ground.run(end, &format!("alter role {} password 'changed'", end.role())).await?;
            // Sessions that are there stay; only new ones need it.
            cut(ground, end).await?;
        }
        Fault::DiskFull => {
            if let Ok(disk) = &ground.disk {
                disk.fill().await;
            }
        }
        Fault::FolderGone => {
            let day = folder.join(DAY);
            let moved = std::fs::rename(&day, folder.join("hidden")).and_then(|()| std::fs::write(&day, ""));
            moved.map_err(|problem| Error::failed("the folder cannot be taken away").caused_by(problem))?;
        }
        // These kill, and go on elsewhere.
        Fault::Kill
        | Fault::Clock(_)
        | Fault::WrongPassword(_)
        | Fault::WrongDatabase(_)
        | Fault::Swapped
        | Fault::WayBack(_)
        | Fault::KillResumed => tool.signal(Signal::SIGKILL),
        Fault::FileLimit(_) | Fault::WebhookHangs => {}
    }
    Ok(Left::Nothing)
}

/// Takes away what is left of a fault, once the tool has ended.
pub(super) async fn undo(ground: &Ground, folder: &Path, fault: Fault, left: Left) -> Result<()> {
    if let Left::Writer(end, writer) = left {
        let _ = end.send(());
        writer.await.map_err(|problem| Error::failed("the load ended badly").caused_by(problem))??;
    }
    match fault {
        Fault::Revoke(End::Source) => ground.run(End::Source, "grant pg_read_all_data to rehearse_reader").await,
        Fault::Revoke(End::Target) => {
            ground.run(End::Target, "grant pg_write_all_data, chaos_owner to rehearse_writer").await
        }
        Fault::Password(end) => ground.run(end, &format!("alter role {} password '{PASSWORD}'", end.role())).await,
        Fault::DiskFull => {
            if let Ok(disk) = &ground.disk {
                disk.clear().await;
            }
            Ok(())
        }
        Fault::FolderGone => {
            let day = folder.join(DAY);
            let back = std::fs::remove_file(&day).and_then(|()| std::fs::rename(folder.join("hidden"), &day));
            back.map_err(|problem| Error::failed("the folder cannot be put back").caused_by(problem))
        }
        _ => Ok(()),
    }
}

/// A crash, and the server's return a while later.
pub(super) async fn crash(ground: &Ground, end: End) -> Result<()> {
    ground.crash(end).await?;
    tokio::time::sleep(A_WHILE).await;
    ground.start(end).await
}

/// Ends every session of the tool's role on a side.
pub(super) async fn cut(ground: &Ground, end: End) -> Result<()> {
    let role = end.role();
    ground.run(end, &format!("select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}'")).await
}

/// Holds a table of the target for a while, as an application might.
async fn lock(ground: &Ground) -> Result<()> {
    let mut session = Session::connect(&ground.admin(End::Target)?).await?;
    tokio::spawn(async move {
        // Waits for its turn like anybody else; the tool may have ended by then.
        let _ = session
            .execute("set lock_timeout = '5s'; begin; lock table public.bookings in access exclusive mode")
            .await;
        tokio::time::sleep(A_WHILE).await;
        session.close().await;
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    Ok(())
}

/// A session that changes a row of the source again and again.
fn load(ground: &Ground) -> Result<Left> {
    let at = ground.admin(End::Source)?;
    let (end, mut ended) = tokio::sync::oneshot::channel();
    let writer = tokio::spawn(async move {
        let mut session = Session::connect(&at).await?;
        for number in 0.. {
            if ended.try_recv() != Err(tokio::sync::oneshot::error::TryRecvError::Empty) {
                break;
            }
            let row = number % 4000 + 1;
            session.execute(&format!("update public.bookings set note = 'written {number}' where id = {row}")).await?;
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        session.close().await;
        Ok(())
    });
    Ok(Left::Writer(end, writer))
}
