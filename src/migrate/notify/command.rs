//! Hands a message to a program: the text on its standard input, what it is about in its environment.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Message;

/// How often the program is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// Runs the program and waits for it, no longer than it may take.
///
/// # Errors
/// What went wrong, naming the program.
pub(super) fn run(command: &[String], message: &Message, timeout: Duration) -> Result<(), String> {
    let [program, arguments @ ..] = command else { return Ok(()) };
    let failed = |what: String| format!("{program}: {what}");
    let mut child = Command::new(program)
        .args(arguments)
        .env("PG_REHEARSE_MESSAGE", message.occasion.name())
        // It needs no database, so it is not told of any.
        .env_remove("PG_REHEARSE_SOURCE_URL")
        .env_remove("PG_REHEARSE_TARGET_URL")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|problem| failed(problem.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        // One that does not read is not at fault for that; a message is far shorter than a pipe is deep.
        let _ = input.write_all(message.text.as_bytes());
    }
    let until = Instant::now() + timeout;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(failed(status.to_string())),
            Ok(None) if Instant::now() < until => std::thread::sleep(PAUSE),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(failed(format!("not done within {} s", timeout.as_secs_f64())));
            }
            Err(problem) => return Err(failed(problem.to_string())),
        }
    }
}
