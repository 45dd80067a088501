//! Keys of the admin API: listed, made, revoked.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use passmuster_core::wire::workspace::{ApiKeyList, NewApiKey, WantedApiKey};
use serde_json::json;

use super::INTEGRATIONS;
use crate::App;
use crate::admin::credentials;
use crate::auth::Caller;
use crate::body::Document;
use crate::error::Failure;
use crate::openapi::operation;
use crate::route::{Route, delete, get, post};

const TAG: &str = "Settings";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/admin/api-keys", INTEGRATIONS, list).tells(
            operation(TAG, "ApiKeys_List", "Lists keys of the admin API")
                .answers::<ApiKeyList>(200, "All keys without their secrets, revoked ones too."),
        ),
        post("/api/admin/api-keys", INTEGRATIONS, create).tells(
            operation(TAG, "ApiKeys_Create", "Makes a key of the admin API")
                .describes("Nobody gives a key what they may not do themselves.")
                .takes::<WantedApiKey>()
                .like(json!({"name": "Nightly sync", "permissions": ["Users: Edit"]}))
                .answers::<NewApiKey>(201, "The key; it is shown this once."),
        ),
        delete("/api/admin/api-keys/{id}", INTEGRATIONS, revoke).tells(
            operation(TAG, "ApiKeys_Revoke", "Revokes a key of the admin API")
                .answers_nothing(204, "It opens nothing any more; a second time changes nothing."),
        ),
    ]
}

/// `GET /api/admin/api-keys/`
pub(crate) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<ApiKeyList>, Failure> {
    let api_keys = credentials::list_api_keys(&app, &caller.workspace).await?;
    Ok(Json(ApiKeyList { api_keys }))
}

/// `POST /api/admin/api-keys/`: nobody gives a key what they may not do themselves.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Document(wanted): Document<WantedApiKey>,
) -> Result<(StatusCode, Json<NewApiKey>), Failure> {
    if wanted.permissions.is_empty() {
        return Err(Failure::invalid(
            "A key without a permission opens nothing.",
            "Choose at least one.",
        ));
    }
    if let Some(lacked) = wanted.permissions.iter().find(|permission| !caller.may(**permission)) {
        return Err(Failure::forbidden(
            &format!("You lack the permission \"{lacked}\" yourself."),
            "A key can do at most what whoever makes it may do.",
        ));
    }
    let (workspace, permissions) = (&caller.workspace, Some(wanted.permissions));
    let api_key = credentials::create_api_key(&app, workspace, caller.by(), &wanted.name, permissions).await?;
    Ok((StatusCode::CREATED, Json(NewApiKey { api_key })))
}

/// `DELETE /api/admin/api-keys/{id}`: a second time changes nothing.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    credentials::revoke_api_key(&app, &caller.workspace, caller.by(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
