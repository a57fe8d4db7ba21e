//! One copy of a random schema, interrupted again and again until it is done, and what must then hold.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, ensure};
use pg_rehearse::rehearse::server::SmallDisk;

use super::chance::Chance;
use super::oracle::{objects, places, rows};
use super::place::{OWNER, Place};
use super::proxy::Proxy;
use super::schema::Schema;
use super::sql::run;
use super::strike::{End, Hit, Strike};
use super::tool::{Ended, Tool};
use super::watch::{Moment, Phase, Watch};

/// Most interruptions of one copy.
const MOST: u64 = 6;

/// What the interruptions of a case came to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Those that hit a copy under way, by kind and by what it was at.
    pub(super) hits: BTreeMap<(Strike, Phase), u64>,
    /// Those that came too early or too late.
    pub(super) missed: BTreeMap<Strike, u64>,
    /// Resumed copies that replaced some of a table's rows.
    pub(super) repairs: u64,
}

impl Tally {
    fn hit(&mut self, strike: Strike, phase: Phase) {
        *self.hits.entry((strike, phase)).or_default() += 1;
    }
}

/// Two databases, and all that it takes to copy one into the other.
pub(super) struct Case<'a> {
    pub(super) place: &'a Place,
    /// Superusers' URLs of both databases, past the proxies.
    pub(super) urls: [String; 2],
    proxies: [Proxy; 2],
    pub(super) watch: Watch,
    folder: tempfile::TempDir,
    /// What the tool is given.
    tool_urls: (String, String),
    flags: String,
    /// Other processes at work.
    pub(super) beside: Vec<Tool>,
    /// What has befallen each run so far, for who reads of a failure.
    history: Vec<String>,
    schema: Schema,
    /// What the target's objects were before.
    pub(super) objects: Vec<String>,
    /// The names of its indexes and constraints.
    pub(super) names: Vec<String>,
    /// What else the source has held since the runs under way began.
    pub(super) possible: Vec<Vec<String>>,
    /// Where the source's sequences stood before each of its crashes: recovery takes them on by up to 32 steps.
    pub(super) stood: Vec<Vec<String>>,
    /// Whether the target has crashed when a copy had ended already, which empties its unlogged tables.
    pub(super) emptied: bool,
    /// Whether rows of the source have changed.
    pub(super) changed: bool,
}

impl<'a> Case<'a> {
    /// Makes the databases.
    pub(super) async fn create(place: &'a Place, number: u64, on_disk: bool, chance: &mut Chance) -> Result<Self> {
        let owner = !on_disk && chance.one_in(5);
        let schema = Schema::random(chance, owner);
        let databases = [format!("faults_{number}_source"), format!("faults_{number}_target")];
        let tablespace = if on_disk { format!("tablespace {}", SmallDisk::TABLESPACE) } else { String::new() };
        run(&place.urls[0], &format!("create database {}", databases[0])).await?;
        run(&place.urls[1], &format!("create database {} {tablespace}", databases[1])).await?;
        let urls = [0, 1].map(|at| crate::support::database(&place.urls[at], &databases[at]));
        run(&urls[0], &format!("create extension vector; {} {} analyze;", schema.create(false), schema.fill())).await?;
        let role = if owner {
            format!("grant create on database {} to {OWNER}; set role {OWNER};", databases[1])
        } else {
            String::new()
        };
        run(&urls[1], &format!("create extension vector; {role} {}", schema.create(true))).await?;
        let proxies = [proxy(&urls[0]).await?, proxy(&urls[1]).await?];
        let through = |at: usize, owner: bool| -> Result<String> {
            let mut url = url::Url::parse(&urls[at])?;
            let _ = url.set_port(Some(proxies[at].port()));
            if owner {
                let _ = (url.set_username(OWNER), url.set_password(Some("secret")));
            }
            Ok(url.to_string())
        };
        let tool_urls = (through(0, false)?, through(1, owner)?);
        let small = !chance.one_in(4);
        let small = if small { "chunk = '8KiB'\nset_aside_from = '0B'\n" } else { "" };
        let config = format!("[scope]\nschemas = ['faults']\n[copy]\nlarge_objects = true\n{small}{}", schema.config());
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("migration.toml"), config)?;
        let mut flags = format!("--confirm target --no-progress --jobs {}", 1 + chance.below(4));
        // Most copies are slowed down, so that there is time to strike them.
        if !chance.one_in(4) {
            flags.push_str(&format!(" --rate {}kB", 100 + chance.below(800)));
        }
        let (watch, objects) = (Watch::new(&urls[1]), objects(&urls[1]).await?);
        let names = places(&urls[1]).await?.into_iter().map(|(name, _)| name).collect();
        let (beside, possible, changed) = (Vec::new(), Vec::new(), false);
        Ok(Self {
            place,
            urls,
            proxies,
            watch,
            folder,
            tool_urls,
            flags,
            beside,
            history: Vec::new(),
            schema,
            objects,
            names,
            possible,
            stood: Vec::new(),
            emptied: false,
            changed,
        })
    }

    pub(super) fn proxy(&self, end: End) -> &Proxy {
        &self.proxies[end as usize]
    }

    /// Starts the tool.
    pub(super) fn start(&self, verb: &str) -> Result<Tool> {
        static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let name = format!("run-{}", NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let flags = if verb == "clean" { "--confirm target --no-progress" } else { &self.flags };
        Tool::start(self.folder.path(), &name, &self.tool_urls, &format!("{verb} {flags}"))
    }

    /// Copies until it is done, struck by some of `strikes` on the way; gives what hit.
    pub(super) async fn play(&mut self, strikes: &[Strike], chance: &mut Chance) -> Result<Tally> {
        let mut tally = Tally::default();
        let wanted = 2 + chance.below(MOST);
        for number in 0.. {
            ensure!(number < 40, "it does not come to its end");
            let before = self.watch.state().await;
            if self.beside.is_empty() {
                self.possible.clear();
                self.stood.clear();
            }
            let mut tool = self.start(if before.is_some() { "copy --resume" } else { "copy" })?;
            let blows = match number < wanted {
                true => self.strike_some(strikes, before.map_or(0, |state| state.attempt), &mut tool, chance).await?,
                false => Vec::new(),
            };
            let alone = self.beside.is_empty();
            let ended = tool.wait().await?;
            self.calm_down(chance).await?;
            let left = self.watch.state().await;
            let befell: Vec<_> = blows.iter().map(|(strike, phase, _)| format!("{strike:?} at {phase:?}")).collect();
            self.history.push(format!("`{}` {befell:?}, ended with {:?}", ended.arguments, ended.code));
            allowed(&ended, !blows.is_empty() || !alone, !alone)?;
            tally.repairs += u64::from(ended.output.contains("kept but for"));
            for (strike, phase, hit) in blows {
                let failed = ended.code != Some(0) && left.is_some();
                match hit {
                    Hit::Yes => tally.hit(strike, phase),
                    Hit::ByItsEnd if failed => tally.hit(strike, phase),
                    Hit::BySaying(text) if failed && ended.output.contains(text) => tally.hit(strike, phase),
                    _ => *tally.missed.entry(strike).or_default() += 1,
                }
            }
            if left.is_none() && self.has_ended().await? {
                self.judge_end(&ended).await?;
                return Ok(tally);
            }
            if self.beside.is_empty() {
                self.judge_between(chance).await?;
                if chance.one_in(8) {
                    self.clean().await?;
                }
                for _ in 0..chance.below(3) {
                    self.change(chance).await?;
                }
            }
        }
        Ok(tally)
    }

    /// Strikes a run once, and again as long as it bears it; gives what with, and what the copy was at.
    async fn strike_some(
        &mut self,
        strikes: &[Strike],
        before: i64,
        tool: &mut Tool,
        chance: &mut Chance,
    ) -> Result<Vec<(Strike, Phase, Hit)>> {
        let mut blows = Vec::new();
        let mut strike = *chance.pick(strikes);
        let mut moment = moment(strike, chance);
        while blows.len() < 4 && self.watch.wait(tool, before, moment).await? {
            let phase = self.watch.state().await.map_or(Phase::Rows, |state| state.phase());
            if chance.one_in(3) {
                self.change(chance).await?;
            }
            let hit = self.strike(strike, tool, chance).await?;
            blows.push((strike, phase, hit));
            if !strike.can_be_borne() {
                break;
            }
            strike = *chance.pick(strikes);
            moment = Moment::After(Duration::from_millis(chance.below(400)));
        }
        if blows.is_empty() {
            blows.push((strike, Phase::Rows, Hit::No));
        }
        Ok(blows)
    }

    /// A random change of the source's rows.
    pub(super) async fn change(&mut self, chance: &mut Chance) -> Result<()> {
        self.possible.push(rows(&self.urls[0], End::Source).await?);
        self.changed = true;
        run(&self.urls[0], &self.schema.change(chance)).await
    }

    /// Everything works again; processes beside may go on for a while.
    async fn calm_down(&mut self, chance: &mut Chance) -> Result<()> {
        self.proxies.iter().for_each(Proxy::mend);
        if let Some(disk) = &self.place.disk {
            disk.clear().await;
        }
        run(&self.urls[1], "delete from outside.disk").await?;
        if chance.one_in(2) {
            self.wait_for_others().await?;
        }
        Ok(())
    }

    pub(super) async fn wait_for_others(&mut self) -> Result<()> {
        for tool in std::mem::take(&mut self.beside) {
            tool.wait().await?;
        }
        Ok(())
    }

    /// What happened so far, and what those beside say.
    pub(super) fn story(&self) -> String {
        let beside: Vec<String> = self.beside.iter().map(Tool::says).collect();
        format!("after {:#?}, beside {beside:#?}", self.history)
    }

    /// Drops the databases.
    pub(super) async fn end(self) -> Result<()> {
        let [source, target] = &self.urls;
        for (server, url) in self.place.urls.iter().zip([source, target]) {
            let name = url.rsplit('/').next().unwrap_or_default().split('?').next().unwrap_or_default();
            run(server, &format!("drop database {name} with (force)")).await?;
        }
        Ok(())
    }
}

/// A proxy before the server of a URL.
async fn proxy(url: &str) -> Result<Proxy> {
    let url = url::Url::parse(url)?;
    let server = format!("{}:{}", url.host_str().unwrap_or("127.0.0.1"), url.port().unwrap_or(5432));
    Ok(Proxy::start(server).await?)
}

/// When it is struck: mostly by how far it is, so that no part of a copy is spared on machines of any speed.
fn moment(strike: Strike, chance: &mut Chance) -> Moment {
    let early = matches!(strike, Strike::NoRoom | Strike::DiskFull | Strike::CutAfter(_));
    if chance.one_in(5) {
        return Moment::After(Duration::from_millis(chance.below(2000)));
    }
    let most = if early { 400 } else { 1001 };
    Moment::Done(chance.below(most) as i64, Duration::from_micros(chance.below(40_000)))
}

/// Whether a run may end so; `beside` where others may have been at work at the same copy.
fn allowed(ended: &Ended, struck: bool, beside: bool) -> Result<()> {
    const AT_WORK: &str = "another run is at work on this target";
    const OVERTAKEN: [&str; 3] = ["has not ended", "no copy to resume", "resumed by another process"];
    let fine = match ended.code {
        Some(0) => true,
        // Who has overtaken may take longer than the lock is waited for.
        Some(2) if ended.output.contains(AT_WORK) => beside,
        Some(2) => struck && OVERTAKEN.iter().any(|text| ended.output.contains(text)),
        None | Some(3 | 4 | 130) => struck,
        Some(_) => false,
    };
    ensure!(fine, "`{}` ended with {:?}:\n{}", ended.arguments, ended.code, ended.output);
    Ok(())
}
