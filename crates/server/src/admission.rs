//! How many bodies are in memory at a time: who comes when there is no room is told so before their body is read.
//!
//! A body takes up room from before it is read until it is answered: by its announced length, or, where that says
//! little (packed with gzip, or in chunks), by the most that it can come to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Failure;
use crate::metrics::{self, Present, TurnedAway};

/// How long a sender waits for room, with the body unread.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bodies of one workspace at a time, those that wait for their turn included.
const PER_WORKSPACE: usize = 64;
/// Room is counted in KiB.
const UNIT: u64 = 1024;
/// The most that deflate makes of a byte.
const GZIP_FACTOR: u64 = 1032;

/// Room for bodies.
#[derive(Debug)]
pub(crate) struct Admission {
    room: Arc<Semaphore>,
    all: u32,
    present: Arc<Mutex<HashMap<String, usize>>>,
}

/// A body's room, until it is answered.
#[derive(Debug)]
#[must_use]
pub(crate) struct Admitted {
    _room: OwnedSemaphorePermit,
    _counted: Present,
    _queued: Queued,
}

/// A body's place among those of its workspace.
#[derive(Debug)]
struct Queued {
    present: Arc<Mutex<HashMap<String, usize>>>,
    workspace: String,
}

impl Drop for Queued {
    fn drop(&mut self) {
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = present.get_mut(&self.workspace) {
            *count -= 1;
            if *count == 0 {
                present.remove(&self.workspace);
            }
        }
    }
}

impl Admission {
    /// With room for `bytes`, and for one body whatever its size.
    pub(crate) fn new(bytes: u64) -> Self {
        let all = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX).max(1);
        Self {
            room: Arc::new(Semaphore::new(all as usize)),
            all,
            present: Arc::default(),
        }
    }

    /// Makes room for a body of at most `limit` bytes.
    ///
    /// # Errors
    /// 503 when there are too many bodies of the workspace, or no room within five seconds.
    pub(crate) async fn enter(&self, workspace: &str, headers: &HeaderMap, limit: usize) -> Result<Admitted, Failure> {
        let queued = self.queue(workspace)?;
        let bytes = expected(headers, limit as u64);
        let units = u32::try_from(bytes.div_ceil(UNIT))
            .unwrap_or(u32::MAX)
            .clamp(1, self.all);
        let room = Arc::clone(&self.room).acquire_many_owned(units);
        match tokio::time::timeout(PATIENCE, room).await {
            Ok(Ok(room)) => Ok(Admitted {
                _room: room,
                _counted: metrics::body_in_memory(bytes),
                _queued: queued,
            }),
            _ => {
                metrics::turned_away(TurnedAway::Room);
                Err(Failure::unavailable(
                    "There is no room for another body of this size right now.",
                ))
            }
        }
    }

    fn queue(&self, workspace: &str) -> Result<Queued, Failure> {
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        let count = present.entry(workspace.to_owned()).or_default();
        if *count >= PER_WORKSPACE {
            metrics::turned_away(TurnedAway::Queue);
            return Err(Failure::unavailable(
                "Too many uploads to this workspace are waiting already.",
            ));
        }
        *count += 1;
        Ok(Queued {
            present: Arc::clone(&self.present),
            workspace: workspace.to_owned(),
        })
    }
}

fn expected(headers: &HeaderMap, limit: u64) -> u64 {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let factor = if headers.contains_key(CONTENT_ENCODING) {
        GZIP_FACTOR
    } else {
        1
    };
    announced.map_or(limit, |length| length.saturating_mul(factor).min(limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            let name = axum::http::HeaderName::from_static(name);
            (name, value.parse().expect("a header"))
        });
        pairs.collect()
    }

    #[test]
    fn a_length_that_says_little_counts_as_the_most() {
        assert_eq!(expected(&headers(&[("content-length", "70")]), MIB), 70);
        assert_eq!(expected(&headers(&[]), MIB), MIB);
        assert_eq!(
            expected(&headers(&[("content-length", "70"), ("content-encoding", "gzip")]), MIB),
            72_240
        );
        assert_eq!(expected(&headers(&[("content-length", "9999999")]), MIB), MIB);
    }

    #[tokio::test(start_paused = true)]
    async fn who_finds_no_room_is_told_so_and_room_comes_back() {
        let admission = Admission::new(3 * MIB);
        let headers = headers(&[("content-length", "1048576")]);
        let mut inside = Vec::new();
        for _ in 0..3 {
            inside.push(admission.enter("w", &headers, usize::MAX).await.expect("room"));
        }
        let refused = admission.enter("w", &headers, usize::MAX).await.expect_err("no room");
        assert_eq!(refused.status, axum::http::StatusCode::SERVICE_UNAVAILABLE);
        inside.pop();
        admission
            .enter("w", &headers, usize::MAX)
            .await
            .map(drop)
            .expect("room again");
    }

    #[tokio::test(start_paused = true)]
    async fn one_workspace_can_not_queue_for_ever() {
        let admission = Admission::new(3 * MIB);
        let headers = headers(&[("content-length", "1")]);
        let mut inside = Vec::new();
        for _ in 0..PER_WORKSPACE {
            inside.push(admission.enter("one", &headers, usize::MAX).await.expect("room"));
        }
        assert!(admission.enter("one", &headers, usize::MAX).await.is_err());
        admission
            .enter("other", &headers, usize::MAX)
            .await
            .map(drop)
            .expect("room");
        inside.clear();
        admission
            .enter("one", &headers, usize::MAX)
            .await
            .map(drop)
            .expect("room again");
        assert!(admission.present.lock().expect("nobody panics").is_empty());
    }
}
