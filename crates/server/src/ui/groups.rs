//! Group types, groups and kinds of integration ID.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use passmuster_core::group::{GroupType, IntegrationIdType};
use passmuster_core::wire::directory::{Catalog, NewName};

use crate::App;
use crate::admin;
use crate::auth::Admin;
use crate::body::Document;
use crate::error::Failure;
use crate::store::groups;

/// `GET /api/admin/groups/`
pub(crate) async fn catalog(State(app): State<Arc<App>>, admin: Admin) -> Result<Json<Catalog>, Failure> {
    let mut tx = app.db.read().await?;
    let (catalog, _) = groups::catalog(&mut tx, &admin.workspace.id, admin.workspace.salesforce).await?;
    Ok(Json(catalog))
}

/// `POST /api/admin/group-types/`
pub(crate) async fn create_type(
    State(app): State<Arc<App>>,
    admin: Admin,
    Document(new): Document<NewName>,
) -> Result<(StatusCode, Json<GroupType>), Failure> {
    let created = admin::create_group_type(&app, &admin.workspace, admin.by(), &new.name).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// `POST /api/admin/integration-ids/`
pub(crate) async fn create_integration_id(
    State(app): State<Arc<App>>,
    admin: Admin,
    Document(new): Document<NewName>,
) -> Result<(StatusCode, Json<IntegrationIdType>), Failure> {
    let created = admin::create_integration_id(&app, &admin.workspace, admin.by(), &new.name).await?;
    Ok((StatusCode::CREATED, Json(created)))
}
