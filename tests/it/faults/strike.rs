//! What befalls a copy.

use std::time::Duration;

use anyhow::Result;
use nix::sys::signal::Signal;

use super::case::Case;
use super::chance::Chance;
use super::oracle::{rows, sequences};
use super::sql::{lines, run};
use super::tool::Tool;

/// The two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Source,
    Target,
}

/// A kind of interruption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strike {
    /// SIGKILL.
    Kill,
    /// SIGINT.
    Interrupt,
    /// Every connection to one end is cut.
    Cut(End),
    /// The same after some bytes.
    CutAfter(End),
    /// A statement of the tool is cancelled.
    Cancel(End),
    /// A session of the tool is ended.
    Terminate(End),
    /// The target raises the SQLSTATE of a full disk.
    NoRoom,
    /// The target's disk is full.
    DiskFull,
    /// A process that joined is killed.
    KillJoined,
    /// The process that others joined is killed.
    KillLeader,
    /// The process is stopped, as on a host that is cut off, and the server gives its lock up; another resumes its copy, and
    /// then it goes on.
    Overtake,
    /// A server is stopped as a crash would, and started again.
    Crash(End),
}

/// Those that leave the servers alone.
pub(super) const MILD: [Strike; 15] = [
    Strike::Kill,
    Strike::Kill,
    Strike::Interrupt,
    Strike::Cut(End::Source),
    Strike::Cut(End::Target),
    Strike::CutAfter(End::Source),
    Strike::CutAfter(End::Target),
    Strike::Cancel(End::Source),
    Strike::Cancel(End::Target),
    Strike::Terminate(End::Source),
    Strike::Terminate(End::Target),
    Strike::NoRoom,
    Strike::KillJoined,
    Strike::KillLeader,
    Strike::Overtake,
];

impl Strike {
    /// Whether a copy may go on in spite of it.
    pub(super) fn can_be_borne(self) -> bool {
        matches!(
            self,
            Self::Cut(_) | Self::CutAfter(_) | Self::Cancel(_) | Self::Terminate(_) | Self::KillJoined | Self::Crash(_)
        )
    }
}

/// What a server does with the session that holds the lock of a run, once its client has not been heard of for long.
const GIVE_UP_LOCK: &str = "select pg_terminate_backend(pid, 5000)::text from pg_locks
    where locktype = 'advisory' and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())";

/// How it is known whether a strike hit a copy that was under way.
pub(super) enum Hit {
    /// It has: a copy was under way when it struck.
    Yes,
    No,
    /// Where the process ends otherwise than well, and leaves a copy that has not ended.
    ByItsEnd,
    /// Where it also says this.
    BySaying(&'static str),
}

impl Case<'_> {
    /// Strikes. What it leaves at work beside the tool goes into `self.beside`.
    pub(super) async fn strike(&mut self, strike: Strike, tool: &mut Tool, chance: &mut Chance) -> Result<Hit> {
        match strike {
            Strike::Kill => tool.signal(Signal::SIGKILL),
            Strike::Interrupt => tool.signal(Signal::SIGINT),
            Strike::Cut(end) => {
                let under_way = self.under_way(tool).await?;
                let cut = self.proxy(end).cut(Duration::from_millis(chance.below(1200)));
                return Ok(if under_way && cut > 0 { Hit::Yes } else { Hit::No });
            }
            Strike::CutAfter(end) => {
                self.proxy(end).cut_after(1 + chance.below(60_000));
                // The proxy cuts, or the tool ends before.
                loop {
                    tokio::select! {
                        () = self.proxy(end).was_cut() => break,
                        () = tokio::time::sleep(Duration::from_millis(20)) => {}
                    }
                    if !tool.is_running()? {
                        return Ok(Hit::No);
                    }
                }
                return self.hit_now(tool).await;
            }
            Strike::Cancel(end) => return self.end_session("pg_cancel_backend", end, tool).await,
            Strike::Terminate(end) => return self.end_session("pg_terminate_backend", end, tool).await,
            Strike::NoRoom => {
                run(&self.urls[1], "insert into outside.disk values (true)").await?;
                return Ok(Hit::BySaying("no room is left"));
            }
            Strike::DiskFull => {
                if let Some(disk) = &self.place.disk {
                    disk.fill().await;
                }
                return Ok(Hit::BySaying("No space left on device"));
            }
            Strike::KillJoined => {
                let mut joined = self.start("copy --join")?;
                tokio::time::sleep(Duration::from_millis(chance.below(600))).await;
                let both = joined.is_running()? && self.under_way(tool).await?;
                joined.signal(Signal::SIGKILL);
                joined.wait().await?;
                return Ok(if both { Hit::Yes } else { Hit::No });
            }
            Strike::KillLeader => {
                self.beside.push(self.start("copy --join")?);
                tokio::time::sleep(Duration::from_millis(chance.below(600))).await;
                tool.signal(Signal::SIGKILL);
            }
            Strike::Overtake => {
                tool.signal(Signal::SIGSTOP);
                let under_way = self.under_way(tool).await?;
                // So that rows of the two snapshots can be told apart.
                self.change(chance).await?;
                let given_up = lines(&self.urls[1], GIVE_UP_LOCK).await? == ["true"];
                self.beside.push(self.start("copy --resume")?);
                tokio::time::sleep(Duration::from_millis(chance.below(1500))).await;
                tool.signal(Signal::SIGCONT);
                return Ok(if under_way && given_up { Hit::Yes } else { Hit::No });
            }
            Strike::Crash(end) => {
                let under_way = self.under_way(tool).await?;
                if end == End::Source {
                    // A crash empties the source's unlogged tables, and recovery takes its sequences on.
                    self.possible.push(rows(&self.urls[0], End::Source).await?);
                    self.stood.push(sequences(&self.urls[0]).await?);
                    self.changed = true;
                }
                let mut server = self.place.servers[end as usize].lock().await;
                server.stop_immediate().await?;
                tokio::time::sleep(Duration::from_millis(chance.below(800))).await;
                server.start_again().await?;
                drop(server);
                self.emptied |= end == End::Target && self.has_ended().await?;
                return Ok(if under_way { Hit::Yes } else { Hit::No });
            }
        }
        Ok(Hit::ByItsEnd)
    }

    /// Whether a copy is under way, and the tool at it.
    async fn under_way(&mut self, tool: &mut Tool) -> Result<bool> {
        Ok(self.watch.state().await.is_some() && tool.is_running()?)
    }

    async fn hit_now(&mut self, tool: &mut Tool) -> Result<Hit> {
        Ok(if self.under_way(tool).await? { Hit::Yes } else { Hit::No })
    }

    /// Ends something of one of the tool's sessions, rather one that is at work.
    async fn end_session(&mut self, by: &str, end: End, tool: &mut Tool) -> Result<Hit> {
        let sql = format!(
            "select {by}(pid)::text from (select pid from pg_stat_activity
               where application_name = 'pg-rehearse' and datname = current_database()
               order by state = 'active' desc, random() limit 1) one"
        );
        let ended = lines(&self.urls[end as usize], &sql).await?;
        if ended == ["true"] { self.hit_now(tool).await } else { Ok(Hit::No) }
    }
}
