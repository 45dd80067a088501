//! Integrations: enabling, settings, mapping and tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};
use passmuster_core::mapping::Mapping;
use passmuster_core::wire::integration::{
    EnableIntegration, EnabledIntegration, Integration, IntegrationList, NewToken, Token,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::public_url;
use crate::App;
use crate::admin::{self, timestamp_or_none};
use crate::auth::Admin;
use crate::body::Document;
use crate::clock::timestamp;
use crate::error::Failure;
use crate::store::{Tx, credentials, groups, integrations, uploads, workspaces};

/// What of an integration can be edited; a key that is absent stays as it is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edits {
    name: Option<String>,
    /// Blank: nobody.
    admin_email: Option<String>,
    enabled: Option<bool>,
}

/// With its tokens and its newest upload.
async fn complete(
    app: &App,
    tx: &mut Tx,
    admin: &Admin,
    headers: &HeaderMap,
    stored: Vec<integrations::Integration>,
) -> Result<Vec<Integration>, Failure> {
    let workspace = &admin.workspace.id;
    let url = public_url(app, headers);
    let tokens = credentials::list_tokens(tx, workspace).await?;
    let mut all = Vec::with_capacity(stored.len());
    for integration in stored {
        let (newest, _) = uploads::list(tx, workspace, &integration.id, None, 1).await?;
        let own = tokens.iter().filter(|token| token.integration_id == integration.id);
        all.push(Integration {
            endpoint: admin::endpoint(&url, &integration.route),
            tokens: own
                .map(|token| Token {
                    id: token.id.clone(),
                    starts_with: token.starts_with.clone(),
                    created_at: timestamp(token.created_at),
                    last_used_at: timestamp_or_none(token.last_used_at),
                })
                .collect(),
            last_upload: newest.into_iter().next(),
            id: integration.id,
            name: integration.name,
            route: integration.route,
            admin_email: integration.admin_email,
            enabled: integration.enabled,
            sandbox: integration.sandbox,
            upload_mode: integration.upload_mode,
            limits: integration.limits,
            mapping: integration.mapping,
            mapping_version: integration.mapping_version,
        });
    }
    Ok(all)
}

async fn complete_one(
    app: &App,
    tx: &mut Tx,
    admin: &Admin,
    headers: &HeaderMap,
    stored: integrations::Integration,
) -> Result<Json<Integration>, Failure> {
    let one = complete(app, tx, admin, headers, vec![stored])
        .await?
        .into_iter()
        .next();
    one.map(Json)
        .ok_or_else(|| Failure::internal("one integration stays one"))
}

/// # Errors
/// 404.
pub(super) async fn find(tx: &mut Tx, workspace: &str, id: &str) -> Result<integrations::Integration, Failure> {
    integrations::find(tx, workspace, id)
        .await?
        .ok_or_else(|| Failure::not_found("such integration"))
}

/// `GET /api/admin/integrations/`
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    admin: Admin,
    headers: HeaderMap,
) -> Result<Json<IntegrationList>, Failure> {
    let mut tx = app.db.read().await?;
    let stored = integrations::list(&mut tx, &admin.workspace.id).await?;
    let integrations = complete(&app, &mut tx, &admin, &headers, stored).await?;
    Ok(Json(IntegrationList {
        integrations,
        limit: app.config.integration_limit as u64,
    }))
}

/// `POST /api/admin/integrations/`
pub(crate) async fn enable(
    State(app): State<Arc<App>>,
    admin: Admin,
    headers: HeaderMap,
    Document(wanted): Document<EnableIntegration>,
) -> Result<(StatusCode, Json<EnabledIntegration>), Failure> {
    let url = public_url(&app, &headers);
    let enabled = admin::enable_integration(&app, &admin.workspace, admin.by(), wanted, &url).await?;
    Ok((StatusCode::CREATED, Json(enabled)))
}

/// `GET /api/admin/integrations/{id}`
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    admin: Admin,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Integration>, Failure> {
    let mut tx = app.db.read().await?;
    let stored = find(&mut tx, &admin.workspace.id, &id).await?;
    complete_one(&app, &mut tx, &admin, &headers, stored).await
}

/// `PATCH /api/admin/integrations/{id}`
pub(crate) async fn edit(
    State(app): State<Arc<App>>,
    admin: Admin,
    headers: HeaderMap,
    Path(id): Path<String>,
    Document(edits): Document<Edits>,
) -> Result<Json<Integration>, Failure> {
    let workspace = &admin.workspace.id;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, workspace).await?;
    let mut stored = find(&mut tx, workspace, &id).await?;
    if let Some(name) = edits.name {
        stored.name = admin::name_of(&name, "an integration")?;
    }
    if let Some(email) = edits.admin_email {
        stored.admin_email = Some(email.trim().to_owned()).filter(|email| !email.is_empty());
    }
    stored.enabled = edits.enabled.unwrap_or(stored.enabled);
    integrations::update(&mut tx, workspace, &stored).await?;
    admin::note(&app, &mut tx, workspace, admin.by(), "integration_edited", &stored.name).await?;
    let answer = complete_one(&app, &mut tx, &admin, &headers, stored).await?;
    tx.commit().await?;
    Ok(answer)
}

/// `PUT /api/admin/integrations/{id}/mapping`, with `If-Match: "MAPPING_VERSION"` only over that version.
pub(crate) async fn save_mapping(
    State(app): State<Arc<App>>,
    admin: Admin,
    headers: HeaderMap,
    Path(id): Path<String>,
    Document(document): Document<Box<RawValue>>,
) -> Result<Json<Integration>, Failure> {
    let mapping = Mapping::parse(document.get().as_bytes()).map_err(|error| Failure::mapping(&error))?;
    let workspace = &admin.workspace.id;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, workspace).await?;
    let mut stored = find(&mut tx, workspace, &id).await?;
    let expected = headers
        .get(IF_MATCH)
        .and_then(|value| value.to_str().ok())
        .map(|value| value.trim_matches('"'));
    if expected.is_some_and(|version| version != "*" && version != stored.mapping_version.to_string()) {
        return Err(Failure::conflict(
            format!(
                "The mapping was saved by somebody else; its version is {} now.",
                stored.mapping_version
            ),
            "Load it again and make your changes there.",
        ));
    }
    let (catalog, _) = groups::catalog(&mut tx, workspace, admin.workspace.salesforce).await?;
    mapping
        .check_names(&catalog)
        .map_err(|error| Failure::mapping(&error))?;
    if stored.mapping != mapping {
        stored.mapping = mapping;
        stored.mapping_version += 1;
        integrations::update(&mut tx, workspace, &stored).await?;
        admin::note(&app, &mut tx, workspace, admin.by(), "mapping_saved", &stored.name).await?;
    }
    let answer = complete_one(&app, &mut tx, &admin, &headers, stored).await?;
    tx.commit().await?;
    Ok(answer)
}

/// `POST /api/admin/integrations/{id}/tokens/`
pub(crate) async fn create_token(
    State(app): State<Arc<App>>,
    admin: Admin,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<NewToken>), Failure> {
    let auth_token = admin::create_token(&app, &admin.workspace, admin.by(), &id).await?;
    Ok((StatusCode::CREATED, Json(NewToken { auth_token })))
}
