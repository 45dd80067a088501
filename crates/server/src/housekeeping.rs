//! What is done now and then: old rows go, a few at a time, and tokens that end soon are noted.
//!
//! Never in the way of an upload: between two small transactions others have their turn.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::App;
use crate::store::{Stored, tidy};
use crate::{delivery, metrics};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Between two transactions.
const BREATH: Duration = Duration::from_millis(50);

/// Rows that go when they are old.
struct Chore {
    /// What the log calls them.
    name: &'static str,
    sql: &'static str,
    /// How long they stay; for what has an end of its own, after that end.
    keep: Duration,
    /// Rows of one transaction: bodies are large, the others are not.
    rows: u32,
}

fn chores(app: &App) -> [Chore; 5] {
    [
        Chore {
            name: "bodies",
            sql: tidy::BODIES,
            keep: app.config.keep_bodies,
            rows: 20,
        },
        Chore {
            name: "sessions",
            sql: tidy::SESSIONS,
            keep: Duration::ZERO,
            rows: 500,
        },
        Chore {
            name: "first sign-ins",
            sql: tidy::SETUP_LINKS,
            keep: Duration::ZERO,
            rows: 500,
        },
        Chore {
            name: "answers to idempotency keys",
            sql: tidy::ANSWERS,
            keep: DAY,
            rows: 500,
        },
        Chore {
            name: "notices",
            sql: tidy::NOTICES,
            keep: 90 * DAY,
            rows: 500,
        },
    ]
}

/// Tidies at the start and then once within the interval, until the server stops.
pub(crate) async fn run(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        if let Err(error) = delivery::note_expiring_tokens(&app).await {
            tracing::warn!(%error, "tokens that end soon could not be looked for");
        }
        for chore in chores(&app) {
            match tidy(&app, &chore, &stopped).await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "tidied {}", chore.name),
                Err(error) => tracing::warn!(%error, "could not tidy {}", chore.name),
            }
        }
        if let Err(error) = weigh_bodies(&app).await {
            tracing::warn!(%error, "the bodies could not be weighed");
        }
        tokio::select! {
            _ = stopped.changed() => {}
            () = tokio::time::sleep(app.config.tidy_interval) => {}
        }
    }
}

async fn weigh_bodies(app: &App) -> Stored<()> {
    let mut tx = app.db.read().await?;
    metrics::set_bodies_kept(tidy::kept_bytes(&mut tx).await?);
    Ok(())
}

async fn tidy(app: &App, chore: &Chore, stopped: &watch::Receiver<bool>) -> Stored<u64> {
    let keep = i64::try_from(chore.keep.as_micros()).unwrap_or(i64::MAX);
    let before = app.clock.now().saturating_sub(keep);
    let mut all = 0;
    loop {
        let mut tx = app.db.write().await?;
        let rows = tidy::delete(&mut tx, chore.sql, before, chore.rows).await?;
        tx.commit().await?;
        all += rows;
        if rows < u64::from(chore.rows) || *stopped.borrow() {
            return Ok(all);
        }
        tokio::time::sleep(BREATH).await;
    }
}
