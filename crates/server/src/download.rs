//! A file that is written while it is sent, so that one of a million rows takes no more memory than one of a hundred.
//!
//! Whoever stops taking it is given up after a while; who doesn't get to the end of it sees that it broke off.

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc::{self, Sender};

use crate::error::Failure;

/// How long the other side may take nothing.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pieces that are on their way at a time.
const PIECES: usize = 4;

/// Where a file is written to, piece by piece.
#[derive(Debug)]
pub(crate) struct Pieces(Sender<io::Result<Bytes>>);

impl Pieces {
    /// Sends a piece on its way.
    ///
    /// # Errors
    /// Nobody takes it any more.
    pub(crate) async fn send(&self, piece: Vec<u8>) -> Result<(), Failure> {
        let sent = self.0.send_timeout(Ok(piece.into()), PATIENCE).await;
        sent.map_err(|_| Failure::unavailable("Nobody takes the file any more."))
    }
}

/// Answers with a file that `write` writes; `name` is what it is called where it is stored.
pub(crate) fn answer<W, F>(kind: &'static str, name: &str, write: W) -> Response
where
    W: FnOnce(Pieces) -> F,
    F: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(PIECES);
    let broken = sender.clone();
    let written = write(Pieces(sender));
    tokio::spawn(async move {
        if let Err(failure) = written.await {
            tracing::warn!(cause = failure.cause, "a download broke off");
            // Whoever is gone need not hear of it.
            let _ = broken.send(Err(io::Error::other("the download broke off"))).await;
        }
    });
    let pieces = stream::unfold(receiver, async |mut receiver| {
        let piece = receiver.recv().await?;
        Some((piece, receiver))
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let name: String = name
        .chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' => character,
            _ => '-',
        })
        .collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}
