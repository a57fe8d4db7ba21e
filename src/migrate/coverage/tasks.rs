//! The execution plan: the hour before, the phases, the way back.

use super::Home::{Check, File, Key, Message, NotOurs, Phase, Preflight, Rule, Verb};
use super::{Part, part};

/// The hour before.
pub(super) const BEFORE: &[Part] = &[
    part(
        "task 0.1",
        "the documents of earlier parts are complete",
        &[NotOurs {
            why: "whether people have finished their documents is theirs to say",
            instead: "`plan --expect` compares a documented order with the catalog",
        }],
    ),
    part("task 0.1", "the script that empties fits the dependency tree", &[Verb("plan"), Phase("clean")]),
    part(
        "task 0.1",
        "the script that copies fits the dependency tree",
        &[Verb("plan --expect"), Preflight("foreign keys out of the plan")],
    ),
    part("task 0.1", "the script that validates compares counts and foreign keys", &[Check("rows"), Check("orphans")]),
    part("task 0.1", "the way back is made and tested", &[Verb("rollback"), Verb("rehearse")]),
    part("task 0.2", "production is dumped", &[Phase("backup"), Key("backup.source")]),
    part(
        "task 0.2",
        "the dump was made, its size is reasonable, no error in its output",
        &[Phase("backup"), Preflight("size"), Preflight("disk")],
    ),
    part("task 0.2", "staging is dumped for the way back", &[Phase("backup")]),
    part("task 0.2", "the dump of staging matches its state", &[Phase("backup"), Verb("backup --prove")]),
    part(
        "task 0.3",
        "production can be connected to and holds its tenants",
        &[Preflight("source reachable"), Check("samples")],
    ),
    part("task 0.3", "staging can be connected to", &[Preflight("target reachable")]),
    part("task 0.3", "no authentication error", &[Preflight("source privileges"), Preflight("target privileges")]),
    part(
        "task 0.3",
        "both can be reached by the platform's client",
        &[NotOurs {
            why: "the platform's HTTP interface cuts answers at 1,000 rows and is not what copies",
            instead: "preflight looks at the addresses and keys of both projects without using them",
        }],
    ),
    part("task 0.4", "all four variables are set", &[Preflight("source project"), Preflight("target project")]),
    part(
        "task 0.4",
        "URLs lead to the right databases",
        &[Preflight("distinct"), Key("target.identity"), Preflight("target environment")],
    ),
    part(
        "task 0.4",
        "keys are service keys and not anonymous ones",
        &[Preflight("source project"), Preflight("target project")],
    ),
    part(
        "task 0.5",
        "the platform's tools for assistants can query both sides",
        &[NotOurs {
            why: "they are another client",
            instead: "both sides are reached by their own protocol, and each privilege is tried",
        }],
    ),
    part(
        "task 0.6",
        "the team is told that it starts, with the timeline and whom to ask",
        &[Message("start"), Key("notify.contact"), Key("planned.copy")],
    ),
];

/// The day.
pub(super) const DAY: &[Part] = &[
    part(
        "step 1.1",
        "the tables are emptied, children first, by CASCADE",
        &[
            Phase("clean"),
            NotOurs {
                why: "CASCADE would empty tables outside the plan without a word",
                instead: "one TRUNCATE of exactly the planned tables; a key that enters the plan is a stop",
            },
        ],
    ),
    part(
        "step 1.1",
        "each takes under a second, all under 15 minutes",
        &[File("execution-log.md"), Key("planned.clean")],
    ),
    part(
        "step 1.2",
        "all tables hold no row, by the statistics",
        &[Phase("clean"), NotOurs { why: "the statistics are an estimate", instead: "exact counts before the commit" }],
    ),
    part("step 1.2", "schema, indexes and constraints still stand", &[Phase("clean")]),
    part("step 1.2", "after a failure the way back", &[Key("decide.on_failure"), Verb("rollback")]),
    part("step 2.1", "the copy runs, its log is kept", &[Phase("copy"), File("execution.log")]),
    part("step 2.2", "progress of each table: rows, batches, seconds", &[Phase("copy")]),
    part("step 2.2", "the self-reference of a table is filled in afterwards", &[Phase("copy"), Verb("plan")]),
    part(
        "step 2.3, checkpoints 1 to 5",
        "each level is complete, with its expected rows",
        &[File("execution-log.md"), Verb("plan --expect")],
    ),
    part("step 2.3, checkpoint 6", "the embeddings are complete", &[Check("rows"), Check("vectors")]),
    part("step 2.4", "an error names its table, the constraint and what to do", &[Phase("copy"), Verb("status")]),
    part(
        "step 2.4, option A",
        "the copy goes on from the table it came to",
        &[Verb("migrate --resume"), Verb("copy --resume"), Key("decide.retries")],
    ),
    part("step 2.4, option B", "back, mend, empty and copy again", &[Verb("rollback"), Verb("migrate")]),
    part("phase 2", "every table copied, as many rows as production", &[Check("rows")]),
    part("phase 2", "no foreign key violated", &[Check("orphans")]),
    part("phase 2", "vectors intact", &[Check("vectors"), Check("rows")]),
    part("phase 2", "one to two hours", &[Key("planned.copy"), File("execution-log.md"), Preflight("size")]),
    part("step 3.1", "row counts compared table by table", &[Check("rows")]),
    part("step 3.1", "49 foreign keys without an orphan", &[Check("orphans"), Check("schema")]),
    part(
        "step 3.1",
        "row security on all tables but the known one",
        &[Check("rls"), Key("verify.require_row_security"), Key("waive")],
    ),
    part("step 3.1", "ten sample queries, eight of which must pass", &[Check("samples"), Key("samples.minimum_pass")]),
    part("step 3.1", "a vector search answers with similar rows", &[Check("vectors"), Check("samples")]),
    part("step 3.2 A", "the rows of a table that differs are looked at", &[Check("rows"), Verb("verify --repair")]),
    part("step 3.2 B", "orphans are found by query", &[Check("orphans")]),
    part("step 3.2 C", "tables without row security are listed", &[Check("rls")]),
    part("step 3.2 D", "failed samples are run again", &[Verb("verify --only samples")]),
    part(
        "phase 3, failure",
        "one or two rows different: look, it may be acceptable",
        &[Key("decide.held_rows"), Message("held")],
    ),
    part("phase 3, failure", "more than 10% missing: back", &[Key("decide.missing_rows")]),
    part("phase 3, failure", "a foreign key violated: back", &[Key("decide.orphans")]),
    part("step 4.1", "security advisors of staging", &[Phase("advise"), Rule(13), Rule(11)]),
    part("step 4.1", "performance advisors of staging", &[Phase("advise"), Rule(1)]),
    part(
        "step 4.1",
        "findings documented, compared with production, new critical ones flagged",
        &[Phase("advise"), File("report.json")],
    ),
    part(
        "step 4.2",
        "three known errors of staging are gone after the copy",
        &[
            Check("schema"),
            NotOurs {
                why: "copied rows mend no schema: defaults and columns stay as they were",
                instead: "the schema check names the three drifts, `verify --ddl` writes what mends them",
            },
        ],
    ),
    part("step 4.3", "the progress document gets its summary", &[File("execution-log.md")]),
    part(
        "step 4.4",
        "the team is told that it is done, with what is known and what comes next",
        &[Message("complete")],
    ),
];

/// The way back and what ends the plan.
pub(super) const BACK: &[Part] = &[
    part("way back, step 1", "which phase failed, with which error", &[Verb("status"), File("execution-log.md")]),
    part("way back, step 2", "back after great loss of rows", &[Key("decide.missing_rows")]),
    part("way back, step 2", "back after many violated keys", &[Key("decide.orphans")]),
    part("way back, step 2", "back where more than five tables lack row security", &[Key("decide.unprotected_tables")]),
    part("way back, step 2", "back where the cause is unknown", &[Key("decide.otherwise")]),
    part(
        "way back, step 2",
        "mend a small, explainable difference",
        &[Key("decide.held_rows"), Verb("verify --repair")],
    ),
    part("way back, step 2", "mend a known problem quickly", &[Key("waive"), Verb("migrate --resume")]),
    part("way back, step 2", "go on after a failure that passes", &[Key("decide.retries"), Verb("migrate --resume")]),
    part("way back, step 3", "empty staging, or restore its dump", &[Verb("rollback --to empty"), Verb("rollback")]),
    part(
        "way back, step 4",
        "count the tables that hold rows",
        &[NotOurs {
            why: "a count does not show that the rows are those from before",
            instead: "`rollback` ends only when the fingerprint equals the one from before the day",
        }],
    ),
    part("way back, step 5", "find the cause, mend, test locally, try again", &[Verb("rehearse"), File("report.json")]),
    part("way back, step 6", "the team is told of the way back and its reason", &[Message("rolled-back")]),
    part("log template", "each step with planned time, actual time, status and notes", &[File("execution-log.md")]),
    part("success", "all tables, counts within 1% for busy ones", &[Check("rows"), Key("tolerance")]),
    part(
        "success",
        "no violation, row security, samples, vectors",
        &[Check("orphans"), Check("rls"), Check("samples"), Check("vectors")],
    ),
    part("success", "within the planned time", &[File("execution-log.md")]),
    part(
        "success",
        "no critical error, team told, documents updated",
        &[Message("complete"), File("execution-log.md")],
    ),
    part(
        "acceptable",
        "the table known to lack row security; small differences of busy tables",
        &[Key("waive"), Key("tolerance")],
    ),
    part("afterwards", "staging is watched for 48 hours", &[Verb("verify --watch")]),
    part(
        "afterwards",
        "integrations with other services are tested",
        &[NotOurs {
            why: "it has no part in other services",
            instead: "`[[sample]]` queries hold what the integrations last wrote",
        }],
    ),
    part("afterwards", "the advisors' findings are mended", &[Verb("advise --explain")]),
    part("afterwards", "lessons are written down", &[File("execution-log.md")]),
];
