//! The customer's fixture, emptied and copied as on the day.

use std::path::Path;

use crate::copy::clean_and_copy;
use crate::support::endpoints::Pair;

/// The fixture's scripts whose names begin with one of `numbers`, in order.
pub(crate) fn scripts(numbers: &[&str]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/muva");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let wanted = |path: &Path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.ends_with(".sql") && numbers.iter().any(|number| name.starts_with(number))
    };
    files.into_iter().filter(|path| wanted(path)).map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Production and stale staging on the test servers.
pub(crate) async fn muva(purpose: &str) -> Pair {
    let pair = Pair::create(purpose).await;
    for script in scripts(&["0", "1", "2", "3", "4", "5", "6", "7"]) {
        pair.on_source(&script).await;
    }
    for script in scripts(&["0", "1", "2", "3", "4", "5", "6", "80", "90"]) {
        pair.on_target(&script).await;
    }
    pair
}

/// Every table's count and a digest of all its values, whatever the order of its columns.
pub(crate) async fn digests(pair: &Pair) -> (Vec<String>, Vec<String>) {
    let (tables, _) = pair
        .ask(
            "select format('select %L, count(*), md5(string_agg(r, E''\\n'' order by r collate \"C\")) from (select row(%s)::text r from %I.%I) t',
                           c.relname, string_agg(quote_ident(a.attname), ', ' order by a.attname), n.nspname, c.relname)
             from pg_class c join pg_namespace n on n.oid = c.relnamespace
             join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attname <> 'sentiment'
             where n.nspname in ('public', 'auth') and c.relkind in ('r', 'p', 'm')
             group by n.nspname, c.relname order by 1",
        )
        .await;
    let (mut source, mut target) = pair.ask(&tables.join(" union all ")).await;
    source.sort();
    target.sort();
    (source, target)
}

#[tokio::test]
async fn the_fixture_arrives_whole() {
    let pair = muva("muva").await;
    let (source, target) = digests(&pair).await;
    assert_ne!(source, target, "staging is stale before");

    let report = clean_and_copy(&pair, 4).await.unwrap();
    println!("{} tables, {} rows, {} bytes in {:.2} s", report.tables.len(), report.rows, report.bytes, report.seconds);
    for table in report.tables.iter().filter(|table| table.seconds > 0.5) {
        println!("{}: {} rows in {:.2} s", table.table, table.rows, table.seconds);
    }
    for note in &report.notes {
        println!("note: {note}");
    }

    let (source, target) = digests(&pair).await;
    assert_eq!(source.len(), target.len());
    for (source, target) in source.iter().zip(&target) {
        assert_eq!(source, target);
    }
    let states = "select format('select %L, last_value, is_called from %I.%I', c.relname, n.nspname, c.relname)
                  from pg_class c join pg_namespace n on n.oid = c.relnamespace
                  where relkind = 'S' and n.nspname = 'public' order by 1";
    let (sequences, _) = pair.ask(states).await;
    let ordered = format!("select * from ({}) s order by 1", sequences.join(" union all "));
    let (source, target) = pair.ask(&ordered).await;
    assert_eq!(source, target);
    assert!(source.iter().any(|state| state.ends_with("|f")), "{source:?}");
    pair.drop_databases().await;
}
