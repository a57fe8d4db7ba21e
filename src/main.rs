//! Starts the runtime, runs the command line, ends with its exit code.

use pg_rehearse::cli;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    cli::run().await.into()
}
