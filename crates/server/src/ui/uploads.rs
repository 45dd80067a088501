//! Uploads: those received, and the page's own way to plan and send one.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use bytes::Bytes;
use passmuster_core::mapping::Mapping;
use passmuster_core::read::decode::Encoding;
use passmuster_core::wire::integration::UploadList;

use super::Wanted;
use super::integrations::find;
use crate::App;
use crate::auth::Caller;
use crate::body::{self, Patience, content_type};
use crate::dialects::data::{Asked, answer};
use crate::error::Failure;
use crate::receive::Submission;
use crate::store::{groups, uploads};

/// What the parts beside the file may take, in bytes.
const OTHER_PARTS: usize = 1024 * 1024;

/// `GET /api/admin/integrations/{id}/uploads/?limit=&cursor=`
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<UploadList>, Failure> {
    let mut tx = app.db.read().await?;
    let integration = find(&mut tx, &caller.workspace.id, &id).await?;
    let cursor = wanted.cursor.as_deref();
    let (uploads, next_cursor) =
        uploads::list(&mut tx, &caller.workspace.id, &integration.id, cursor, wanted.limit()).await?;
    Ok(Json(UploadList { uploads, next_cursor }))
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
    if !integration.enabled {
        return Err(Failure::forbidden(
            "The integration is disabled.",
            "Enable it under Settings first.",
        ));
    }
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
