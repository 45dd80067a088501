//! Tokens of an integration.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use passmuster_core::wire::integration::{NewToken, RotatedToken, Rotation, WantedToken};

use crate::App;
use crate::admin::credentials;
use crate::auth::Caller;
use crate::body::Document;
use crate::error::Failure;

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
