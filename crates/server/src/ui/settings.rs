//! The settings of the workspace.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use passmuster_core::wire::workspace::{Settings, SettingsEdit};
use serde_json::json;

use super::{ANYTHING, INTEGRATIONS};
use crate::App;
use crate::admin::workspaces;
use crate::auth::Caller;
use crate::body::Document;
use crate::error::Failure;
use crate::openapi::{Tag, operation};
use crate::route::{Route, get, patch};

const TAG: Tag = Tag::new(
    "Settings",
    "The workspace's settings, keys of the admin API, and what runs here.",
);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/admin/settings", ANYTHING, show).tells(
            operation(TAG, "Settings_Show", "Shows the workspace's settings").answers::<Settings>(200, "The settings."),
        ),
        patch("/api/admin/settings", INTEGRATIONS, edit).tells(
            operation(TAG, "Settings_Edit", "Edits the workspace's settings")
                .describes("What is absent stays as it is.")
                .takes::<SettingsEdit>()
                .like(json!({"salesforce": true}))
                .answers::<Settings>(200, "The settings as they are now."),
        ),
    ]
}

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
