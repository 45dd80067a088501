//! One upload: how it ended, what it held and changed, and what a person does about it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use passmuster_core::mapping::Mapping;
use passmuster_core::wire::PlanAnswer;
use passmuster_core::wire::integration::{ChangeList, RecordList, UndoAnswer, UploadDetail};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Wanted, page_size};
use crate::App;
use crate::auth::Caller;
use crate::body::Document;
use crate::dialects::data::{Asked, CHANGES_SHOWN, plan_hash, respond, undo_as_asked};
use crate::error::Failure;
use crate::held;
use crate::store::{audit, uploads};

/// `GET /api/admin/uploads/{id}/`
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<UploadDetail>, Failure> {
    let mut tx = app.db.read().await?;
    held::find(&mut tx, &caller.workspace.id, &id).await.map(Json)
}

/// `GET /api/admin/uploads/{id}/plan/`: what a held upload would change now.
pub(crate) async fn plan(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<PlanAnswer>, Failure> {
    let answer = held::plan_of(&app, &caller.workspace, &id, caller.by()).await?;
    Ok(Json(answer))
}

/// `POST /api/admin/uploads/{id}/plan/` with a mapping: what the same body would change now if it were read with that.
pub(crate) async fn plan_with(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Document(document): Document<Box<RawValue>>,
) -> Result<Json<PlanAnswer>, Failure> {
    let mapping = Mapping::parse(document.get().as_bytes()).map_err(|error| Failure::mapping(&error))?;
    let mut answer = held::plan_with(&app, &caller.workspace, &id, caller.by(), mapping).await?;
    if let Some(plan) = &mut answer.plan {
        plan.cut(CHANGES_SHOWN);
    }
    Ok(Json(answer))
}

/// `GET /api/admin/uploads/{id}/changes/?limit=&cursor=`: what was applied, user by user.
pub(crate) async fn changes(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<ChangeList>, Failure> {
    let workspace = &caller.workspace.id;
    let mut tx = app.db.read().await?;
    let trail = uploads::trail(&mut tx, workspace, &id).await?;
    let trail = trail.ok_or_else(|| Failure::not_found("such upload"))?;
    let Some(range) = trail.audit else {
        return Ok(Json(ChangeList::default()));
    };
    let (after, limit) = (wanted.cursor.as_deref().unwrap_or_default(), wanted.limit());
    let mut found = audit::changes(&mut tx, workspace, &id, &range, after, i64::from(limit) + 1).await?;
    let has_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next_cursor = found.last().filter(|_| has_more).map(|(entry, _)| entry.clone());
    Ok(Json(ChangeList {
        changes: found.into_iter().map(|(_, change)| change).collect(),
        next_cursor,
    }))
}

/// `?problems=&limit=&cursor=`
#[derive(Debug, Deserialize)]
pub(crate) struct WantedRecords {
    /// Whether only records with problems are wanted.
    #[serde(default)]
    problems: bool,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// `GET /api/admin/uploads/{id}/records/?problems=&limit=&cursor=`: the body as it was received, record by record.
pub(crate) async fn records(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(wanted): Query<WantedRecords>,
) -> Result<Json<RecordList>, Failure> {
    let after = match wanted.cursor.as_deref() {
        None | Some("") => 0,
        Some(cursor) => cursor.parse().map_err(|_| {
            Failure::invalid(
                format!("The cursor {cursor:?} is not one of this list."),
                "Leave it out to begin at the first record.",
            )
        })?,
    };
    let page = crate::records::Page {
        after,
        limit: page_size(wanted.limit) as usize,
        only_problems: wanted.problems,
    };
    let list = crate::records::list(&app, &caller.workspace, &id, caller.by(), page).await?;
    Ok(Json(list))
}

/// `GET /api/admin/uploads/{id}/body/`: the very bytes that were received.
pub(crate) async fn body(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let workspace = &caller.workspace.id;
    let mut tx = app.db.read().await?;
    let trail = uploads::trail(&mut tx, workspace, &id).await?;
    let trail = trail.ok_or_else(|| Failure::not_found("such upload"))?;
    let bytes = held::body_of(&mut tx, workspace, &trail).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    // Whatever it holds, no browser is to run it.
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    let name = format!("attachment; filename=\"upload-{id}\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// `POST /api/admin/uploads/{id}/allow/`, with `If-Match: "PLAN_HASH"` for the plan that was looked at.
pub(crate) async fn allow(
    State(app): State<Arc<App>>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let plan_hash = plan_hash(&headers)?;
    respond(held::allow(&app, &caller.workspace, &id, caller.by(), plan_hash).await?)
}

/// `POST /api/admin/uploads/{id}/reject/`
pub(crate) async fn reject(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<UploadDetail>, Failure> {
    let rejected = held::reject(&app, &caller.workspace, &id, caller.by()).await?;
    Ok(Json(rejected))
}

/// `POST /api/admin/uploads/{id}/undo/?mode=plan|apply`
pub(crate) async fn undo(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Json<UndoAnswer>, Failure> {
    undo_as_asked(&app, &caller.workspace, &id, caller.by(), (&asked, &headers)).await
}
