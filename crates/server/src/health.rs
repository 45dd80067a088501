//! What an operator's probes ask.

use std::sync::Arc;

use axum::extract::State;

use crate::App;
use crate::error::Failure;
use crate::store::workspaces;

/// `GET /healthz`: the process answers.
pub(crate) async fn is_alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers.
pub(crate) async fn is_ready(State(app): State<Arc<App>>) -> Result<&'static str, Failure> {
    let mut tx = app.db.read().await?;
    workspaces::ping(&mut tx).await?;
    Ok("ok\n")
}
