//! The fixture's access rules as a text under `snapshots/`: a change of who may see and do what is a diff to review.

use pg_rehearse::check::SideView;
use pg_rehearse::fingerprint::Access;
use pg_rehearse::postgres::Source;

use crate::copy_fixture::scripts;
use crate::support::Pair;
use crate::support::endpoints::endpoint;

/// Holds the access rules in the schema `public` of a database to the snapshot, less what names the server's version.
pub(crate) async fn holds_to_the_snapshot(url: &str) {
    let side = SideView::<Source>::open(&endpoint(url), 1, &["public".to_owned()]).await.unwrap();
    let access = Access::of(&side.catalog, false);
    side.readers.close().await;
    let text = access.to_text();
    assert_eq!(Access::parse(&text).unwrap(), access);
    let of_version = |line: &str| line.starts_with("server: ") || line.starts_with("  privileges since 17: ");
    let lines: Vec<&str> = text.lines().filter(|line| !of_version(line)).collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("access_of_the_fixture", lines.join("\n")));
}

#[tokio::test]
async fn the_fixture_gives_access_as_reviewed() {
    let pair = Pair::new(&[]).await;
    for script in scripts(&["0", "1", "2", "3", "4", "5", "6"]) {
        crate::support::run(&pair.source, &script).await;
    }
    holds_to_the_snapshot(&pair.source).await;
    pair.drop().await;
}
