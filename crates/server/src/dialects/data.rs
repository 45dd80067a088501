//! `POST /api/v1/data/{route}/`: a body of users, CSV or JSON.
//!
//! Only what HTTP says about a body is decided here; what is in it, the core decides.
// seed: How do I create and edit users through the User API?

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::Method;
use axum::http::header::IF_MATCH;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use passmuster_core::mapping::FileFormat;
use passmuster_core::problem::ImportId;
use passmuster_core::read::decode::Encoding;
use passmuster_core::wire::integration::{UndoAnswer, UploadDetail};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::App;
use crate::admin::By;
use crate::auth::Sender;
use crate::error::{Failure, REPLAYED, json, json_text};
use crate::openapi::{Operation, Scheme, Tag, operation};
use crate::receive::{Defines, Given, Submission, plan, upload};
use crate::recording::refusal_again;
use crate::route::{Route, open};
use crate::store::integrations::Integration;
use crate::store::workspaces::Workspace;
use crate::ui::uploads::answers_of_a_body;
use crate::{auth, body, held, undo};

const TAG: Tag = Tag::new(
    "User API",
    "Where files of users are sent to, each integration's own endpoint.",
);
/// The integration's own token.
const TOKEN: &[Scheme] = &[Scheme::Token];

pub(crate) fn routes() -> Vec<Route> {
    vec![
        open(Method::POST, "/api/v1/data/{route}/", receive)
            .secured_by(TOKEN)
            .tells(told(answers_of_a_body(
            operation(
                TAG,
                "Public_Api_Data_Create",
                "Checks, plans or applies a body of users",
            )
            .describes(
                "All or nothing: if anything in the body can't be loaded, nothing of it is. Send the integration's own \
                 token to its own endpoint, with the `/` at its end.",
            ),
        ))),
        open(Method::GET, "/api/v1/data/{route}/uploads/{id}", show_upload)
            .secured_by(TOKEN)
            .tells(
                operation(TAG, "Public_Api_Data_Upload", "Shows an upload of the sender's")
                    .answers::<UploadDetail>(200, "How it ended."),
            ),
        open(Method::POST, "/api/v1/data/{route}/uploads/{id}/undo", undo_upload)
            .secured_by(TOKEN)
            .tells(
                operation(TAG, "Public_Api_Data_Undo", "Takes back an upload of the sender's")
                    .query::<Asked>()
                    .if_match()
                    .answers::<UndoAnswer>(
                        200,
                        "What was put back, what was kept and what can't be, or with `mode=plan` would be.",
                    ),
            ),
    ]
}

/// What can be said with a body of users.
pub(crate) fn told(operation: Operation) -> Operation {
    const CSV: &str = "email,first_name,last_name\njason@yourcompany.com,Jason,Smith\n";
    operation
        .query::<Asked>()
        .if_match()
        .header(
            "Idempotency-Key",
            "The same key and body within 24 hours give the first answer again, and no second upload.",
        )
        .takes_schema("application/json", |_| {
            json!({
                "type": "array",
                "description": "The records: flat objects whose keys are the API fields of the mapping.",
                "items": {"type": "object", "additionalProperties": {
                    "type": ["string", "number", "boolean", "null", "array"],
                }},
            })
        })
        .like(json!([{"email": "jason@yourcompany.com", "first_name": "Jason", "last_name": "Smith"}]))
        .takes_text("text/csv")
        .like(CSV)
        .takes_text("application/vnd.ms-excel")
        .takes_text("application/vns.ms-excel")
        .takes_text("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
}

/// The most changes that a plan shows unless all are asked for.
pub(crate) const CHANGES_SHOWN: usize = 1000;
/// The most characters of an `Idempotency-Key`.
const KEY_CHARACTERS: usize = 255;

/// `?mode=…`
#[derive(Debug, Deserialize, JsonSchema)]
pub(crate) struct Asked {
    /// `check`: report only; `plan`: report and plan; `apply`, which is the default: everything, or nothing.
    mode: Option<String>,
    /// `true` means the same as `mode=plan`.
    dry_run: Option<String>,
    /// `all` shows all changes of a plan instead of the first 1,000.
    changes: Option<String>,
    /// The sheet of a workbook; else its first visible one.
    sheet: Option<String>,
}

/// What is to be done with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Report only.
    Check,
    /// Report and plan.
    Plan,
    /// Everything, or nothing.
    Apply,
}

impl Asked {
    /// Whether a plan is to show all of its changes.
    pub(crate) fn wants_all_changes(&self) -> bool {
        self.changes.as_deref() == Some("all")
    }

    /// # Errors
    /// 400 for words that are not known, rather than applying what was meant as a rehearsal.
    pub(crate) fn mode(&self) -> Result<Mode, Failure> {
        let mode = match self.mode.as_deref() {
            None => None,
            Some("check") => Some(Mode::Check),
            Some("plan") => Some(Mode::Plan),
            Some("apply") => Some(Mode::Apply),
            Some(other) => {
                return Err(Failure::invalid(
                    format!("mode={other:?} is not known."),
                    "Use check, plan or apply.",
                ));
            }
        };
        match (self.dry_run.as_deref(), mode) {
            (None | Some("false"), mode) => Ok(mode.unwrap_or(Mode::Apply)),
            (Some("true"), None | Some(Mode::Plan)) => Ok(Mode::Plan),
            (Some("true"), Some(Mode::Check)) => Ok(Mode::Check),
            (Some("true"), Some(Mode::Apply)) => Err(Failure::invalid(
                "mode=apply and dry_run=true contradict each other.",
                "Leave one of them out.",
            )),
            (Some(other), _) => Err(Failure::invalid(
                format!("dry_run={other:?} is not known."),
                "Use true or false.",
            )),
        }
    }
}

/// Checks, plans or applies a body.
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    Path(route): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let mut tx = app.db.glance().await?;
    let workspace = auth::workspace(&app, &headers, &mut tx).await?;
    let sender = auth::sender(&headers, &mut tx, (&workspace.id, &route), app.clock.now()).await?;
    drop(tx);
    let origin = Origin {
        workspace,
        integration: sender.integration,
        actor: sender.starts_with,
        via: "data",
        token_id: Some(sender.token_id),
    };
    receive_from(&app, origin, &asked, &headers, body).await
}

/// Who sends a body, and what it goes through.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) workspace: Workspace,
    pub(crate) integration: Integration,
    /// A token's first characters, or a person's address.
    pub(crate) actor: String,
    pub(crate) via: &'static str,
    /// The token; `None`: it comes from a person.
    pub(crate) token_id: Option<String>,
}

/// Checks, plans or applies a body of whoever may send it.
pub(crate) async fn receive_from(
    app: &App,
    origin: Origin,
    asked: &Asked,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let mode = asked.mode()?;
    let plan_hash = plan_hash(headers)?;
    let idempotency_key = idempotency_key(headers)?;
    let encoding = encoding_of(headers, origin.integration.mapping.file_format)?;
    let _room = app
        .admission
        .enter(&origin.workspace.id, headers, app.config.body_limit)
        .await?;
    let body = body::read(headers, body, app.config.patience()).await?;
    let submission = Submission {
        workspace: origin.workspace,
        mapping: origin.integration.mapping.clone(),
        mapping_version: Some(origin.integration.mapping_version),
        integration: origin.integration,
        body,
        encoding,
        sheet: asked.sheet.clone().filter(|name| !name.is_empty()),
        actor: origin.actor,
        via: origin.via,
        token_id: origin.token_id,
        plan_hash,
        idempotency_key,
        is_allowed: false,
        addresses: Vec::new(),
        defines: Defines::default(),
    };
    answer(app, &submission, mode, asked).await
}

/// The sender's own upload.
///
/// # Errors
/// 404 for an upload of another integration.
async fn own_upload(
    app: &App,
    headers: &HeaderMap,
    route: &str,
    id: &str,
) -> Result<(Sender, Workspace, UploadDetail), Failure> {
    let mut tx = app.db.read().await?;
    let workspace = auth::workspace(app, headers, &mut tx).await?;
    let sender = auth::sender(headers, &mut tx, (&workspace.id, route), app.clock.now()).await?;
    let upload = held::find(&mut tx, &workspace.id, id).await?;
    if upload.upload.integration_id != sender.integration.id {
        return Err(Failure::not_found("such upload"));
    }
    Ok((sender, workspace, upload))
}

/// `GET /api/v1/data/{route}/uploads/{id}/`: how an upload of the sender's ended.
pub(crate) async fn show_upload(
    State(app): State<Arc<App>>,
    Path((route, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<UploadDetail>, Failure> {
    let (_, _, upload) = own_upload(&app, &headers, &route, &id).await?;
    Ok(Json(upload))
}

/// `POST /api/v1/data/{route}/uploads/{id}/undo/?mode=plan|apply`: takes back an upload of the sender's.
pub(crate) async fn undo_upload(
    State(app): State<Arc<App>>,
    Path((route, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Json<UndoAnswer>, Failure> {
    let (sender, workspace, _) = own_upload(&app, &headers, &route, &id).await?;
    let by = By {
        actor: &sender.starts_with,
        via: "data",
    };
    undo_as_asked(&app, &workspace, &id, by, (&asked, &headers)).await
}

/// Undoes an upload, or only says what that would do.
pub(crate) async fn undo_as_asked(
    app: &App,
    workspace: &Workspace,
    id: &str,
    by: By<'_>,
    (asked, headers): (&Asked, &HeaderMap),
) -> Result<Json<UndoAnswer>, Failure> {
    let answer = match asked.mode()? {
        Mode::Check | Mode::Plan => undo::plan(app, workspace, id).await?,
        Mode::Apply => undo::carry_out(app, workspace, id, by, plan_hash(headers)?.as_deref()).await?,
    };
    Ok(Json(answer))
}

/// What a submission comes to, over HTTP.
pub(crate) async fn answer(app: &App, submission: &Submission, mode: Mode, asked: &Asked) -> Result<Response, Failure> {
    if mode == Mode::Apply {
        let given = upload(app, submission).await?;
        return respond(given);
    }
    let mut answer = plan(app, submission).await?;
    if mode == Mode::Check {
        answer.plan = None;
        answer.limits.clear();
    }
    if let Some(plan) = &mut answer.plan
        && !asked.wants_all_changes()
    {
        plan.cut(CHANGES_SHOWN);
    }
    Ok(json(StatusCode::OK, &answer))
}

pub(crate) fn respond(given: Given) -> Result<Response, Failure> {
    if given.is_replayed
        && let Some(failure) = refusal_again(&given)
    {
        return Err(failure);
    }
    let mut response = json_text(given.status, given.text);
    if given.is_replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The plan's hash in `If-Match`, with or without quotes.
pub(crate) fn plan_hash(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(value) = headers.get(IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    match text.trim_start_matches("W/").trim_matches('"') {
        "*" => Ok(None),
        hash if !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => Ok(Some(hash.to_owned())),
        _ => Err(Failure::invalid(
            format!("If-Match: {text:?} is not the hash of a plan."),
            "Send If-Match: \"HASH\" with the hash that ?mode=plan answered.",
        )),
    }
}

pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or_default().trim().trim_matches('"');
    if key.is_empty() || key.len() > KEY_CHARACTERS {
        let description = format!("The Idempotency-Key needs 1 to {KEY_CHARACTERS} visible ASCII characters.");
        return Err(Failure::invalid(description, "A UUID does."));
    }
    Ok(Some(key.to_owned()))
}

/// Holds the `Content-Type` against the integration's file format; the encoding of its `charset`.
fn encoding_of(headers: &HeaderMap, expected: FileFormat) -> Result<Option<Encoding>, Failure> {
    let hint = "Send Content-Type: application/json for JSON, text/csv for CSV or application/vnd.ms-excel for Excel.";
    let Some((media, charset)) = body::content_type(headers) else {
        return Err(Failure::unsupported(
            "The Content-Type is missing or can't be read.",
            hint,
        ));
    };
    let format = match media.as_str() {
        "application/json" => FileFormat::Json,
        "text/csv"
        | "application/vnd.ms-excel"
        | "application/vns.ms-excel"
        | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => FileFormat::Csv,
        other => {
            return Err(Failure::unsupported(
                format!("The Content-Type {other:?} is not taken here."),
                hint,
            ));
        }
    };
    if format != expected {
        return Err(Failure::new(
            StatusCode::BAD_REQUEST,
            ImportId::TransformData.as_str(),
            format!(
                "The Content-Type {media:?} means {}, but the integration's File Format is {}.",
                format.as_str().to_uppercase(),
                expected.as_str().to_uppercase()
            ),
            "Send the body in the integration's File Format, or change that under Data Format.",
        ));
    }
    encoding_named(charset)
}

/// The encoding of a `charset`.
///
/// # Errors
/// 415 for one that isn't read here.
pub(crate) fn encoding_named(charset: Option<String>) -> Result<Option<Encoding>, Failure> {
    let Some(charset) = charset else { return Ok(None) };
    match Encoding::for_label(&charset) {
        Some(encoding) => Ok(Some(encoding)),
        None => Err(Failure::unsupported(
            format!("The charset {charset:?} is not read here."),
            "Send UTF-8, UTF-16 or Windows-1252, or leave the charset out to have it found.",
        )),
    }
}
