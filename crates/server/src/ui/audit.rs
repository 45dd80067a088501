//! The audit, to read.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use passmuster_core::wire::audit::AuditList;
use serde::Deserialize;

use super::page_size;
use crate::App;
use crate::auth::Caller;
use crate::clock::micros_of;
use crate::error::Failure;
use crate::store::audit::{self, Asked};

/// `?limit=&cursor=&actor=&action=&target=&user_id=&upload_id=&since=&until=`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    limit: Option<u32>,
    cursor: Option<String>,
    actor: Option<String>,
    action: Option<String>,
    target: Option<String>,
    user_id: Option<String>,
    upload_id: Option<String>,
    since: Option<String>,
    until: Option<String>,
}

/// `GET /api/admin/audit/`: newest first.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<AuditList>, Failure> {
    let asked = Asked {
        cursor: said(wanted.cursor.as_deref()),
        actor: said(wanted.actor.as_deref()),
        action: said(wanted.action.as_deref()),
        target: said(wanted.target.as_deref()),
        user_id: said(wanted.user_id.as_deref()),
        upload_id: said(wanted.upload_id.as_deref()),
        since: time_of("since", wanted.since.as_deref())?,
        until: time_of("until", wanted.until.as_deref())?,
        limit: page_size(wanted.limit),
    };
    let mut tx = app.db.read().await?;
    let (entries, next_cursor) = audit::list(&mut tx, &caller.workspace.id, &asked).await?;
    Ok(Json(AuditList { entries, next_cursor }))
}

/// A blank field of a form asks for nothing.
fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn time_of(name: &str, text: Option<&str>) -> Result<Option<i64>, Failure> {
    let Some(text) = said(text) else { return Ok(None) };
    let micros = micros_of(text).ok_or_else(|| {
        Failure::invalid(
            format!("{name}={text:?} is neither a day nor a time."),
            "Write it as 2026-11-21 or 2026-11-21T08:30:00Z.",
        )
    })?;
    Ok(Some(micros))
}
