//! COPY streams. Rows arrive one message each and are sent on in large frames: one flush a row would cost more
//! than the rows themselves.

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use sqlx::postgres::{PgConnection, PgCopyIn};

use super::error;
use super::lifeline::Lifeline;
use crate::model::Result;

/// Frames of this many bytes keep a relayed COPY at the wall time of a pipe, with a third of the CPU (measured for
/// 64 to 256 KiB).
const FRAME: usize = 128 * 1024;

/// The receiving end of a COPY ... TO STDOUT.
pub struct CopyOut<'a> {
    stream: BoxStream<'a, sqlx::Result<Bytes>>,
    lifeline: &'a Lifeline,
    place: &'a str,
    unfinished: &'a mut bool,
    ahead: Option<Bytes>,
}

impl<'a> CopyOut<'a> {
    pub(super) fn new(
        stream: BoxStream<'a, sqlx::Result<Bytes>>,
        lifeline: &'a Lifeline,
        place: &'a str,
        unfinished: &'a mut bool,
    ) -> Self {
        Self { stream, lifeline, place, unfinished, ahead: None }
    }

    /// The next frame of about 128 KiB and how many messages (rows, and in binary the header and trailer) it holds;
    /// `None` at the end.
    ///
    /// # Errors
    /// The server's error.
    pub async fn frame(&mut self) -> Result<Option<(Bytes, u64)>> {
        let (lifeline, place) = (self.lifeline, self.place);
        lifeline.during(self.fill()).await.flatten().map_err(|problem| error::running(problem, place))
    }

    async fn fill(&mut self) -> sqlx::Result<Option<(Bytes, u64)>> {
        let mut buffer = BytesMut::new();
        let mut messages = 0;
        if let Some(bytes) = self.ahead.take() {
            buffer.extend_from_slice(&bytes);
            messages += 1;
        }
        while buffer.len() < FRAME {
            match self.stream.next().await {
                Some(Ok(bytes)) if buffer.is_empty() && bytes.len() >= FRAME => return Ok(Some((bytes, 1))),
                Some(Ok(bytes)) if !buffer.is_empty() && buffer.len() + bytes.len() > 2 * FRAME => {
                    self.ahead = Some(bytes);
                    break;
                }
                Some(Ok(bytes)) => {
                    buffer.extend_from_slice(&bytes);
                    messages += 1;
                }
                Some(Err(problem)) => return Err(problem),
                None => {
                    *self.unfinished = false;
                    break;
                }
            }
        }
        if messages == 0 { Ok(None) } else { Ok(Some((buffer.freeze(), messages))) }
    }
}

/// The sending end of a COPY ... FROM STDIN. The server's errors surface at [`CopyIn::finish`], not before.
pub struct CopyIn<'a> {
    copy: PgCopyIn<&'a mut PgConnection>,
    lifeline: &'a Lifeline,
    place: &'a str,
}

impl<'a> CopyIn<'a> {
    pub(super) fn new(copy: PgCopyIn<&'a mut PgConnection>, lifeline: &'a Lifeline, place: &'a str) -> Self {
        Self { copy, lifeline, place }
    }

    /// Sends one frame and flushes it.
    ///
    /// # Errors
    /// When the connection is lost.
    pub async fn send(&mut self, frame: Bytes) -> Result<()> {
        let sent = self.lifeline.during(self.copy.send(frame)).await;
        sent.and_then(|sent| sent.map(|_| ())).map_err(|problem| error::running(problem, self.place))
    }

    /// Ends the COPY; gives the rows the server counted.
    ///
    /// # Errors
    /// The server's error, such as a constraint violated by any of the rows.
    pub async fn finish(self) -> Result<u64> {
        let ended = self.lifeline.during(self.copy.finish()).await;
        ended.flatten().map_err(|problem| error::running(problem, self.place))
    }

    /// Gives the COPY up; the server forgets its rows.
    pub async fn abort(self, reason: &str) {
        // The server answers an abort with an error by design, and the caller has a better one to report.
        let _ = self.lifeline.during(self.copy.abort(reason)).await;
    }
}
