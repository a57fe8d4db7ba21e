//! What a database holds, asked of its server and not of this tool's own comparison.

use crate::model::{Error, Result};
use crate::postgres::{Endpoint, Session, Target};

/// Rows by table, where sequences stand, and every object that a copy could leave other than it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    /// Count and digest of each table.
    pub(super) rows: Vec<String>,
    /// Where each sequence stands.
    pub(super) sequences: Vec<String>,
    /// Indexes, constraints, triggers, columns, row security, privileges.
    pub(super) objects: Vec<String>,
}

impl Held {
    /// Asks for all of it.
    pub(super) async fn read(at: &Endpoint<Target>) -> Result<Self> {
        let mut session = Session::connect(at).await?;
        let held = Self::of(&mut session).await;
        session.close().await;
        held
    }

    async fn of(session: &mut Session<Target>) -> Result<Self> {
        let each = |kind: &str, query: &str| {
            let kinds = kind.to_owned();
            let query = query.to_owned();
            format!(
                "select format($q${query}$q$, c.oid::regclass::text, c.oid::regclass) from pg_class c \
                 where c.relnamespace = 'public'::regnamespace and c.relkind in ({kinds}) order by 1"
            )
        };
        let rows = each(
            "'r', 'm'",
            "select %1$L || ' ' || count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text collate \"C\")), '') from only %2$s t",
        );
        let sequences = each("'S'", "select %1$L || ' ' || last_value || ' ' || is_called from %2$s");
        Ok(Self {
            rows: all(session, &rows).await?,
            sequences: all(session, &sequences).await?,
            objects: lines(session, include_str!("sql/objects.sql")).await?,
        })
    }

    /// What differs, in a few words; `None` where nothing does.
    pub(super) fn differs_from(&self, wanted: &Self) -> Option<String> {
        let parts =
            [(&self.rows, &wanted.rows), (&self.sequences, &wanted.sequences), (&self.objects, &wanted.objects)];
        parts.iter().find_map(|(found, wanted)| {
            let extra = found.iter().find(|line| !wanted.contains(line));
            let lacks = wanted.iter().find(|line| !found.contains(line));
            match (lacks, extra) {
                (None, None) => None,
                (lacks, extra) => Some(format!(
                    "wanted `{}`, found `{}`",
                    lacks.map_or("nothing", String::as_str),
                    extra.map_or("nothing", String::as_str)
                )),
            }
        })
    }
}

/// The number of the next transaction that writes, and where the log of writes stands: neither moves while all only read.
pub(super) async fn written(at: &Endpoint<Target>) -> Result<(u64, String)> {
    let mut session = Session::connect(at).await?;
    let rows = session.rows("select pg_snapshot_xmax(pg_current_snapshot()), pg_current_wal_insert_lsn()").await;
    session.close().await;
    let row = rows?.into_iter().next().unwrap_or_default();
    let number = row.first().cloned().flatten().and_then(|text| text.parse().ok());
    let lsn = row.get(1).cloned().flatten();
    number.zip(lsn).ok_or_else(|| Error::failed("the server does not say what was written"))
}

/// Runs the queries that a query answers, as one.
async fn all(session: &mut Session<Target>, queries: &str) -> Result<Vec<String>> {
    let queries = lines(session, queries).await?;
    let mut found = lines(session, &queries.join("\nunion all\n")).await?;
    found.sort();
    Ok(found)
}

async fn lines(session: &mut Session<Target>, sql: &str) -> Result<Vec<String>> {
    let rows = session.rows(sql).await?;
    Ok(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
}
