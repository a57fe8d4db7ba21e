//! The order of tables with its rules, and the checklists for after the day.

use super::Home::{Check, File, Key, NotOurs, Phase, Preflight, Rule, Verb};
use super::{Part, part};

/// The order and its rules.
pub(super) const ORDER: &[Part] = &[
    part(
        "order, levels 0 to 4",
        "which tables stand in which level, and what they hold",
        &[Verb("plan"), Verb("plan --expect")],
    ),
    part("order, special case", "the table of embeddings, at any level", &[Verb("plan"), Check("vectors")]),
    part("order, script 1", "empty from level 4 down to 0", &[Phase("clean")]),
    part("order, script 2", "copy from level 0 up to 4, rows a thousand at a time", &[Phase("copy")]),
    part(
        "order, script 3",
        "counts, keys, row security, unique indexes asked by SQL",
        &[Check("rows"), Check("orphans"), Check("rls"), Check("indexes")],
    ),
    part("rule: do 1", "keep the identifiers", &[Check("rows")]),
    part("rule: do 2", "keep to the levels", &[Verb("plan"), Phase("copy")]),
    part(
        "rule: do 3",
        "a role that passes row security",
        &[Preflight("source row security"), Preflight("target row security")],
    ),
    part("rule: do 4", "rows in batches", &[Key("copy.chunk")]),
    part("rule: do 5", "compare after each level", &[Phase("copy"), File("execution-log.md")]),
    part("rule: do 6", "try the way back", &[Verb("rehearse"), Verb("rollback")]),
    part("rule: do 7", "keep triggers quiet", &[Preflight("triggers"), Preflight("target reactions")]),
    part("rule: do 8", "log the progress", &[File("execution.log")]),
    part("rule: don't 1", "make new identifiers", &[Check("rows")]),
    part("rule: don't 2", "skip the validation", &[Phase("verify")]),
    part("rule: don't 3", "go on after a violated key", &[Phase("copy"), Key("decide.orphans")]),
    part("rule: don't 4", "mix the order", &[Phase("copy")]),
    part(
        "rule: don't 5",
        "forget CASCADE",
        &[NotOurs {
            why: "CASCADE empties what nobody planned",
            instead: "the statement names every table, and refuses to leave one out that refers to them",
        }],
    ),
    part("rule: don't 6", "trust assumptions", &[Phase("preflight"), Phase("verify")]),
    part("rule: don't 7", "change values, but for masks", &[Check("rows"), Check("masks"), Key("mask")]),
    part("rule: don't 8", "leave a table without row security", &[Check("rls"), Rule(13)]),
    part(
        "order, timeline",
        "how long each level takes",
        &[Key("planned.copy"), Preflight("size"), File("execution-log.md")],
    ),
    part(
        "order, rollback",
        "empty staging again; production is never changed",
        &[Verb("rollback --to empty"), Preflight("source privileges")],
    ),
];

/// After the day.
pub(super) const AFTER: &[Part] = &[
    part("before leaving", "all counts match", &[Check("rows")]),
    part("before leaving", "no violated key", &[Check("orphans")]),
    part("before leaving", "row security on all tables but the known one", &[Check("rls"), Key("waive")]),
    part("before leaving", "triggers are active", &[Check("schema")]),
    part("before leaving", "indexes stand, those of vectors too", &[Check("indexes"), Check("vectors")]),
    part("within 24 hours", "row security on the table of embeddings", &[Check("rls"), Rule(13)]),
    part(
        "within 24 hours",
        "staff can sign in",
        &[
            NotOurs {
                why: "signing in is the application's",
                instead: "`[[persona]]` asks as a member of the staff what the database shows",
            },
            Check("behaviour"),
        ],
    ),
    part("within 24 hours", "reservations are found", &[Check("samples"), Check("behaviour")]),
    part("within 24 hours", "a vector search answers", &[Check("vectors")]),
    part("within 24 hours", "the state of the synchronisations", &[Check("samples")]),
    part("within 1 week", "15 functions with an open search path", &[Rule(11)]),
    part("within 1 week", "the view with its owner's rights", &[Rule(10)]),
    part("within 1 week", "foreign keys without an index", &[Rule(1), Rule(1005)]),
    part(
        "within 1 week",
        "every regression test",
        &[NotOurs {
            why: "the application's tests are its own",
            instead: "`verify` in CI holds the database to what it was, see `verify --against`",
        }],
    ),
];
