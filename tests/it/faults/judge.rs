//! What must hold of a target between two interruptions, and at the end.

use anyhow::{Context, Result, ensure};

use super::case::Case;
use super::chance::Chance;
use super::oracle::{difference, nothing_doubled, objects, places, rows, sequences};
use super::sql::{lines, run};
use super::strike::End;
use super::tool::Ended;

/// By its name.
fn is_unlogged(table: &str) -> bool {
    table.strip_prefix("faults.u").is_some_and(|rest| rest.chars().all(|one| one.is_ascii_digit()))
}

impl Case<'_> {
    /// Whether a copy has come to its end.
    pub(super) async fn has_ended(&self) -> Result<bool> {
        let url = &self.urls[1];
        let journaled = lines(url, "select (to_regclass('pgrehearse.run') is not null)::text").await?;
        Ok(journaled == ["true"]
            && !lines(url, "select id::text from pgrehearse.run where ended is not null").await?.is_empty())
    }

    /// A copy that has ended is whole: the source's rows, the target's objects.
    pub(super) async fn judge_end(&mut self, ended: &Ended) -> Result<()> {
        self.wait_for_others().await?;
        let (source, target) = (&self.urls[0], &self.urls[1]);
        let (there, here) = (rows(source, End::Source).await?, rows(target, End::Target).await?);
        let emptied = |rows: &Vec<String>| {
            let without = |line: &String| match line.split_once(' ') {
                Some((table, _)) if self.emptied && is_unlogged(table) => format!("{table} 0 "),
                _ => line.clone(),
            };
            rows.iter().map(without).collect::<Vec<String>>()
        };
        let as_one_was = [&there].into_iter().chain(&self.possible).any(|rows| *rows == here || emptied(rows) == here);
        ensure!(
            as_one_was,
            "rows of no one snapshot of the source ({} possible before):\n{}\n{}",
            self.possible.len(),
            difference(&there, &here),
            ended.output
        );
        self.judge_objects().await.with_context(|| ended.output.clone())?;
        let waiting = lines(target, "select name from pgrehearse.set_aside").await?;
        ensure!(waiting.is_empty(), "left aside: {waiting:?}");
        let (there, here) = (sequences(source).await?, sequences(target).await?);
        // They are read after the rows, so changes of then may be in them or not.
        let stood = there == here || self.stood.contains(&here);
        // A crash notes both; what is beyond that are changes.
        let changed = self.possible.len() > self.stood.len();
        ensure!(changed || stood, "sequences:\n{}", difference(&there, &here));
        let stale = "select format('%s', s) from (select n, amount from faults.summed except select count(*), sum(amount) from faults.t0) s
            union all select t.n::text from faults.summed_twice t where t.n <> (select n * 2 from faults.summed)";
        let stale = if ended.output.contains("was not refreshed") { Vec::new() } else { lines(target, stale).await? };
        ensure!(stale.is_empty(), "stale views: {stale:?}\n{}", ended.output);
        Ok(())
    }

    async fn judge_objects(&self) -> Result<()> {
        let found = objects(&self.urls[1]).await?;
        ensure!(self.objects == found, "objects of the target:\n{}", difference(&self.objects, &found));
        Ok(())
    }

    /// Whatever has interrupted a copy: each index and constraint is either there or in the journal, and no row is there twice.
    pub(super) async fn judge_between(&self, chance: &mut Chance) -> Result<()> {
        let places = places(&self.urls[1]).await?;
        let mut names: Vec<&String> = places.iter().map(|(name, _)| name).collect();
        names.dedup();
        ensure!(names.len() == places.len(), "both there and aside: {places:?}");
        let names: Vec<String> = names.into_iter().cloned().collect();
        ensure!(self.names == names, "indexes and constraints:\n{}", difference(&self.names, &names));
        if !self.changed && chance.one_in(2) {
            nothing_doubled(&self.urls[0], &self.urls[1]).await?;
        }
        Ok(())
    }

    /// The other way out: the tables are emptied and what stands aside is put back.
    pub(super) async fn clean(&self) -> Result<()> {
        run(&self.urls[1], "insert into outside.cleaning values (true)").await?;
        let ended = self.start("clean")?.wait().await?;
        run(&self.urls[1], "delete from outside.cleaning").await?;
        ensure!(ended.code == Some(0), "`{}` ended with {:?}:\n{}", ended.arguments, ended.code, ended.output);
        self.judge_objects().await.context("after clean")?;
        let full: Vec<String> =
            rows(&self.urls[1], End::Target).await?.into_iter().filter(|line| !line.ends_with(" 0 ")).collect();
        ensure!(full.is_empty(), "not emptied: {full:?}");
        Ok(())
    }
}
