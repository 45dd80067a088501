//! Integrations: enabling, settings and mapping.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, StatusCode};
use passmuster_core::mapping::Mapping;
use passmuster_core::permission::Permission;
use passmuster_core::wire::audit::FieldEdit;
use passmuster_core::wire::integration::{
    EnableIntegration, EnabledIntegration, Integration, IntegrationEdit, IntegrationList, MappingVersionList,
    SavedMapping,
};
use passmuster_core::wire::workspace::TestMail;
use serde_json::json;
use serde_json::value::RawValue;

use super::public_url;
use super::{INTEGRATIONS, LOOK};
use crate::App;
use crate::admin::{self, Event, enabled};
use crate::auth::Caller;
use crate::body::Document;
use crate::delivery;
use crate::error::Failure;
use crate::openapi::{Tag, operation};
use crate::route::{Route, get, patch, post, put};
use crate::store::{Tx, groups, integrations, workspaces};

const TAG: Tag = Tag::new(
    "Integrations",
    "Enabled User APIs: their settings, mappings and tokens.",
);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/admin/integrations", LOOK, list).tells(
            operation(TAG, "Integrations_List", "Lists integrations")
                .describes("Tokens are shown, without their secrets, to those who may edit integrations.")
                .answers::<IntegrationList>(200, "All of the workspace."),
        ),
        post("/api/admin/integrations", INTEGRATIONS, enable).tells(
            operation(TAG, "Integrations_Enable", "Enables an integration")
                .takes::<EnableIntegration>()
                .like(json!({"name": "EMEA User API", "file_format": "csv"}))
                .answers::<EnabledIntegration>(201, "Its endpoint, and its token, which is shown this once."),
        ),
        get("/api/admin/integrations/{id}", LOOK, show).tells(
            operation(TAG, "Integrations_Show", "Shows an integration").answers::<Integration>(200, "The integration."),
        ),
        patch("/api/admin/integrations/{id}", INTEGRATIONS, edit).tells(
            operation(TAG, "Integrations_Edit", "Edits an integration")
                .describes("What is absent stays as it is.")
                .takes::<IntegrationEdit>()
                .like(json!({"limits": {"deactivations": {"percent": 10}}}))
                .answers::<Integration>(200, "The integration as it is now."),
        ),
        put("/api/admin/integrations/{id}/mapping", INTEGRATIONS, save_mapping).tells(
            operation(TAG, "Mappings_Save", "Saves the mapping")
                .header(
                    "If-Match",
                    "The version of the mapping that was edited, in quotes: if somebody saved another one since, nothing is saved.",
                )
                .takes::<Mapping>()
                .like(json!({"version": 1, "file_format": "csv", "fields": [
                    {"api_field": "Email", "target": "user.email"},
                    {"api_field": "First Name", "target": "user.first_name"},
                    {"api_field": "Last Name", "target": "user.last_name"},
                    {"api_field": "Team", "target": "group_membership:Team", "on_unknown": "create"},
                ]}))
                .answers::<Integration>(200, "The integration with the mapping."),
        ),
        get("/api/admin/integrations/{id}/mapping/versions", LOOK, list_versions).tells(
            operation(TAG, "Mappings_Versions", "Lists the versions of the mapping")
                .answers::<MappingVersionList>(200, "All of them, newest first."),
        ),
        get("/api/admin/integrations/{id}/mapping/versions/{n}", LOOK, show_version).tells(
            operation(TAG, "Mappings_Show", "Shows a version of the mapping")
                .path::<u64>("n", "Which version, from 1.", json!(1))
                .answers::<SavedMapping>(200, "The mapping as it was."),
        ),
        post("/api/admin/integrations/{id}/test-mail", INTEGRATIONS, delivery::send_trial).tells(
            operation(TAG, "Integrations_TestMail", "Sends a test mail to the integration's admin e-mail")
                .answers::<TestMail>(200, "It is on its way."),
        ),
    ]
}

async fn complete(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    headers: &HeaderMap,
    stored: Vec<integrations::Integration>,
) -> Result<Vec<Integration>, Failure> {
    let seen = (&*public_url(app, headers), caller.may(Permission::IntegrationsEdit));
    enabled::complete(app, tx, &caller.workspace.id, seen, stored).await
}

async fn complete_one(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    headers: &HeaderMap,
    stored: integrations::Integration,
) -> Result<Json<Integration>, Failure> {
    let one = complete(app, tx, caller, headers, vec![stored]).await?.pop();
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
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<IntegrationList>, Failure> {
    let mut tx = app.db.read().await?;
    let stored = integrations::list(&mut tx, &caller.workspace.id).await?;
    let integrations = complete(&app, &mut tx, &caller, &headers, stored).await?;
    Ok(Json(IntegrationList {
        integrations,
        limit: app.config.integration_limit as u64,
    }))
}

/// `POST /api/admin/integrations/`
pub(crate) async fn enable(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Document(wanted): Document<EnableIntegration>,
) -> Result<(StatusCode, Json<EnabledIntegration>), Failure> {
    let url = public_url(&app, &headers);
    let enabled = enabled::enable_integration(&app, &caller.workspace, caller.by(), wanted, &url).await?;
    Ok((StatusCode::CREATED, Json(enabled)))
}

/// `GET /api/admin/integrations/{id}`
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Json<Integration>, Failure> {
    let mut tx = app.db.read().await?;
    let stored = find(&mut tx, &caller.workspace.id, &id).await?;
    complete_one(&app, &mut tx, &caller, &headers, stored).await
}

/// `PATCH /api/admin/integrations/{id}`
pub(crate) async fn edit(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    Document(edits): Document<IntegrationEdit>,
) -> Result<Json<Integration>, Failure> {
    let edited = enabled::edit_integration(&app, &caller.workspace, caller.by(), (&id, edits)).await?;
    let mut tx = app.db.read().await?;
    complete_one(&app, &mut tx, &caller, &headers, edited).await
}

/// `PUT /api/admin/integrations/{id}/mapping`, with `If-Match: "MAPPING_VERSION"` only over that version.
pub(crate) async fn save_mapping(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
    Document(document): Document<Box<RawValue>>,
) -> Result<Json<Integration>, Failure> {
    let mapping = Mapping::parse(document.get().as_bytes()).map_err(|error| Failure::mapping(&error))?;
    let workspace = &caller.workspace.id;
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
    let (catalog, _) = groups::catalog(&mut tx, workspace, caller.workspace.salesforce).await?;
    mapping
        .check_names(&catalog)
        .map_err(|error| Failure::mapping(&error))?;
    if stored.mapping != mapping {
        stored.mapping = mapping;
        stored.mapping_version += 1;
        integrations::update(&mut tx, workspace, &stored).await?;
        let saved = (app.clock.now(), caller.actor.as_str());
        integrations::insert_mapping_version(&mut tx, workspace, &stored, saved).await?;
        let edit = FieldEdit::new("mapping_version", stored.mapping_version - 1, stored.mapping_version);
        let event = Event {
            action: "mapping_saved",
            target: &stored.name,
            edits: vec![edit],
            ..Event::default()
        };
        admin::record(&app, &mut tx, workspace, caller.by(), event).await?;
    }
    let answer = complete_one(&app, &mut tx, &caller, &headers, stored).await?;
    tx.commit().await?;
    Ok(answer)
}

/// `GET /api/admin/integrations/{id}/mapping/versions/`
pub(crate) async fn list_versions(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<MappingVersionList>, Failure> {
    let mut tx = app.db.read().await?;
    find(&mut tx, &caller.workspace.id, &id).await?;
    let versions = integrations::mapping_versions(&mut tx, &caller.workspace.id, &id).await?;
    Ok(Json(MappingVersionList { versions }))
}

/// `GET /api/admin/integrations/{id}/mapping/versions/{n}/`
pub(crate) async fn show_version(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, version)): Path<(String, u64)>,
) -> Result<Json<SavedMapping>, Failure> {
    let mut tx = app.db.read().await?;
    let found = integrations::mapping_version(&mut tx, &caller.workspace.id, &id, version).await?;
    let (version, mapping) = found.ok_or_else(|| Failure::not_found("such version of the mapping"))?;
    Ok(Json(SavedMapping { version, mapping }))
}
