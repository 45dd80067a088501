//! Users, to read.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use passmuster_core::user::User;
use passmuster_core::wire::directory::UserList;

use super::Wanted;
use crate::App;
use crate::auth::Caller;
use crate::error::Failure;
use crate::store::users;

/// `GET /api/admin/users/?search=&limit=&cursor=`
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<UserList>, Failure> {
    let mut tx = app.db.read().await?;
    let cursor = wanted.cursor.as_deref().unwrap_or_default();
    let (users, next_cursor) =
        users::list(&mut tx, &caller.workspace.id, &wanted.search, cursor, wanted.limit()).await?;
    Ok(Json(UserList { users, next_cursor }))
}

/// `GET /api/admin/users/{email}`
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(email): Path<String>,
) -> Result<Json<User>, Failure> {
    let mut tx = app.db.read().await?;
    let found = users::find(&mut tx, &caller.workspace.id, email.trim()).await?;
    found
        .map(Json)
        .ok_or_else(|| Failure::not_found("user with this e-mail"))
}
