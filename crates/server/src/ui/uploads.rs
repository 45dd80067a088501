//! Uploads: those received, and the page's own way to plan and send one.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use bytes::Bytes;
use passmuster_core::mapping::Mapping;
use passmuster_core::read::decode::Encoding;
use passmuster_core::wire::integration::{Outcome, UploadDay, UploadDays, UploadList};
use passmuster_core::wire::{PlanAnswer, UploadAnswer};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::integrations::find;
use super::page_size;
use super::{INTEGRATIONS, LOOK};
use crate::App;
use crate::auth::Caller;
use crate::body::{self, Patience, content_type};
use crate::dialects::data::{Asked, Origin, answer, receive_from, told};
use crate::error::Failure;
use crate::openapi::{Operation, Tag, operation};
use crate::receive::{Defines, Submission};
use crate::route::{Route, get, post};
use crate::store::integrations::Integration;
use crate::store::uploads::Sought;
use crate::store::{groups, uploads};

const TAG: Tag = Tag::new(
    "Uploads",
    "Received bodies: how they ended, what they changed, and what a person does about them.",
);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/admin/integrations/{id}/uploads", LOOK, list).tells(
            operation(TAG, "Uploads_List", "Lists an integration's uploads")
                .query::<Which>()
                .answers::<UploadList>(200, "One page, newest first."),
        ),
        post("/api/admin/integrations/{id}/uploads", INTEGRATIONS, receive).tells(answers_of_a_body(
            operation(TAG, "Uploads_Receive", "Checks, plans or applies a file with the mapping that it was checked with")
                .query::<Asked>()
                .takes_schema("multipart/form-data", |_| {
                    json!({"type": "object", "required": ["file"], "additionalProperties": false, "properties": {
                        "file": {"type": "string", "contentMediaType": "application/octet-stream", "description": "The file."},
                        "mapping": {"type": "string", "contentMediaType": "application/json", "description": "A mapping other than the saved one."},
                        "plan_hash": {"type": "string", "description": "Of the plan that was looked at."},
                        "encoding": {"type": "string", "description": "The encoding that was chosen."},
                        "sheet": {"type": "string", "description": "The sheet of a workbook that was chosen."},
                        "allow_limits": {"type": "string", "enum": ["true", "false"], "description": "Whether limits may be crossed."},
                    }})
                }),
        )),
        get("/api/admin/integrations/{id}/uploads/per-day", LOOK, count_by_day).tells(
            operation(TAG, "Uploads_PerDay", "Counts an integration's uploads by day")
                .query::<Days>()
                .answers::<UploadDays>(200, "The days with uploads, the latest first."),
        ),
        post("/api/admin/integrations/{id}/requests", INTEGRATIONS, request).tells(told(answers_of_a_body(
            operation(TAG, "Uploads_Request", "Sends a body to the integration's endpoint without a token")
                .describes("What the endpoint would answer is answered."),
        ))),
    ]
}

/// What checking, planning or applying a body answers.
pub(crate) fn answers_of_a_body(operation: Operation) -> Operation {
    operation
        .answers::<UploadAnswer>(201, "The body was applied, and that is durable.")
        .shows(json!({
            "upload_id": "01990a6e-7d3c-7c1f-9b1e-0c5d6b7a8f90", "records": 2, "created": 1, "updated": 1,
            "deactivated": 0, "reactivated": 0, "unchanged": 0, "groups_created": 0, "memberships_set": 1,
            "memberships_removed": 0, "managers_set": 0, "managers_cleared": 0, "group_managers_set": 0,
            "group_managers_removed": 0, "rights_granted": 0, "rights_removed": 0, "warning_count": 0,
            "plan_hash": "5f3a1c0e9b7d2468",
        }))
        .answers::<PlanAnswer>(
            200,
            "With `mode=check` the report, with `mode=plan` the report and the plan; nothing was stored or changed.",
        )
        .refuses(
            400,
            "The body can't be loaded; nothing of it was applied. Each reason says where and what to do.",
        )
        .refuses(
            409,
            "It would now be another plan, or it crosses a limit and waits for a person; nothing was applied.",
        )
}

/// The most days that uploads are counted of.
const MOST_DAYS: u32 = 366;
/// The clocks that are furthest from UTC, in minutes.
const WIDEST_OFFSET: i32 = 14 * 60;
const DAY_SECONDS: u64 = 24 * 3600;
/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// What the parts beside the file may take, in bytes.
const OTHER_PARTS: usize = 1024 * 1024;

/// `?outcome=&since=&until=&by=&limit=&cursor=`, times as RFC 3339.
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Which {
    /// `applied`, `rejected`, `held` or `undone`.
    outcome: Option<String>,
    /// From this time on, such as `2026-11-21T08:30:00Z`.
    since: Option<String>,
    /// Up to this time.
    until: Option<String>,
    /// By whom: a token's first characters, or a person's address.
    by: Option<String>,
    /// Uploads of a page: 50 unless told otherwise, at most 1,000.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What is left blank is not asked for.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn time_of(name: &str, text: Option<&String>) -> Result<Option<i64>, Failure> {
    let Some(text) = given(text) else { return Ok(None) };
    let time = text.parse::<jiff::Timestamp>().map_err(|_| {
        Failure::invalid(
            format!("{name}={text:?} is not a time."),
            "Write it as RFC 3339 says, such as 2026-11-21T08:30:00Z.",
        )
    })?;
    Ok(Some(time.as_microsecond()))
}

/// `GET /api/admin/integrations/{id}/uploads/?outcome=&since=&until=&by=&limit=&cursor=`
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Json<UploadList>, Failure> {
    let outcome = given(which.outcome.as_ref())
        .map(|word| {
            Outcome::of_str(word).ok_or_else(|| {
                Failure::invalid(
                    format!("outcome={word:?} is not known."),
                    "Use applied, rejected, held or undone.",
                )
            })
        })
        .transpose()?;
    let sought = Sought {
        outcome,
        since: time_of("since", which.since.as_ref())?,
        until: time_of("until", which.until.as_ref())?,
        by: given(which.by.as_ref()).unwrap_or_default(),
        cursor: given(which.cursor.as_ref()),
    };
    let mut tx = app.db.read().await?;
    let integration = find(&mut tx, &caller.workspace.id, &id).await?;
    let limit = page_size(which.limit);
    let (uploads, next_cursor) = uploads::list(&mut tx, &caller.workspace.id, &integration.id, &sought, limit).await?;
    Ok(Json(UploadList {
        uploads,
        next_cursor,
        kept_days: app.config.keep_bodies.as_secs() / DAY_SECONDS,
    }))
}

/// `?days=&offset=`
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Days {
    /// How many days, today among them: 30 unless told otherwise, at most 366.
    days: Option<u32>,
    /// How many minutes the reader's clock is ahead of UTC.
    offset: Option<i32>,
}

/// `GET /api/admin/integrations/{id}/uploads/per-day/?days=&offset=`: how many uploads ended how, on each of the last days.
pub(crate) async fn count_by_day(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(asked): Query<Days>,
) -> Result<Json<UploadDays>, Failure> {
    let days = asked.days.unwrap_or(30).clamp(1, MOST_DAYS);
    let offset = asked.offset.unwrap_or(0).clamp(-WIDEST_OFFSET, WIDEST_OFFSET);
    let ahead = i64::from(offset) * 60 * SECOND;
    let today = (app.clock.now() + ahead).div_euclid(DAY_SECONDS as i64 * SECOND);
    let since = (today - i64::from(days) + 1) * DAY_SECONDS as i64 * SECOND - ahead;
    let mut tx = app.db.read().await?;
    let integration = find(&mut tx, &caller.workspace.id, &id).await?;
    let found = uploads::count_by_day(&mut tx, &caller.workspace.id, &integration.id, (since, ahead)).await?;
    let mut counts: Vec<UploadDay> = Vec::new();
    for (day, outcome, count) in found {
        let days_ago = u64::try_from(today - day).unwrap_or_default();
        if counts.last().is_none_or(|last| last.days_ago != days_ago) {
            counts.push(UploadDay {
                days_ago,
                ..UploadDay::default()
            });
        }
        if let (Some(place), Some(outcome)) = (counts.last_mut(), Outcome::of_str(&outcome)) {
            *match outcome {
                Outcome::Applied => &mut place.applied,
                Outcome::Held => &mut place.held,
                Outcome::Rejected => &mut place.rejected,
                Outcome::Undone => &mut place.undone,
            } += count;
        }
    }
    Ok(Json(UploadDays {
        days: u64::from(days),
        counts,
    }))
}

/// `POST /api/admin/integrations/{id}/requests/?mode=check|plan|apply`: a body for the integration's endpoint, sent by a
/// person instead of a token. What the endpoint would answer is answered.
pub(crate) async fn request(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let mut tx = app.db.read().await?;
    let integration = find(&mut tx, &caller.workspace.id, &id).await?;
    drop(tx);
    must_be_enabled(&integration)?;
    let origin = Origin {
        workspace: caller.workspace,
        integration,
        actor: caller.actor,
        via: caller.via,
        token_id: None,
    };
    receive_from(&app, origin, &asked, &headers, body).await
}

fn must_be_enabled(integration: &Integration) -> Result<(), Failure> {
    if integration.enabled {
        return Ok(());
    }
    Err(Failure::forbidden(
        "The integration is disabled.",
        "Enable it under Settings first.",
    ))
}

/// The parts of the page's form.
#[derive(Debug, Default)]
struct Parts {
    file: Option<Bytes>,
    mapping: Option<Bytes>,
    plan_hash: Option<String>,
    encoding: Option<String>,
    sheet: Option<String>,
    allow_limits: Option<String>,
}

/// `POST /api/admin/integrations/{id}/uploads/?mode=plan|apply`: the page's file, with the mapping it was checked with.
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let mode = asked.mode()?;
    let mut tx = app.db.read().await?;
    let integration = find(&mut tx, &caller.workspace.id, &id).await?;
    let (catalog, _) = groups::catalog(&mut tx, &caller.workspace.id, caller.workspace.salesforce).await?;
    drop(tx);
    must_be_enabled(&integration)?;
    let patience = app.config.patience();
    let patience = Patience {
        bytes: patience.bytes + OTHER_PARTS,
        ..patience
    };
    let workspace = &caller.workspace.id;
    let _room = app.admission.enter(workspace, &headers, patience.bytes).await?;
    let parts = read_parts(&headers, body, patience).await?;
    let Some(file) = parts.file else {
        return Err(Failure::invalid(
            "The part \"file\" is missing.",
            "Send the file's bytes in it.",
        ));
    };
    if file.len() > app.config.body_limit {
        return Err(Failure::too_large(app.config.body_limit));
    }
    let (mapping, mapping_version) = match &parts.mapping {
        None => (integration.mapping.clone(), Some(integration.mapping_version)),
        Some(document) => {
            let mapping = Mapping::parse(document).map_err(|error| Failure::mapping(&error))?;
            mapping
                .check_names(&catalog)
                .map_err(|error| Failure::mapping(&error))?;
            let is_saved = mapping == integration.mapping;
            (mapping, is_saved.then_some(integration.mapping_version))
        }
    };
    let encoding = match parts
        .encoding
        .as_deref()
        .map(str::trim)
        .filter(|label| !label.is_empty())
    {
        None => None,
        Some(label) => Some(Encoding::for_label(label).ok_or_else(|| {
            Failure::unsupported(
                format!("The encoding {label:?} is not read here."),
                "Leave it out to have it found.",
            )
        })?),
    };
    let submission = Submission {
        integration,
        mapping,
        mapping_version,
        body: file,
        encoding,
        sheet: parts.sheet.filter(|name| !name.is_empty()),
        actor: caller.actor,
        via: caller.via,
        token_id: None,
        plan_hash: parts
            .plan_hash
            .map(|hash| hash.trim().trim_matches('"').to_owned())
            .filter(|hash| !hash.is_empty()),
        idempotency_key: None,
        is_allowed: parts.allow_limits.as_deref().map(str::trim) == Some("true"),
        workspace: caller.workspace,
        addresses: Vec::new(),
        defines: Defines::default(),
    };
    answer(&app, &submission, mode, &asked).await
}

async fn read_parts(headers: &HeaderMap, body: Body, patience: Patience) -> Result<Parts, Failure> {
    let kind = headers.get(CONTENT_TYPE).cloned();
    if content_type(headers).is_none_or(|(media, _)| media != "multipart/form-data") {
        let hint =
            "Send multipart/form-data with the parts file, mapping, plan_hash, encoding, sheet and allow_limits.";
        return Err(Failure::unsupported("This takes a form with a file.", hint));
    }
    let whole = body::read(headers, body, patience).await?;
    let mut request = Request::new(Body::from(whole));
    // What there is was read within our own limit.
    DefaultBodyLimit::disable().apply(&mut request);
    if let Some(kind) = kind {
        request.headers_mut().insert(CONTENT_TYPE, kind);
    }
    let broken = |text: String| Failure::invalid(format!("The form can't be read: {text}."), "Send it again.");
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|error| broken(error.body_text()))?;
    let mut parts = Parts::default();
    while let Some(part) = form.next_field().await.map_err(|error| broken(error.body_text()))? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|error| broken(error.body_text()))?;
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            "file" => parts.file = Some(bytes),
            "mapping" => parts.mapping = Some(bytes),
            "plan_hash" => parts.plan_hash = Some(text()),
            "encoding" => parts.encoding = Some(text()),
            "sheet" => parts.sheet = Some(text()),
            "allow_limits" => parts.allow_limits = Some(text()),
            other => {
                return Err(Failure::invalid(
                    format!("The part {other:?} is not known."),
                    "Leave it out.",
                ));
            }
        }
    }
    Ok(parts)
}
