//! Users: found, shown, made and edited.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use passmuster_core::user::User;
use passmuster_core::wire::directory::{UserEdit, UserList};

use super::Wanted;
use crate::App;
use crate::admin::editing::{self, Whom};
use crate::auth::Caller;
use crate::body::Document;
use crate::dialects::data::{Asked, Mode, plan_hash};
use crate::error::{Failure, json};
use crate::store::users::{self, Glanced};

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
    let (workspace, email) = (&caller.workspace.id, email.trim());
    let mut tx = app.db.glance().await?;
    let found = match users::glance(&mut tx, workspace, email).await? {
        Glanced::Nobody => None,
        Glanced::User(user) => Some(*user),
        Glanced::NotAtOnce => {
            drop(tx);
            let mut tx = app.db.read().await?;
            users::find(&mut tx, workspace, email).await?
        }
    };
    found
        .map(Json)
        .ok_or_else(|| Failure::not_found("user with this e-mail"))
}

/// `POST /api/admin/users/?mode=plan|apply`
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Document(edit): Document<UserEdit>,
) -> Result<Response, Failure> {
    edit_as_asked(&app, &caller, Whom::New, &edit, (&asked, &headers)).await
}

/// `PATCH /api/admin/users/{email}?mode=plan|apply`, with `If-Match: "PLAN_HASH"` for the plan that was looked at.
pub(crate) async fn edit(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(email): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Document(edit): Document<UserEdit>,
) -> Result<Response, Failure> {
    edit_as_asked(&app, &caller, Whom::Known(&email), &edit, (&asked, &headers)).await
}

async fn edit_as_asked(
    app: &App,
    caller: &Caller,
    whom: Whom<'_>,
    edit: &UserEdit,
    (asked, headers): (&Asked, &HeaderMap),
) -> Result<Response, Failure> {
    let mode = asked.mode()?;
    if mode == Mode::Apply {
        let changed = editing::carry_out(app, caller, whom, edit, plan_hash(headers)?.as_deref()).await?;
        let status = match whom {
            Whom::New => StatusCode::CREATED,
            Whom::Known(_) => StatusCode::OK,
        };
        return Ok(json(status, &changed));
    }
    let mut answer = editing::plan(app, caller, whom, edit).await?;
    answer.plan = answer.plan.filter(|_| mode == Mode::Plan);
    Ok(json(StatusCode::OK, &answer))
}
