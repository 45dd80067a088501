//! One upload: how it ended, what it held and changed, and what a person does about it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use passmuster_core::mapping::Mapping;
use passmuster_core::wire::PlanAnswer;
use passmuster_core::wire::UploadAnswer;
use passmuster_core::wire::integration::{ChangeList, RecordList, UndoAnswer, UploadDetail};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::{INTEGRATIONS, LOOK};
use super::{Wanted, page_size};
use crate::App;
use crate::auth::Caller;
use crate::body::Document;
use crate::dialects::data::{Asked, CHANGES_SHOWN, plan_hash, respond, undo_as_asked};
use crate::error::Failure;
use crate::held;
use crate::openapi::operation;
use crate::route::{Route, get, post};
use crate::store::{audit, uploads};

const TAG: &str = "Uploads";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/admin/uploads/{id}", LOOK, show)
            .tells(operation(TAG, "Uploads_Show", "Shows an upload").answers::<UploadDetail>(200, "The upload.")),
        get("/api/admin/uploads/{id}/plan", LOOK, plan).tells(
            operation(TAG, "Uploads_Plan", "Shows what a held upload would change now")
                .refuses(409, "The upload is not held, or its body is not kept any more.")
                .answers::<PlanAnswer>(200, "The report and the plan."),
        ),
        post("/api/admin/uploads/{id}/plan", INTEGRATIONS, plan_with).tells(
            operation(
                TAG,
                "Uploads_PlanWith",
                "Shows what an upload's body would change if it were read with a mapping",
            )
            .takes::<Mapping>()
            .like(json!({"version": 1, "file_format": "csv", "fields": [
                {"api_field": "Email", "target": "user.email"},
                {"api_field": "First Name", "target": "user.first_name"},
                {"api_field": "Last Name", "target": "user.last_name"},
            ]}))
            .answers::<PlanAnswer>(200, "The report and the plan; nothing is stored or changed."),
        ),
        get("/api/admin/uploads/{id}/changes", LOOK, changes).tells(
            operation(TAG, "Uploads_Changes", "Lists what an upload changed")
                .query::<Wanted>()
                .answers::<ChangeList>(200, "One page, user by user."),
        ),
        get("/api/admin/uploads/{id}/records", LOOK, records).tells(
            operation(
                TAG,
                "Uploads_Records",
                "Lists an upload's records as they were received",
            )
            .query::<WantedRecords>()
            .refuses(409, "The body is not kept any more.")
            .answers::<RecordList>(200, "One page, each with what it came to."),
        ),
        get("/api/admin/uploads/{id}/body", LOOK, body).tells(
            operation(TAG, "Uploads_Body", "Gives an upload's body as it was received")
                .refuses(409, "The body is not kept any more.")
                .answers_text(200, "The very bytes.", "application/octet-stream"),
        ),
        post("/api/admin/uploads/{id}/allow", INTEGRATIONS, allow).tells(
            operation(TAG, "Uploads_Allow", "Allows a held upload")
                .if_match()
                .answers::<UploadAnswer>(201, "The body was applied."),
        ),
        post("/api/admin/uploads/{id}/reject", INTEGRATIONS, reject).tells(
            operation(TAG, "Uploads_Reject", "Rejects a held upload")
                .answers::<UploadDetail>(200, "Nothing of it will be applied."),
        ),
        post("/api/admin/uploads/{id}/undo", INTEGRATIONS, undo).tells(
            operation(TAG, "Uploads_Undo", "Takes an upload back")
                .query::<Asked>()
                .if_match()
                .answers::<UndoAnswer>(
                    200,
                    "What was put back, what was kept and what can't be, or with `mode=plan` would be.",
                ),
        ),
    ]
}

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
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct WantedRecords {
    /// Whether only records with problems are wanted.
    #[serde(default)]
    problems: bool,
    /// Records of a page: 50 unless told otherwise, at most 1,000.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
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
