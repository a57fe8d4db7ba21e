//! Hands a message to a program: the text on its standard input, what it is about in its environment.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Message;
use crate::config::Notify;

/// How often the program is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// Runs the program and waits for it, no longer than it may take.
///
/// # Errors
/// What went wrong, naming the program.
pub(super) fn run(config: &Notify, message: &Message) -> Result<(), String> {
    let [program, arguments @ ..] = config.command.as_slice() else { return Ok(()) };
    let timeout = config.timeout;
    let failed = |what: String| format!("{program}: {what}");
    let mut prepared = Command::new(program);
    // It needs no database, so it is not told of any.
    config.withheld.iter().for_each(|variable| {
        prepared.env_remove(variable);
    });
    let mut child = prepared
        .args(arguments)
        .env("PG_REHEARSE_MESSAGE", message.occasion.name())
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
