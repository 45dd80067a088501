//! Tokens of an integration.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use passmuster_core::wire::integration::{NewToken, RotatedToken, Rotation, WantedToken};
use serde_json::json;

use super::INTEGRATIONS;
use crate::App;
use crate::admin::credentials;
use crate::auth::Caller;
use crate::body::Document;
use crate::error::Failure;
use crate::openapi::operation;
use crate::route::{Route, delete, post};

const TAG: &str = "Integrations";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        post("/api/admin/integrations/{id}/tokens", INTEGRATIONS, create).tells(
            operation(TAG, "Tokens_Create", "Makes a token")
                .takes::<WantedToken>()
                .like(json!({"expires_in_days": 90}))
                .body_may_be_empty()
                .answers::<NewToken>(201, "The token; it is shown this once."),
        ),
        post(
            "/api/admin/integrations/{id}/tokens/{token_id}/rotate",
            INTEGRATIONS,
            rotate,
        )
        .tells(
            operation(TAG, "Tokens_Rotate", "Puts a new token in the place of one")
                .takes::<Rotation>()
                .like(json!({"overlap_seconds": 3600}))
                .body_may_be_empty()
                .answers::<RotatedToken>(201, "The new token; it is shown this once."),
        ),
        delete("/api/admin/integrations/{id}/tokens/{token_id}", INTEGRATIONS, revoke)
            .tells(operation(TAG, "Tokens_Revoke", "Revokes a token").answers_nothing(204, "It is over at once.")),
    ]
}

/// `POST /api/admin/integrations/{id}/tokens/`
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    document: Option<Document<WantedToken>>,
) -> Result<(StatusCode, Json<NewToken>), Failure> {
    let days = document.and_then(|Document(wanted)| wanted.expires_in_days);
    let made = credentials::create_token(&app, &caller.workspace, caller.by(), &id, days).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// `POST /api/admin/integrations/{id}/tokens/{token_id}/rotate/`
pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, token_id)): Path<(String, String)>,
    document: Option<Document<Rotation>>,
) -> Result<(StatusCode, Json<RotatedToken>), Failure> {
    let overlap = document.and_then(|Document(wanted)| wanted.overlap_seconds);
    let place = (id.as_str(), Some(token_id.as_str()));
    let rotated = credentials::rotate_token(&app, &caller.workspace, caller.by(), place, overlap).await?;
    Ok((StatusCode::CREATED, Json(rotated)))
}

/// `DELETE /api/admin/integrations/{id}/tokens/{token_id}`: ends it at once.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, token_id)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    credentials::revoke_token(&app, &caller.workspace, caller.by(), Some(&id), &token_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
