//! Group types, groups, kinds of integration ID and custom attributes.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use passmuster_core::group::{AttributeType, GroupType, IntegrationIdType};
use passmuster_core::wire::directory::{Catalog, NewName};

use crate::App;
use crate::admin;
use crate::auth::Caller;
use crate::body::Document;
use crate::error::Failure;
use crate::store::groups;

/// `GET /api/admin/groups/`
pub(crate) async fn catalog(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Catalog>, Failure> {
    let mut tx = app.db.read().await?;
    let (catalog, _) = groups::catalog(&mut tx, &caller.workspace.id, caller.workspace.salesforce).await?;
    Ok(Json(catalog))
}

/// `POST /api/admin/group-types/`
pub(crate) async fn create_type(
    State(app): State<Arc<App>>,
    caller: Caller,
    Document(new): Document<NewName>,
) -> Result<(StatusCode, Json<GroupType>), Failure> {
    let created = admin::create_group_type(&app, &caller.workspace, caller.by(), &new.name).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// `POST /api/admin/integration-ids/`
pub(crate) async fn create_integration_id(
    State(app): State<Arc<App>>,
    caller: Caller,
    Document(new): Document<NewName>,
) -> Result<(StatusCode, Json<IntegrationIdType>), Failure> {
    let created = admin::create_integration_id(&app, &caller.workspace, caller.by(), &new.name).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// `POST /api/admin/attributes/`
pub(crate) async fn create_attribute(
    State(app): State<Arc<App>>,
    caller: Caller,
    Document(wanted): Document<AttributeType>,
) -> Result<(StatusCode, Json<AttributeType>), Failure> {
    let created = admin::create_attribute(&app, &caller.workspace, caller.by(), wanted).await?;
    Ok((StatusCode::CREATED, Json(created)))
}
