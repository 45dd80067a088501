//! What must be taken in turns, and how much may be computed at a time.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex as BlockingMutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use axum::http::header::RETRY_AFTER;
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::task::block_in_place;

use crate::error::Failure;
use crate::metrics;
use crate::store::Stored;

/// How long a body waits for those before it.
const TURN: Duration = Duration::from_secs(25);
/// Bodies that are held against the directory at the same time, in MiB, and any one alone: a plan takes more room
/// than its body.
const PLANNED: u32 = 16;
const MIB: usize = 1024 * 1024;

/// The turns of this process; other processes are kept out by the database.
#[derive(Debug)]
pub(crate) struct Turns {
    workspaces: BlockingMutex<HashMap<String, Weak<Mutex<()>>>>,
    keys: Arc<BlockingMutex<HashSet<(String, String)>>>,
    processors: Semaphore,
    planned: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            workspaces: BlockingMutex::default(),
            keys: Arc::default(),
            processors: Semaphore::new(processors),
            planned: Arc::new(Semaphore::new(PLANNED as usize)),
        }
    }
}

impl Turns {
    /// The turn to write to a workspace.
    ///
    /// # Errors
    /// 503 after 25 seconds; with those for room in memory it is half a minute.
    pub(crate) async fn write(&self, workspace: &str) -> Result<OwnedMutexGuard<()>, Failure> {
        self.write_until(workspace, Instant::now() + TURN).await
    }

    /// The turn of an upload of `bytes` that came at `since`, with room for its plan.
    ///
    /// # Errors
    /// 503 when both don't come within 25 seconds.
    pub(crate) async fn upload(&self, workspace: &str, bytes: usize, since: Instant) -> Result<Turn, Failure> {
        let until = since + TURN;
        Ok(Turn {
            until,
            _workspace: self.write_until(workspace, until).await?,
            _room: self.plan(bytes, since).await?,
        })
    }

    /// Room for the plan of a body of `bytes` that came at `since`; one of less than a MiB never waits.
    ///
    /// # Errors
    /// 503 when there is none within 25 seconds.
    pub(crate) async fn plan(&self, bytes: usize, since: Instant) -> Result<OwnedSemaphorePermit, Failure> {
        let mib = u32::try_from(bytes / MIB).unwrap_or(u32::MAX).min(PLANNED);
        let room = Arc::clone(&self.planned).acquire_many_owned(mib);
        match tokio::time::timeout_at((since + TURN).into(), room).await {
            Ok(Ok(room)) => Ok(room),
            _ => Err(Failure::unavailable("Other large bodies are being planned.")),
        }
    }

    async fn write_until(&self, workspace: &str, until: Instant) -> Result<OwnedMutexGuard<()>, Failure> {
        let turn = {
            let mut turns = self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            let turn = turns.get(workspace).and_then(Weak::upgrade).unwrap_or_default();
            turns.insert(workspace.to_owned(), Arc::downgrade(&turn));
            turn
        };
        let begin = Instant::now();
        let waited = tokio::time::timeout_at(until.into(), turn.lock_owned()).await;
        metrics::waited(begin.elapsed());
        waited.map_err(|_| Failure::unavailable("Other uploads to this workspace are being applied."))
    }

    /// The only use of an `Idempotency-Key` at a time.
    ///
    /// # Errors
    /// 409 while another request with the same key is being answered.
    pub(crate) fn key(&self, integration: &str, key: &str) -> Result<KeyInUse, Failure> {
        let in_use = (integration.to_owned(), key.to_owned());
        let is_free = self
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(in_use.clone());
        if !is_free {
            let description = format!("A request with the Idempotency-Key {key:?} is being answered right now.");
            let failure = Failure::conflict(description, "Wait for its answer, or ask again in a few seconds.");
            return Err(failure.with_header(RETRY_AFTER, "2"));
        }
        Ok(KeyInUse {
            keys: Arc::clone(&self.keys),
            in_use,
        })
    }

    /// Runs what keeps a processor busy.
    pub(crate) async fn compute<T>(&self, work: impl FnOnce() -> T) -> T {
        let _processor = self.processors.acquire().await;
        block_in_place(work)
    }
}

/// An upload's turn.
#[derive(Debug)]
#[must_use]
pub(crate) struct Turn {
    until: Instant,
    _workspace: OwnedMutexGuard<()>,
    _room: OwnedSemaphorePermit,
}

impl Turn {
    /// What comes of waiting for a transaction, but no longer than for everything else.
    ///
    /// # Errors
    /// 503 when it doesn't come in time.
    pub(crate) async fn within<T>(&self, begun: impl Future<Output = Stored<T>>) -> Result<T, Failure> {
        match tokio::time::timeout_at(self.until.into(), begun).await {
            Ok(begun) => Ok(begun?),
            Err(_) => Err(Failure::unavailable("Uploads to other workspaces are being applied.")),
        }
    }
}

/// An `Idempotency-Key` whose first answer is not known yet.
#[derive(Debug)]
pub(crate) struct KeyInUse {
    keys: Arc<BlockingMutex<HashSet<(String, String)>>>,
    in_use: (String, String),
}

impl Drop for KeyInUse {
    fn drop(&mut self) {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.in_use);
    }
}
