//! What a migration plan made of checklists asks for, and where each part of it has its home in this tool. The page
//! `docs/plan-coverage.md` is made of this table, and a test holds table, page and code together.

mod checklists;
mod tasks;

/// Where a part of a plan has its home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// A row of preflight.
    Preflight(&'static str),
    /// A phase of the day.
    Phase(&'static str),
    /// A check of verify.
    Check(&'static str),
    /// A rule of the advisors, by its number.
    Rule(u16),
    /// A verb, with what matters of its arguments.
    Verb(&'static str),
    /// A key of the configuration.
    Key(&'static str),
    /// A message that is sent.
    Message(&'static str),
    /// A file of the day's folder.
    File(&'static str),
    /// Nobody's here: why, and what is offered instead.
    NotOurs {
        /// Why it is not the tool's.
        why: &'static str,
        /// What it offers in its place.
        instead: &'static str,
    },
}

/// A part of a plan and its homes.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Where it stands in the plan.
    pub place: &'static str,
    /// What it asks for, in a few words.
    pub asks: &'static str,
    /// Where that is done or decided.
    pub homes: &'static [Home],
}

/// A part with one home or several.
const fn part(place: &'static str, asks: &'static str, homes: &'static [Home]) -> Part {
    Part { place, asks, homes }
}

/// Every part, in the order of the plan.
pub fn parts() -> Vec<Part> {
    [tasks::BEFORE, tasks::DAY, tasks::BACK, checklists::ORDER, checklists::AFTER].concat()
}

/// The page of it.
pub fn page() -> String {
    let mut out = String::from(
        "# A plan, and where each part of it has its home\n\n\
         The fixture stands for a company that had planned its migration day as two documents of checklists, scripts and thresholds: an execution plan\n\
         of four hours, and an order of tables. This is each task, step, criterion, rule and checklist line of both, and what does or decides it here.\n\
         The table is made from `src/migrate/coverage/`; a test holds it to the code.\n\n\
         | where in the plan | asks for | home |\n|---|---|---|\n",
    );
    for part in parts() {
        let homes: Vec<String> = part.homes.iter().map(Home::words).collect();
        out.push_str(&format!("| {} | {} | {} |\n", part.place, part.asks, homes.join("; ")));
    }
    out
}

impl Home {
    fn words(&self) -> String {
        match self {
            Self::Preflight(row) => format!("preflight: {row}"),
            Self::Phase(phase) => format!("phase `{phase}`"),
            Self::Check(check) => format!("check [`{check}`](verify.md#{check})"),
            Self::Rule(number) => format!("advisor {number:04}"),
            Self::Verb(verb) => format!("`{verb}`"),
            Self::Key(key) => format!("`{key}` in the configuration"),
            Self::Message(message) => format!("message `{message}`"),
            Self::File(file) => format!("`{file}` in the day's folder"),
            Self::NotOurs { why, instead } => format!("not the tool's: {why}. Instead: {instead}"),
        }
    }
}
