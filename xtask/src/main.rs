//! The project's own chores: `cargo xtask <chore>`.

mod commands;

use clap::Parser;

fn main() -> anyhow::Result<()> {
    commands::Xtask::parse().run()
}
