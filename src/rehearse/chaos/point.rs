//! One fault point from its beginning to its proof.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use super::ground::{End, Ground, PASSWORD};
use super::oracle::{Held, written};
use super::points::{Fault, OnTheWay, Point, Then};
use super::strike::{crash, cut, strike, undo};
use super::tool::{DAY, Start, state};
use crate::model::{Error, FaultResult, Phase, Result};

const CONFIGURATION: &str = include_str!("../../../fixtures/chaos/migration.toml");

/// What a point ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The target equals the source.
    Equal,
    /// The target is as it was before the day.
    AsBefore,
}

impl Ending {
    fn words(self) -> &'static str {
        match self {
            Self::Equal => "target equal to source",
            Self::AsBefore => "target as before",
        }
    }
}

/// Runs a point in a folder of its own. What goes wrong in it is its result.
pub(super) async fn run(ground: &mut Ground, folder: &Path, point: Point) -> FaultResult {
    let clock = Instant::now();
    let mut notes = Trace::default();
    let went = Run { ground: &mut *ground, folder: folder.to_owned(), point, trace: &mut notes }.whole().await;
    // Whatever became of this point, the next one finds the source as all the others did.
    let renewed = if point.fault.writes_source() { ground.renew_source().await } else { Ok(()) };
    let went = went.and_then(|ending| renewed.map(|()| ending));
    let (ending, problem) = match went {
        Ok(ending) => (ending.words().to_owned(), None),
        Err(error) => {
            ("not proven".to_owned(), Some(format!("{}; the tool said last: {}", error.chain(), last(folder))))
        }
    };
    FaultResult {
        fault: point.fault.name(),
        phase: point.phase,
        milliseconds: u64::try_from(point.after.as_millis()).unwrap_or(u64::MAX),
        exits: notes.exits,
        ending,
        problem,
        seconds: clock.elapsed().as_secs_f64(),
    }
}

/// How each run of the tool ended: `migrate: killed`, `migrate --resume: 0`.
#[derive(Debug, Default)]
struct Trace {
    exits: Vec<String>,
}

struct Run<'a> {
    ground: &'a mut Ground,
    folder: PathBuf,
    point: Point,
    trace: &'a mut Trace,
}

impl Run<'_> {
    async fn whole(mut self) -> Result<Ending> {
        let Point { fault, phase, after, then } = self.point;
        self.ground.reset(fault == Fault::DiskFull).await?;
        let admin = self.ground.admin(End::Source)?;
        let (there, stood) = (Held::read(&admin).await?, written(&admin).await?);
        self.configure(fault)?;

        let code = match phase {
            None => self.first(fault).await?,
            Some(phase) => self.struck(fault, phase, after).await?,
        };
        self.honest(code).await?;
        self.on_the_way(fault).await?;
        let ending = self.recover(code, then).await?;
        self.prove(ending).await?;
        self.source_unchanged(there, stood).await?;
        self.no_secret()?;
        Ok(ending)
    }

    /// Writes the configuration. The source is pinned, so that another database is not taken for it.
    fn configure(&self, fault: Fault) -> Result<()> {
        let more = match fault {
            Fault::WebhookHangs => "\n[notify]\nwebhook_env = \"CHAOS_WEBHOOK\"\ntimeout = \"1s\"\n",
            // That the target stands on a small file system is of the rehearsal's own making.
            Fault::DiskFull => include_str!("../../../fixtures/chaos/small_disk.toml"),
            _ => "",
        };
        let pinned = format!("[source]\nidentity = \"{}\"", self.ground.identity);
        let slow = format!("{}{more}", CONFIGURATION.replace("[source]", &pinned));
        let quick = slow.replace("rate = \"2MB\"\n", "");
        let written = std::fs::write(self.folder.join("migration.toml"), slow)
            .and_then(|()| std::fs::write(self.folder.join("quick.toml"), quick));
        written.map_err(|problem| Error::failed("the configuration cannot be written").caused_by(problem))
    }

    /// A day that is wrong from the start: it may not write anything.
    async fn first(&mut self, fault: Fault) -> Result<Option<i32>> {
        let limit = match fault {
            Fault::FileLimit(blocks) => Some(blocks),
            _ => None,
        };
        let listener =
            TcpListener::bind("127.0.0.1:0").map_err(|problem| Error::failed("no port").caused_by(problem))?;
        let address = listener.local_addr().map(|at| format!("http://{at}/hook")).unwrap_or_default();
        let urls = self.wrong_urls(fault)?;
        let code = self.tool("migrate", &urls, limit, Some(&address)).await?;
        if fault == Fault::WebhookHangs {
            expect(code == Some(0), || format!("a webhook that hangs made the day end with {code:?}"))?;
        } else {
            expect(code.is_none_or(|code| code != 0), || "the day went well all the same".to_owned())?;
        }
        Ok(code)
    }

    /// A day that is struck in a phase.
    async fn struck(&mut self, fault: Fault, phase: Phase, after: Duration) -> Result<Option<i32>> {
        let urls = self.right_urls()?;
        let tools = self.ground.tools().await;
        let mut tool = self.start(&urls, tools.as_deref(), None, None).run(&migrate("migrate", "migration.toml"))?;
        expect(tool.meets(phase).await, || format!("the day never came to {}", phase.name()))?;
        tokio::time::sleep(after).await;
        let left = strike(self.ground, &self.folder, fault, &tool).await?;
        let ended = tool.ends().await;
        undo(self.ground, &self.folder, fault, left).await?;
        let code = ended?;
        self.trace.exits.push(format!("migrate: {}", word(code)));
        Ok(code)
    }

    /// What the exit code and the state say must be so: nothing less was done, and nothing more.
    async fn honest(&self, code: Option<i32>) -> Result<()> {
        let state = state(&self.folder);
        if code == Some(0) {
            return self.is(Ending::Equal).await.map_err(|error| error.at("exit code 0"));
        }
        if state.is_none_or(|state| !state.has_written()) {
            return self.is(Ending::AsBefore).await.map_err(|error| error.at("nothing was written, says the day"));
        }
        Ok(())
    }

    /// What else befalls before the day is brought to its end.
    async fn on_the_way(&mut self, fault: Fault) -> Result<()> {
        match fault {
            Fault::Clock(hours) => self.shift(hours),
            Fault::KillResumed => {
                self.half(&migrate("migrate --resume", "migration.toml"), OnTheWay::Kill, Phase::Copy).await
            }
            Fault::WayBack(what) => self.half(&migrate("rollback", "quick.toml"), what, Phase::Rollback).await,
            Fault::WrongPassword(_) | Fault::WrongDatabase(_) | Fault::Swapped if self.point.phase.is_some() => {
                let urls = self.wrong_urls(fault)?;
                for verb in ["migrate --resume", "rollback"] {
                    // A way back needs no source.
                    if verb == "rollback"
                        && matches!(fault, Fault::WrongPassword(End::Source) | Fault::WrongDatabase(End::Source))
                    {
                        continue;
                    }
                    let code = self.tool(verb, &urls, None, None).await?;
                    expect(code.is_some_and(|code| code != 0), || format!("`{verb}` went well with {}", fault.name()))?;
                }
                let other = Held::read(&self.ground.other()?).await?;
                match other.differs_from(&self.ground.before) {
                    None => Ok(()),
                    Some(how) => Err(Error::failed(format!("another database was touched: {how}"))),
                }
            }
            _ => Ok(()),
        }
    }

    /// A run that is struck in its turn.
    async fn half(&mut self, arguments: &str, what: OnTheWay, phase: Phase) -> Result<()> {
        let urls = self.right_urls()?;
        let tools = self.ground.tools().await;
        let mut tool = self.start(&urls, tools.as_deref(), None, None).run(arguments)?;
        // A way back has no state of its own: it strikes a while after its start.
        if phase == Phase::Rollback {
            tokio::time::sleep(Duration::from_millis(450)).await;
        } else {
            let _ = tool.meets(phase).await;
        }
        tokio::time::sleep(self.point.after).await;
        match what {
            OnTheWay::Kill => tool.signal(Signal::SIGKILL),
            OnTheWay::Cut => cut(self.ground, End::Target).await?,
            OnTheWay::Crash => crash(self.ground, End::Target).await?,
        }
        let code = tool.ends().await?;
        let verb = arguments.split(" --config").next().unwrap_or_default();
        self.trace.exits.push(format!("{verb}, struck: {}", word(code)));
        Ok(())
    }

    /// Takes the day to an end: on, or back.
    async fn recover(&mut self, code: Option<i32>, then: Then) -> Result<Ending> {
        if code == Some(0) {
            return Ok(Ending::Equal);
        }
        let written = state(&self.folder).is_some_and(|state| state.has_written());
        let ended = state(&self.folder).and_then(|state| state.ending);
        let urls = self.right_urls()?;
        let back = matches!(self.point.fault, Fault::WayBack(_)) || (then == Then::Rollback && written);
        if back {
            let code = self.tool("rollback", &urls, None, None).await?;
            // One that was struck after all was done has ended the day.
            let done = code == Some(2) && ended.is_some();
            expect(code == Some(0) || done, || format!("the way back ended with {}", word(code)))?;
            return Ok(Ending::AsBefore);
        }
        // A day that was begun with another database than was meant is not gone on with: it is begun again.
        let begun_elsewhere = matches!(self.point.fault, Fault::WrongDatabase(_)) && self.point.phase.is_none();
        let day = self.folder.join(DAY);
        if begun_elsewhere && day.exists() {
            let moved = std::fs::rename(&day, self.folder.join("begun-elsewhere"));
            moved.map_err(|problem| Error::failed("a folder cannot be moved").caused_by(problem))?;
        }
        let verb = if day.join("state.json").exists() { "migrate --resume" } else { "migrate" };
        let code = self.tool(verb, &urls, None, None).await?;
        if code == Some(1) && self.point.fault == Fault::Load {
            // What was written to the source after the copy is a difference, and is told.
            let code = self.tool("rollback", &urls, None, None).await?;
            expect(code == Some(0), || format!("the way back ended with {}", word(code)))?;
            return Ok(Ending::AsBefore);
        }
        expect(code == Some(0), || format!("`{verb}` ended with {}", word(code)))?;
        Ok(Ending::Equal)
    }

    async fn prove(&self, ending: Ending) -> Result<()> {
        self.is(ending).await
    }

    /// Whether the target is so.
    async fn is(&self, ending: Ending) -> Result<()> {
        let found = Held::read(&self.ground.admin(End::Target)?).await?;
        let wanted = match ending {
            Ending::AsBefore => self.ground.before.clone(),
            // Equal to the source as it is after the load, or as it was when verification read it, before the load.
            Ending::Equal if self.point.fault == Fault::Load && found.differs_from(&self.ground.after).is_some() => {
                let there = Held::read(&self.ground.admin(End::Source)?).await?;
                Held { objects: self.ground.before.objects.clone(), ..there }
            }
            Ending::Equal => self.ground.after.clone(),
        };
        match found.differs_from(&wanted) {
            None => Ok(()),
            Some(how) => Err(Error::failed(format!("not {}: {how}", ending.words()))),
        }
    }

    /// The source holds what it held, and nobody but the fault itself has written there.
    async fn source_unchanged(&self, there: Held, stood: (u64, String)) -> Result<()> {
        let admin = self.ground.admin(End::Source)?;
        if self.point.fault.writes_source() {
            if self.point.fault == Fault::Load {
                return Ok(());
            }
            let now = Held::read(&admin).await?;
            return match now.differs_from(&there) {
                None => Ok(()),
                Some(how) => Err(Error::failed(format!("the source changed: {how}"))),
            };
        }
        let now = written(&admin).await?;
        expect(now == stood, || format!("something was written to the source: {stood:?} became {now:?}"))
    }

    /// No file of the run holds the password.
    fn no_secret(&self) -> Result<()> {
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(&folder)
                .map_err(|problem| Error::failed("a folder cannot be read").caused_by(problem))?;
            for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = std::fs::read(&path).unwrap_or_default();
                let held = bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes());
                expect(!held, || format!("{} holds the password", path.display()))?;
            }
        }
        Ok(())
    }

    /// Moves every moment in the day's state, as if the clock stood elsewhere then.
    fn shift(&self, hours: i64) -> Result<()> {
        let path = self.folder.join(DAY).join("state.json");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let moved: String = text.lines().map(|line| shifted(line, hours) + "\n").collect();
        std::fs::write(&path, moved).map_err(|problem| Error::failed("the state cannot be moved").caused_by(problem))
    }

    fn right_urls(&self) -> Result<[String; 2]> {
        Ok([self.ground.url(End::Source, PASSWORD)?, self.ground.url(End::Target, PASSWORD)?])
    }

    fn wrong_urls(&self, fault: Fault) -> Result<[String; 2]> {
        let [source, target] = self.right_urls()?;
        Ok(match fault {
            Fault::WrongPassword(End::Source) => [self.ground.url(End::Source, "wrong")?, target],
            Fault::WrongPassword(End::Target) => [source, self.ground.url(End::Target, "wrong")?],
            Fault::WrongDatabase(End::Source) => [self.ground.other_url(End::Source)?, target],
            Fault::WrongDatabase(End::Target) if self.point.phase.is_some() => {
                [source, self.ground.other_url(End::Target)?]
            }
            // With nothing written down yet, a database with the same tables could be meant.
            Fault::WrongDatabase(End::Target) => [source, self.ground.empty_url()?],
            Fault::Swapped => [target, source],
            _ => [source, target],
        })
    }

    fn start<'s>(
        &'s self,
        urls: &'s [String; 2],
        tools: Option<&'s Path>,
        file_limit: Option<u64>,
        webhook: Option<&'s str>,
    ) -> Start<'s> {
        Start { folder: &self.folder, urls: [&urls[0], &urls[1]], tools, webhook, file_limit }
    }

    /// Runs a verb to its end.
    async fn tool(
        &mut self,
        verb: &str,
        urls: &[String; 2],
        file_limit: Option<u64>,
        webhook: Option<&str>,
    ) -> Result<Option<i32>> {
        let tools = self.ground.tools().await;
        let webhook = webhook.or(Some("http://127.0.0.1:9/none"));
        let tool = self.start(urls, tools.as_deref(), file_limit, webhook).run(&migrate(verb, "quick.toml"))?;
        let code = tool.ends().await?;
        self.trace.exits.push(format!("{verb}: {}", word(code)));
        Ok(code)
    }
}

/// The last lines that runs of the tool wrote.
fn last(folder: &Path) -> String {
    let text = std::fs::read_to_string(folder.join("output")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(120)..].join(" / ")
}

fn migrate(verb: &str, configuration: &str) -> String {
    format!("{verb} --config {configuration} --folder {DAY} --confirm staging --no-progress")
}

fn word(code: Option<i32>) -> String {
    code.map_or_else(|| "killed".to_owned(), |code| code.to_string())
}

fn expect(held: bool, otherwise: impl FnOnce() -> String) -> Result<()> {
    if held { Ok(()) } else { Err(Error::failed(otherwise())) }
}

/// A line of JSON whose moment, if it holds one, is so many hours later.
fn shifted(line: &str, hours: i64) -> String {
    let moment = line.rsplit('"').nth(1).and_then(|text| text.parse::<jiff::Timestamp>().ok().map(|at| (text, at)));
    match moment.and_then(|(text, at)| Some((text, at.checked_add(jiff::SignedDuration::from_hours(hours)).ok()?))) {
        Some((text, at)) => line.replace(text, &at.to_string()),
        None => line.to_owned(),
    }
}
