//! What an operator's probes ask, and the daily look for damage.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::Method;
use tokio::sync::watch;

use crate::App;
use crate::error::Failure;
use crate::metrics;
use crate::openapi::{Tag, operation};
use crate::route::{Route, open};
use crate::store::{StoreError, workspaces};

pub(crate) const TAG: Tag = Tag::new("Operation", "What probes and scrapers ask, and this document.");

/// What operators' probes ask.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        open(Method::GET, "/healthz", is_alive).tells(
            operation(TAG, "Health_Alive", "Tells whether the process answers")
                .has_own_refusals()
                .answers_text(200, "It does.", "text/plain"),
        ),
        open(Method::GET, "/readyz", is_ready).tells(
            operation(
                TAG,
                "Health_Ready",
                "Tells whether the database answers and no damage was found",
            )
            .has_own_refusals()
            .refuses(503, "It doesn't, or damage was found.")
            .answers_text(200, "It does.", "text/plain"),
        ),
        open(Method::GET, "/metrics", metrics::show).tells(
            operation(TAG, "Metrics_Show", "Gives metrics to Prometheus")
                .has_own_refusals()
                .answers_text(200, "In the OpenMetrics format.", "application/openmetrics-text"),
        ),
    ]
}

/// What is known of the database's health.
#[derive(Debug, Default)]
pub(crate) struct Health {
    is_damaged: AtomicBool,
}

/// `GET /healthz`: the process answers.
pub(crate) async fn is_alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers, and no damage was found.
pub(crate) async fn is_ready(State(app): State<Arc<App>>) -> Result<&'static str, Failure> {
    if app.health.is_damaged.load(Ordering::Relaxed) {
        return Err(StoreError::Damaged("found by the check".to_owned()).into());
    }
    let mut tx = app.db.read().await?;
    workspaces::ping(&mut tx).await?;
    Ok("ok\n")
}

/// Looks for damage once a day, or as the operator set, until the server stops; the start has looked already.
pub(crate) async fn watch(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            () = tokio::time::sleep(app.config.check_interval) => {}
        }
        if let Err(error @ StoreError::Damaged(_)) = app.db.check().await {
            tracing::error!(%error, "the check found damage");
            app.health.is_damaged.store(true, Ordering::Relaxed);
        }
    }
}
