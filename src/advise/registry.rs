//! Every rule: its query beside this code, its page in `docs/advisors`, both read by the compiler.

use super::Rule;
use crate::model::Result;

/// A rule's files.
struct Files {
    stem: &'static str,
    sql: &'static str,
    page: &'static str,
}

/// Lists the rules by the names of their files.
macro_rules! files {
    ($($stem:literal),* $(,)?) => {
        &[$(Files {
            stem: $stem,
            sql: include_str!(concat!("rules/", $stem, ".sql")),
            page: include_str!(concat!("../../docs/advisors/", $stem, ".md")),
        }),*]
    };
}

/// By number. `cargo xtask new-lint` adds to the end.
const FILES: &[Files] = files![
    "0001_unindexed_foreign_keys",
    "0002_auth_users_exposed",
    "0003_auth_rls_initplan",
    "0004_no_primary_key",
    "0005_unused_index",
    "0006_multiple_permissive_policies",
    "0007_policy_exists_rls_disabled",
    "0008_rls_enabled_no_policy",
    "0009_duplicate_index",
    "0010_security_definer_view",
    "0011_function_search_path_mutable",
    "0013_rls_disabled_in_public",
    "0014_extension_in_public",
    "0015_rls_references_user_metadata",
    "0016_materialized_view_in_api",
    "0017_foreign_table_in_api",
    "0018_unsupported_reg_types",
    "0019_insecure_queue_exposed_in_api",
    "0020_table_bloat",
    "0021_fkey_to_auth_unique",
    "0022_extension_versions_outdated",
    "0023_sensitive_columns_exposed",
    "0024_rls_policy_always_true",
    "0025_public_bucket_allows_listing",
    "0026_pg_graphql_anon_table_exposed",
    "0027_pg_graphql_authenticated_table_exposed",
    "0028_anon_security_definer_function_executable",
    "0029_authenticated_security_definer_function_executable",
    "1001_partitioned_rls_disabled",
    "1002_partitioned_no_policy",
    "1003_rls_disabled_partial_grants",
    "1004_rls_policy_tautology",
    "1005_foreign_key_index_unusable",
    "1006_redundant_index",
    "1007_invalid_index",
    "1008_ann_index_filtered_by_rls",
    "1009_sequence_near_maximum",
    "1010_collation_version_mismatch",
    "1011_pgvector_known_bug",
    "1012_rls_not_forced",
    "1013_default_privileges_open",
    "1014_constraint_not_validated",
    "1015_superuser_definer_function",
    "1016_unlogged_table",
    "1017_published_without_identity",
    "1018_schema_open_to_create",
];

/// Every rule, by number.
///
/// # Errors
/// Failed, when a header is wrong; a test sees to it that none is.
pub fn rules() -> Result<Vec<Rule>> {
    FILES.iter().map(|files| Rule::parse(files.stem, files.sql, files.page)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn stems(folder: &str, ending: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter_map(|name| Some(name.strip_suffix(ending)?.to_owned())).collect()
    }

    #[test]
    fn every_rule_is_registered_with_its_page_and_its_fixtures() {
        let registered: Vec<&str> = FILES.iter().map(|files| files.stem).collect();
        assert!(registered.is_sorted(), "by number");
        let registered: BTreeSet<String> = registered.into_iter().map(str::to_owned).collect();
        assert_eq!(registered.len(), FILES.len(), "a rule twice");
        assert_eq!(stems("src/advise/rules", ".sql"), registered);
        let mut pages = stems("docs/advisors", ".md");
        assert!(pages.remove("README"), "docs/advisors has no README.md");
        assert_eq!(pages, registered);
        let mut fixtures = stems("fixtures/advisors", "");
        assert!(fixtures.remove("prelude.sql"));
        assert_eq!(fixtures, registered);
        for stem in &registered {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/advisors").join(stem);
            let bad = std::fs::read_to_string(folder.join("bad.sql")).unwrap();
            assert!(bad.starts_with("-- expect: "), "{stem}: bad.sql expects nothing");
            assert!(folder.join("good.sql").is_file(), "{stem}: no good.sql");
        }
    }

    #[test]
    fn headers_are_sound_and_names_and_numbers_are_given_once() {
        let rules = rules().unwrap();
        let names: BTreeSet<&str> = rules.iter().map(|rule| rule.name).collect();
        let numbers: BTreeSet<u16> = rules.iter().map(|rule| rule.number).collect();
        assert_eq!((names.len(), numbers.len()), (rules.len(), rules.len()));
        for rule in &rules {
            assert!(matches!(rule.facing, "EXTERNAL" | "INTERNAL"), "{}", rule.name);
            let heading = format!("# {} {}\n", rule.digits(), rule.name);
            assert!(rule.page.starts_with(&heading), "{}: the page begins otherwise", rule.name);
            let level =
                format!("{}. Level {}, {}.\n", rule.title, rule.level, rule.categories.join(", ").to_lowercase());
            assert!(rule.page.contains(&level), "{}: the page does not say `{}`", rule.name, level.trim());
            assert!(rule.page.contains("```sql\n"), "{}: the page shows no way to mend it", rule.name);
        }
    }
}
