//! The customer's fixture: two equal copies are the same, and staging's schema has exactly its three drifts.

use std::path::Path;
use std::time::Instant;

use pg_rehearse::check::{self, Context, Selection};
use pg_rehearse::config::{Config, Flags};
use pg_rehearse::model::{Events, Outcome};
use pg_rehearse::verify;

use crate::support::{Found, Pair, expect, incomplete, open, run};

/// The fixture's scripts whose names begin with one of these, in order.
fn scripts(beginnings: &[&str]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/muva");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let wanted = |path: &&std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.ends_with(".sql") && beginnings.iter().any(|beginning| name.starts_with(beginning))
    };
    names.iter().filter(wanted).map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn configuration() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/muva/migration.toml")).unwrap()
}

/// The configuration without its waivers of the drifts, which equal copies do not have, and without its masks, which
/// equal copies do not show.
fn without_drift_waivers() -> String {
    let text = configuration();
    let (before, rest) = text.split_at(text.find("[[mask]]").unwrap());
    let (_, waivers) = rest.split_at(rest.find("[[waive]]").unwrap());
    let kept: Vec<&str> =
        waivers.split("[[waive]]").filter(|one| !one.is_empty() && !one.contains("\"schema\"")).collect();
    format!("{before}[[waive]]{}", kept.join("[[waive]]"))
}

#[tokio::test]
async fn equal_copies_are_the_same_and_staging_has_three_drifts() {
    let scripts_of = |beginnings: &[&str]| scripts(beginnings);
    let production = scripts_of(&["0", "1", "2", "3", "4", "5", "6", "7"]);
    let production: Vec<&str> = production.iter().map(String::as_str).collect();
    let pair = Pair::new(&production).await;

    let flags = Flags { source: Some(pair.source.clone()), target: Some(pair.target.clone()), ..Flags::default() };
    let config = Config::from_text(&without_drift_waivers(), &flags).unwrap();
    let started = Instant::now();
    let context = Context::open(&config, &Events::silent()).await.unwrap();
    eprintln!("{:>10}: {:.3} s", "open", started.elapsed().as_secs_f64());
    for check in verify::checks() {
        let started = Instant::now();
        let outcome = check.run(&context).await.unwrap();
        let seconds = started.elapsed().as_secs_f64();
        eprintln!(
            "{:>10}: {seconds:.3} s, {} units, {} covered",
            check.name(),
            outcome.units.len(),
            outcome.covered.len()
        );
    }
    let started = Instant::now();
    let checked = check::run(&verify::checks(), &Selection::default(), &context).await.unwrap();
    eprintln!("{:>10}: {:.3} s", "together", started.elapsed().as_secs_f64());
    context.close().await;
    assert_eq!(incomplete(&checked.units), []);
    assert_eq!(open(&checked.units), Found::new());
    let waived: Vec<String> = checked
        .units
        .iter()
        .filter(|unit| matches!(unit.outcome, Outcome::Waived { .. }))
        .map(|unit| format!("{} {}", unit.check, unit.object))
        .collect();
    assert_eq!(waived, ["rls table public.code_embeddings", "behaviour isolation public.accommodation_units_public"]);
    let passed = checked.units.iter().filter(|unit| unit.check == "samples").count();
    assert_eq!(passed, 10);
    let detail = |object: &str| {
        let unit = checked.units.iter().find(|unit| unit.check == "vectors" && unit.object.identity == object).unwrap();
        unit.detail.clone().unwrap()
    };
    eprintln!("{}", detail("public.code_embeddings.embedding_1024"));
    assert!(detail("public.code_embeddings.embedding_1024").starts_with("4,333 vectors of 1024 dimensions; recall"));

    for script in scripts_of(&["80"]) {
        run(&pair.target, &script).await;
    }
    let mut found = pair.findings(&without_drift_waivers(), "schema").await;
    for check in ["grants", "indexes", "orphans", "sequences", "vectors", "samples"] {
        found.extend(pair.findings(&without_drift_waivers(), check).await);
    }
    let drifts = [
        ("schema", "column public.hotel_operations.id", "default"),
        ("schema", "column public.prospective_messages.sentiment", "missing"),
        ("schema", "constraint public.whatsapp_message_templates.whatsapp_message_templates_body_check", "missing"),
    ];
    assert_eq!(found, expect(&drifts));
    let checked = pair.verify(&configuration(), &["schema", "rls", "grants", "behaviour", "indexes"]).await;
    assert_eq!(open(&checked.units), Found::new(), "the shipped waivers cover exactly the drifts");
    pair.drop().await;
}
