//! `rehearse --schema --like`: numbers of rows as another database has them; and the splitter on any text.

use pg_rehearse::rehearse::{Rows, statements};
use proptest::prelude::*;

use crate::support::endpoints::Pair;

#[tokio::test]
async fn numbers_of_rows_are_read_from_another_database_and_nothing_is_written_there() {
    let pair = Pair::create("like").await;
    pair.on_source(
        "create table many (id int); insert into many select generate_series(1, 3000);
         create table few (id int); insert into few select generate_series(1, 17);
         create table unknown (id int); analyze many, few",
    )
    .await;
    // Whoever writes takes a number.
    let last = "select pg_snapshot_xmax(pg_current_snapshot())";
    let before = pair.ask_source(last).await;
    let shown = format!("{:?}", Rows::like(pair.source.url.expose()).await.unwrap());
    assert_eq!(pair.ask_source(last).await, before);
    // No more than a thousand, and of what was never counted nothing is said.
    assert!(shown.contains("\"public.many\": 1000") && shown.contains("\"public.few\": 17"), "{shown}");
    assert!(!shown.contains("unknown"), "{shown}");
    pair.drop_databases().await;
}

/// A statement that ends at its own semicolon and nowhere before.
fn statement() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z_]{1,8}",
        "'[^'\\\\]{0,10}'",
        "\"[^\"]{1,10}\"",
        "[a-z]{0,3}".prop_flat_map(|tag| { "[^$]{0,12}".prop_map(move |body| format!("${tag}${body}${tag}$")) }),
        "\\([a-z;, ]{0,10}\\)",
        "/\\*[^*/]{0,10}\\*/",
        Just("E'a\\'; b'".to_owned()),
        Just("1.5".to_owned()),
    ];
    (Just("select".to_owned()), prop::collection::vec(part, 1..8))
        .prop_map(|(first, parts)| format!("{first} {}", parts.join(" ")))
}

proptest! {
    #[test]
    fn any_text_is_cut_without_harm(text in "(?s).{0,200}") {
        let lines = text.matches('\n').count() + 1;
        let mut last = 0;
        for one in statements(&text) {
            prop_assert!(!one.sql.trim().is_empty() && one.line >= last && one.line <= lines);
            prop_assert!(text.contains(&one.sql));
            last = one.line;
        }
    }

    #[test]
    fn signs_of_sql_in_any_order_are_cut_without_harm(text in "(['\"$;()*/\\\\-]|begin|atomic|end|case|create function|copy a from stdin;\n|\n| |a|e'|u&'){0,60}") {
        statements(&text);
    }

    #[test]
    fn statements_come_back_as_they_were(all in prop::collection::vec(statement(), 0..6), between in "[ \n]{0,3}(-- [a-z;']{0,8}\n)?") {
        let text: String = all.iter().map(|one| format!("{between}{one};")).collect();
        let cut: Vec<String> = statements(&text).into_iter().map(|one| one.sql).collect();
        prop_assert_eq!(cut, all);
    }
}
