//! The settings of the workspace.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use passmuster_core::wire::workspace::{Settings, SettingsEdit};

use crate::App;
use crate::admin::workspaces;
use crate::auth::Caller;
use crate::body::Document;
use crate::error::Failure;

/// `GET /api/admin/settings/`
pub(crate) async fn show(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Settings>, Failure> {
    workspaces::settings(&app, &caller.workspace).await.map(Json)
}

/// `PATCH /api/admin/settings/`
pub(crate) async fn edit(
    State(app): State<Arc<App>>,
    caller: Caller,
    Document(wanted): Document<SettingsEdit>,
) -> Result<Json<Settings>, Failure> {
    let edited = workspaces::edit(&app, &caller.workspace, caller.by(), wanted).await?;
    Ok(Json(edited))
}
