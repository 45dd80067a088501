//! The first administrator, with the one-time link that the server prints.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use passmuster_core::wire::session::Session;
use passmuster_core::wire::session::Setup;
use serde_json::json;

use super::session::begin;
use crate::App;
use crate::admin::By;
use crate::admin::people::{self, Existing, NewUser};
use crate::auth;
use crate::body::Document;
use crate::error::Failure;
use crate::openapi::operation;
use crate::route::{Route, open};
use crate::secret::hash_password;
use crate::store::accounts;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        open(Method::POST, "/api/setup", create_first_admin).tells(
            operation(
                "Signing in",
                "Setup_Create",
                "Makes the first admin, with the link that the server printed",
            )
            .takes::<Setup>()
            .like(json!({
                "token": "TOKEN", "email": "jason@yourcompany.com", "first_name": "Jason", "last_name": "Smith",
                "password": "correct horse battery",
            }))
            .refuses(401, "The link is not one of this server, or it was used.")
            .refuses(403, "The request comes from another site.")
            .answers::<Session>(201, "The admin was made and is signed in; the answer sets the cookie."),
        ),
    ]
}

/// `POST /api/setup`: makes the first admin and signs them in.
pub(crate) async fn create_first_admin(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Document(asked): Document<Setup>,
) -> Result<Response, Failure> {
    auth::refuse_other_sites(&Method::POST, &headers)?;
    let mut tx = app.db.read().await?;
    let workspace = auth::workspace(&app, &headers, &mut tx).await?;
    drop(tx);
    let user = NewUser {
        email: asked.email,
        first_name: asked.first_name,
        last_name: asked.last_name,
        is_admin: true,
        role: None,
        username: None,
        password_hash: Some(hash_password(asked.password, app.clock).await?),
    };
    let by = By {
        actor: "first sign-in",
        via: "setup",
    };
    let existing = Existing::Promote {
        token: asked.token.trim(),
    };
    let created = people::create_user(&app, &workspace, by, &user, existing).await?;
    let mut tx = app.db.read().await?;
    let account = accounts::find_account(&mut tx, &workspace.id, &created.email).await?;
    drop(tx);
    let account = account.ok_or_else(|| Failure::internal("the first admin was just written"))?;
    begin(&app, &account, &workspace, StatusCode::CREATED).await
}
